from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailroom.config.targets import Sources
from mailroom.records import daily_counts, figure_listing, figure_rows
from mailroom.records.daily_counts import Counting, catch_up, counted, differences, kept, make_again
from mailroom.records.figure_listing import Wanted, Ways
from mailroom.records.models import (
    Batch,
    DailyCount,
    Event,
    Item,
    Letter,
    LetterStatus,
    Mailing,
    Mailpiece,
    MonthCount,
    PrintRun,
)
from mailroom.records.outgoing_counts import left, stayed
from mailroom.records.rolling import Rules, days_taken
from mailroom.targets.service_levels import level
from mailroom.values.counts import Cause, Clock, DayCount, Direction, Tally
from mailroom.values.month import Month

LONDON = ZoneInfo("Europe/London")
COUNTING = Counting(
    Rules(lambda service, channel, flags: "foi" if "foi" in flags else "letters", 1, 2),
    LONDON,
    lambda source: "email" if source.startswith("mailbox") else "post",
    frozenset({"economy"}),
)
DAY = dt.date(2026, 10, 5)
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def at(day: int, hour: int = 12, month: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


@pytest.fixture
def batch(db: None) -> Batch:
    return Batch.objects.create(original="a" * 64, filename="a.pdf", source="scanner-1", duplex=True, received=DAY)


_position = iter(range(1, 10**9))


def item(batch: Batch, **changes: object) -> Item:
    facts: dict[str, object] = {
        "position": next(_position),
        "first_page": 1,
        "last_page": 3,
        "received": DAY,
        "service": "council_tax",
        "doc_type": "letter",
        "team": "ct",
        "due": dt.date(2026, 10, 19),
        "decided_by": "line",
        "decision": {"classification": {"service": "council_tax"}},
    }
    return Item.objects.create(batch=batch, **{**facts, **changes})


def tally(found: daily_counts.Roll, kind: Tally) -> int:
    return sum(t.items for t in found.tallies if t.tally is kind)


def test_sides_scanned_both_ways_are_half_as_many_sheets(batch: Batch) -> None:
    item(batch)
    (row,) = counted(DAY, DAY, COUNTING).counts
    assert (row.items, row.sheets, row.channel, row.direction) == (1, 2, "post", Direction.IN)


def test_an_answer_on_the_last_day_just_before_midnight_in_summer_time_is_in_time(batch: Batch) -> None:
    item(batch, answered_at=at(19, 22))  # 23:00 in London
    item(batch, answered_at=dt.datetime(2026, 10, 19, 23, 30, tzinfo=dt.UTC))  # 00:30 on the 20th in London
    found = counted(DAY, DAY, COUNTING)
    assert (tally(found, Tally.IN_TIME), tally(found, Tally.LATE)) == (1, 1)


@pytest.mark.parametrize(
    ("received", "stopped", "days"),
    [
        (dt.date(2026, 10, 5), dt.date(2026, 10, 5), 0),
        (dt.date(2026, 10, 5), dt.date(2026, 10, 19), 10),
        (dt.date(2026, 12, 24), dt.date(2026, 12, 29), 1),  # 25th, and the substitute for the 26th on Monday 28th
        (dt.date(2027, 3, 25), dt.date(2027, 3, 30), 1),  # Good Friday and Easter Monday
        (dt.date(2026, 10, 10), dt.date(2026, 10, 12), 0),  # a Saturday's post counts as Monday's
        (dt.date(2026, 3, 27), dt.date(2026, 3, 30), 1),  # the clocks change in between
    ],
)
def test_days_taken_skip_weekends_and_bank_holidays(received: dt.date, stopped: dt.date, days: int) -> None:
    assert days_taken(received, stopped) == days


def test_a_running_clock_keeps_its_last_day(batch: Batch) -> None:
    item(batch)
    found = {c.clock: c for c in counted(DAY, DAY, COUNTING).clocks}
    assert (found[Clock.ANSWERED].days, found[Clock.ANSWERED].due) == (None, dt.date(2026, 10, 19))
    assert found[Clock.ROUTED].due == dt.date(2026, 10, 6)


def test_an_item_that_needs_no_answer_has_no_answering_clock(batch: Batch) -> None:
    item(batch, due=None)
    assert {c.clock for c in counted(DAY, DAY, COUNTING).clocks} == {Clock.ROUTED, Clock.SEEN}


def test_an_item_a_person_was_asked_about_is_not_auto_routed(batch: Batch) -> None:
    asked = item(batch, routed_at=at(6))
    Event.record("item.to_review", asked)
    item(batch, routed_at=at(5))
    moved = item(batch, routed_at=at(5), service="benefits")
    found = counted(DAY, DAY, COUNTING)
    assert (tally(found, Tally.DECIDED), tally(found, Tally.AUTO_ROUTED), tally(found, Tally.CORRECTED)) == (3, 2, 1)
    assert moved.decided_by == "line"


def test_a_chased_item_and_its_chaser_are_not_settled_at_first_contact(batch: Batch) -> None:
    first = item(batch, answered_at=at(12))
    item(batch, answered_at=at(12), chases=first)
    item(batch, answered_at=at(12))
    found = counted(DAY, DAY, COUNTING)
    assert (tally(found, Tally.CHASER), tally(found, Tally.FIRST_CONTACT)) == (1, 1)


def letter(mailing: Mailing, **changes: object) -> Letter:
    facts: dict[str, object] = {"position": next(_position), "page_count": 3, "sent_at": at(5)}
    return Letter.objects.create(mailing=mailing, **{**facts, **changes})


@pytest.fixture
def mailing(db: None) -> Mailing:
    return Mailing.objects.create(
        service="council_tax", document_class="bill", title="t", source="api", submitted_by="a", submitted_at=at(4)
    )


def piece(run: PrintRun, number: int, postage: str, pence: int) -> Mailpiece:
    return Mailpiece.objects.create(
        run=run, number=number, file="a.pdf", first_sheet=1, sheets=2, pages=3, envelope="C5", stock="white-90",
        postage=postage, weight_grams=10, cost_pence=pence,
    )  # fmt: skip


def test_each_letter_has_one_cause_and_the_first_of_an_envelope_bears_its_postage(mailing: Mailing) -> None:
    run = PrintRun.objects.create(cut_off=at(5), built_by="a")
    shared, cheap = piece(run, 1, "second", 69), piece(run, 2, "economy", 60)
    for mailpiece in (shared, shared, cheap):
        letter(mailing, status=LetterStatus.POSTED, mailpiece=mailpiece)
    letter(mailing, status=LetterStatus.DELIVERED)
    letter(mailing, status=LetterStatus.WITHHELD, sent_at=None, decided_at=at(5))
    letter(mailing, status=LetterStatus.CANCELLED, sent_at=None, decided_at=at(5))
    letter(mailing, status=LetterStatus.TO_PRINT, sent_at=None, decided_at=at(5))
    found = {row.cause: row for row in counted(DAY, DAY, COUNTING).counts}
    assert {cause: row.items for cause, row in found.items()} == dict.fromkeys(Cause, 1)
    assert {c: found[c].pence for c in (Cause.NONE, Cause.CONSOLIDATED, Cause.CHEAPER_CLASS)} == {
        Cause.NONE: 69,
        Cause.CONSOLIDATED: 0,
        Cause.CHEAPER_CLASS: 60,
    }
    assert all(row.sheets == 2 for row in found.values())


@pytest.mark.parametrize("sent", [True, False])
def test_a_letter_settled_at_the_very_midnight_is_the_new_days(mailing: Mailing, sent: bool) -> None:
    midnight = dt.datetime(2026, 10, 4, 23, tzinfo=dt.UTC)  # 00:00 on the 5th in London
    facts = {"status": LetterStatus.EMAILED, "sent_at": midnight}
    if not sent:
        facts = {"status": LetterStatus.WITHHELD, "sent_at": None, "decided_at": midnight}
    one = letter(mailing, **facts)
    before = DAY - dt.timedelta(days=1)
    assert [row.day for row in counted(DAY, DAY, COUNTING).counts] == [DAY]
    assert counted(before, before, COUNTING).counts == ()
    half = left if sent else stayed
    assert list(half(DAY, DAY, LONDON)) == [one]
    assert not half(before, before, LONDON).exists()


def test_the_first_catching_up_counts_everything_and_the_next_only_what_changed(batch: Batch, mailing: Mailing) -> None:
    one, letter_sent = item(batch), letter(mailing, status=LetterStatus.EMAILED)
    catch_up(NOW, COUNTING)
    assert differences(COUNTING) == []
    Item.objects.filter(pk=one.pk).update(answered_at=at(12))
    Letter.objects.filter(pk=letter_sent.pk).update(status=LetterStatus.BOUNCED)
    assert len(differences(COUNTING)) == 4  # the day's counts, clocks and tallies, and the month's counts
    Event.record("item.answered", one)
    Event.record("letter.bounced", letter_sent)
    catch_up(NOW, COUNTING)
    assert differences(COUNTING) == []


def test_a_count_nobody_can_explain_is_found_and_made_right(batch: Batch) -> None:
    item(batch)
    make_again([DAY], COUNTING)
    DailyCount.objects.update(items=7)
    assert differences(COUNTING) == ["2026-10-05: the counts kept are not what the rows say."]
    make_again(daily_counts.all_days(LONDON), COUNTING)
    assert differences(COUNTING) == []


def test_a_months_count_nobody_can_explain_is_found_and_made_right(batch: Batch) -> None:
    item(batch)
    make_again([DAY], COUNTING)
    MonthCount.objects.update(items=7)
    wrong = "the counts kept of the month are not what the rows say."
    assert differences(COUNTING) == [f"2026-10: {wrong}"]
    MonthCount.objects.update(items=1)
    MonthCount.objects.create(
        month=Month(2025, 3).index, direction="in", channel="post", items=3, sheets=3, pence=0
    )  # of a month without any mail
    assert differences(COUNTING) == [f"2025-03: {wrong}"]
    make_again(daily_counts.all_days(LONDON), COUNTING)
    assert differences(COUNTING) == []


def test_a_month_follows_each_day_that_is_counted_again(batch: Batch) -> None:
    first = item(batch)
    item(batch, received=dt.date(2026, 10, 6), service="waste")
    make_again(daily_counts.all_days(LONDON), COUNTING)
    Item.objects.filter(pk=first.pk).update(received=dt.date(2026, 11, 2))
    make_again([DAY, dt.date(2026, 11, 2)], COUNTING)
    kept_now = {(r.day.month, r.service): r.items for r in figure_rows.counts(Month(2026, 10), Month(2026, 11))}
    assert kept_now == {(10, "waste"): 1, (11, "council_tax"): 1}


def test_a_month_is_summed_but_for_months_whose_price_changes(batch: Batch) -> None:
    item(batch)
    item(batch, received=dt.date(2026, 10, 6))
    make_again(daily_counts.all_days(LONDON), COUNTING)
    (row,) = figure_rows.counts(Month(2026, 10), Month(2026, 10))
    assert (row.day, row.items) == (dt.date(2026, 10, 1), 2)
    assert len(figure_rows.counts(Month(2026, 10), Month(2026, 10), by_day=[Month(2026, 10)])) == 2


_moments = st.one_of(
    st.none(), st.integers(1774569600, 1777593600).map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))
)
"""From 27 March to 1 May 2026, over the change to summer time."""

