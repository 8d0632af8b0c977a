from __future__ import annotations

import datetime as dt

import pytest

from mailroom.config.environment import example_site
from mailroom.config.references import load_references
from mailroom.gateways.language import SpacyLanguage
from mailroom.inbound.indexing import index_item
from mailroom.values.check_digits import CheckDigit
from mailroom.values.index_fields import AddressRole, IndexFields, NameRole
from tests.inbound.reading import item_of

REFERENCES = load_references(example_site() / "classifiers" / "references.toml")
LANGUAGE = SpacyLanguage()


def index(text: str) -> IndexFields:
    return index_item(item_of(text), REFERENCES, LANGUAGE)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Council tax account 51234567 please", "council_tax", "51234567"),
        ("council tax account S1Z34567", "council_tax", "51234567"),
        ("My claim HB/1937 017 was stopped", "benefit", "HB1937017"),
        ("claim HB l937O17 was", "benefit", "HB1937017"),
        ("Rent account 7008 249 174", "rent", "7008249174"),
        ("Objection to 26/00114/FUL at", "planning", "26/00114/FUL"),
        ("Objection to 26 / O0114 / FUL at", "planning", "26/00114/FUL"),
        ("PCN WX0044B111 on my windscreen", "pcn", "WX00448111"),
        ("Our complaint CMP-26-00602 of May", "complaint", "CMP-26-00602"),
        ("Claim No. C47HN457 between", "court", "C47HN457"),
    ],
)
def test_references_are_read_through_spaces_hyphens_and_misread_characters(text: str, kind: str, value: str) -> None:
    assert (kind, value) in {(r.type, r.value) for r in index(text).references}


def test_a_misread_digit_that_its_check_digit_gives_away_is_nobodys_reference() -> None:
    """Read one digit wrong, an account without check digits is another customer's."""
    kinds = (
        k.model_copy(update={"check": CheckDigit.MODULUS_11} if k.type == "council_tax" else {})
        for k in REFERENCES.reference
    )
    checked = REFERENCES.model_copy(update={"reference": tuple(kinds)})

    def accounts(text: str) -> list[str]:
        return [r.value for r in index_item(item_of(text), checked, LANGUAGE).of_type("council_tax")]

    assert accounts("Council tax account 51234564 please") == ["51234564"]
    assert accounts("council tax account S1Z34564") == ["51234564"], "letters for digits are still allowed for"
    assert accounts("Council tax account 51284564 please") == []


@pytest.mark.parametrize(
    "text", ["Phone me on 01632 512345", "He weighed 6512345 grams", "It cost £51234567.00 in all"]
)
def test_a_bare_number_without_its_words_is_no_reference(text: str) -> None:
    assert not index(text).of_type("council_tax", "business_rates", "rent")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Your ref: 6123456\nDear Sirs", "business_rates", "6123456"),
        ("Ref 51234567\nMy bill is wrong", "council_tax", "51234567"),
    ],
)
def test_a_number_under_your_ref_is_the_councils(text: str, kind: str, value: str) -> None:
    assert (kind, value) in {(r.type, r.value) for r in index(text).references}


@pytest.mark.parametrize("text", ["Our ref: 6123456", "Our reference 51234567, yours of May"])
def test_a_number_under_our_ref_is_the_writers(text: str) -> None:
    assert not index(text).of_type("council_tax", "business_rates", "rent")


def test_a_telephone_number_before_a_reference_does_not_make_it_one() -> None:
    found = index("mobile 07700900123\nThe text I had from you says R204417").references
    assert ("repair", "R204417") in {(r.type, r.value) for r in found}


def test_a_word_near_the_number_raises_its_confidence() -> None:
    with_word, alone = index("Rent account 7008249174").references, index("Quote 7008249174").references
    assert with_word[0].confidence > alone[0].confidence


def test_contacts_are_put_in_one_form() -> None:
    found = index("Tel: (01632) 960 123  NI: QQ 12 34 56 C JG 10 37 59 A jo.bl0ggs@mail.example reg AB12 CDE")
    values = {(r.type, r.value) for r in found.references}
    expected = {
        ("phone", "01632960123"),
        ("nino", "JG103759A"),
        ("email", "jo.bl0ggs@mail.example"),
        ("vrm", "AB12CDE"),
    }
    assert expected <= values
    assert not any(value.startswith("QQ") for _, value in values), "QQ was never issued"


def test_every_field_says_where_it_stands() -> None:
    reference = index("Dear Sir\nCouncil tax account 51234567").references[0]
    assert reference.place.page == 1
    assert reference.place.box is not None and reference.place.box.y0 == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("text", "day", "label"),
    [
        ("3rd March 2026\nDear Sir", dt.date(2026, 3, 3), "written"),
        ("Date: 04/03/2026", dt.date(2026, 3, 4), "written"),
        ("born on 12 Sepfember 1951", dt.date(1951, 9, 12), "birth"),
        ("You must answer by 5.6.26 or", dt.date(2026, 6, 5), "deadline"),
    ],
)
def test_dates_are_in_uk_order_and_labelled(text: str, day: dt.date, label: str) -> None:
    assert (day, label) in {(d.date, d.label) for d in index(text).dates}


def test_impossible_dates_are_left_out() -> None:
    assert index("on 31/02/2026 and 30 February 2026").dates == ()


def test_the_councils_own_address_is_not_taken_for_the_senders() -> None:
    found = index("12 Mill Lane\nHarnsea\nWX2 4AB\n\nWexmere District Council\nHigh Street\nWexmere\nWX1 1AA\nDear Sir")
    assert [(a.address.postcode, a.role) for a in found.addresses] == [
        ("WX2 4AB", AddressRole.SENDER),
        ("WX1 1AA", AddressRole.COUNCIL),
    ]
    assert found.addresses[0].address.lines == ("12 Mill Lane", "Harnsea")


@pytest.mark.parametrize("closing", ["Yours sincerelv", "Warm regards", "Yn gywir", "Signed"])
def test_the_signature_is_the_name_below_the_closing(closing: str) -> None:
    found = index(f"Dear Sir\nmy mother, Ada Lovell, is ill.\n{closing}\n\nJ. Lovell\nFlat 2\n14 High Street")
    roles = {(n.role, n.name.family) for n in found.names}
    assert {(NameRole.SIGNATURE, "Lovell"), (NameRole.BODY, "Lovell")} <= roles


def test_a_small_l_read_for_a_capital_i_is_a_name_still() -> None:
    assert "Ian Parker" in {n.name.full for n in index("RE: lan Parker DOB 11/12/1975\nHarnsea").names}


def test_birth_in_one_sentence_and_a_date_in_the_next_are_no_birthday() -> None:
    found = index("I have been blind since birth.\nOn 9 September 2020 I ordered a car")
    assert [d.label for d in found.dates] == ["other"]


def test_amounts_are_in_pence() -> None:
    assert [a.pence for a in index("£1,250.50 and £20 and 12.34").amounts] == [125050, 2000, 1234]


def test_a_page_without_words_has_no_fields() -> None:
    assert index("") == IndexFields()
