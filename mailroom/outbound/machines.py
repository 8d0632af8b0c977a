"""What the outgoing line needs of the outside world, by shape. wiring builds the real ones; tests pass fakes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mailroom.config.customers import CustomersConfig
from mailroom.config.document_classes import DocumentClass, DocumentClasses
from mailroom.config.outgoing import Outgoing
from mailroom.config.printing import Area, Printing
from mailroom.errors import Misconfigured
from mailroom.outbound.letter_template import LetterTemplate
from mailroom.values.geometry import Box
from mailroom.values.letter_body import LetterToSet
from mailroom.values.letter_page import LetterPage
from mailroom.values.letter_signs import LetterSigns
from mailroom.values.linkage_record import LinkageRecord
from mailroom.values.outgoing_email import OutgoingEmail
from mailroom.values.person_match import PairScore
from mailroom.values.repair import Move, PageLine


class DocumentStore(Protocol):
    """Keeps bytes under their SHA-256, for ever, unchanged."""

    def put(self, content: bytes | Path) -> str:
        """Store and return the key. Raises Retry when the store is full or away."""

    def get(self, key: str) -> bytes:
        """The bytes, hash verified."""

    def path_for_reading(self, key: str) -> AbstractContextManager[Path]:
        """A local file with the bytes, for as long as the context lasts."""


class LettersMail(Protocol):
    """The mail server for residents."""

    def send(self, email: OutgoingEmail) -> None:
        """Hand the email over. Raises Retry for passing trouble, Review when it is refused for good."""


class LetterQueues(Protocol):
    """Puts work on the engine's queues; the same work twice is done once."""

    def put_mailing(self, mailing_id: int, attempt: int) -> str:
        """Check, match, decide, and put the emails on."""

    def put_draft_check(self, check_id: int, attempt: int) -> str:
        """Check a file that is not handed in yet."""

    def put_letter_emails(self, work: str) -> str:
        """Email the letters that carry this name of a job."""

    def put_confirmation(self, contact_point_id: int, code: str, attempt: int) -> str:
        """Ask a person by email whether the address is theirs. code: the reply code that asked for it, or ''."""

    def is_unfinished(self, workflow_id: str) -> bool:
        """Whether the engine still holds it."""


class PlacedLetter(Protocol):
    """Where a letter is in a file that was set."""

    @property
    def first_page(self) -> int:
        """From 1."""

    @property
    def page_count(self) -> int:
        """Sides of paper."""


class Typesetter(Protocol):
    """Sets letters in the council's style."""

    @property
    def signs(self) -> LetterSigns:
        """What its typefaces can print."""

    def write(self, letters: Iterable[LetterToSet], to: Path, title: str = "Letter") -> Sequence[PlacedLetter]:
        """One PDF with all of them."""

    def write_tagged(self, letter: LetterToSet, to: Path, title: str) -> PlacedLetter:
        """One letter as a PDF for screens, which says to reading programs what is what."""

    def page_count(self, letter: LetterToSet) -> int:
        """How many pages it will have, without drawing it."""


class LetterPdfs(Protocol):
    """Reads, measures and cuts letters' PDFs."""

    def read_letters(self, path: Path, window: Area, first: int = 1, count: int = 0) -> Iterator[LetterPage]:
        """Words and window of each page. Raises Reject for a file that cannot be opened."""

    def measure_letters(
        self,
        path: Path,
        window: Area,
        first_page: Sequence[Area],
        later_pages: Sequence[Area],
        starts: Collection[int],
    ) -> Iterator[LetterPage]:
        """Pages of a file with many letters, with everything preflight asks."""

    def place_of_type(self, path: Path, page: int, font: str = "", below: float = 0.0) -> Box | None:
        """A box around all characters of a font, or of less than so many points."""

    def place_of_words(self, path: Path, page: int, start: int, end: int) -> Box | None:
        """A box around the words from one place of the page's text to another."""

    def cut_out(self, path: Path, first: int, count: int) -> bytes:
        """A PDF of some pages."""

    def count_pages(self, path: Path) -> int:
        """How many pages a file has. Raises Reject for one that cannot be opened."""

    def join(self, parts: Sequence[Path], to: Path) -> None:
        """One PDF with the pages of all of them, in order. Raises Reject for one that cannot be opened."""


