"""Post by email: a real IMAP server, a real laying out, the real records."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Barrier
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from imap_tools import BaseMailBox
from imap_tools.folder import MailBoxFolderManager

from mailroom.config.reading import Limits
from mailroom.errors import MailroomError, Retry, Review
from mailroom.gateways.email_pdf import lay_out
from mailroom.gateways.mailbox import ImapMailbox
from mailroom.gateways.store import DiskStore
from mailroom.inbound.steps.again import retry
from mailroom.inbound.steps.mail import MailboxRound, team_email_bounced
from mailroom.inbound.steps.read import open_batch
from mailroom.inbound.steps.take_in import Provenance, take_in
from mailroom.records import ledger
from mailroom.records.mailed_files import emails_beside, files_beside
from mailroom.records.models import Batch, Delivery, Event, Item
from mailroom.values.bounces import Bounce
from tests.config.example import EXAMPLE_TYPEFACE
from tests.gateways.mailbox.conftest import ImapServer
from tests.inbound.line_machines import line_machines
from tests.values.test_bounces import OURS, about, report

pytestmark = pytest.mark.django_db(transaction=True)


class Opener:
    """Opens files as the line does, in this process."""

    def page_count(self, path: Path) -> int:
        from mailroom.gateways.scan_file import open_scan

        return open_scan(path, Limits()).page_count


@pytest.fixture
def machines(tmp_path: Path) -> Any:
    return line_machines(store=DiskStore(tmp_path / "store"), reader=Opener(), clock=lambda: dt.datetime.now(dt.UTC))


def a_round(imap: ImapServer, machines: Any, user: str, laid: Callable[[bytes], Any] | None = None) -> MailboxRound:
    def in_this_process(raw: bytes) -> Any:
        return lay_out(raw, EXAMPLE_TYPEFACE, Limits())

    box: Any = ImapMailbox(imap.settings(user))
    return MailboxRound("shared", "parking", box, machines, laid or in_this_process, (team_email_bounced,))


def letter(attached: bytes = b"", name: str = "form.docx") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "mary@example.org", "post@wexmere.example", "My permit"
    message["Message-ID"] = "<1@example.org>"
    message.set_content("Dear council, my permit has run out.")
    if attached:
        message.add_attachment(attached, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_an_email_of_an_evening_or_a_saturday_counts_as_received_on_the_next_working_day(
    imap: ImapServer, machines: Any
) -> None:
    imap.put("evening", letter())
    early = a_round(imap, machines, "evening")
    MailboxRound(early.name, "", early.mailbox, machines, early.lay_out, (), dt.time(0, 0, 1))()
    assert Batch.objects.get().received == dt.date(2026, 11, 25)


def test_an_email_becomes_an_item_of_the_day_it_arrived_and_is_kept_as_it_came(imap: ImapServer, machines: Any) -> None:
    imap.put("plain", letter())
    assert a_round(imap, machines, "plain")() == 1
    batch = Batch.objects.get()
    assert (batch.source, batch.policy, batch.service) == ("shared", "one_item", "parking")
    assert (batch.received, batch.received_from) == (dt.date(2026, 11, 24), "mailbox")
    with machines.store.path_for_reading(batch.original) as path, pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 1
    kept = Event.objects.get(kind="batch.came_by_email").details["email"]
    assert b"my permit has run out" in machines.store.get(kept)
    assert machines.queues.put == [f"batch-{batch.pk}-1"]
    assert imap.folder("plain", "INBOX") == []


def test_an_attachment_that_cannot_be_pages_is_quarantined_in_sight(imap: ImapServer, machines: Any) -> None:
    imap.put("word", letter(b"PK\x03\x04 a Word file"))
    a_round(imap, machines, "word")()
    email, attachment = Batch.objects.order_by("pk")
    open_batch(machines, attachment.pk)
    attachment.refresh_from_db()
    assert (email.filename, attachment.filename, attachment.status) == ("email.pdf", "form.docx", "quarantined")
    assert "a zip archive, which is not opened" in attachment.reason


def test_an_email_and_the_files_beside_it_know_each_other_even_after_a_crash(imap: ImapServer, machines: Any) -> None:
    message = message_from_bytes(letter(b"PK\x03\x04 a Word file"), policy=default)
    assert isinstance(message, EmailMessage)
    message.add_attachment(b"{\\rtf1 another", maintype="application", subtype="rtf", filename="b.rtf")
    imap.put("files-beside", message.as_bytes(), letter().replace(b"<1@", b"<2@").replace(b"permit", b"car"))
    going = a_round(imap, machines, "files-beside")
    with pytest.MonkeyPatch.context() as server:
        server.setattr(BaseMailBox, "move", goes_down)
        with pytest.raises(Retry):
            going()
    going()
    email, first, second, another = Batch.objects.order_by("pk")
    assert files_beside(email) == [first, second]
    assert emails_beside([first, another, second, email]) == {first.pk: email, second.pk: email}
    assert files_beside(another) == []


def test_an_email_that_cannot_be_laid_out_is_quarantined_as_it_came(imap: ImapServer, machines: Any) -> None:
    def bomb(raw: bytes) -> Any:
        raise Review("It needed more memory than reading may use.")

    imap.put("bomb", letter())
    a_round(imap, machines, "bomb", bomb)()
    batch = Batch.objects.get()
    open_batch(machines, batch.pk)
    batch.refresh_from_db()
    assert batch.status == "quarantined"
    assert "an email" in batch.reason
    assert b"my permit has run out" in machines.store.get(batch.original)


def test_a_crash_before_the_message_is_moved_takes_nothing_in_twice(imap: ImapServer, machines: Any) -> None:
    imap.put("again", letter(b"PK\x03\x04 a Word file"))
    going = a_round(imap, machines, "again")

    class Dies(ImapMailbox):
        def poll(self, take: Any) -> int:
            def then_die(message: Any) -> None:
                take(message)
                raise Retry("the machine went down")

            return super().poll(then_die)

    dying: Any = Dies(imap.settings("again"))
    with pytest.raises(Retry):
        MailboxRound("shared", "", dying, machines, going.lay_out, ())()
    assert len(imap.folder("again", "INBOX")) == 1
    assert going() == 1
    assert Batch.objects.count() == 2
    assert Event.objects.filter(kind="batch.came_by_email").count() == 1


def numbered(monkeypatch: pytest.MonkeyPatch, validity: int) -> None:
    """The server says this UIDVALIDITY, whatever it is."""
    monkeypatch.setattr(MailBoxFolderManager, "status", lambda *_: {"UIDVALIDITY": validity})


def test_a_mailbox_moved_to_a_server_that_gives_its_numbers_again_loses_no_letter(
    imap: ImapServer, machines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbered(monkeypatch, 1)
    imap.put("old-server", letter())
    imap.put("new-server", letter().replace(b"<1@", b"<2@").replace(b"my permit", b"my car"))
    for user in ("old-server", "new-server"):
        assert a_round(imap, machines, user)() == 1
    assert [b.status for b in Batch.objects.order_by("pk")] == ["received", "received"]


def test_a_message_seen_again_under_other_numbers_is_on_record_as_a_duplicate_and_not_read_twice(
    imap: ImapServer, machines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.put("renumbered", letter())
    going = a_round(imap, machines, "renumbered")
    for validity in (1, 2):
        with monkeypatch.context() as server:
            numbered(server, validity)
            if validity == 1:
                server.setattr(BaseMailBox, "move", goes_down)
                with pytest.raises(Retry):
                    going()
            else:
                assert going() == 1
    assert [b.status for b in Batch.objects.order_by("pk")] == ["received", "duplicate"]
    assert machines.queues.put == [f"batch-{Batch.objects.order_by('pk')[0].pk}-1"]


def goes_down(*_: object) -> None:
    raise OSError("the connection was lost")


def test_two_workers_on_one_mailbox_take_each_message_in_once(imap: ImapServer, machines: Any) -> None:
    imap.put("shared-by-two", *(letter().replace(b"<1@", b"<%d@" % n) + b"%d" % n for n in range(6)))
    start = Barrier(2)

    def work() -> None:
        """As the rounds do: what went wrong at this round, the next one does."""
        going = a_round(imap, machines, "shared-by-two")
        start.wait()
        try:
            for _ in range(8):
                with contextlib.suppress(MailroomError, DatabaseError):
                    going()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: work(), range(2)))
    assert [b.status for b in Batch.objects.all()] == ["received"] * 6
    assert imap.folder("shared-by-two", "INBOX") == []


def test_two_workers_that_record_one_message_at_one_moment_make_one_batch_of_it(
    machines: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "email.pdf"
    path.write_bytes(b"%PDF-1.7 a letter")
    mail = Provenance("email.pdf", "shared", dt.date(2026, 11, 24), claim="shared-1-1")
    really, theirs = QuerySet.first, list[Batch]()

    def first(rows: QuerySet[Batch]) -> Batch | None:
        """The other worker's record comes just after this one looked for it."""
        if not theirs:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            columns = {"original": digest, "claim": mail.claim, "received": mail.received}
            theirs.append(Batch.objects.create(filename="email.pdf", source="shared", **columns))
            return None
        return really(rows)

    monkeypatch.setattr(QuerySet, "first", first)
    assert take_in(path, mail, machines).pk == Batch.objects.get().pk


