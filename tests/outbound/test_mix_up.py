from __future__ import annotations

import pytest

from mailroom.outbound.mix_up import Identity, MixUpGuard
from mailroom.outbound.names_printed import PrintedName, people_in
from mailroom.values.letter_page import LetterPage, PdfProblem

CUSTOMERS = {
    1: Identity("Mrs Alison Rawlinson", "WX10 9WU", "50893044", ("83 Church Lane",)),
    2: Identity("Mr David Howard", "WX11 0DA", "55359958", ("18 Station Road",)),
    3: Identity("Ms Sarah Jones", "WX10 9WU", "HB/8737699"),
    4: Identity("Ms Sarah Jones", "WX2 4GX", "HB9313732"),
    5: Identity("Mrs Jane Howard", "WX3 1AB", "50000005", ("4 Mill Lane",)),
    6: Identity("Mr & Mrs P O'Neill-Smith", "WX4 1AB", "50000006"),
    7: Identity("Miss Zoë van der Berg", "WX5 1AB", "50000007"),
    8: Identity("Mr Thomas James", "WX6 1AB", "50000008"),
    9: Identity("Bell & Sons Ltd", "WX6 2AB", "50000009"),
    10: Identity("The Occupier", "WX6 3AB", "50000010"),
    11: Identity("Mr James Howard", "WX7 1AB", "50000011"),
    12: Identity("Ms Ann Rawlinson", "WX10 9WU", "50000012", ("83 Church Lane",)),
    13: Identity("Mr Edward Brown", "WX8 1AB", "50000013"),
}
GUARD = MixUpGuard(CUSTOMERS, innocent=("WX1 1AA",), own_names=("Jane Howard",))


def _page(text: str, number: int = 2) -> LetterPage:
    return LetterPage(number, 595, 842, text)


def _found(position: int, text: str, guard: MixUpGuard = GUARD) -> list[str]:
    return [finding.detail for finding in guard.check(position, [_page(text)])]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Account number: 55359958", "reference"),
        ("Claim HB 8737699 or HB8737699", "reference"),
        ("18 Station Road, Stokeley WX11 0DA", "postcode"),
        ("18 Station Road, Stokeley WX110DA", "postcode"),
        ("18 Station Road, Stokeley WX11\n0DA", "postcode"),
        ("We wrote to Mr David Howard about this.", "name"),
        ("MR DAVID HOWARD", "name"),
        ("Mr. David\nHoward", "name"),
        ("MR DAVID\nHOWARD", "name"),
        ("David Howard", "name"),
        ("DAVID HOWARD", "name"),
        ("David\nHoward", "name"),
        ("David John Howard", "name"),
        ("David J. Howard", "name"),
        ("Mr David John Howard", "name"),
        ("Mr D Howard", "name"),
        ("MR D HOWARD", "name"),
        ("Mr D.J. Howard", "name"),
        ("Mr DJ Howard", "name"),
        ("D Howard", "name"),
        ("D. Howard", "name"),
        ("Howard, David", "name"),
        ("HOWARD, DAVID", "name"),
        ("Mr & Mrs David Howard", "name"),
        ("Ms David Howard", "name"),
        ("David Howard's claim", "name"),
        ("paid by Mr Peter O’Neill-Smith", "name"),
        ("MRS P O'NEILL-\nSMITH", "name"),
        ("Miss Zoe van der Berg", "name"),
        ("ZOË VAN DER BERG", "name"),
        ("Zoe van der\nBerg", "name"),
        ("BELL & SONS LTD", "name"),
        ("Dear Mr Howard,", "salutation"),
        ("DEAR MR HOWARD", "salutation"),
        ("Dear Mr\nHoward", "salutation"),
        ("Dear Mr and Mrs Howard", "salutation"),
        ("Annwyl Mrs Howard", "salutation"),
        ("Dear Cllr Howard", "salutation"),
    ],
)
def test_a_page_with_another_customers_marks_is_found_in_every_form_a_letter_writes(text: str, kind: str) -> None:
    findings = GUARD.check(1, [_page("Dear Mrs Rawlinson", 1), _page(text)])
    assert [f.detail for f in findings] == [kind]
    assert all(f.page == 2 and f.problem is PdfProblem.OTHER_PERSON for f in findings)


def test_a_salutation_with_a_family_name_that_is_not_on_the_address_is_found_even_if_no_customer_has_it() -> None:
    assert _found(1, "Dear Mr Featherstone,") == ["salutation"]
    assert _found(1, "Dear Dr Mac Donald,") == ["salutation"]
    assert _found(9, "Dear Mr Featherstone,") == [], "a firm's letter may greet whoever works there"
    assert _found(9, "Dear Mr Howard,") == ["salutation"]
    assert _found(10, "Dear Mrs Howard,") == ["salutation"]