class PdfRepairs(Protocol):
    """Mends letters' PDFs; each call writes a copy."""

    def lines_on(self, path: Path, area: Area) -> Iterator[tuple[PageLine, ...]]:
        """For every page the lines that touch the area."""

    def find_moves(
        self,
        path: Path,
        first_areas: Sequence[Area],
        later_areas: Sequence[Area],
        window: Area,
        blocks: dict[int, tuple[PageLine, ...]],
    ) -> tuple[Move, Move] | None:
        """How first and later pages have to be moved; None if nothing helps."""

    def move_pages(self, path: Path, to: Path, first_pages: Collection[int], first: Move, later: Move) -> None:
        """Move them."""

    def set_covers(self, path: Path, covers: Path, letters: Iterable[tuple[int, int]], to: Path, duplex: bool) -> None:
        """A page of `covers` before each letter, given as first page and count."""

    def embed_twins(self, path: Path, to: Path, typefaces: Mapping[str, Path]) -> tuple[str, ...]:
        """Twins in place of missing fonts; the fonts that have none."""

    def as_pictures(self, path: Path, to: Path, typeface: Path) -> None:
        """Pages as pictures, with their words under them."""


class MentionMatch(Protocol):
    """The records most like one mention, the best first."""

    @property
    def key(self) -> str:
        """The mention's."""

    @property
    def scores(self) -> tuple[PairScore, ...]:
        """At most five customers."""


@dataclass(frozen=True)
class OutboundMachines:
    """Everything the outgoing line is handed.

    count_rows: about how many rows a spreadsheet has. match_people: compares mentions with records in bulk. random: so
    many random bytes. local_time: the council's own. attachments: the site's folder of PDFs that templates and print
    folders name. typefaces: below which the site's typefaces lie. letters_page: where links in emails lead.
    mail_domain: behind the @ of Message-IDs.
    """

    store: DocumentStore
    mail: LettersMail
    queues: LetterQueues
    typesetter: Typesetter
    pdfs: LetterPdfs
    repairs: PdfRepairs
    read_rows: Callable[[Path], Iterator[tuple[int, tuple[str, ...]]]]
    count_rows: Callable[[Path], int]
    match_people: Callable[[Iterable[LinkageRecord], Iterable[LinkageRecord]], Iterator[MentionMatch]]
    clock: Callable[[], dt.datetime]
    local_time: Callable[[dt.datetime], dt.datetime]
    random: Callable[[int], bytes]
    classes: DocumentClasses
    templates: Mapping[str, LetterTemplate]
    printing: Printing
    outgoing: Outgoing
    customers: CustomersConfig
    attachments: Path
    typefaces: Path
    letters_page: str
    mail_domain: str
    data: Path
    attempts: int = 5

    def kind(self, code: str) -> DocumentClass:
        """The document class. Raises Misconfigured for one that the site no longer has."""
        found = self.classes.find(code)
        if found is None:
            raise Misconfigured(
                f"config/document_classes.toml has no class '{code}'. Add it again, or correct the code."
            )
        return found

    def template(self, code: str) -> LetterTemplate:
        """The template. Raises Misconfigured for one that the site no longer has."""
        if code not in self.templates:
            raise Misconfigured(f"templates/letters/{code}.md is missing. Put it back, or correct the code.")
        return self.templates[code]

    def today(self) -> dt.date:
        """The council's own date."""
        return self.local_time(self.clock()).date()

    def bounces_since(self) -> dt.date:
        """The first day whose undelivered emails still count."""
        return self.today() - dt.timedelta(days=self.outgoing.bounces_count_days)