_changes = st.fixed_dictionaries(
    {
        "received": st.dates(dt.date(2026, 3, 25), dt.date(2026, 4, 10)),
        "service": st.sampled_from(["", "council_tax", "waste"]),
        "doc_type": st.sampled_from(["letter", "form"]),
        "flags": st.sampled_from([[], ["foi"]]),
        "due": st.one_of(st.none(), st.dates(dt.date(2026, 4, 1), dt.date(2026, 4, 30))),
        "routed_at": _moments,
        "answered_at": _moments,
    }
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_changes, min_size=1, max_size=12))
def test_what_is_kept_is_what_the_rows_say_and_slices_add_up(batch: Batch, rows: list[dict[str, object]]) -> None:
    Item.objects.all().delete()
    for row in rows:
        item(batch, **row)
    days = list(daily_counts.all_days(LONDON))
    make_again(days, COUNTING)
    assert differences(COUNTING) == []
    whole = kept(days[0], days[-1])
    assert sum(c.items for c in whole.counts) == len(rows)
    assert sum(c.items for c in whole.clocks if c.clock is Clock.ROUTED) == len(rows)
    months = figure_rows.clocks(Month(2026, 3), Month(2026, 4))
    parts = [figure_rows.clocks(Month(2026, 3), Month(2026, 4), s) for s in ("council_tax", "waste")]
    for clock in Clock:
        nowhere = sum(c.items for c in whole.clocks if c.clock is clock and not c.service)
        sliced = sum(c.items for part in parts for c in part if c.clock is clock)
        assert sliced + nowhere == sum(c.items for c in months if c.clock is clock)
        for today in (dt.date(2026, 4, 8), dt.date(2026, 5, 20)):
            assert level(months, clock, today) == level(whole.clocks, clock, today)
    answering = figure_rows.answering_by_month(Month(2026, 3), Month(2026, 4))
    for month in (Month(2026, 3), Month(2026, 4)):
        for code in ("letters", "foi"):
            shown, wanted = (
                [c for c in rows_of if Month.of(c.received) == month and c.standard == code]
                for rows_of in (answering, whole.clocks)
            )
            assert level(shown, Clock.ANSWERED, month.last) == level(wanted, Clock.ANSWERED, month.last)


