from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from mailroom.records import monthly_counts
from mailroom.records.models import Letter, LetterStatus, Mailing, ReplyCode
from mailroom.values.month import Month

LONDON = ZoneInfo("Europe/London")
OCTOBER, TODAY = Month(2026, 10), dt.date(2026, 11, 13)
PRINTED = dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def mailing(service: str, document_class: str) -> Mailing:
    return Mailing.objects.create(
        service=service, document_class=document_class, title="t", source="api", submitted_by="a", submitted_at=PRINTED
    )


def prompt(of: Mailing, number: int, opened: bool = False, confirmed: bool = False, **changes: object) -> None:
    facts = {"status": LetterStatus.POSTED, "sent_at": PRINTED, "page_count": 1, **changes}
    letter = Letter.objects.create(mailing=of, position=number, **facts)
    code = ReplyCode.objects.create(
        code=f"{of.pk:04d}{number:06d}",
        letter=letter,
        opened_at=PRINTED if opened else None,
        used_at=PRINTED if confirmed else None,
    )
    ReplyCode.objects.filter(pk=code.pk).update(created_at=PRINTED)


def test_opt_in_prompts_are_counted_by_letter_class_as_printed_opened_and_confirmed() -> None:
    bills, reminders = mailing("council_tax", "council_tax_bill"), mailing("council_tax", "council_tax_reminder")
    rents = mailing("rents", "rent_statement")
    for number in (1, 2, 3, 4):
        prompt(bills, number, opened=number < 4, confirmed=number == 1)
    prompt(reminders, 1, opened=True)
    prompt(rents, 1)
    monthly_counts.keep(OCTOBER, [], LONDON, TODAY)
    assert list(monthly_counts.prompts(OCTOBER, OCTOBER, "")) == [
        ("council_tax", "council_tax_bill", 4, 3, 1),
        ("council_tax", "council_tax_reminder", 1, 1, 0),
        ("rents", "rent_statement", 1, 0, 0),
    ]
    assert list(monthly_counts.prompts(OCTOBER, OCTOBER, "rents")) == [("rents", "rent_statement", 1, 0, 0)]


def test_a_prompt_on_a_letter_that_never_left_was_not_printed() -> None:
    bills = mailing("council_tax", "council_tax_bill")
    prompt(bills, 1)
    prompt(bills, 2, status=LetterStatus.WITHHELD, sent_at=None)
    prompt(bills, 3, status=LetterStatus.DELIVERED)
    monthly_counts.keep(OCTOBER, [], LONDON, TODAY)
    assert list(monthly_counts.prompts(OCTOBER, OCTOBER, "")) == [("council_tax", "council_tax_bill", 1, 0, 0)]


def test_a_choice_confirmed_by_reply_counts_as_opened_too() -> None:
    """Somebody who confirmed by a link in an email may never have opened the printed page's own address."""
    prompt(mailing("council_tax", "council_tax_bill"), 1, confirmed=True)
    monthly_counts.keep(OCTOBER, [], LONDON, TODAY)
    assert list(monthly_counts.prompts(OCTOBER, OCTOBER, "")) == [("council_tax", "council_tax_bill", 1, 1, 1)]


def test_a_month_is_counted_again_until_its_prompts_have_run_out() -> None:
    monthly_counts.keep(OCTOBER, [], LONDON, TODAY)
    assert monthly_counts.months_to_count(TODAY, OCTOBER) == [Month(2026, 11)]
    assert OCTOBER in monthly_counts.months_to_count(TODAY + dt.timedelta(days=1), OCTOBER)
    after = dt.date(2027, 3, 1)
    monthly_counts.keep(OCTOBER, [], LONDON, after)
    assert OCTOBER not in monthly_counts.months_to_count(after + dt.timedelta(days=1), OCTOBER)
