"""One PDF with many letters, cut into them and every page measured; and the mix-up guard of a mailing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mailroom.config.document_classes import CutBy, DocumentClass
from mailroom.config.printing import MM
from mailroom.errors import Reject
from mailroom.outbound.cutting import CutLetter, cut_letters
from mailroom.outbound.large_print import words_to_set
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.mix_up import Identity, MixUpGuard
from mailroom.outbound.postal_address import UK_AREAS, LetterAddress
from mailroom.outbound.preflight import LATER_PAGES, check_letter, first_page_areas, pages_without_words
from mailroom.outbound.steps.examined import Examined, Found, Looked, ProblemList, from_finding, untold
from mailroom.outbound.strange_references import SHORTEST, judged, own_references, strange_references
from mailroom.outbound.submission import PaperRule
from mailroom.records.models import CheckStage
from mailroom.records.reference_owners import owners_of
from mailroom.values.geometry import Box
from mailroom.values.letter_page import LetterPage, PdfFinding, PdfProblem
from mailroom.values.letter_signs import LetterSigns, named
from mailroom.values.postal_address import POSTCODE
from mailroom.values.repair import RepairKind


def paper_rule(machines: OutboundMachines) -> PaperRule:
    """Which addresses this site posts to."""
    rules = machines.printing.address
    return PaperRule(UK_AREAS | frozenset(rules.extra_postcode_areas), machines.typesetter.signs, rules.abroad)


def guard_of(machines: OutboundMachines, kind: DocumentClass, customers: Mapping[int, Identity]) -> MixUpGuard:
    """The guard of a mailing to these customers; what stands on every letter of the council is nobody's."""
    senders = [
        line for t in machines.templates.values() for line in (*t.source.head.from_lines, *t.source.head.sign_off)
    ]
    own_names = (*machines.printing.preflight.own_names, *senders)
    return MixUpGuard(customers, _of_the_council(machines), own_names, names_others=kind.names_others)


def identity(address: LetterAddress, reference: str) -> Identity:
    """Whose letter this is, for the guard."""
    name, *lines = address.lines or ("",)
    return Identity(name, address.postcode, reference, tuple(lines))


COVER_WORDS = "This sheet bears the address only. The letter begins on the next sheet."
"""Printed on cover sheets of ours, by which their letters are cut again."""


def cut_file(
    machines: OutboundMachines, path: Path, kind: DocumentClass, repairs: Sequence[str] = ()
) -> tuple[CutLetter, ...]:
    """The letters of a file as it came, or as it was repaired. Raises CannotCut, or as opening the file."""
    pages = tuple(machines.pdfs.read_letters(path, machines.printing.window))
    areas, cover = paper_rule(machines).areas, cover_pages(kind, repairs)
    cut = kind.cut.model_copy(update={"by": CutBy.MARKER, "marker": COVER_WORDS}) if cover else kind.cut
    return cut_letters(pages, cut, areas, kind.reference, cover)


def cover_pages(kind: DocumentClass, repairs: Sequence[str]) -> int:
    """Pages before a letter's own."""
    return (2 if kind.duplex else 1) if RepairKind.COVER in repairs else 0


