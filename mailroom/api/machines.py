"""What the interface needs of the outside world, by shape. wiring sets the real ones with `use`; tests set theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mailroom.config.api import ApiConfig
from mailroom.config.document_classes import DocumentClass
from mailroom.errors import Misconfigured, Reject
from mailroom.records.models import Letter


@dataclass(frozen=True, slots=True)
class Template:
    """A letter template as its file has it now. contact_block: the sender's lines, '' for none."""

    code: str
    digest: str
    name: str
    subject: str
    words: str
    document_class: str
    contact_block: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A template filled in. body: its words with Notify's marks for headings, lists and links."""

    subject: str
    body: str


class Words(Protocol):
    """The words of one version of a template, read."""

    @property
    def fields(self) -> Mapping[str, bool]:
        """Its fields; whether every letter needs them."""

    def missing(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Fields these values lack."""

    def fill(self, values: Mapping[str, str]) -> Filled:
        """The words with the values in their places."""

    def as_email(self, values: Mapping[str, str]) -> str:
        """The HTML of an email with them."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One letter or email to be taken in, checked in form already.

    lines: of the address as it goes in the window; () for an email or a PDF. email: '' for a letter.
    urgent: it should arrive the working day after it is posted.
    """

    service: str
    document_class: str
    template: str
    actor: str
    values: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    email: str = ""
    pdf: bytes = b""
    reference: str = ""
    scheduled_for: dt.datetime | None = None
    urgent: bool = False
    reply_to: str = ""
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a submission. code: the rule. page: of a PDF, 0 for the whole."""

    code: str
    message: str
    field: str = ""
    page: int = 0


class NotAccepted(Reject):
    """The submission has problems, so nothing was taken in."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(p.message for p in problems))
        self.problems = problems


class Checked(Protocol):
    """A submission that was found sound."""

    def take_in(self) -> Letter:
        """Record it and put it on the line."""

    def pdf(self) -> bytes:
        """The PDF a letter would have, b'' for an email. Nothing is recorded."""


class ApiMachines(Protocol):
    """Everything the interface is handed."""

    @property
    def config(self) -> ApiConfig:
        """config/api.toml."""

    @property
    def sender(self) -> str:
        """The address emails come from."""

    @property
    def public_url(self) -> str:
        """Where people reach the site, without a slash at the end."""

    @property
    def staff_domains(self) -> frozenset[str]:
        """Mail domains of the council's own people."""

    def now(self) -> dt.datetime:
        """The time, with its zone."""

    def local(self, at: dt.datetime) -> dt.datetime:
        """That time at the council."""

    def kind(self, code: str) -> DocumentClass:
        """A document class. Raises Misconfigured."""

    def templates(self) -> Mapping[str, Template]:
        """The site's templates by code."""

    def read(self, code: str, subject: str, words: str) -> Words:
        """Read the words of a version. Raises Misconfigured."""

    def check(self, submission: Submission) -> Checked:
        """Check it and record nothing. Raises NotAccepted, Retry."""

    def pdf(self, letter: Letter) -> bytes:
        """The letter's PDF."""

    def latest_arrival(self, handed_in: dt.datetime, postage: str) -> dt.datetime:
        """The last day on which a letter handed in then should arrive."""

    def keep(self, content: bytes) -> str:
        """Put bytes in the store. Returns their key."""

    def fetch(self, key: str) -> bytes:
        """The bytes, hash verified."""

    def seal(self, secret: str) -> str:
        """The secret so that only this site can read it."""

    def unseal(self, sealed: str) -> str:
        """The secret again. Raises Misconfigured if it was sealed with another key."""


_machines: list[ApiMachines] = []


def use(machines: ApiMachines) -> None:
    """Set the machines the interface uses from here on."""
    _machines[:] = [machines]


def machines() -> ApiMachines:
    """The machines in use. Raises Misconfigured if none were set."""
    if not _machines:
        raise Misconfigured("The interface was started without the mailroom. Start it with `mailroom run`.")
    return _machines[0]
