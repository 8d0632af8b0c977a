"""Mail by SMTP with TLS."""

from __future__ import annotations

import smtplib
import ssl
import threading
from pathlib import Path

from mailroom.config.mail import Security, Smtp
from mailroom.gateways.mail_server.guard import AllowList, MailAway, MailRefused
from mailroom.gateways.mail_server.message import Email, as_mime


class SmtpMail:
    """Keeps one connection a thread. Whatever may pass is MailAway (tried again); what will not is MailRefused."""

    def __init__(self, settings: Smtp, allowed: AllowList, context: ssl.SSLContext | None = None) -> None:
        self._settings, self._allowed = settings, allowed
        self._context = context or ssl.create_default_context()
        self._kept = threading.local()

    def send(self, email: Email) -> None:
        """Hand one email to the server.

        Raises:
            OutsideAddress: the recipient's domain is not allowed; nothing was sent.
            MailAway: no connection, a 4xx answer, or the connection broke (even in DATA: the same Message-ID goes again).
            MailRefused: a 5xx answer.
        """
        self._allowed.check(email.recipient)
        try:
            server = self._connection()
            server.send_message(as_mime(email), from_addr=email.sender, to_addrs=[email.recipient])
        except smtplib.SMTPRecipientsRefused as refused:
            self._drop()
            code, words = next(iter(refused.recipients.values()))
            raise _answer(code, words) from refused
        except smtplib.SMTPResponseException as answer:
            self._drop()
            raise _answer(answer.smtp_code, answer.smtp_error) from answer
        except smtplib.SMTPNotSupportedError as missing:
            self._drop()
            raise MailRefused(
                "The mail server does not offer the security or sign-in that config/mail.toml asks for. Correct either."
            ) from missing
        except (OSError, smtplib.SMTPException) as broken:
            self._drop()
            raise MailAway(
                "The mail server did not answer or broke off. The email waits and is sent again."
            ) from broken

    def check(self) -> None:
        """Connect and say hello, for `mailroom check`. Raises MailAway or MailRefused."""
        try:
            self._connection().noop()
        except smtplib.SMTPResponseException as answer:
            raise _answer(answer.smtp_code, answer.smtp_error) from answer
        except (OSError, smtplib.SMTPException) as broken:
            raise MailAway(f"No mail server answers at {self._settings.host}:{self._settings.port}.") from broken
        finally:
            self._drop()

    def _connection(self) -> smtplib.SMTP:
        server: smtplib.SMTP | None = getattr(self._kept, "server", None)
        if server is not None:
            try:
                if server.noop()[0] == 250:
                    return server
            except (OSError, smtplib.SMTPException):
                self._drop()
        server = self._connect()
        self._kept.server = server
        return server

    def _connect(self) -> smtplib.SMTP:
        s = self._settings
        if s.security is Security.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(s.host, s.port, timeout=s.timeout_seconds, context=self._context)
        else:
            server = smtplib.SMTP(s.host, s.port, timeout=s.timeout_seconds)
        try:
            if s.security is Security.STARTTLS:
                server.starttls(context=self._context)
            if s.user:
                server.login(s.user, Path(s.password_file).read_text(encoding="utf-8").strip())
        except BaseException:
            server.close()
            raise
        return server

    def _drop(self) -> None:
        server: smtplib.SMTP | None = getattr(self._kept, "server", None)
        if server is not None:
            server.close()
            self._kept.server = None


def _answer(code: int, words: bytes | str) -> MailAway | MailRefused:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if 400 <= code < 500:
        return MailAway(f"The mail server asks to try later ({code}). The email waits and is sent again.")
    return MailRefused(f"The mail server refused it for good ({code} {said[:80]}). Check the team's inbox, then retry.")
