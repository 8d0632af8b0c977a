from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.config.postage import load_postage
from mailroom.config.printing import Run, load_printing
from mailroom.outbound.postage import NoPrice, choose_postage
from mailroom.outbound.print_run import NoEnvelope, PrintLetter, RunPlan, plan_run
from mailroom.values.channel import LetterFormat

SITE = Path(__file__).parents[2]
PRINTING, POSTAGE = load_printing(SITE), load_postage(SITE)
MONDAY = dt.date(2026, 3, 2)


def _weekdays(day: dt.date, count: int) -> dt.date:
    while count:
        day += dt.timedelta(1)
        count -= day.weekday() < 5
    return day


BASE = PrintLetter(
    key=1,
    person="C1",
    address=("Mr A Lee", "1 High Street", "WX10 9WU"),
    postcode="WX10 9WU",
    zone="inland",
    pages=1,
    duplex=True,
    stock="white-90",
    insert="",
    format=LetterFormat.STANDARD,
    shares=True,
    service="council_tax",
)


def _plan(*letters: PrintLetter, **run: object) -> RunPlan:
    printing = PRINTING.model_copy(update={"run": Run(**run)}) if run else PRINTING  # type: ignore[arg-type]
    return plan_run(letters, "R000001", printing, POSTAGE, MONDAY, _weekdays)


def test_one_person_gets_one_envelope_where_every_class_allows_it() -> None:
    (piece,) = _plan(BASE, replace(BASE, key=2, pages=3)).pieces
    assert [x.key for x in piece.letters] == [1, 2]
    assert piece.sheets == 3
    assert len(_plan(BASE, replace(BASE, key=2, shares=False)).pieces) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"person": "C2"},
        {"address": ("Mr A Lee", "2 Other Road", "WX1 1AA")},
        {"format": LetterFormat.LARGE_PRINT},
        {"duplex": False},
        {"stock": "cream-100"},
    ],
)
def test_different_people_addresses_and_papers_never_share_an_envelope(other: dict[str, object]) -> None:
    assert len(_plan(BASE, replace(BASE, key=2, **other)).pieces) == 2  # type: ignore[arg-type]


def test_letters_of_unknown_people_at_one_address_never_share_an_envelope() -> None:
    assert len(_plan(replace(BASE, person=""), replace(BASE, key=2, person="")).pieces) == 2


def test_pieces_are_sorted_as_the_post_sorts_and_numbered_in_that_order() -> None:
    codes = ["WX10 9WU", "WX2 4GX", "AB1 1AA", "WX2 4AA", ""]
    plan = _plan(*(replace(BASE, key=n, person=f"C{n}", postcode=c) for n, c in enumerate(codes)))
    assert [p.letters[0].postcode for p in plan.pieces] == ["AB1 1AA", "WX2 4AA", "WX2 4GX", "WX10 9WU", ""]
    assert [p.number for p in plan.pieces] == [1, 2, 3, 4, 5]


def test_files_keep_envelopes_sides_stock_inserts_large_print_and_postage_apart() -> None:
    plan = _plan(
        BASE,
        replace(BASE, key=2, person="C2", pages=12),
        replace(BASE, key=3, person="C3", duplex=False),
        replace(BASE, key=4, person="C4", insert="council-tax-guide"),
        replace(BASE, key=5, person="C5", format=LetterFormat.LARGE_PRINT),
    )
    assert [f.name for f in plan.files] == [
        "R000001-C5-duplex-white-90-economy-01.pdf",
        "R000001-DL-duplex-white-90-economy-01.pdf",
        "R000001-DL-duplex-white-90-large-print-economy-01.pdf",
        "R000001-DL-duplex-white-90-council-tax-guide-economy-01.pdf",
        "R000001-DL-simplex-white-90-economy-01.pdf",
    ]


def test_pieces_of_another_postage_class_lie_in_another_file() -> None:
    soon = replace(BASE, key=2, person="C2", must_arrive=MONDAY + dt.timedelta(1))
    plan = _plan(BASE, soon)
    assert [(f.name, f.pieces[0].postage.code) for f in plan.files] == [
        ("R000001-DL-duplex-white-90-economy-01.pdf", "economy"),
        ("R000001-DL-duplex-white-90-first-01.pdf", "first"),
    ]


