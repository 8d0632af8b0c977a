"""config/outgoing.toml: how letters reach residents by email, and the folders older systems print letters to."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from pydantic import Field, field_validator

from mailroom.config.mail import Mailbox, Smtp, Transport
from mailroom.config.section import EmailAddress, Section, load_section, repeated


class LetterEmails(Section):
    """How emails to residents leave. They have a mail server of their own: that of mail.toml serves staff only.

    only_domains: while a site is tried out, nothing goes elsewhere; empty in earnest. letters_page: where links in
    emails lead, '' for the site's own public address. tries: then the letter is printed instead.
    """

    transport: Transport = Transport.FOLDER
    folder: PurePosixPath = PurePosixPath("letter-emails")
    smtp: Smtp = Smtp()
    ses_region: str = "eu-west-2"
    sender: EmailAddress
    sender_name: str
    only_domains: tuple[str, ...] = ()
    letters_page: str = ""
    tries: int = Field(default=8, ge=1)
    wait_seconds: float = Field(default=60.0, gt=0, description="before the second try; doubled at each further one")
    link_days: int = Field(default=60, ge=1)


class PrintFolder(Section):
    """A folder an older system prints letters to, as PDF; or, with a template, saves spreadsheets of recipients to.

    attachments: PDFs of templates/letters/attachments that go with every letter of it.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    path: PurePosixPath
    document_class: str
    template: str = ""
    attachments: tuple[str, ...] = ()
    settle_seconds: float = Field(default=5.0, ge=0)
    stuck_after_minutes: float = Field(default=10.0, gt=0)
    ignore: tuple[str, ...] = (".*", "~*", "*.tmp", "*.part", "Thumbs.db")


class DeliveryNotices(Section):
    """Who may tell over the web what became of our emails. secret_file: a secret a line that gateways sign with."""

    sns_topics: tuple[str, ...] = ()
    secret_file: str = ""


class Outgoing(Section):
    """The whole of outgoing.toml. opt_in_days: how long the code printed on a letter works for choosing email.

    same_file_days: the same file handed in again within so many days is refused unless the person insists.
    bounces_count_days: an undelivered email older than this no longer counts towards putting its reader on paper.
    """

    email: LetterEmails
    print_folder: tuple[PrintFolder, ...] = ()
    bounce_mailbox: Mailbox | None = None
    delivery_notices: DeliveryNotices = DeliveryNotices()
    opt_in_days: int = Field(default=120, ge=1)
    same_file_days: int = Field(default=7, ge=0)
    bounces_count_days: int = Field(default=180, ge=1)

    @field_validator("print_folder")
    @classmethod
    def _names_differ(cls, folders: tuple[PrintFolder, ...]) -> tuple[PrintFolder, ...]:
        twice = sorted(repeated(f.name for f in folders))
        if twice:
            raise ValueError(f"two folders are named {', '.join(twice)}; give each its own name")
        return folders


def load_outgoing(site: Path) -> Outgoing:
    """Read it. Raises Misconfigured naming file and key."""
    return load_section(site / "config" / "outgoing.toml", Outgoing)
