"""config/mail.toml: how emails leave, and what their subjects show."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath

from pydantic import Field

from mailroom.config.section import EmailAddress, Section


class Transport(StrEnum):
    """Where emails go."""

    FOLDER = "folder"
    SMTP = "smtp"
    SES = "ses"


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Smtp(Section):
    """The mail server. password_file holds the password alone, so that it is in no TOML file."""

    host: str = "localhost"
    port: int = Field(default=587, gt=0, lt=65536)
    security: Security = Security.STARTTLS
    user: str = ""
    password_file: str = ""
    timeout_seconds: float = Field(default=30, gt=0)


class Mailbox(Section):
    """A shared IMAP mailbox whose messages become items.

    done: the folder messages move to once they are safe. refused: the folder for those over max_megabytes, and in the
    letters' mailbox for whatever is no report about a letter.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    host: str
    port: int = 993
    security: Security = Security.TLS
    user: str
    password_file: str
    folder: str = "INBOX"
    done: str = "Mailroom/Done"
    refused: str = "Mailroom/Refused"
    service: str = ""
    max_megabytes: int = Field(default=50, gt=0)
    look_every_seconds: float = Field(default=60.0, gt=0)


class MailConfig(Section):
    """The whole of mail.toml."""

    transport: Transport = Transport.FOLDER
    folder: PurePosixPath = PurePosixPath("emails")
    sender: EmailAddress
    sender_name: str = "Mailroom"
    subject_shows_customer_number: bool = True
    smtp: Smtp = Smtp()
    ses_region: str = "eu-west-2"
    largest_attachment_megabytes: int = Field(default=15, gt=0)
    mailbox: tuple[Mailbox, ...] = ()