def test_a_file_is_cut_between_pieces_never_inside_one() -> None:
    plan = _plan(*(replace(BASE, key=n, person=f"C{n}", pages=6) for n in range(5)), sheets_per_file=7)
    assert [f.sheets for f in plan.files] == [6, 6, 3]
    assert [p.first_sheet for p in plan.files[0].pieces] == [1, 4]


def test_weight_is_envelope_paper_and_insert() -> None:
    (piece,) = _plan(replace(BASE, pages=4, insert="council-tax-guide")).pieces
    assert piece.weight_grams == pytest.approx(4.5 + 2 * 90 / 16 + 6.5, abs=0.06)


def test_a_letter_for_no_envelope_is_named() -> None:
    with pytest.raises(NoEnvelope, match="letter 1 has 61 sheets"):
        _plan(replace(BASE, pages=122))


@pytest.mark.parametrize(
    ("must_arrive", "code", "late"),
    [
        (None, "economy", False),
        (dt.date(2026, 3, 11), "economy", False),
        (dt.date(2026, 3, 10), "second", False),
        (dt.date(2026, 3, 9), "second", False),
        (dt.date(2026, 3, 6), "first", False),
        (dt.date(2026, 3, 2), "first", True),
    ],
)
def test_the_cheapest_class_in_time_is_taken(must_arrive: dt.date | None, code: str, late: bool) -> None:
    chosen = choose_postage(POSTAGE, 1, "letter", "inland", MONDAY, must_arrive, _weekdays)
    assert (chosen.code, chosen.late) == (code, late)


def test_prices_are_those_of_the_day_and_of_the_sheets() -> None:
    def first(day: dt.date, sheets: int) -> int:
        return choose_postage(POSTAGE, sheets, "letter", "inland", day, day + dt.timedelta(1), _weekdays).pence

    assert first(dt.date(2026, 4, 8), 1) == 156
    assert first(dt.date(2026, 4, 6), 1) == 170
    assert first(dt.date(2026, 4, 8), 7) == 176 + 2 * 5


def test_a_day_before_all_prices_is_a_misconfiguration() -> None:
    with pytest.raises(NoPrice, match=r"postage\.toml"):
        choose_postage(POSTAGE, 1, "letter", "inland", dt.date(2001, 1, 1), None, _weekdays)


LETTERS = st.lists(
    st.builds(
        PrintLetter,
        key=st.integers(1, 10**6),
        person=st.sampled_from(["", "C1", "C2", "C3"]),
        address=st.sampled_from([("A", "1 Road", "WX1 1AA"), ("B", "2 Road", "WX2 1AA")]),
        postcode=st.sampled_from(["WX1 1AA", "WX10 1AA", ""]),
        zone=st.just("inland"),
        pages=st.integers(1, 30),
        duplex=st.booleans(),
        stock=st.sampled_from(["white-90", "cream-100"]),
        insert=st.sampled_from(["", "council-tax-guide"]),
        format=st.sampled_from([LetterFormat.STANDARD, LetterFormat.LARGE_PRINT]),
        shares=st.booleans(),
        service=st.just("rents"),
    ),
    max_size=30,
    unique_by=lambda x: x.key,
)


@given(LETTERS)
def test_every_letter_is_printed_exactly_once_and_no_envelope_holds_two_people(letters: list[PrintLetter]) -> None:
    plan = _plan(*letters)
    assert sorted(x.key for p in plan.pieces for x in p.letters) == sorted(x.key for x in letters)
    assert [p.number for p in plan.pieces] == list(range(1, len(plan.pieces) + 1))
    for piece in plan.pieces:
        assert len({(x.person, x.address) for x in piece.letters}) == 1
        assert len(piece.letters) == 1 or piece.letters[0].person
        assert piece.sheets <= piece.envelope.most_sheets