def test_the_readers_family_name_greeted_as_a_woman_is_found_where_the_mailing_has_such_a_customer() -> None:
    assert _found(2, "Dear Mrs Howard") == ["salutation"]
    assert _found(8, "Dear Mrs James") == [], "only a wrong title: nobody else of the mailing"
    assert _found(1, "Dear Miss Rawlinson") == []


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (1, "Mrs Alison Rawlinson\n83 Church Lane\nWX10 9WU\nAccount number: 50893044\nCivic Offices, Wexmere WX1 1AA"),
        (1, "MRS A RAWLINSON\nDear Alison Rawlinson"),
        (2, "Mr D Howard, MR DAVID\nHOWARD, Dear Mr Howard, Howard, David, D J Howard, Mr David John Howard"),
        (3, "Ms Sarah Jones, WX10 9WU, HB/8737699"),
        (6, "Dear Mr and Mrs O'Neill-Smith, Mrs P O'NEILL-SMITH"),
        (6, "Dear Mr and Mrs O'Neill Smith"),
        (7, "Dear Miss van der Berg"),
        (8, "Mr Thomas James\nHoward House\nStation Road\nDear Mr James"),
        (9, "Bell & Sons Ltd\nDear Sir or Madam"),
        (10, "The Occupier\nDear Sir/Madam\nDEAR SIR OR MADAM\nDear resident"),
    ],
)
def test_a_reader_is_known_in_every_form_of_their_own_name(reader: int, text: str) -> None:
    assert _found(reader, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Yours sincerely\n\nDavid Howard\nRevenues Manager",
        "Yn gywir\n\nMr D Howard",
        "David Howard, Head of Revenues, will write to you.",
        "Please ask for: Mr David Howard",
        "Councillor David Howard",
        "Jane Howard",
    ],
)
def test_a_namesake_who_works_for_the_council_is_no_customer(text: str) -> None:
    assert _found(1, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "David Howard House, Howard Street",
        "E Brown bins are emptied on Friday. A BROWN BIN. Edward's Brown Bin.",
        "Flat D Howard Court. The Howard family, a howard.",
        "Howard. David, by then, had left.",
        "Band D\n\nHoward",
    ],
)
def test_words_that_only_look_like_a_customers_name_pass(text: str) -> None:
    assert _found(1, text) == []


def test_the_readers_family_may_be_spoken_of_on_the_readers_own_page_but_has_no_page_of_its_own() -> None:
    assert _found(2, "Mr David Howard lives with James Howard.") == []
    assert _found(2, "Account 55359958: James Howard") == []
    assert _found(2, "James Howard") == ["name"]


def test_a_list_of_the_readers_family_makes_no_name_across_its_lines() -> None:
    guard = MixUpGuard({**CUSTOMERS, 14: Identity("Mr James Thomas", "", "")})
    assert _found(8, "Account 50000008\nAnna James\nThomas James", guard) == []


def test_who_lives_at_the_same_address_may_stand_beside_the_reader() -> None:
    assert _found(1, "Mrs Alison Rawlinson and Ms Ann Rawlinson") == []
    assert _found(1, "Ms Ann Rawlinson") == ["name"]


def test_letters_of_a_class_that_names_others_are_asked_only_on_pages_without_a_mark_of_their_reader() -> None:
    guard = MixUpGuard(CUSTOMERS, names_others=True)
    assert _found(1, "Your claim 50893044. People in your home: David Howard", guard) == []
    assert _found(1, "People in your home: David Howard", guard) == ["name"]
    assert _found(1, "Your claim 50893044. Dear Mr Howard", guard) == ["salutation"]


def test_somebody_named_in_the_address_beside_the_reader_may_be_greeted() -> None:
    customers = {
        1: Identity("The Executors of Mrs Jane Howard", "WX1 2AB", "1", ("c/o Mr Nigel Bell", "2 High Street")),
        2: Identity("Mr Nigel Bell", "WX1 3AB", "2"),
    }
    guard = MixUpGuard(customers)
    assert _found(1, "Dear Mr Bell", guard) == []
    assert _found(1, "Mr N Bell", guard) == []


def test_a_whole_name_is_known_by_the_initial_of_an_address_among_the_neighbouring_letters() -> None:
    customers = {n: Identity(f"Mr X{'abcdefghij'[n]} Unknown", "", "") for n in range(10)}
    guard = MixUpGuard({**customers, 4: Identity("MR D HOWARD", "", "")})
    assert _found(3, "David Howard", guard) == ["name"]
    assert _found(9, "David Howard", guard) == []
    assert _found(9, "Mr David Howard", guard) == ["name"]


def test_namesakes_and_neighbours_are_told_apart_by_their_references() -> None:
    assert _found(3, "Ms Sarah Jones, HB9313732") == ["reference"]


def test_an_attachment_for_everybody_may_name_no_customer() -> None:
    assert [f.detail for f in GUARD.check_shared([_page("Mr D Howard")])] == ["name"]
    assert GUARD.check_shared([_page("How to pay. Ask for Sarah Jones.")]) == ()


def test_a_readers_own_paper_is_known_by_any_form_of_their_name() -> None:
    assert GUARD.names_reader(2, [_page("STATEMENT FOR MR D HOWARD")])
    assert not GUARD.names_reader(2, [_page("Statement for Mrs Rawlinson")])


def test_an_other_persons_page_stops_the_whole_mailing() -> None:
    assert PdfProblem.OTHER_PERSON.stops_the_mailing
    assert not PdfProblem.BLANK_PAGE.stops_the_mailing


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Mr & Mrs D Howard", [("mr", "d", "howard"), ("mrs", "d", "howard")]),
        ("Mr D & Mrs J Howard", [("mr", "d", "howard"), ("mrs", "j", "howard")]),
        ("Mr A Howard", [("mr", "a", "howard")]),
        ("Miss Zoë van der Berg", [("miss", "zoe", "berg")]),
        ("The Occupier", []),
        ("Executors of Mrs Jane Howard", [("", "jane", "howard")]),
        ("Howard & Sons Ltd", []),
    ],
)
def test_an_address_line_names_people(line: str, people: list[tuple[str, str, str]]) -> None:
    named = [PrintedName(family, given, title) for title, given, family in people]
    assert [PrintedName(p.family, p.given, p.title) for p in people_in(line)] == named


def test_a_foreign_reference_is_told_with_the_letter_of_the_file_whose_it_is() -> None:
    (found,) = GUARD.check(1, [_page("Account number: 55359958")])
    assert (found.detail, found.letter) == ("reference", 2)
    (found,) = GUARD.check(1, [_page("WX11 0DA")])
    assert (found.detail, found.letter) == ("postcode", 0)