CAUSED = [{"cause": c.value} for c in Cause if c] + [{}, {"paper": True}, {"saved": True}, {"channel": "email"}]


@pytest.mark.parametrize("narrowed", CAUSED)
def test_a_figures_letters_are_those_that_were_counted(mailing: Mailing, narrowed: dict[str, object]) -> None:
    """Each status once alone, once in an envelope with an earlier letter, in either class of postage."""
    run = PrintRun.objects.create(cut_off=at(5), built_by="a")
    for number, status in enumerate(LetterStatus):
        moments = {"sent_at": at(5)} if status.has_left_us or status == LetterStatus.RETURNED else {}
        letter(mailing, status=status, decided_at=at(5), **moments)
        for postage in ("second", "economy"):
            envelope = piece(run, 2 * number + (postage == "second") + 1, postage, 69)
            for _ in range(2):
                posted = status in (LetterStatus.POSTED, LetterStatus.RETURNED)
                letter(mailing, status=status, decided_at=at(5), mailpiece=envelope if posted else None, **moments)
    wanted = Wanted(DAY, DAY, service=mailing.service, **narrowed)  # type: ignore[arg-type]
    rows = figure_listing.letters(wanted, Ways(LONDON, Sources(), (), ("economy",)))
    held = sum(c.items for c in counted(DAY, DAY, COUNTING).counts if _fits(c, narrowed))
    found = [row.pk for row in rows]
    assert held == len(found) == len(set(found)) > 0
    assert found == rows.keys(1000)


