from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from mailroom.config.document_classes import EmailCarries
from mailroom.config.mailroom import Engine
from mailroom.gateways.mail_server import AnyAddress, MailAway, MailRefused, SmtpMail
from mailroom.jobs import LETTER_EMAILS, Worker
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.notices import NoticeEmail
from mailroom.outbound.steps import email
from mailroom.outbound.steps.bounces import take_message
from mailroom.outbound.steps.letter_page import MOST_WRONG, knows_link, letter_behind
from mailroom.outbound.steps.single import Single, submit_single
from mailroom.outbound.steps.submit import Handover
from mailroom.outbound.steps.sweep import sweep
from mailroom.outbound.steps.tell_services import tell_services
from mailroom.outbound.steps.tokens import Purpose, token_for
from mailroom.records.models import ContactPoint, Customer, Event, Letter, LetterStatus, Mailing, MailingStatus
from mailroom.values.channel import Channel, Rule
from tests.gateways.mail_server.conftest import Post, plain, serving
from tests.outbound import print_floor
from tests.outbound.lines import decided, handed_in, run_line
from tests.outbound.machines import Clock, RememberingMail, RememberingQueues, with_class
from tests.outbound.people import emailable, row, spreadsheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Iterator[Post]:
    with serving() as server:
        yield server


def _mail(machines: OutboundMachines) -> RememberingMail:
    assert isinstance(machines.mail, RememberingMail)
    return machines.mail


def _clock(machines: OutboundMachines) -> Clock:
    assert isinstance(machines.clock, Clock)
    return machines.clock


def _letter(machines: OutboundMachines, folder: Path, number: str = "C1") -> Letter:
    """One letter that goes by email, decided but not sent."""
    mailing = handed_in(machines, spreadsheet(folder, row(emailable(number)), name=f"{number}.csv"))
    return decided(machines, mailing).letters.get()


def _send(machines: OutboundMachines, letter: Letter) -> Letter:
    for job in email.plan_emails(machines, letter.mailing_id, f"letters-{letter.mailing_id}-1"):
        email.send_letters(machines, job)
    letter.refresh_from_db()
    return letter


def test_a_letter_leaves_by_a_real_mail_server_with_its_pdf_and_a_proof_is_kept(
    machines: OutboundMachines, tmp_path: Path, post: Post
) -> None:
    server = SmtpMail(plain(post), AnyAddress())
    by_smtp = replace(machines, mail=server)
    letter = _send(by_smtp, _letter(by_smtp, tmp_path))
    server.close()
    assert letter.status == LetterStatus.EMAILED
    message = message_from_bytes(post.kept[0], policy=policy.default)
    assert message["Message-ID"] == letter.message_id
    assert message["To"] == "c1@mail.example"
    assert message["Auto-Submitted"] == "auto-generated"
    (pdf,) = message.iter_attachments()
    assert machines.store.get(letter.document) == pdf.get_content()
    assert "We will bring it on Tuesday." in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_an_email_is_marked_before_the_server_is_spoken_to(machines: OutboundMachines, tmp_path: Path) -> None:
    letter = _letter(machines, tmp_path)
    seen: list[str] = []

    class Watching(RememberingMail):
        def send(self, mail: object) -> None:
            seen.append(Letter.objects.get(pk=letter.pk).status)

    _send(replace(machines, mail=Watching()), letter)
    assert seen == [LetterStatus.SENDING]