def test_a_full_store_leaves_the_message_in_the_mailbox(
    imap: ImapServer, machines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(content: bytes | Path) -> str:
        raise Retry("The store cannot be written (No space left on device).")

    imap.put("full", letter())
    with monkeypatch.context() as patch:
        patch.setattr(machines.store, "put", full)
        with pytest.raises(Retry):
            a_round(imap, machines, "full")()
    assert len(imap.folder("full", "INBOX")) == 1
    assert not Batch.objects.exists()
    assert a_round(imap, machines, "full")() == 1
    assert Batch.objects.count() == 1


def test_a_message_over_the_limit_is_on_record_with_what_to_do(imap: ImapServer, machines: Any) -> None:
    imap.put("large", letter(b"x" * 1_500_000))
    a_round(imap, machines, "large")()
    batch = Batch.objects.get()
    assert batch.status == "quarantined"
    assert "Mailroom/Refused" in batch.reason


def delivered(is_copy: bool = False) -> Delivery:
    batch = Batch.objects.create(
        original=hashlib.sha256(b"x").hexdigest(), filename="a.pdf", source="s", received=dt.date(2026, 11, 24),
        status="cut",
    )  # fmt: skip
    item = Item.objects.create(
        batch=batch, position=3, first_page=1, last_page=1, received=batch.received, status="sent"
    )
    return Delivery.objects.create(
        item=item, sequence=11, team="parking", inbox="parking@wexmere.example", message_id=OURS, status="sent",
        is_copy=is_copy,
    )  # fmt: skip


def bounce(status: str, action: str = "failed") -> bytes:
    return report(about("parking@wexmere.example", action, status))


def test_a_bounced_team_email_shows_on_the_item_and_in_the_ledger_and_is_no_post(
    imap: ImapServer, machines: Any
) -> None:
    delivery = delivered()
    imap.put("dsn", bounce("5.1.1"))
    a_round(imap, machines, "dsn")()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.item.status) == ("bounced", "undelivered")
    assert "There is no such mailbox" in delivery.item.review_reasons[0]
    (alarm,) = ledger.alarms(machines.clock(), dt.timedelta(minutes=15))
    assert (alarm.kind, alarm.key) == ("email", delivery.item.number)
    assert Batch.objects.count() == 1
    assert retry(delivery.item.number, machines).done
    assert machines.queues.put == [f"email-{delivery.pk}-2"]


