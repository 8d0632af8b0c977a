"""Who is counted as reading paper, when, and that no two tables differ by a few people."""

from __future__ import annotations

import datetime as dt

import pytest

from mailroom.records import monthly_counts
from mailroom.records.models import Customer, Letter, LetterStatus, Mailing, MonthCounted, PaperReaders
from mailroom.values.month import Month
from mailroom.values.period import Period
from mailroom.wiring.reports import Reports

pytestmark = pytest.mark.django_db

SEPTEMBER, DECEMBER, MARCH = Month(2026, 9), Month(2026, 12), Month(2027, 3)


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def write(month: Month, people: int, service: str = "waste", after: int = 0) -> None:
    """So many customers get a letter on paper in the month, and a second one a day later."""
    sent = noon(month.first + dt.timedelta(days=7))
    for n in range(after, after + people):
        customer, _ = Customer.objects.get_or_create(
            id=f"S{n:06d}", defaults={"first_name": "S", "last_name": f"P{n}", "date_of_birth": dt.date(1950, 1, 1)}
        )
        for days in (0, 1):
            mailing = Mailing.objects.create(
                service=service, document_class="bill", title="t", source="api", submitted_by="a", submitted_at=sent
            )
            Letter.objects.create(
                mailing=mailing, position=1, customer=customer, postcode="WX1 4AB", rule="law", decided_at=sent,
                status=LetterStatus.POSTED, sent_at=sent + dt.timedelta(days=days), page_count=1,
            )  # fmt: skip

    Letter.objects.filter(created_at__gt=sent, sent_at__gte=sent).update(created_at=sent)


def counted(on: dt.date) -> Reports:
    reports = Reports.read()
    reports.figures.bring_up_to_date(noon(on))
    return reports


def shown(reports: Reports, last: Month, today: dt.date) -> tuple[Month | None, int | None]:
    view = reports.overview(Period.one(last), "", today)
    return view.people_in, view.by_age.total if view.people_in else None


def test_a_customer_counts_once_over_all_in_one_month_and_once_a_service_in_another() -> None:
    for month in (SEPTEMBER, DECEMBER):
        write(month, 12)
        write(month, 5, "rents", after=10)
    counted(dt.date(2027, 1, 10))
    found = PaperReaders.objects.values_list("month", "service", "people").order_by("month", "service")
    assert list(found) == [
        (SEPTEMBER.first, "", 15), (DECEMBER.first, "rents", 5), (DECEMBER.first, "waste", 12)
    ]  # fmt: skip


def test_a_service_is_never_shown_in_the_month_of_the_council_it_could_be_taken_from() -> None:
    for n in range(1, 13):
        MonthCounted.objects.create(month=Month(2026, n).first, on=dt.date(2027, 6, 1))
    for n in range(1, 13):
        of_all, of_one = (monthly_counts.month_of_readers(Month(2026, n), service) for service in ("", "waste"))
        assert of_all != of_one or (of_all, of_one) == (None, None)
        assert {m.number for m in (of_all, of_one) if m} <= {3, 6, 9, 12}


def test_readers_are_shown_from_ten_days_after_the_month_they_are_counted_of() -> None:
    write(SEPTEMBER, 20)
    assert shown(counted(dt.date(2026, 10, 9)), Month(2026, 10), dt.date(2026, 10, 9)) == (None, None)
    assert shown(counted(dt.date(2026, 10, 10)), Month(2026, 10), dt.date(2026, 10, 10)) == (SEPTEMBER, 20)
    write(MARCH, 40)
    for today in (dt.date(2027, 3, 20), dt.date(2027, 4, 9)):
        assert shown(counted(today), MARCH, today) == (SEPTEMBER, 20)
    after = dt.date(2027, 4, 10)
    assert shown(counted(after), MARCH, after) == (MARCH, 40)
    assert shown(counted(after), Month(2027, 2), after) == (SEPTEMBER, 20)
    assert not PaperReaders.objects.exclude(month__in=(SEPTEMBER.first, MARCH.first)).exists()


def test_no_two_periods_can_be_taken_from_each_other_since_all_of_a_quarter_show_one_table() -> None:
    for month in (SEPTEMBER, Month(2026, 10), Month(2026, 11)):
        write(month, 20 if month == SEPTEMBER else 35)
    today = dt.date(2026, 12, 1)
    reports = counted(today)
    april = Month(2026, 4)
    views = [
        reports.overview(Period(first, last), "", today)
        for first, last in ((april, Month(2026, 11)), (april, Month(2026, 10)), (april, SEPTEMBER),
                            (Month(2026, 10), Month(2026, 11)), (Month(2026, 11), Month(2026, 11)))
    ]  # fmt: skip
    assert len({(v.people_in, v.by_age, v.by_sector) for v in views}) == 1


def test_a_table_that_was_shown_never_changes_by_a_person() -> None:
    """The day before and the day after would differ by them alone."""
    write(SEPTEMBER, 24)
    counted(dt.date(2026, 10, 10))
    before = sorted(monthly_counts.groups_of_readers(SEPTEMBER, ""))
    write(SEPTEMBER, 1, after=24)
    for today in (dt.date(2026, 10, 11), dt.date(2026, 11, 30), dt.date(2027, 2, 1)):
        reports = counted(today)
        assert shown(reports, Month(2026, 10), today) == (SEPTEMBER, 20), "and not 30, which 25 would be"
    assert sorted(monthly_counts.groups_of_readers(SEPTEMBER, "")) == before


def test_a_count_begun_while_its_month_still_ran_is_made_again_once_that_is_over() -> None:
    PaperReaders.objects.create(
        month=SEPTEMBER.first, service="", sector="WX1 4", age_band="65-74", why="law", people=3
    )
    write(SEPTEMBER, 20)
    reports = counted(dt.date(2026, 9, 20))
    assert shown(reports, SEPTEMBER, dt.date(2026, 9, 20)) == (None, None)
    assert shown(counted(dt.date(2026, 10, 12)), SEPTEMBER, dt.date(2026, 10, 12)) == (SEPTEMBER, 20)
