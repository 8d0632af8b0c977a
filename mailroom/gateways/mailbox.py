"""Post that comes by email: a shared IMAP mailbox whose messages become items.

A message is moved to the done folder only after the caller has it safe, so a crash or a full store leaves it where it
was and the next round finds it again. Its claim is the same each time, so that it is still taken in once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import imaplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError

from mailroom.config.mail import Mailbox, Security
from mailroom.errors import Misconfigured, Retry

_GONE = "EXPUNGEISSUED"
"""What a server answers of a message that is no longer there (RFC 5530)."""
_TIMEOUT = 60.0
_MEGABYTE = 1_000_000


class MailboxAway(Retry):
    """The mailbox does not answer, or broke off. Messages stay in it; the next round reads them."""


class MailboxSettingsWrong(Misconfigured):
    """The mailbox cannot be used the way config/mail.toml says."""


class _MovedOn(Exception):
    """The message that was asked for is no longer there."""


@dataclass(frozen=True, slots=True)
class MailboxMessage:
    """One message. arrived: when the server got it.

    claim: names it for ever: the mailbox, its UIDVALIDITY, the message's UID, and the start of its bytes' SHA-256.
    raw: the message as it came; empty when it is larger than the mailbox's limit, and then problem says so.
    """

    claim: str
    arrived: dt.datetime
    raw: bytes
    problem: str = ""


class ImapMailbox:
    """A mailbox of mail.toml. Not for two threads at once."""

    def __init__(self, settings: Mailbox, context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._context = context or ssl.create_default_context()

    def poll(self, take: Callable[[MailboxMessage], bool | None]) -> int:
        """Hand every waiting message to `take`, oldest first, and move it away once `take` returns. Returns how many.

        take: makes the message safe before it returns. What it raises ends the round, and the message stays unread in
        the mailbox. Messages over the limit go to it without their bytes, then to the refused folder; so do those of
        which it says False: a person has to look at them there.

        Raises:
            MailboxAway: no answer, or it broke off.
            MailboxSettingsWrong: sign-in, security, certificate or folder.
        """
        with self._signed_in() as box:
            with self._explained():
                folders = {name: _folder(box, name) for name in (self._settings.done, self._settings.refused)}
                validity = box.folder.status(self._settings.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
                waiting = sorted(box.uids("UNDELETED"), key=int)
            for uid in waiting:
                with self._explained():
                    message = self._message(box, uid, f"{self._settings.name}-{validity}-{uid}")
                refused = take(message) is False or bool(message.problem)
                with self._explained():
                    box.move([uid], folders[self._settings.refused if refused else self._settings.done])
            return len(waiting)

    def check(self) -> None:
        """Sign in and look at the folder, for `mailroom check`. Raises as poll does."""
        with self._signed_in():
            return

    @contextmanager
    def _signed_in(self) -> Iterator[BaseMailBox]:
        password = self._password()
        with self._explained():
            box = self._connect()
        try:
            with self._explained():
                box.login(self._settings.user, password, initial_folder=self._settings.folder)
            yield box
        finally:
            _leave(box)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """The server's errors as ours."""
        try:
            yield
        except (MailboxLoginError, ssl.SSLCertVerificationError) as wrong:
            raise self._wrong("the sign-in was refused, or the server's certificate is not trusted") from wrong
        except _MovedOn as gone:
            raise self._moved_on() from gone
        except ImapToolsError as refused:
            if _GONE in str(refused):
                raise self._moved_on() from refused
            raise self._wrong(f"the server refused ({type(refused).__name__})") from refused
        except (OSError, imaplib.IMAP4.error) as away:
            if "TLS not supported" in str(away):
                raise self._wrong("the server does not offer STARTTLS; nothing was sent") from away
            raise MailboxAway(
                f"Mailbox '{self._settings.name}' does not answer or broke off. Its messages stay there until it does."
            ) from away

    def _connect(self) -> BaseMailBox:
        s = self._settings
        if s.security is Security.TLS:
            return MailBox(s.host, s.port, timeout=_TIMEOUT, ssl_context=self._context)
        if s.security is Security.STARTTLS:
            return MailBoxStartTls(s.host, s.port, timeout=_TIMEOUT, ssl_context=self._context)
        return MailBoxUnencrypted(s.host, s.port, timeout=_TIMEOUT)

    def _message(self, box: BaseMailBox, uid: str, claim: str) -> MailboxMessage:
        """Size first, the bytes only when they are within the limit. Reading marks nothing."""
        facts = _fetched(box, uid, "(RFC822.SIZE INTERNALDATE)", b"RFC822.SIZE ")
        size, when = int(facts.partition(b"RFC822.SIZE ")[2].split()[0].rstrip(b")")), imaplib.Internaldate2tuple(facts)
        arrived = dt.datetime.fromtimestamp(time.mktime(when) if when else time.time(), dt.UTC)
        if size > self._settings.max_megabytes * _MEGABYTE:
            return MailboxMessage(_told_apart(claim, facts), arrived, b"", self._too_large(size))
        raw = _fetched(box, uid, "(BODY.PEEK[])", b"BODY[]")
        # Of a message that another worker moves on at this moment Dovecot gives the head and blanks for the rest.
        box.client.noop()
        _fetched(box, uid, "(UID)", b"UID ")
        return MailboxMessage(_told_apart(claim, raw), arrived, raw)

    def _moved_on(self) -> MailboxAway:
        return MailboxAway(
            f"A message of mailbox '{self._settings.name}' was moved on by another program meanwhile. "
            "The next round looks at what is left."
        )

    def _too_large(self, size: int) -> str:
        return (
            f"An email of {size / _MEGABYTE:.0f} MB came to mailbox '{self._settings.name}'; the limit is "
            f"{self._settings.max_megabytes} MB. It is kept in the mailbox's folder '{self._settings.refused}': "
            "save its attachments and drop them into a watch folder."
        )

    def _password(self) -> str:
        path = Path(self._settings.password_file)
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError as unread:
            raise self._wrong(f"password_file ({path}) cannot be read ({unread.strerror})") from unread

    def _wrong(self, what: str) -> MailboxSettingsWrong:
        return MailboxSettingsWrong(
            f"config/mail.toml: mailbox '{self._settings.name}': {what}. Correct its host, security, user, "
            "password_file or folder."
        )


def _told_apart(claim: str, of: bytes) -> str:
    """A mailbox moved to another server may give another message the very numbers that an earlier one had."""
    return f"{claim}-{hashlib.sha256(of).hexdigest()[:12]}"


def _fetched(box: BaseMailBox, uid: str, what: str, named: bytes) -> bytes:
    """The literal of the part that is `named` so if it has one, else its line.

    Another worker may have moved the message on meanwhile: the server then says nothing, or something else, such as new
    flags of other messages.
    """
    _, answer = box.client.uid("fetch", uid, what)
    for part in answer:
        head, content = part if isinstance(part, tuple) else (part, part)
        if head and named in head:
            return bytes(content)
    raise _MovedOn


def _folder(box: BaseMailBox, name: str) -> str:
    """The folder under the server's own separator; made when it is not there."""
    listed = box.folder.list()
    separator = next((folder.delim for folder in listed if folder.delim), "/")
    full = name.replace("/", separator)
    if full not in {folder.name for folder in listed}:
        box.folder.create(full)
    return full


def _leave(box: BaseMailBox) -> None:
    """Say goodbye, or hang up on a server that no longer listens."""
    try:
        box.client.logout()
    except (OSError, imaplib.IMAP4.error):
        box.client.shutdown()
