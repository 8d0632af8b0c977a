"""What the mailing pages need of the outgoing side, by shape. wiring/web_letters.py sets the real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mailroom.errors import Misconfigured
from mailroom.records.models import Letter, Mailing


@dataclass(frozen=True, slots=True)
class Door:
    """One way of handing letters in: a template for a spreadsheet, or ('') one PDF with many letters of a class."""

    template: str
    name: str
    document_class: str
    service: str
    needs_approval: bool

    @property
    def code(self) -> str:
        """What the form sends."""
        return f"{self.document_class}:{self.template}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was chosen but not handed in. key: of the file in the store. files: of the list of attachments.

    came_as: key of the file as it came, once it was repaired; repairs: what was done, as (code, words). once: names
    this one handing-in, whatever is changed in it.
    """

    key: str
    filename: str
    template: str
    document_class: str
    files: str = ""
    came_as: str = ""
    repairs: tuple[tuple[str, str], ...] = ()
    once: str = ""

    @property
    def is_spreadsheet(self) -> bool:
        """Whether its letters are made from a template."""
        return bool(self.template)


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """An attachment somebody chose: a PDF, or a ZIP file of PDFs. everybody: with every letter; else rows name it."""

    name: str
    content: Iterable[bytes]
    everybody: bool


@dataclass(frozen=True, slots=True)
class RepairOffer:
    """A repair that would help a PDF. key: of the mended copy. page, page_after: the same page, before and after.

    problems, warnings: what would still be wrong.
    """

    code: str
    words: str
    key: str
    page: int
    page_after: int
    problems: int
    warnings: int


@dataclass(frozen=True, slots=True)
class FieldMatch:
    """A field of the template and the column of the file that fills it; '' where no column does."""

    field: str
    column: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the check of a large file is. stage: what it is at. total: about how many; 0 where nobody knows."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a file found. problems: row, column, code, message, warning and box, as a mailing keeps them.

    everybody: names of the attachments of every letter. named: how many others there are for rows to name.
    progress: the file is so large that a worker checks it, and is not done yet; then the rest is empty.
    """

    letter_count: int
    problem_count: int
    problems: tuple[dict[str, Any], ...] = ()
    fields: tuple[FieldMatch, ...] = ()
    unused: tuple[str, ...] = ()
    progress: Progress | None = None
    everybody: tuple[str, ...] = ()
    named: int = 0

    @property
    def may_be_handed_in(self) -> bool:
        """Whether nothing stops it."""
        return self.progress is None and self.letter_count > 0 and self.problem_count == 0


@dataclass(frozen=True, slots=True)
class Preview:
    """One letter of a draft: whom it is to, its pages, and the email it would be if its reader chose email."""

    position: int
    address: tuple[str, ...]
    pages: int
    subject: str
    email: str
    emailed_as: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person says beside the file."""

    title: str = ""
    scheduled_for: dt.datetime | None = None
    must_arrive: dt.date | None = None
    again: bool = False


class Letters(Protocol):
    """Every call may raise a MailroomError with words for the person."""

    def doors(self) -> tuple[Door, ...]:
        """Every way the site has of handing letters in."""

    def fields(self, template: str) -> tuple[FieldMatch, ...]:
        """The template's own fields, without the address."""

    def keep(self, content: Iterable[bytes], filename: str) -> str:
        """Put a chosen file in the store; returns its key."""

    def keep_attachments(self, chosen: Iterable[ChosenFile]) -> str:
        """Put attachments in the store; returns the key of their list, '' for none."""

    def check(self, draft: Draft, actor: str) -> Checked:
        """The whole file, every row or page; nothing is queued. A large one is checked by a worker: ask again."""

    def drafts(self, actor: str) -> tuple[tuple[int, Draft, Progress | None], ...]:
        """This person's large files that are not handed in, the newest first, by number; None: its check is done."""

    def with_columns(self, draft: Draft, names: Mapping[str, str]) -> str:
        """The spreadsheet with columns renamed to fields, kept as a file of its own; returns its key."""

    def preview(self, draft: Draft, position: int) -> Preview:
        """One letter of the draft. Raises Review when it has problems."""

    def draft_pdf(self, draft: Draft, position: int) -> bytes:
        """That letter's PDF."""

    def draft_picture(self, draft: Draft, position: int, page: int, width: int) -> bytes:
        """A page of it as a PNG."""

    def file_picture(self, draft: Draft, page: int, width: int) -> bytes:
        """A page of the file as it came, as a PNG."""

    def attachment_picture(self, draft: Draft, name: str, page: int, width: int) -> bytes:
        """A page of one of the draft's attachments, as a PNG."""

    def draft_repairs(self, draft: Draft) -> tuple[RepairOffer, ...]:
        """Repairs that would leave less wrong with the draft's PDF."""

    def repairs(self, mailing: Mailing) -> tuple[RepairOffer, ...]:
        """The same of a mailing that was refused."""

    def repair(self, mailing: Mailing, code: str, actor: str) -> None:
        """Mend a refused mailing's PDF; it is checked again."""

    def stored_picture(self, key: str, page: int, width: int) -> bytes:
        """A page of a PDF in the store, as a PNG."""

    def hand_in(self, draft: Draft, wishes: Wishes, actor: str) -> Mailing:
        """Hand the file in. The same draft twice (by Draft.once) is one mailing."""

    def letter_pdf(self, letter: Letter) -> bytes:
        """A letter on record: as it was sent, or as it would be."""

    def letter_words(self, letter: Letter) -> str:
        """Its words as plain text."""

    def letter_pages(self, letter: Letter) -> int:
        """How many pages it has."""

    def letter_picture(self, letter: Letter, page: int, width: int) -> bytes:
        """A page of it as a PNG."""

    def approve(self, mailing: Mailing, actor: str) -> None:
        """Let it go; another person than the one who handed it in."""

    def schedule(self, mailing: Mailing, at: dt.datetime | None, actor: str) -> None:
        """Hold it until then; None lets it go at once."""

    def pause(self, mailing: Mailing, actor: str) -> int:
        """Stop what has not left; returns how many letters stand still."""

    def resume(self, mailing: Mailing, actor: str) -> int:
        """Let it go on; returns how many letters."""

    def cancel(self, mailing: Mailing, actor: str) -> int:
        """Cancel what has not left; returns how many letters."""

    def cancel_letter(self, letter: Letter, actor: str) -> None:
        """Cancel one letter."""


_set: list[Letters] = []


def use(machines: Letters) -> None:
    """Set the machines of this desk."""
    _set[:] = [machines]


def letters() -> Letters:
    """The machines in use. Raises Misconfigured if none were set."""
    if not _set:
        raise Misconfigured("The web pages were started without the outgoing side. Start them with `mailroom run`.")
    return _set[0]
