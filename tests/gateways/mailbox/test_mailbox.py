from __future__ import annotations

import datetime as dt
import socket
import ssl

import pytest

from mailroom.config.mail import Security
from mailroom.gateways.mailbox import ImapMailbox, MailboxAway, MailboxMessage, MailboxSettingsWrong
from tests.gateways.mailbox.conftest import ImapServer

LETTER = b"From: mary@example.org\r\nSubject: My bins\r\nMessage-ID: <1@example.org>\r\n\r\nDear council\r\n"
SECOND = LETTER.replace(b"<1@", b"<2@")


def taken_from(box: ImapMailbox) -> list[MailboxMessage]:
    taken: list[MailboxMessage] = []
    box.poll(taken.append)
    return taken


def test_messages_are_handed_over_as_they_came_oldest_first_then_moved_to_done(imap: ImapServer) -> None:
    imap.put("order", LETTER, SECOND)
    box = ImapMailbox(imap.settings("order"))
    taken = taken_from(box)
    assert [m.raw for m in taken] == [LETTER, SECOND]
    assert taken[0].arrived.astimezone(dt.UTC).date() == dt.datetime.fromtimestamp(1_795_512_600, dt.UTC).date()
    assert imap.folder("order", "INBOX") == []
    assert [raw for raw, _ in imap.folder("order", "Mailroom.Done")] == [LETTER, SECOND]
    assert box.poll(lambda message: pytest.fail("nothing is left to take")) == 0


def test_a_message_not_made_safe_stays_unread_and_comes_again_under_the_same_claim(imap: ImapServer) -> None:
    imap.put("crash", LETTER, SECOND)
    box = ImapMailbox(imap.settings("crash"))
    claims: list[str] = []

    def store_is_full(message: MailboxMessage) -> None:
        claims.append(message.claim)
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        box.poll(store_is_full)
    assert imap.folder("crash", "INBOX") == [(LETTER, False), (SECOND, False)]
    assert [m.claim for m in taken_from(box)][:1] == claims
    assert imap.folder("crash", "INBOX") == []


def test_a_message_that_another_worker_took_meanwhile_is_not_taken_for_an_empty_one(imap: ImapServer) -> None:
    imap.put("shared", LETTER, SECOND)
    taken: list[bytes] = []

    def while_another_takes_all(message: MailboxMessage) -> None:
        taken.append(message.raw)
        ImapMailbox(imap.settings("shared")).poll(lambda _: None)

    with pytest.raises(MailboxAway, match="moved on by another program"):
        ImapMailbox(imap.settings("shared")).poll(while_another_takes_all)
    assert taken == [LETTER]
    assert imap.folder("shared", "INBOX") == []


def test_claims_of_two_messages_differ_and_fit_a_batch(imap: ImapServer) -> None:
    imap.put("claims", LETTER, LETTER)
    claims = {m.claim for m in taken_from(ImapMailbox(imap.settings("claims")))}
    assert len(claims) == 2
    assert all(claim.startswith("shared-") and len(claim) <= 100 for claim in claims)


def test_a_message_over_the_limit_is_told_of_and_kept_in_the_refused_folder_unopened(imap: ImapServer) -> None:
    imap.put("large", b"Subject: big\r\n\r\n" + b"x" * 76 * 20_000, LETTER)
    large, letter = taken_from(ImapMailbox(imap.settings("large")))
    assert large.raw == b""
    assert "An email of 2 MB came to mailbox 'shared'; the limit is 1 MB" in large.problem
    assert letter.raw == LETTER
    assert len(imap.folder("large", "Mailroom.Refused")) == 1
    assert imap.folder("large", "INBOX") == []


def test_tls_with_a_trusted_certificate(imap: ImapServer) -> None:
    imap.put("safe", LETTER)
    trusted = imap.certificate.client()
    by_tls = imap.settings("safe", security=Security.TLS, port=imap.tls_port)
    assert len(taken_from(ImapMailbox(by_tls, trusted))) == 1
    by_starttls = imap.settings("safe", security=Security.STARTTLS)
    ImapMailbox(by_starttls, trusted).check()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize(
    "changes",
    [
        {"password_file": "wrong"},
        {"password_file": "absent"},
        {"security": Security.TLS},
        {"security": Security.STARTTLS},
        {"folder": "No such folder"},
    ],
)
def test_wrong_settings_are_named_and_nothing_is_taken(imap: ImapServer, changes: dict[str, object]) -> None:
    imap.put("wrong", LETTER)
    if "password_file" in changes:
        changes = {"password_file": str(imap.secrets / str(changes["password_file"]))}
    if changes.get("security") is Security.TLS:
        changes = changes | {"port": imap.tls_port}
    box = ImapMailbox(imap.settings("wrong", **changes), ssl.create_default_context())
    with pytest.raises(MailboxSettingsWrong, match=r"config/mail\.toml: mailbox 'shared'"):
        taken_from(box)
    assert (LETTER, False) in imap.folder("wrong", "INBOX")


def test_a_server_that_is_away_is_tried_again(imap: ImapServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(MailboxAway, match="Its messages stay there"):
        taken_from(ImapMailbox(imap.settings("away", port=port)))
