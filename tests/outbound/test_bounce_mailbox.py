"""The letters' mailbox, read as the worker reads it from a real IMAP server: every message once, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailroom.config.site import load_site
from mailroom.errors import Retry
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import print_runs
from mailroom.records.models import ContactPoint, Event, Letter, LetterStatus
from mailroom.values.channel import Rule
from mailroom.wiring import outbound as wiring
from tests.gateways.mailbox.conftest import ImapServer, imap
from tests.outbound import print_floor as floor
from tests.outbound.test_notices_heard import emailed
from tests.values.test_bounces import OURS, about, report
from tests.values.test_mail_notices import arf

__all__ = ["imap"]
pytestmark = pytest.mark.django_db


def rounds(machines: OutboundMachines, imap: ImapServer, user: str) -> Callable[[], object]:
    """The worker's own round on that mailbox."""
    site = load_site()
    mailbox = imap.settings(user, name="letters")
    here = replace(site, outgoing=site.outgoing.model_copy(update={"bounce_mailbox": mailbox, "print_folder": ()}))
    *_, look = wiring.outbound_rounds(machines, here, with_folders=True)
    return look


def about_letter(raw: bytes, letter: Letter) -> bytes:
    return raw.replace(OURS.encode(), letter.message_id.encode())


def dsn(letter: Letter, status: str, action: str = "failed") -> bytes:
    return about_letter(report(about("c@mail.example", action, status)), letter)


def answer(subject: str = "Re: Your new bin", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "c9@mail.example", "letters@wexmere.example", subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Thank you, but which day?")
    return message.as_bytes()


def test_every_message_of_a_full_mailbox_is_taken_once_and_what_is_no_report_waits_for_a_person(
    machines: OutboundMachines, tmp_path: Path, imap: ImapServer
) -> None:
    hard, soft, late, unwanted = (emailed(machines, tmp_path, f"C{n}") for n in (1, 2, 3, 4))
    strange = report(about("x@mail.example", "failed", "5.1.1"))
    garbage = [b"\xff\xfe\x00 garbage \r\n\r\n\x00", b"Content-Type: multipart/report; boundary=b\n\n--b\n--b"]
    holiday = answer("Away", Auto_Submitted="auto-replied")
    messages = [
        dsn(hard, "5.1.1"), garbage[0], dsn(soft, "5.2.2"), strange, dsn(late, "4.4.1", "delayed"), holiday,
        about_letter(arf(), unwanted), garbage[1], dsn(hard, "5.1.1"), answer(),
    ]  # fmt: skip
    imap.put("letters", *messages)
    look = rounds(machines, imap, "letters")
    assert look() == len(messages)
    assert look() == 0
    assert imap.folder("letters", "INBOX") == []
    assert len(imap.folder("letters", "Mailroom.Done")) == 6
    waiting = [raw for raw, _ in imap.folder("letters", "Mailroom.Refused")]
    assert len(waiting) == 4 and any(b"which day?" in raw for raw in waiting)
    found = {x.pk: x for x in Letter.objects.all()}
    assert (found[hard.pk].status, found[hard.pk].rule) == (LetterStatus.TO_PRINT, Rule.BOUNCES)
    assert (found[soft.pk].status, found[soft.pk].rule) == (LetterStatus.TO_PRINT, Rule.BOUNCES)
    assert {found[late.pk].status, found[unwanted.pk].status} == {LetterStatus.EMAILED}
    points = dict(ContactPoint.objects.values_list("customer_id", "bounces"))
    assert points == {"C1": 1, "C2": 1, "C3": 0, "C4": 0}
    assert list(ContactPoint.objects.filter(dead=True).values_list("customer_id", flat=True)) == ["C1"]
    assert Event.objects.filter(kind="letter.bounced").count() == 2
    assert Event.objects.filter(kind="letter.complained").count() == 1


def test_a_database_that_fails_half_way_leaves_the_report_in_the_mailbox_for_the_next_round(
    machines: OutboundMachines, tmp_path: Path, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = emailed(machines, tmp_path)
    imap.put("broken", dsn(letter, "5.1.1"))
    look = rounds(machines, imap, "broken")

    def fails(*args: object) -> bool:
        raise Retry("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(wiring, "take_message", fails)
        with pytest.raises(Retry):
            look()
    assert len(imap.folder("broken", "INBOX")) == 1
    assert look() == 1
    letter.refresh_from_db()
    assert letter.status == LetterStatus.TO_PRINT


def test_a_message_over_the_limit_waits_for_a_person(machines: OutboundMachines, imap: ImapServer) -> None:
    imap.put("huge", answer() + b"x" * 1_100_000)
    assert rounds(machines, imap, "huge")() == 1
    assert len(imap.folder("huge", "Mailroom.Refused")) == 1


def test_a_bounced_letter_is_in_the_next_print_run_and_arrives_by_its_day(
    machines: OutboundMachines, tmp_path: Path, imap: ImapServer
) -> None:
    """The day of arrival stays, so that the run takes a faster class for it."""
    letter = emailed(machines, tmp_path)
    day = floor.NOW.date()
    Letter.objects.filter(pk=letter.pk).update(must_arrive=day.replace(day=day.day + 1))
    imap.put("urgent", dsn(letter, "5.1.1"))
    rounds(machines, imap, "urgent")()
    Letter.objects.filter(pk=letter.pk).update(decided_at=floor.CUT_OFF)
    printing = floor.machines(tmp_path)
    run = print_runs.build_run(printing, floor.CUT_OFF, "robin")
    assert run is not None
    letter.refresh_from_db()
    assert (letter.print_run_id, letter.status, letter.postage) == (run.pk, LetterStatus.IN_RUN, "first")
