"""Repairs of a PDF that preflight refuses: each worked out, checked again whole, offered, and applied by a person.

The file as it came is kept; its mended copy is another document, checked like any.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from django.db import transaction
from django.db.models import F

from mailroom.config.document_classes import CutBy, DocumentClass
from mailroom.errors import MailroomError, Review
from mailroom.outbound.address_block import WHERE, address_block
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.preflight import LATER_PAGES, first_page_areas
from mailroom.outbound.steps.check_pdf import COVER_WORDS, cover_pages, cut_file, examine_pdf, paper_rule
from mailroom.outbound.steps.examined import Examined, unusable
from mailroom.records.models import Event, Mailing, MailingStatus
from mailroom.values.letter_body import Block, BlockKind, LetterBody, LetterToSet, Run
from mailroom.values.letter_page import PdfProblem
from mailroom.values.repair import Done, PageLine, RepairKind

MOST_PICTURES = 200
"""Pages that are made pictures in one go; each takes a third of a second and some hundred kilobytes."""
_FONT = PdfProblem.FONT_NOT_EMBEDDED.code


class NoRepair(Review):
    """The mailing is not one that can be repaired, or this repair does not help it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A repair that helps. key: of the mended file. page, page_after: one to look at, in the file and in the copy.

    problems, warnings: what the check still finds in the copy.
    """

    kind: RepairKind
    words: str
    key: str
    page: int
    page_after: int
    problems: int
    warnings: int


def offers(
    machines: OutboundMachines,
    key: str,
    kind: DocumentClass,
    repairs: Sequence[str] = (),
    only: RepairKind | None = None,
) -> tuple[Offer, ...]:
    """The repairs that leave less wrong with a file. repairs: what was done to it already. only: try this one."""
    with machines.store.path_for_reading(key) as path, tempfile.TemporaryDirectory(prefix="mailroom-repair-") as folder:
        work = _Workshop(machines, path, Path(folder), kind, tuple(repairs))
        return tuple(work.offers([only] if only else list(RepairKind)))


def apply_repair(machines: OutboundMachines, mailing_id: int, kind: RepairKind, actor: str) -> Mailing:
    """Mend a refused mailing's PDF; it is checked again, whole, and goes on if it is sound. The original is kept.

    Raises:
        NoRepair: the mailing is not refused, came as a spreadsheet, or the repair does not help.
    """
    mailing = Mailing.objects.get(pk=mailing_id)
    if mailing.status != MailingStatus.REFUSED or mailing.template:
        raise NoRepair(f"{mailing.number}: only a refused mailing that came as a PDF can be repaired.")
    document_class = machines.kind(mailing.document_class)
    found = offers(machines, mailing.pages_from, document_class, mailing.repair_codes, kind)
    if not found:
        raise NoRepair(f"{mailing.number}: this repair does not help it. See what is wrong with the file.")
    offer = found[0]
    done = Done(kind.value, offer.words).on_record(actor, machines.clock())
    with transaction.atomic():
        won = Mailing.objects.filter(pk=mailing.pk, status=MailingStatus.REFUSED, repaired=mailing.repaired).update(
            status=MailingStatus.CHECKING,
            repaired=offer.key,
            repairs=[*mailing.repairs, done],
            attempts=F("attempts") + 1,
        )
        if not won:
            raise NoRepair(f"{mailing.number}: somebody else was quicker. Look at it again.")
        mailing.refresh_from_db()
        Event.record("mailing.repaired", mailing, actor=actor, repair=kind.value, was=mailing.original, now=offer.key)
        transaction.on_commit(partial(machines.queues.put_mailing, mailing.pk, mailing.attempts))
    return mailing


class _Workshop:
    """One file on the bench."""

    def __init__(
        self, machines: OutboundMachines, path: Path, folder: Path, kind: DocumentClass, repairs: tuple[str, ...]
    ) -> None:
        self._machines, self._path, self._folder, self._kind, self._repairs = machines, path, folder, kind, repairs
        self._was = self._examine(path, repairs)

    def offers(self, kinds: Sequence[RepairKind]) -> Iterator[Offer]:
        """Each repair tried, and those kept that help."""
        makes: dict[RepairKind, Callable[[Path], str]] = {
            RepairKind.MOVE: self._move,
            RepairKind.COVER: self._cover,
            RepairKind.EMBED: lambda _: self._embed(),
            RepairKind.PICTURES: self._pictures,
        }
        for kind in kinds:
            copy = self._copy(kind)
            try:
                words = makes[kind](copy)
            except MailroomError:
                continue  # a file that cannot be cut or opened has no such repair; what is wrong with it is listed
            if words:
                yield from self._offer(kind, words, copy)

    def _copy(self, kind: RepairKind) -> Path:
        return self._folder / f"{kind}.pdf"

    def _offer(self, kind: RepairKind, words: str, copy: Path) -> Iterator[Offer]:
        repairs = (*self._repairs, kind)
        now = self._examine(copy, repairs)
        if not _is_better(self._was, now):
            return
        page = _page_to_show(self._was)
        after = page
        if kind is RepairKind.COVER:
            letters = self._letters()
            before = sum(first <= page for first, _, _ in letters)
            after = page + (before - 1) * cover_pages(self._kind, repairs)
        yield Offer(kind, words, self._machines.store.put(copy), page, after, now.problem_count, _warnings(now))

    def _examine(self, path: Path, repairs: Sequence[str]) -> Examined:
        try:
            return examine_pdf(self._machines, path, self._kind, repairs)
        except MailroomError as refused:
            return unusable(refused)

    def _letters(self) -> list[tuple[int, int, tuple[PageLine, ...]]]:
        """First page, pages and address of each letter; a class cut by address is cut by those found anywhere."""
        lines = list(self._machines.repairs.lines_on(self._path, WHERE))
        areas = paper_rule(self._machines).areas
        if self._kind.cut.by is not CutBy.ADDRESS:
            cut = cut_file(self._machines, self._path, self._kind, self._repairs)
            return [(c.first_page, len(c.pages), address_block(lines[c.first_page - 1], areas)) for c in cut]
        blocks = {number: found for number, on in enumerate(lines, 1) if (found := address_block(on, areas))}
        starts = sorted(blocks)
        if not starts or starts[0] != 1:
            return []
        ends = [*starts[1:], len(lines) + 1]
        return [(first, end - first, blocks[first]) for first, end in zip(starts, ends, strict=True)]

    def _move(self, copy: Path) -> str:
        letters = self._letters()
        if self._is_covered or not letters or not all(block for _, _, block in letters):
            return ""
        window = self._machines.printing.window
        blocks = {first: block for first, _, block in letters}
        found = self._machines.repairs.find_moves(self._path, first_page_areas(window), LATER_PAGES, window, blocks)
        if found is None or not any(move.words for move in found):
            return ""
        first, later = found
        self._machines.repairs.move_pages(self._path, copy, set(blocks), first, later)
        said = [f"first pages {first.words}"] if first.words else []
        said += [f"later pages {later.words}"] if later.words else []
        return f"Move the print: {'; '.join(said)}."

    def _cover(self, copy: Path) -> str:
        letters = self._letters()
        if self._is_covered or not letters or not all(block for _, _, block in letters):
            return ""
        covers = self._folder / "covers.pdf"
        day = self._machines.today()
        body = LetterBody("", (Block(BlockKind.PARAGRAPH, (Run(COVER_WORDS),)),))
        addresses = [tuple(line.text for line in block) for _, _, block in letters]
        if self._machines.typesetter.signs.lacking("".join(line for lines in addresses for line in lines)):
            return ""  # what is wrong with the file names the sign and its page
        # Without a number: the letter behind it counts its own pages.
        sheets = (LetterToSet((body,), lines, day, numbered=False) for lines in addresses)
        self._machines.typesetter.write(sheets, covers)
        places = [(first, count) for first, count, _ in letters]
        self._machines.repairs.set_covers(self._path, covers, places, copy, self._kind.duplex)
        return f"Set a sheet with the address before each letter: {len(letters)} more sheets of paper."

    def _embed(self) -> str:
        if not self._lacks_fonts or self._fonts_without_twin:
            return ""
        return "Set the missing fonts in from typefaces of the same widths."

    @cached_property
    def _fonts_without_twin(self) -> tuple[str, ...]:
        """Fonts are set in as far as may be, once for both repairs that ask; those no typeface of ours stands for."""
        faces = self._machines.printing.preflight.typefaces
        held = {name: self._machines.typefaces / file for name, file in faces.items()}
        return self._machines.repairs.embed_twins(self._path, self._copy(RepairKind.EMBED), held)

    def _pictures(self, copy: Path) -> str:
        if not self._lacks_fonts or self._machines.pdfs.count_pages(self._path) > MOST_PICTURES:
            return ""
        regular = self._machines.typefaces / self._machines.printing.type.regular
        self._machines.repairs.as_pictures(self._path, copy, regular)
        without = ", ".join(self._fonts_without_twin)
        why = f"No typeface here can be set in for {without}. " if without else ""
        return f"{why}Make every page a picture, as this screen shows it; its words stay readable for programs."

    @property
    def _is_covered(self) -> bool:
        return RepairKind.COVER in self._repairs

    @property
    def _lacks_fonts(self) -> bool:
        return any(problem["code"] == _FONT for problem in self._was.problems)


def _is_better(was: Examined, now: Examined) -> bool:
    """Fewer problems; or as few, with fewer warnings. A file that could not even be cut has more wrong than any."""
    if not now.letter_count:
        return False
    if not was.letter_count:
        return True
    return (now.problem_count, _warnings(now)) < (was.problem_count, _warnings(was))


def _warnings(examined: Examined) -> int:
    return sum(bool(problem.get("warning")) for problem in examined.problems)


def _page_to_show(examined: Examined) -> int:
    """The first page with something wrong."""
    stopping = sorted(examined.problems, key=lambda problem: bool(problem.get("warning")))
    return next((int(str(problem["row"])) for problem in stopping if problem["row"]), 1)
