from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from mailroom.config.customers import MatchingPolicy, load_customers_config
from mailroom.config.environment import example_site
from mailroom.config.linkage import load_linkage_weights
from mailroom.config.references import load_references
from mailroom.gateways.language import SpacyLanguage
from mailroom.inbound.indexing import index_item
from mailroom.inbound.likeness import Likeness
from mailroom.inbound.matching import MatchingKnowledge, match
from mailroom.values.customer_facts import CustomerFacts, KnownAddress
from mailroom.values.decisions import CustomerMatch, MatchOutcome
from mailroom.values.postal_address import PostalAddress
from tests.inbound.reading import item_of

SITE = example_site()
REFERENCES = load_references(SITE / "classifiers" / "references.toml")
LIKENESS = Likeness(load_linkage_weights(SITE))
NICKNAMES = load_customers_config(SITE).full_names
KNOWLEDGE = MatchingKnowledge(MatchingPolicy(), 20_000, NICKNAMES)
LANGUAGE = SpacyLanguage()

HOME = KnownAddress(PostalAddress(("14 Tinkers Lane", "Harnsea"), "WX7 3PQ"))
AWAY = KnownAddress(PostalAddress(("2 Gannet Row", "Stokeley"), "WX9 1AB"))
ADA = CustomerFacts(
    "C1", "Penrose", "Ada", title="Mrs", addresses=(HOME,), phones=("07221900100",), emails=("ada@post.example",),
    references=(("council_tax", "51234567"),), family_share=0.0005,
)  # fmt: skip
FATHER = CustomerFacts("C2", "Penrose", "George", title="Mr", addresses=(HOME,), date_of_birth=dt.date(1950, 4, 1))
SON = dataclasses.replace(FATHER, customer_id="C3", date_of_birth=dt.date(1981, 9, 9))
OTHER = CustomerFacts("C4", "Trask", "Ivy", title="Miss", addresses=(AWAY,), references=(("rent", "7008249174"),))
HEAD = "14 Tinkers Lane\nHarnsea\nWX7 3PQ\n\n3 May 2026\n\nDear Sir\n"


def decide(text: str, *people: CustomerFacts) -> CustomerMatch:
    return match(index_item(item_of(text), REFERENCES, LANGUAGE), people, LIKENESS, KNOWLEDGE)


@pytest.mark.parametrize(
    "text",
    [
        "Council tax account 51234567\nPlease stop the direct debit.\nYours faithfully\nA. Penrose",
        HEAD + "The gate is broken.\nYours faithfully\n\nAda Penrose",
        "Ada Penrose\n14 Tinkers Lane, Harnsea\nThe gate is broken.",
        "From: Ada Penrose <ada@post.example>\nSubject: gate\nIt is broken",
        "the gate is broken, ring me, Ada Penrose\n07221 900100",
        "Dear Sir, I look after Mrs Ada Penrose of 14 Tinkers Lane, Harnsea,\nWX7 3PQ and she needs a new gate.",
        HEAD + "The gate is broken.\nYours\nAda Penr0se",
        "Ada penrose\n14 Tinkers Lane\nHarnsea\nwx7 3pq\nThe gate is broken.",
        "Ada Penrose\n14 Tinkars Lane, Harnsoa\nThe gate is broken.",
        "REPORT A REPAIR\n14 Tinkers Lane, Harnsea, WX7 3PQ\nPhone 07221 900100\nSigned: A. Menrose",
        "From: <ada@post.example>\n1 message\nhi\n\ncancel\nthe Season Ticket I had\nof mine\nand\nthe\nrest\nthx",
    ],
    ids=[
        "reference",
        "address",
        "no postcode",
        "email",
        "phone",
        "in running text",
        "misread",
        "small letters",
        "misread address",
        "misread family name and two leads",
        "email without a name",
    ],
)
def test_a_name_with_anything_that_leads_to_one_record_attaches(text: str) -> None:
    found = decide(text, ADA, OTHER)
    assert (found.outcome, found.customer_id) == (MatchOutcome.ONE, "C1")
    assert found.reasons and found.probability >= KNOWLEDGE.policy.attach_above


def test_a_name_with_the_family_name_in_front_is_the_same_persons() -> None:
    assert decide(HEAD + "The gate is broken.\nYours faithfully\n\nPenrose Ada", ADA, OTHER).customer_id == "C1"


def test_only_both_names_in_full_may_be_turned_round() -> None:
    assert not decide(HEAD + "The gate is broken.\nYours faithfully\n\nPenrose Adam", ADA, OTHER).customer_id


def test_relatives_whose_names_are_each_others_turned_round_are_told_apart_by_their_order() -> None:
    james = dataclasses.replace(FATHER, customer_id="C5", last_name="James", first_name="Martin")
    martin = dataclasses.replace(SON, customer_id="C6", last_name="Martin", first_name="James")
    assert decide(HEAD + "The gate is broken.\nYours faithfully\n\nMartin James", james, martin).customer_id != "C6"


def test_two_numbers_with_a_stroke_are_a_flat_and_its_house() -> None:
    flats = {
        f"C{n}": dataclasses.replace(
            ADA,
            customer_id=f"C{n}",
            addresses=(KnownAddress(PostalAddress((f"Flat {n}", "14 Tinkers Lane", "Harnsea"), "WX7 3PQ")),),
            references=(),
            phones=(),
            emails=(),
        )
        for n in (2, 3)
    }
    text = "Ada Penrose\n3/14 Tinkers Lane\nHarnsea\nWX7 3PQ\n\nThe gate is broken.\nYours faithfully\nAda Penrose"
    assert decide(text, *flats.values()).customer_id == "C3"


