"""A spreadsheet whose names stand beside other people's addresses is refused, with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.slipped_names import Evidence, RowNames, find_slips
from mailroom.records.models import Customer, Mailing, MailingStatus
from tests.outbound.lines import handed_in
from tests.outbound.machines import with_class
from tests.outbound.people import HEAD, account, customer, row, spreadsheet

_W_FAMILIES = (
    "Abernethy Blackwood Carmody Dunstable Eastleigh Fotheringay Gathercole Hollingdale Ibbotson Jellicoe "
    "Kettleborough Lanyon Merriweather Netherby Okafor Pemberton Quennell Rutherglen Somerville Thistlewood "
    "Underwood Venables Wetherby Yarborough"
)
FAMILIES = _W_FAMILIES.split()


def _names(*rows: tuple[str, str]) -> list[RowNames]:
    """(family addressed, family on record at the address; '' where nobody is known)."""
    return [
        RowNames(n, "name", frozenset({name} if name else ()), {Evidence.ADDRESS: frozenset({known})} if known else {})
        for n, (name, known) in enumerate(rows, 2)
    ]


def _found(rows: Sequence[RowNames], **wishes: bool) -> tuple[list[tuple[int, int]], int]:
    slips = find_slips(rows, most=1000, **wishes)
    return [(slip.row, slip.fits) for slip in slips.rows], slips.count


def _moved(by: int, *families: str) -> list[RowNames]:
    return _names(*((families[(n - by) % len(families)], known) for n, known in enumerate(families)))


def test_names_one_row_down_are_found_with_the_row_each_belongs_to() -> None:
    rows, count = _found(_moved(1, "abbot", "baker", "carter", "draper", "fowler"))
    assert rows == [(3, 2), (4, 3), (5, 4), (6, 5)]
    assert count == 4


def test_names_that_slip_in_the_middle_of_a_long_file_are_found_from_there_on() -> None:
    good = [(f.lower(), f.lower()) for f in FAMILIES[:12]]
    late = [(FAMILIES[n - 1].lower(), FAMILIES[n].lower()) for n in range(12, 24)]
    rows, _ = _found(_names(*good, *late))
    assert {row for row, _ in rows} >= set(range(16, 26))
    assert all(row > 12 and fits == row - 1 for row, fits in rows)


def test_names_up_to_three_rows_away_are_found() -> None:
    assert _found(_moved(-3, *(f.lower() for f in FAMILIES)))[1] >= 21


@pytest.mark.parametrize(
    "rows",
    [
        [("abbot", "baker"), ("baker", "abbot"), ("carter", "carter"), ("draper", "draper")],
        [("abbot", "x"), ("baker", "y"), ("carter", "z"), ("draper", "draper")],
        [("", "abbot"), ("", "baker"), ("", "carter"), ("", "draper")],
        [("abbot", ""), ("baker", ""), ("carter", ""), ("draper", "")],
        [("abbot", "abbot")] * 6,
        [("berg", "vanderberg"), ("smith", "oneillsmith"), ("oneillsmith", "smith")],
    ],
    ids=["two changed houses", "new tenants", "occupiers", "nobody known", "one family", "parts of a name"],
)
def test_what_is_no_slip_passes(rows: list[tuple[str, str]]) -> None:
    assert _found(_names(*rows)) == ([], 0)


def test_names_sorted_alone_are_found_by_two_in_three_that_disagree_and_newcomers_may() -> None:
    families = [f.lower() for f in FAMILIES]
    shuffled = _names(*((families[(5 * n + 8) % 24], known) for n, known in enumerate(families)))
    slips = find_slips(shuffled, most=1000)
    (found,) = slips.disagreements
    assert (found.kind, found.known) == (Evidence.ADDRESS, 24)
    assert found.wrong == slips.count == len(slips.rows) == 20
    assert find_slips(shuffled, most=1000, newcomers=True).disagreements == ()


def test_a_third_of_new_tenants_is_no_disagreement_and_nor_are_few_rows() -> None:
    families = [f.lower() for f in FAMILIES]
    third = _names(*((f"new{n}" if n % 3 == 0 else f, f) for n, f in enumerate(families)))
    few = _names(*((f"new{n}", f) for n, f in enumerate(families[:19])))
    assert _found(third) == _found(few) == ([], 0)


def _mailbox(n: int, family: str, mailbox: str) -> RowNames:
    return RowNames(n, "name", frozenset({family}), {Evidence.EMAIL: frozenset({mailbox})})


def test_email_addresses_that_bear_the_neighbours_names_tell_a_slip_and_others_say_nothing() -> None:
    families = [f.lower() for f in FAMILIES[:8]]
    slipped = [_mailbox(n, families[n - 1], f"ann{family}") for n, family in enumerate(families)]
    assert len(_found(slipped)[0]) == 7
    nothing_said = [_mailbox(n, family, "bluebird") for n, family in enumerate(families * 4)]
    assert _found(nothing_said) == ([], 0)


def test_mailboxes_that_say_nothing_among_namesakes_are_no_slip() -> None:
    mailboxes = ("bluebird", "sunny", "seven", "nicolawebb", "tomwebb", "webbs")
    assert _found([_mailbox(n, "webb", mailbox) for n, mailbox in enumerate(mailboxes)]) == ([], 0)


def test_no_more_slips_are_listed_than_asked_for_and_all_are_counted() -> None:
    slips = find_slips(_moved(1, *(f.lower() for f in FAMILIES)), most=5)
    assert (len(slips.rows), slips.count) == (5, 24)


@pytest.fixture
def people() -> list[Customer]:
    return [customer(f"C{n}", "Ada", family) for n, family in enumerate(FAMILIES[:6], 1)]


def _one_down(people: list[Customer], *columns: str, **blank: str) -> list[tuple[str, ...]]:
    """Rows of which some columns stand one row too low."""
    rows = [dict(zip(HEAD, row(who, **blank), strict=True)) for who in people]
    return [tuple(rows[n - 1][h] if h in columns else own[h] for h in HEAD) for n, own in enumerate(rows)]


def _refused(machines: OutboundMachines, path: Path) -> Mailing:
    mailing = handed_in(machines, path)
    assert (mailing.status, mailing.letters.count()) == (MailingStatus.REFUSED, 0)
    return mailing


NAMES = ("name", "address line 1")


@pytest.mark.django_db
@pytest.mark.parametrize("number", [True, False])
def test_a_mailing_with_a_slipped_column_is_refused_with_its_rows_named_and_nobody_in_the_messages(
    machines: OutboundMachines, tmp_path: Path, people: list[Customer], number: bool
) -> None:
    rows = _one_down(people, *NAMES, **({} if number else {"customer id": ""}))
    mailing = _refused(machines, spreadsheet(tmp_path, *rows))
    said = [(p["row"], p["column"], p["code"]) for p in mailing.problems]
    assert said == [(n, "name", "name_slipped") for n in range(3, 8)]
    words = " ".join(str(p["message"]) for p in mailing.problems)
    assert "that of row 2" in words and ("customer number" in words) == number
    assert not any(family in words for family in FAMILIES)


@pytest.mark.django_db
def test_a_sound_mailing_to_the_same_people_goes(
    machines: OutboundMachines, tmp_path: Path, people: list[Customer]
) -> None:
    path = spreadsheet(tmp_path, *(row(who) for who in people))
    assert handed_in(machines, path).status == MailingStatus.READY


@pytest.mark.django_db
def test_slipped_references_are_found(machines: OutboundMachines, tmp_path: Path, people: list[Customer]) -> None:
    for n, who in enumerate(people):
        account(who, f"5080000{n}")
    strangers = [(*row(who, **{"customer id": "", "address line 2": "9 Elm Row"}), f"5080000{(n + 1) % 6}")
                 for n, who in enumerate(people)]  # fmt: skip
    mailing = _refused(machines, spreadsheet(tmp_path, *strangers, head=(*HEAD, "reference")))
    assert "reference of its row" in mailing.problems[0]["message"]


@pytest.mark.django_db
@pytest.mark.parametrize("head", ["greeting", "email address", "recipient"])
def test_what_the_rows_say_themselves_is_enough_where_nobody_is_on_record(
    machines: OutboundMachines, tmp_path: Path, people: list[Customer], head: str
) -> None:
    cells = {
        "greeting": lambda who: f"Dear Ms {who.last_name},",
        "email address": lambda who: f"ada.{who.last_name.lower()}@mail.example",
        "recipient": lambda who: who.name,
    }[head]
    own = [row(who, **{"customer id": ""}) for who in people]
    beside = [cells(people[n - 1]) for n in range(len(people))]
    sound = spreadsheet(tmp_path, *((*r, cells(who)) for r, who in zip(own, people, strict=True)), head=(*HEAD, head))
    Customer.objects.all().update(last_name="Nobody")
    assert handed_in(machines, sound).status == MailingStatus.READY
    slipped = [(*r, cell) for r, cell in zip(own, beside, strict=True)]
    path = spreadsheet(tmp_path, *slipped, head=(*HEAD, head), name="slipped.csv")
    assert {p["code"] for p in _refused(machines, path).problems} == {"name_slipped"}


@pytest.mark.django_db
def test_names_sorted_alone_stop_a_mailing_unless_its_class_writes_to_newcomers(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    everybody = [customer(f"C{n}", "Ada", family) for n, family in enumerate(FAMILIES, 1)]
    rows = [dict(zip(HEAD, row(who, **{"customer id": ""}), strict=True)) for who in everybody]
    mixed = [tuple(rows[(5 * n + 8) % 24][h] if h in NAMES else own[h] for h in HEAD) for n, own in enumerate(rows)]
    path = spreadsheet(tmp_path, *mixed)
    mailing = _refused(machines, path)
    first = mailing.problems[0]
    assert (first["row"], first["code"]) == (0, "names_disagree")
    assert "24 rows whose address is known" in first["message"]
    movers = with_class(machines, "general_letter", to_newcomers=True)
    assert handed_in(movers, path, again=True).status == MailingStatus.READY