def test_a_worker_killed_after_the_servers_yes_sends_the_same_message_id_again(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    letter = _send(machines, _letter(machines, tmp_path))
    Letter.objects.update(status=LetterStatus.SENDING, work="letters-1-1-1")
    email.send_letters(machines, "letters-1-1-1")
    first, second = _mail(machines).sent
    assert first.message_id == second.message_id == letter.message_id


def test_a_job_repeated_sends_nothing_twice(machines: OutboundMachines, tmp_path: Path) -> None:
    letter = _letter(machines, tmp_path)
    _send(machines, letter)
    _send(machines, letter)
    email.send_letters(machines, f"letters-{letter.mailing_id}-1-1")
    assert len(_mail(machines).sent) == 1


def test_a_server_that_is_away_is_tried_again_with_growing_waits_and_then_the_letter_prints(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    letter = _letter(machines, tmp_path)
    _mail(machines).faults = [MailAway("away")] * 99
    _send(machines, letter)
    assert letter.status == LetterStatus.TO_EMAIL
    waits = []
    for _ in range(machines.outgoing.email.tries - 1):
        until = email.waits_until(machines, letter)
        assert until is not None
        waits.append(until - machines.clock())
        _clock(machines).now = until - dt.timedelta(seconds=1)
        assert sweep(machines)["emails"] == 0
        assert letter.tried_at is not None
        _clock(machines).now = letter.tried_at - dt.timedelta(hours=2)
        assert email.waits_until(machines, letter) == machines.clock(), "a clock put back is no reason to wait"
        _clock(machines).now = until + dt.timedelta(seconds=1)
        assert sweep(machines)["emails"] == 1
        letter.refresh_from_db()
        email.send_letters(machines, letter.work)
        letter.refresh_from_db()
    assert waits == sorted(waits)
    assert (letter.status, letter.channel) == (LetterStatus.TO_PRINT, Channel.PRINT)
    assert ContactPoint.objects.get().bounces == 0


@pytest.mark.parametrize(("status", "dead", "bounces"), [("5.1.1", True, 1), ("5.2.2", False, 1), ("5.7.1", False, 0)])
def test_a_refusal_prints_the_letter_and_counts_against_the_mailbox_only_if_it_is_the_mailboxs_fault(
    machines: OutboundMachines, tmp_path: Path, status: str, dead: bool, bounces: int
) -> None:
    letter = _letter(machines, tmp_path)
    _mail(machines).faults = [MailRefused("no", status)]
    _send(machines, letter)
    assert (letter.status, letter.rule) == (LetterStatus.TO_PRINT, Rule.BOUNCES)
    point = ContactPoint.objects.get()
    assert (point.dead, point.bounces) == (dead, bounces)


REPORT = """From: MAILER-DAEMON@wexmere.example
To: letters@wexmere.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.wexmere.example

Final-Recipient: rfc822; c1@mail.example
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--b--
"""


def _report(letter: Letter, status: str = "5.1.1", action: str = "failed") -> bytes:
    return REPORT.format(message_id=letter.message_id, status=status, action=action).encode()


def test_a_hard_bounce_kills_the_mailbox_prints_the_letter_and_tells_the_service(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    letter = _send(machines, _letter(machines, tmp_path))
    sweep(machines)
    assert Mailing.objects.get().status == MailingStatus.DONE
    assert take_message(machines, _report(letter))
    assert take_message(machines, _report(letter)), "the same news once more needs nobody"
    letter.refresh_from_db()
    assert (letter.status, letter.sent_at) == (LetterStatus.TO_PRINT, None)
    assert letter.bounced_at is not None
    assert Mailing.objects.get().status == MailingStatus.READY
    assert ContactPoint.objects.get().dead
    told = Event.objects.get(kind="customer.back_to_paper")
    assert told.details["service"] == "customer_feedback"
    heard: list[NoticeEmail] = []
    floor = print_floor.machines(tmp_path / "floor", tell=heard.append)
    assert tell_services(floor) == {"customer_feedback": ""}
    (email,) = heard
    assert email.service == "customer_feedback"
    for text in (email.plain, email.html):
        assert letter.number in text and str(letter.customer_id) in text and "letters go by post again" in text
        assert "Thornbury" not in text
    assert tell_services(floor) == {}, "told once"


def test_after_two_undelivered_emails_the_person_is_back_on_paper(machines: OutboundMachines, tmp_path: Path) -> None:
    letter = _send(machines, _letter(machines, tmp_path))
    take_message(machines, _report(letter, "4.4.7"))
    cells = row(Customer.objects.get(), subject="Second")
    second = decided(machines, handed_in(machines, spreadsheet(tmp_path, cells))).letters.get()
    assert second.channel == Channel.EMAIL
    take_message(machines, _report(_send(machines, second), "4.4.7"))
    cells = row(Customer.objects.get(), subject="Third")
    third = decided(machines, handed_in(machines, spreadsheet(tmp_path, cells))).letters.get()
    assert (third.channel, third.rule) == (Channel.PRINT, Rule.BOUNCES)


def test_a_delayed_email_and_other_peoples_reports_change_nothing(machines: OutboundMachines, tmp_path: Path) -> None:
    letter = _send(machines, _letter(machines, tmp_path))
    assert take_message(machines, _report(letter, "4.4.1", "delayed"))
    letter.message_id = "<somebody@else.example>"
    assert not take_message(machines, _report(letter))
    assert Letter.objects.get().status == LetterStatus.EMAILED


def test_what_is_learnt_a_minute_before_sending_counts(machines: OutboundMachines, tmp_path: Path) -> None:
    letter = _letter(machines, tmp_path)
    Customer.objects.update(deceased_date="2026-11-20")
    _send(machines, letter)
    assert letter.status == LetterStatus.WITHHELD
    assert _mail(machines).sent == []


def test_a_link_shows_the_letter_only_to_whom_knows_postcode_or_birthday(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    linked = with_class(machines, "general_letter", email_carries=EmailCarries.LINK)
    letter = _send(linked, _letter(linked, tmp_path))
    Customer.objects.update(date_of_birth="1961-03-01")
    (mail,) = _mail(machines).sent
    token = mail.plain.split("/letters/", 1)[1].split()[0]
    assert "Tuesday" not in mail.plain + mail.html
    assert knows_link(linked, token)
    for right in ("wx109wu", "WX10 9WU", "1 March 1961", "01/03/1961"):
        pdf = letter_behind(linked, token, right)
        assert pdf is not None and pdf.startswith(b"%PDF-")
    for wrong in ("WX1 1AA", "", "2 March 1961"):
        assert letter_behind(linked, token, wrong) is None
    assert not knows_link(linked, token[:-1] + ("A" if token[-1] != "A" else "B"))
    assert not knows_link(linked, token_for(Purpose.CHOOSE, str(letter.key))), "the link of the choices opens no letter"
    letter.refresh_from_db()
    assert letter.opened_at is not None


def test_a_link_locks_after_wrong_answers_dies_after_many_and_expires(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    linked = with_class(machines, "general_letter", email_carries=EmailCarries.LINK)
    _send(linked, _letter(linked, tmp_path))
    token = _mail(machines).sent[0].plain.split("/letters/", 1)[1].split()[0]
    for _ in range(5):
        letter_behind(linked, token, "WX1 1AA")
    assert letter_behind(linked, token, "WX10 9WU") is None
    _clock(machines).later(hours=1, seconds=1)
    assert letter_behind(linked, token, "WX10 9WU") is not None
    Letter.objects.update(wrong_answers=MOST_WRONG)
    _clock(machines).later(days=2)
    assert letter_behind(linked, token, "WX10 9WU") is None
    _clock(machines).later(days=60)
    assert not knows_link(linked, token)


def test_an_email_of_another_system_goes_to_its_address_with_the_words_in_it(machines: OutboundMachines) -> None:
    asked = Handover("general_letter", "housing-system", "api", template="general_letter")
    values = {"name": "Ada", "subject": "Your bin", "message": "On Tuesday."}
    letter = submit_single(machines, Single(values, email="ada@mail.example"), asked)
    run_line(machines, letter.mailing)
    letter.refresh_from_db()
    assert (letter.status, letter.rule) == (LetterStatus.EMAILED, Rule.ASKED)
    (mail,) = _mail(machines).sent
    assert (mail.recipient, mail.attachments) == ("ada@mail.example", ())
    assert "On Tuesday." in mail.plain


def test_emails_are_put_on_in_jobs_so_that_the_rate_a_minute_holds(machines: OutboundMachines, tmp_path: Path) -> None:
    rows = [row(emailable(f"C{n}", first="Ada" + "abcdefghij"[n % 10] * (1 + n // 10))) for n in range(1, 62)]
    mailing = decided(machines, handed_in(machines, spreadsheet(tmp_path, *rows)))
    jobs = email.plan_emails(machines, mailing.pk, "letters-1-1")
    assert jobs == email.plan_emails(machines, mailing.pk, "letters-1-1")
    assert [Letter.objects.filter(work=job).count() for job in jobs] == [50, 11]


@pytest.mark.parametrize(("a_minute", "jobs"), [(200, 4), (50, 1), (70, 1)])
def test_the_engine_starts_no_more_jobs_of_emails_a_minute_than_the_mail_server_takes(
    monkeypatch: pytest.MonkeyPatch, a_minute: int, jobs: int
) -> None:
    opened: dict[str, dict[str, Any]] = {}
    monkeypatch.setattr("mailroom.jobs.DBOS.register_queue", lambda name, **how: opened.update({name: how}))
    engine = Engine(letter_emails_a_minute=a_minute)
    Worker("sqlite://", engine, lambda: None)._open_queues()
    assert opened[LETTER_EMAILS]["limiter"] == {"limit": jobs, "period": 60}


def test_the_sweep_finds_letters_whose_job_the_engine_lost(machines: OutboundMachines, tmp_path: Path) -> None:
    letter = _letter(machines, tmp_path)
    (job,) = email.plan_emails(machines, letter.mailing_id, "letters-1-1")
    queues = machines.queues
    assert isinstance(queues, RememberingQueues)
    _clock(machines).later(minutes=1)
    queues.unfinished = {job}
    assert sweep(machines)["emails"] == 0
    queues.unfinished = set()
    assert sweep(machines)["emails"] == 1
    again = list(queues.on)[-1]
    email.send_letters(machines, again)
    assert len(_mail(machines).sent) == 1
