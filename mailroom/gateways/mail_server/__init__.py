"""Sending emails: SMTP, a folder of .eml files, or Amazon SES. All refuse a recipient outside the allowed domains."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Protocol

from mailroom.config.mail import Smtp, Transport
from mailroom.gateways.mail_server.folder import FolderMail
from mailroom.gateways.mail_server.guard import (
    AllowList,
    AnyAddress,
    Guard,
    MailAway,
    MailRefused,
    MailSettingsWrong,
    OutsideAddress,
)
from mailroom.gateways.mail_server.ses import SesMail
from mailroom.gateways.mail_server.smtp import SmtpMail
from mailroom.values.outgoing_email import OutgoingEmail

__all__ = [
    "AllowList",
    "AnyAddress",
    "FolderMail",
    "Guard",
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

    def send(self, email: OutgoingEmail) -> None:
        """Hand over one email, under its own Message-ID however often.

        Raises:
            OutsideAddress: the recipient is not at an allowed domain.
            MailAway: it may go later.
            MailRefused, MailSettingsWrong: it will not go until somebody acts.
        """


class MailSettings(Protocol):
    """What mail.toml and the [email] of outgoing.toml say of a server."""

    @property
    def transport(self) -> Transport:
        """Which of the three."""

    @property
    def folder(self) -> PurePosixPath:
        """Below the data folder."""

    @property
    def smtp(self) -> Smtp:
        """The server."""

    @property
    def ses_region(self) -> str:
        """Amazon's region."""


def open_mail_server(
    config: MailSettings,
    allowed_domains: Iterable[str] | None,
    data: Path,
    setting: str = "allowed_domains of config/routing.toml",
) -> MailServer:
    """The mail server that the settings ask for; a relative folder is below `data`.

    allowed_domains: the only ones that may be written to; None for letters to residents, who are anywhere. setting:
    where they are set, for the person who reads that an email was stopped.
    """
    allowed: Guard = AnyAddress() if allowed_domains is None else AllowList(allowed_domains, setting)
    match config.transport:
        case Transport.SMTP:
            return SmtpMail(config.smtp, allowed)
        case Transport.SES:
            return SesMail(config.ses_region, allowed)
        case Transport.FOLDER:
            return FolderMail(data / config.folder, allowed)
