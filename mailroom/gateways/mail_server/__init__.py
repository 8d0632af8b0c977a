"""Sending emails: SMTP, a folder of .eml files, or Amazon SES. All refuse a recipient outside the allowed domains."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from mailroom.config.mail import MailConfig, Transport
from mailroom.gateways.mail_server.folder import FolderMail
from mailroom.gateways.mail_server.guard import AllowList, MailAway, MailRefused, MailSettingsWrong, OutsideAddress
from mailroom.gateways.mail_server.message import Email
from mailroom.gateways.mail_server.ses import SesMail
from mailroom.gateways.mail_server.smtp import SmtpMail

__all__ = [
    "AllowList",
    "FolderMail",
    "MailAway",
    "MailRefused",
    "MailServer",
    "MailSettingsWrong",
    "OutsideAddress",
    "SesMail",
    "SmtpMail",
    "open_mail_server",
]


class MailServer(Protocol):
    """What every way of sending does."""

    def send(self, email: Email) -> None:
        """Hand over one email, under its own Message-ID however often.

        Raises:
            OutsideAddress: the recipient is not at an allowed domain.
            MailAway: it may go later.
            MailRefused, MailSettingsWrong: it will not go until somebody acts.
        """


def open_mail_server(config: MailConfig, allowed_domains: Iterable[str], data: Path) -> MailServer:
    """The mail server that mail.toml asks for; a relative folder is below `data`."""
    allowed = AllowList(allowed_domains)
    match config.transport:
        case Transport.SMTP:
            return SmtpMail(config.smtp, allowed)
        case Transport.SES:
            return SesMail(config.ses_region, allowed)
        case Transport.FOLDER:
            return FolderMail(data / config.folder, allowed)