def examine_pdf(
    machines: OutboundMachines, path: Path, kind: DocumentClass, repairs: Sequence[str] = (), looked: Looked = untold
) -> Examined:
    """Cut the file into letters, then measure every page once.

    repairs: what was done to it since it came. looked: is told how far it is.
    """
    limits, cover = machines.printing.preflight, cover_pages(kind, repairs)
    letters = cut_file(machines, path, kind, repairs)
    if path.stat().st_size > limits.most_megabytes * 1_000_000 * -(-letters[-1].last_page // limits.most_pages):
        raise Reject(str(PdfProblem.TOO_LARGE))
    guard = guard_of(machines, kind, {n: identity(c.address, c.reference) for n, c in enumerate(letters, 1)})
    found = ProblemList()
    measured = _measured(machines, path, letters)
    strange = {} if kind.names_others else _strange_references(guard, letters, kind.reference, cover)
    bearable = SignsNotOurs(machines.typesetter.signs)
    for position, (letter, own_pages) in enumerate(zip(letters, measured, strict=True), 1):
        foreign = guard.check(position, own_pages) or strange.get(position, ())
        # Of a file that is one letter there is nobody whose page it could be instead.
        unseen = () if kind.picture_pages or len(letters) == 1 else pages_without_words(own_pages, cover)
        looked(CheckStage.PAGES, letter.last_page)
        measured_on = check_letter(own_pages, letter.address, limits, cover)
        for finding in (*measured_on, *unseen, *foreign, *bearable.on(own_pages)):
            row = letter.first_page - 1 + finding.page if finding.page else letter.first_page
            seen = own_pages[max(finding.page, 1) - 1]
            if found.placed_so_far(warning=finding.problem.is_a_warning) < PLACED:
                finding = with_place(machines, path, replace(seen, number=row), finding)
            found.add(from_finding(finding, row))
    return Examined(
        len(letters), tuple(found.problems), found.count, lambda: (_from_cut(n, c) for n, c in enumerate(letters, 1))
    )


def _strange_references(
    guard: MixUpGuard, letters: Sequence[CutLetter], shape: str, cover: int
) -> dict[int, tuple[PdfFinding, ...]]:
    """By letter: pages with references that its first page does not bear, judged by what is on record."""
    found, own = {}, {}
    for position, letter in enumerate(letters, 1):
        if strange := strange_references(letter.pages[cover:], shape):
            found[position], own[position] = strange, own_references(letter.pages[cover:], shape)
    asked = {one.key for strange in found.values() for one in strange}.union(*own.values())
    owners = owners_of({key for key in asked if len(key) >= SHORTEST})

    def judge(position: int) -> tuple[PdfFinding, ...]:
        letter = letters[position - 1]

        def is_marked(page: int) -> bool:
            return guard.names_reader(position, [letter.pages[page - 1]])

        name = letter.address.lines[0] if letter.address.lines else ""
        return tuple(judged(found[position], name, own[position], owners, is_marked))

    return {position: judge(position) for position in found}


class SignsNotOurs:
    """Finds the signs of pages that our own typefaces lack, each told once a file."""

    def __init__(self, signs: LetterSigns) -> None:
        self._signs = signs
        self._told: set[str] = set()

    def on(self, pages: Sequence[LetterPage]) -> Iterator[PdfFinding]:
        """A finding for every page with one that was not told yet."""
        for page in pages:
            text = words_to_set(page.text)
            new = tuple(s for s in self._signs.lacking(text) if s not in self._told)
            if new:
                self._told.update(new)
                yield PdfFinding(PdfProblem.UNPRINTABLE, page.number, None, named(new))


PLACED = 50
"""Problems, and as many warnings, whose place is looked for: of type it takes as long as reading a hundred pages."""


def with_place(machines: OutboundMachines, path: Path, page: LetterPage, finding: PdfFinding) -> PdfFinding:
    """The finding with a box around what is wrong, if it is about words. page: numbered as in the file."""
    box = finding.box
    if finding.words is not None:
        box = machines.pdfs.place_of_words(path, page.number, *finding.words)
    elif finding.problem is PdfProblem.ADDRESS:
        window = machines.printing.window
        wide, high = page.width / MM, page.height / MM
        box = Box(window.left / wide, window.top / high, window.right / wide, window.bottom / high)
    elif finding.problem is PdfProblem.FONT_NOT_EMBEDDED:
        box = machines.pdfs.place_of_type(path, page.number, font=finding.detail)
    elif finding.problem is PdfProblem.TYPE_TOO_SMALL:
        limit = machines.printing.preflight.smallest_type
        box = machines.pdfs.place_of_type(path, page.number, below=limit)
    return replace(finding, box=box)


def _measured(machines: OutboundMachines, path: Path, letters: Sequence[CutLetter]) -> Iterator[tuple[LetterPage, ...]]:
    """The measured pages of each letter in turn, numbered from 1."""
    window = machines.printing.window
    starts = {letter.first_page for letter in letters}
    pages = machines.pdfs.measure_letters(path, window, first_page_areas(window), LATER_PAGES, starts)
    for letter in letters:
        yield tuple(replace(next(pages), number=n) for n in range(1, len(letter.pages) + 1))


def _of_the_council(machines: OutboundMachines) -> list[str]:
    """Postcodes that stand on every letter: the council's own."""
    head = machines.printing.letterhead
    senders = (line for t in machines.templates.values() for line in t.source.head.from_lines)
    return ["".join(m.groups()) for text in (head.foot, *senders) for m in POSTCODE.finditer(text)]


def _from_cut(position: int, letter: CutLetter) -> Found:
    return Found(
        position,
        letter.address,
        reference=letter.reference,
        first_page=letter.first_page,
        page_count=len(letter.pages),
    )