def test_a_family_name_misread_beside_an_initial_needs_two_leads() -> None:
    assert not decide("Phone 07221 900100\nSigned: A. Menrose", ADA).customer_id


def test_an_email_address_does_not_outweigh_another_writers_name() -> None:
    assert not decide("Write to ada@post.example\nYours faithfully\nIvy Trask", ADA).customer_id


def test_words_are_spelt_as_the_record_has_them_only_when_a_letter_or_two_differ() -> None:
    assert not decide("Ada Penrose\n14 Tailors Lane, Harnsea\nThe gate is broken.", ADA).customer_id


def test_a_name_alone_never_suffices() -> None:
    found = decide("Dear Sir\nThe gate is broken.\nYours faithfully\nAda Penrose", ADA)
    assert not found.customer_id and "name" in found.reasons[0]


def test_an_address_without_a_name_never_suffices() -> None:
    assert not decide(HEAD + "The gate is broken.", ADA).customer_id


def test_the_family_name_at_an_address_is_a_household_not_a_person() -> None:
    found = decide(HEAD + "The gate is broken.\nYours faithfully\nMrs Penrose", ADA)
    assert not found.customer_id and any("household" in r for r in found.reasons)


def test_father_and_son_of_one_name_at_one_address_are_a_tie() -> None:
    found = decide(HEAD + "The gate is broken.\nYours faithfully\nGeorge Penrose", FATHER, SON)
    assert (found.outcome, found.customer_id) == (MatchOutcome.SEVERAL, "")
    assert {c.customer_id for c in found.candidates} == {"C2", "C3"}
    assert any("relatives" in r for r in found.reasons)


def test_a_date_of_birth_decides_between_father_and_son() -> None:
    text = HEAD + "Date of birth: 9 September 1981\nYours faithfully\nGeorge Penrose"
    assert decide(text, FATHER, SON).customer_id == "C3"


def test_a_date_of_birth_of_another_keeps_the_item_off_the_record() -> None:
    text = HEAD + "Date of birth: 2 June 1966\nYours faithfully\nGeorge Penrose"
    assert not decide(text, SON).customer_id


def test_a_childs_birthday_is_not_held_against_the_customer() -> None:
    text = HEAD + "Our baby was born on 12 April 2026.\nYours faithfully\nGeorge Penrose"
    assert decide(text, SON).customer_id == "C3"


def test_a_wife_does_not_get_her_husbands_letter() -> None:
    assert not decide(HEAD + "The gate is broken.\nYours faithfully\nGeorge Penrose", ADA).customer_id


def test_a_reference_with_another_family_name_goes_to_a_person() -> None:
    found = decide("Council tax account 51234567\nYours faithfully\nIvy Trask", ADA)
    assert not found.customer_id and any("51234567" in r for r in found.reasons)


def test_a_carer_who_is_on_record_too_makes_it_a_question_whose_item_it_is() -> None:
    text = (
        "Ivy Trask\n2 Gannet Row\nStokeley\nWX9 1AB\n\nRent account 7008249174\nI care for Mrs Ada Penrose of "
        "14 Tinkers Lane, Harnsea,\nWX7 3PQ, council tax account 51234567.\nYours sincerely\nIvy Trask"
    )
    found = decide(text, ADA, OTHER)
    assert not found.customer_id and any("two customers" in r for r in found.reasons)


def test_a_solicitor_who_is_no_customer_leaves_the_client() -> None:
    text = (
        "BRACE AND HOLT SOLICITORS\n1 Chancery Steps, Wexmere WX1 2CC\n\nOur client: Ada Penrose\nProperty: 14 Tinkers "
        "Lane, Harnsea, WX7 3PQ\n\nYours faithfully\nJ. Holt"
    )
    assert decide(text, ADA, OTHER).customer_id == "C1"


def test_a_record_kept_twice_is_attached_once_and_said_so() -> None:
    twice = dataclasses.replace(ADA, customer_id="C9", date_of_birth=dt.date(1944, 1, 2), phones=(), references=())
    ada = dataclasses.replace(ADA, date_of_birth=dt.date(1944, 1, 2))
    found = decide(HEAD + "The gate is broken.\nYours faithfully\nAda Penrose", twice, ada)
    assert found.customer_id == "C1", "the record with more on it"
    assert any("C9" in r and "kept twice" in r for r in found.reasons)


def test_a_record_merged_into_another_is_never_attached() -> None:
    merged = dataclasses.replace(ADA, merged_into="C8")
    assert decide(HEAD + "Yours faithfully\nAda Penrose", merged).outcome is MatchOutcome.NOBODY


def test_the_dead_do_not_write() -> None:
    found = decide(HEAD + "Yours faithfully\nAda Penrose", dataclasses.replace(ADA, deceased=True))
    assert not found.customer_id and any("died" in r for r in found.reasons)


def test_a_short_form_of_the_given_name_is_the_same_person() -> None:
    bill = CustomerFacts("C5", "Penrose", "William", title="Mr", addresses=(HOME,))
    assert decide(HEAD + "Yours faithfully\nBill Penrose", bill).customer_id == "C5"


def test_nothing_to_go_by_is_nobody() -> None:
    assert decide("The gate is broken again", ADA, OTHER).outcome is MatchOutcome.NOBODY
