"""Mail by SMTP with TLS."""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailroom.config.mail import Security, Smtp
from mailroom.gateways.mail_server.guard import Guard, MailAway, MailSettingsWrong, answered
from mailroom.gateways.mail_server.message import as_mime
from mailroom.values.email_address import in_ascii
from mailroom.values.outgoing_email import OutgoingEmail


class SmtpMail:
    """Keeps one connection a thread. Whatever may pass is MailAway (tried again); what will not is MailRefused."""

    def __init__(self, settings: Smtp, allowed: Guard, context: ssl.SSLContext | None = None) -> None:
        self._settings, self._allowed = settings, allowed
        self._context = context or ssl.create_default_context()
        self._kept = threading.local()

    def send(self, email: OutgoingEmail) -> None:
        """Hand one email to the server.

        Raises:
            OutsideAddress: the recipient's domain is not allowed; nothing was sent.
            MailAway: no connection, a 4xx answer, or it broke off (even in DATA: the same Message-ID goes again).
            MailRefused: a 5xx answer.
            MailSettingsWrong: the security or sign-in of mail.toml does not fit the server.
        """
        self._allowed.check(email.recipient)
        message = as_mime(email)
        with self._explained():
            self._connection().send_message(message, from_addr=email.sender, to_addrs=[in_ascii(email.recipient)])

    def check(self) -> None:
        """Connect, sign in and say goodbye, for `mailroom check`. Raises as send does."""
        with self._explained():
            self._connection().noop()
        self.close()

    def close(self) -> None:
        """Drop this thread's connection, if it has one."""
        server: smtplib.SMTP | None = getattr(self._kept, "server", None)
        if server is not None:
            server.close()
            self._kept.server = None

    def _connection(self) -> smtplib.SMTP:
        """This thread's, if it still answers, else a fresh one."""
        server: smtplib.SMTP | None = getattr(self._kept, "server", None)
        if server is not None and _answers(server):
            return server
        self.close()
        self._kept.server = server = self._connect()
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
                server.login(s.user, _password(Path(s.password_file)))
        except BaseException:
            server.close()
            raise
        return server

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """smtplib's errors as ours; whatever went wrong, the connection is not used again."""
        try:
            yield
        except Exception as error:
            self.close()
            mapped = _explain(error)
            if mapped is None:
                raise
            raise mapped from error


def _explain(error: Exception) -> Exception | None:
    match error:
        case smtplib.SMTPRecipientsRefused():
            return answered(*next(iter(error.recipients.values())))
        case smtplib.SMTPAuthenticationError() if error.smtp_code >= 500:
            return MailSettingsWrong(
                f"The mail server refused the sign-in ({error.smtp_code}). Correct smtp.user or the password in "
                "smtp.password_file of config/mail.toml."
            )
        case smtplib.SMTPResponseException():
            return answered(error.smtp_code, error.smtp_error)
        case smtplib.SMTPNotSupportedError() | ssl.SSLCertVerificationError():
            return MailSettingsWrong(
                "The mail server does not offer the security or sign-in that config/mail.toml asks for, or its "
                "certificate is not trusted. Nothing was sent. Correct smtp.security, smtp.user or the server."
            )
        case OSError() | smtplib.SMTPException():
            return MailAway("The mail server did not answer or broke off. The email waits and is sent again.")
        case _:
            return None


def _answers(server: smtplib.SMTP) -> bool:
    """Whether a connection kept from before is still good: servers close idle ones."""
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _password(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as unread:
        raise MailSettingsWrong(
            f"config/mail.toml: 'smtp.password_file' ({path}) cannot be read ({unread.strerror}). Correct it."
        ) from unread