def test_a_bounced_copy_leaves_the_item_sent_but_raises_the_alarm_until_it_is_retried(machines: Any) -> None:
    delivery = delivered(is_copy=True)
    (first,) = reported("5.2.2")
    assert team_email_bounced(first)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.item.status) == ("bounced", "sent")
    assert ledger.alarms(machines.clock(), dt.timedelta(minutes=15))
    assert retry(delivery.item.number, machines).done
    assert not ledger.alarms(machines.clock(), dt.timedelta(minutes=15))


def test_a_delay_changes_nothing_but_the_note_and_a_report_twice_is_one_event() -> None:
    delivery = delivered()
    (late,) = reported("4.4.1", "delayed")
    assert team_email_bounced(late)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.problem[:5]) == ("sent", "Late:")
    (gone,) = reported("5.1.1")
    assert team_email_bounced(gone)
    assert team_email_bounced(gone)
    assert Event.objects.filter(kind="delivery.bounced").count() == 1


def test_a_report_about_an_email_that_is_not_ours_is_post_like_any_other(imap: ImapServer, machines: Any) -> None:
    imap.put("strange", bounce("5.1.1"))
    a_round(imap, machines, "strange")()
    assert Batch.objects.order_by("pk")[0].filename == "email.pdf"


def reported(status: str, action: str = "failed") -> tuple[Bounce, ...]:
    from mailroom.values.bounces import read_bounces

    return read_bounces(bounce(status, action))