def _fits(row: DayCount, narrowed: dict[str, object]) -> bool:
    """The figure itself."""
    if narrowed.get("paper"):
        return bool(row.paper_items)
    if narrowed.get("saved"):
        return bool(row.cause)
    return narrowed.get("cause", row.cause) == row.cause and narrowed.get("channel", row.channel) == row.channel


def test_a_list_in_two_parts_is_read_as_one(mailing: Mailing) -> None:
    for n in range(7):
        letter(mailing, status=LetterStatus.POSTED, sent_at=at(5, hour=9 + n % 3))
        letter(mailing, status=LetterStatus.WITHHELD, decided_at=at(5))
    rows = figure_listing.letters(Wanted(DAY, DAY), Ways(LONDON, Sources(), (), ()))
    whole = list(rows)
    assert [r.status for r in whole] == ["posted"] * 7 + ["withheld"] * 7
    assert [r.sent_at for r in whole[:7]] == sorted(r.sent_at for r in whole[:7] if r.sent_at)
    keys = [row.pk for row in whole]
    assert [rows.keys(most) for most in (0, 5, 7, 10, 14, 100)] == [keys[:most] for most in (0, 5, 7, 10, 14, 100)]
    for start in range(15):
        assert rows.rows(keys[start : start + 3]) == whole[start : start + 3]
    assert rows.rows([]) == [] and rows.rows([keys[3], 10**9, keys[9]]) == [whole[3], whole[9]]


def test_the_rows_of_a_page_cost_no_question_each(
    mailing: Mailing, django_assert_max_num_queries: Callable[..., object]
) -> None:
    run = PrintRun.objects.create(cut_off=at(5), built_by="a")
    for number in range(1, 9):
        letter(mailing, status=LetterStatus.POSTED, mailpiece=piece(run, number, "second", 69))
    listed = figure_listing.letters(Wanted(DAY, DAY, paper=True), Ways(LONDON, Sources(), (), ()))
    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        found = listed.rows(listed.keys(100))
        assert {row.mailpiece.run.number for row in found if row.mailpiece} == {run.number}
