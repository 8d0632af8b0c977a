from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.config.postage import Postage, PostageClass, PriceTable, Proof, load_postage
from mailroom.config.printing import Run, load_printing
from mailroom.outbound.postage import NoPrice, choose_postage
from mailroom.outbound.print_run import NoEnvelope, PrintLetter, RunPlan, plan_run
from mailroom.records.models import Mailpiece
from mailroom.values.channel import LetterFormat
from mailroom.values.working_days import add_working_days

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


def test_a_files_name_is_one_that_the_records_can_keep_however_many_inserts_it_has() -> None:
    codes = [f"leaflet-of-the-{name}-service" for name in ("waste", "planning", "housing", "parking")]
    letters = [replace(BASE, key=n, insert=code) for n, code in enumerate(codes)]
    files = [_plan(*letters).files, _plan(*letters, replace(BASE, key=9, insert="leaflet-of-the-zoo")).files]
    names = [file.name for run in files for file in run]
    assert len(names) == len(set(names)) == 2
    assert max(map(len, names)) <= Mailpiece._meta.get_field("file").max_length
    assert all(name.startswith("R000001-") and name.endswith("-01.pdf") for name in names)


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


def test_a_run_may_be_sorted_by_service_or_as_the_letters_came() -> None:
    mixed = [("waste", "WX10 9WU"), ("rents", "WX2 4GX"), ("waste", "AB1 1AA"), ("rents", "WX10 9WU")]
    letters = [
        replace(BASE, key=9 - n, person=f"C{n}", service=service, postcode=code)
        for n, (service, code) in enumerate(mixed)
    ]
    by_service = [(x.service, x.postcode) for p in _plan(*letters, sort="service").pieces for x in p.letters]
    assert by_service == [("rents", "WX2 4GX"), ("rents", "WX10 9WU"), ("waste", "AB1 1AA"), ("waste", "WX10 9WU")]
    as_they_came = [x.key for p in _plan(*letters, sort="submitted").pieces for x in p.letters]
    assert as_they_came == [6, 7, 8, 9]
    by_postcode = [x.postcode for p in _plan(*letters, sort="postcode").pieces for x in p.letters]
    assert by_postcode == ["AB1 1AA", "WX2 4GX", "WX10 9WU", "WX10 9WU"]


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


def _classes(*kinds: tuple[str, int, int, Proof]) -> Postage:
    """(code, slowest days, pence, proof) of each."""
    return Postage(
        postage_class=tuple(
            PostageClass(code=code, name=code, slowest_days=days, gives_proof=proof) for code, days, _, proof in kinds
        ),
        price=tuple(
            PriceTable(postage=code, valid_from=dt.date(2026, 1, 1), pence=(pence,), source="test")
            for code, _, pence, _ in kinds
        ),
    )


FOUR_CLASSES = _classes(
    ("second", 5, 73, Proof.NONE),
    ("certified", 5, 73, Proof.POSTING),
    ("signed", 3, 250, Proof.DELIVERY),
    ("first", 1, 156, Proof.NONE),
)


@pytest.mark.parametrize(
    ("days", "needs_proof", "code", "late"),
    [
        (None, False, "second", False),
        (None, True, "certified", False),
        (7, True, "certified", False),
        (3, True, "signed", False),
        (3, False, "first", False),
        (1, True, "signed", True),  # first class would be in time, with nothing to show for it
    ],
)
def test_what_needs_proof_goes_by_the_cheapest_class_in_time_that_gives_it_and_nothing_else_does(
    days: int | None, needs_proof: bool, code: str, late: bool
) -> None:
    must_arrive = None if days is None else MONDAY + dt.timedelta(days)
    for postage in (FOUR_CLASSES, FOUR_CLASSES.model_copy(update={"postage_class": FOUR_CLASSES.postage_class[::-1]})):
        chosen = choose_postage(postage, 1, "letter", "inland", MONDAY, must_arrive, _weekdays, needs_proof=needs_proof)
        assert (chosen.code, chosen.late) == (code, late)


def test_where_no_class_gives_proof_the_choice_says_that_there_is_none() -> None:
    plain = _classes(("second", 5, 73, Proof.NONE), ("first", 1, 156, Proof.NONE))
    chosen = choose_postage(plain, 1, "letter", "inland", MONDAY, None, _weekdays, needs_proof=True)
    assert (chosen.code, chosen.proves) == ("second", False)


def test_an_envelope_needs_proof_if_any_letter_in_it_does_and_lies_in_a_file_of_its_own() -> None:
    plan = _plan(BASE, replace(BASE, key=2, needs_proof=True), replace(BASE, key=3, person="C3"))
    assert [(f.name, [p.needs_proof for p in f.pieces], f.pieces[0].postage.code) for f in plan.files] == [
        ("R000001-DL-duplex-white-90-economy-01.pdf", [False], "economy"),
        ("R000001-DL-duplex-white-90-proof-certified-01.pdf", [True], "certified"),
    ]


DAYS = st.dates(dt.date(2026, 1, 5), dt.date(2027, 12, 31))


@given(posted=DAYS, given_days=st.none() | st.integers(-2, 25), sheets=st.integers(1, 12))
def test_whatever_the_day_and_its_holidays_no_cheaper_class_would_have_been_there_in_time(
    posted: dt.date, given_days: int | None, sheets: int
) -> None:
    """Every class is dated here by walking the calendar day by day, holidays of England and Wales left out."""
    must_arrive = None if given_days is None else posted + dt.timedelta(given_days)
    chosen = choose_postage(POSTAGE, sheets, "letter", "inland", posted, must_arrive, add_working_days)
    offers = {}
    for code, days in (("first", 1), ("second", 5), ("economy", 7)):
        table = POSTAGE.table(code, "letter", "inland", posted)
        assert table is not None
        offers[code] = (table.price(sheets), _walked(posted, days))
    assert (chosen.pence, chosen.arrives_by) == offers[chosen.code]
    in_time = [pence for pence, there in offers.values() if must_arrive is None or there <= must_arrive]
    assert chosen.late == (not in_time)
    if in_time:
        assert chosen.pence == min(in_time)
    else:
        assert chosen.arrives_by == min(there for _, there in offers.values())


HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=(2026, 2027, 2028))


def _walked(day: dt.date, count: int) -> dt.date:
    """The count-th day of work after the day of posting, which is itself put off to a day of work."""
    while day.weekday() > 4 or day in HOLIDAYS:
        day += dt.timedelta(1)
    for _ in range(count):
        day += dt.timedelta(1)
        while day.weekday() > 4 or day in HOLIDAYS:
            day += dt.timedelta(1)
    return day


@pytest.mark.parametrize(
    ("posted", "must_arrive", "code"),
    [
        (
            dt.date(2026, 3, 31),
            dt.date(2026, 4, 8),
            "first",
        ),  # Good Friday and Easter Monday between: 9 April otherwise
        (dt.date(2026, 3, 31), dt.date(2026, 4, 9), "second"),
        (dt.date(2026, 3, 24), dt.date(2026, 3, 31), "second"),  # the week before, without a holiday
        (dt.date(2026, 12, 23), dt.date(2026, 12, 30), "first"),  # Christmas, and Boxing Day kept on Monday 28
        (dt.date(2026, 12, 23), dt.date(2027, 1, 4), "second"),
    ],
)
def test_bank_holidays_on_the_way_make_a_class_too_slow(posted: dt.date, must_arrive: dt.date, code: str) -> None:
    assert choose_postage(POSTAGE, 1, "letter", "inland", posted, must_arrive, add_working_days).code == code


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
