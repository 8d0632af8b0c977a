from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import email, mailings
from mailroom.outbound.steps.mailings import NotNow
from mailroom.outbound.steps.parts import lock_in_order
from mailroom.outbound.steps.sweep import sweep
from mailroom.records.models import Customer, Event, Letter, LetterStatus, Mailing, MailingStatus
from tests.outbound.lines import decided, handed_in, run_line
from tests.outbound.machines import Clock, RememberingMail, RememberingQueues, with_class
from tests.outbound.people import customer, emailable, row, spreadsheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(machines: OutboundMachines, tmp_path: Path) -> Mailing:
    """Two letters: one by email, one on paper."""
    return handed_in(machines, spreadsheet(tmp_path, row(emailable("C1")), row(customer("C2", "Ben"))))


def _sent(machines: OutboundMachines) -> int:
    assert isinstance(machines.mail, RememberingMail)
    return len(machines.mail.sent)


def _states(mailing: Mailing) -> list[str]:
    return list(mailing.letters.order_by("position").values_list("status", flat=True))


def test_the_second_person_is_another_and_only_then_anything_is_queued(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    careful = with_class(machines, "general_letter", needs_approval=True)
    mailing = handed_in(careful, spreadsheet(tmp_path, row(emailable("C1"))))
    run_line(careful, mailing)
    assert _states(mailing) == [LetterStatus.QUEUED]
    with pytest.raises(NotNow, match="somebody else"):
        mailings.approve(careful, mailing.pk, "anna")
    approved = mailings.approve(careful, mailing.pk, "bilal")
    assert (approved.status, approved.approved_by) == (MailingStatus.READY, "bilal")
    queues = machines.queues
    assert isinstance(queues, RememberingQueues)
    assert list(queues.on) == [f"mailing-{mailing.pk}-2"]
    run_line(careful, mailing)
    assert _sent(machines) == 1


def test_a_mailing_waits_for_its_day_and_then_goes_by_itself(machines: OutboundMachines, mailing: Mailing) -> None:
    clock = machines.clock
    assert isinstance(clock, Clock)
    mailings.schedule(machines, mailing.pk, clock.now + dt.timedelta(days=1), "anna")
    run_line(machines, mailing)
    assert _states(mailing) == [LetterStatus.QUEUED] * 2
    clock.later(hours=23)
    assert sweep(machines)["mailings"] == 0
    clock.later(hours=2)
    assert sweep(machines)["mailings"] == 1
    run_line(machines, mailing)
    assert _states(mailing) == [LetterStatus.EMAILED, LetterStatus.TO_PRINT]
    with pytest.raises(NotNow, match="on their way"):
        mailings.schedule(machines, mailing.pk, None, "anna")


def test_a_paused_mailing_stands_still_and_goes_on_with_what_became_known(
    machines: OutboundMachines, mailing: Mailing
) -> None:
    decided(machines, mailing)
    assert mailings.pause(machines, mailing.pk, "anna") == 2
    run_line(machines, mailing)
    assert _states(mailing) == [LetterStatus.PAUSED] * 2
    assert sweep(machines) == {"mailings": 0, "emails": 0, "done": 0}
    Customer.objects.filter(pk="C2").update(deceased_date="2026-11-20")
    assert mailings.resume(machines, mailing.pk, "anna") == 2
    assert _states(mailing) == [LetterStatus.TO_EMAIL, LetterStatus.WITHHELD]
    run_line(machines, mailing)
    assert _sent(machines) == 1


def test_a_mailing_paused_before_anything_was_decided_begins_anew_when_resumed(
    machines: OutboundMachines, mailing: Mailing
) -> None:
    mailings.pause(machines, mailing.pk, "anna")
    mailings.resume(machines, mailing.pk, "anna")
    assert _states(run_line(machines, mailing)) == [LetterStatus.EMAILED, LetterStatus.TO_PRINT]


def test_cancelling_stops_what_has_not_left_and_nothing_else(machines: OutboundMachines, mailing: Mailing) -> None:
    run_line(machines, mailing)
    assert mailings.cancel(machines, mailing.pk, "anna") == 1
    assert _states(mailing) == [LetterStatus.EMAILED, LetterStatus.CANCELLED]
    run_line(machines, mailing)
    assert _sent(machines) == 1
    with pytest.raises(NotNow):
        mailings.cancel(machines, mailing.pk, "anna")


def test_one_letter_can_be_cancelled_until_a_printer_or_mail_server_may_have_it(
    machines: OutboundMachines, mailing: Mailing
) -> None:
    decided(machines, mailing)
    first, second = mailing.letters.order_by("position")
    mailings.cancel_letter(machines, second.pk, "anna")
    assert _states(run_line(machines, mailing)) == [LetterStatus.EMAILED, LetterStatus.CANCELLED]
    with pytest.raises(NotNow, match="can no longer be stopped"):
        mailings.cancel_letter(machines, first.pk, "anna")
    assert Event.objects.get(kind="letter.cancelled").actor == "anna"


def test_a_mailing_is_done_when_nothing_of_it_is_on_its_way(machines: OutboundMachines, mailing: Mailing) -> None:
    run_line(machines, mailing)
    assert sweep(machines)["done"] == 0
    mailing.letters.filter(status=LetterStatus.TO_PRINT).update(status=LetterStatus.POSTED)
    assert sweep(machines)["done"] == 1
    assert Mailing.objects.get().status == MailingStatus.DONE


def test_the_sweep_puts_on_again_what_a_crash_kept_from_the_queue(machines: OutboundMachines, mailing: Mailing) -> None:
    queues, clock = machines.queues, machines.clock
    assert isinstance(queues, RememberingQueues) and isinstance(clock, Clock)
    clock.later(minutes=1)
    queues.unfinished = {f"mailing-{mailing.pk}-1"}
    assert sweep(machines)["mailings"] == 0
    queues.unfinished = set()
    assert sweep(machines)["mailings"] == 1
    assert list(queues.on)[-1] == f"mailing-{mailing.pk}-2"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_pausing_while_emails_are_given_out_takes_rows_in_one_order_and_never_deadlocks(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    """PostgreSQL ended one of the two with an error: they waited for each other's rows."""
    mailing = handed_in(machines, spreadsheet(tmp_path, *(row(customer(f"C{n}", f"Ada{n}")) for n in range(1, 301))))
    keys = list(mailing.letters.order_by("pk").values_list("pk", flat=True))
    for key in reversed(keys):  # rows lie in the order they were last written in
        Letter.objects.filter(pk=key).update(status=LetterStatus.TO_EMAIL)
    done = threading.Event()

    def give_out() -> None:
        try:
            while not done.is_set():
                email.give_to_jobs(keys, "again")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        giving = other.submit(give_out)
        for _ in range(40):
            mailings.pause(machines, mailing.pk, "anna")
            Mailing.objects.filter(pk=mailing.pk).update(status=MailingStatus.READY)
            with transaction.atomic():
                lock_in_order(mailing.letters.all())
                mailing.letters.update(status=LetterStatus.TO_EMAIL)
        done.set()
        giving.result()
