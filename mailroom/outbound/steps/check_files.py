"""Checking the attachments of a mailing: every page measured, and nobody else's papers among them.

What goes with every letter, or with several, may carry no reader's name, postcode or reference at all; what one row
names may carry that reader's own only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from mailroom.config.document_classes import AttachmentsOn, DocumentClass
from mailroom.errors import Reject
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.mix_up import Identity, MixUpGuard
from mailroom.outbound.preflight import LATER_PAGES, check_pages
from mailroom.outbound.steps.check_pdf import PLACED, SignsNotOurs, guard_of, identity, with_place
from mailroom.outbound.steps.examined import (
    Examined,
    Found,
    Looked,
    ProblemList,
    as_problem,
    counted,
    from_finding,
    untold,
)
from mailroom.outbound.submission import ATTACHMENT, RowProblem
from mailroom.records.models import CheckStage
from mailroom.values.attachment import GivenFile
from mailroom.values.letter_page import LetterPage, PdfFinding

Problem = dict[str, object]
NAMES_NOBODY = "It carries neither its reader's name nor their postcode or reference. Look whether it is theirs."


def with_files(
    machines: OutboundMachines,
    kind: DocumentClass,
    letters: Examined,
    files: Sequence[GivenFile],
    looked: Looked = untold,
) -> Examined:
    """What the check of the letters came to, with that of their attachments. looked: is told how far it is."""
    if not files:
        return letters
    check = _FilesCheck(machines, kind, files, letters.letters())
    found = ProblemList(letters.problems, letters.problem_count)
    for problem in check.problems(looked):
        found.add(problem)
    return replace(letters, problems=tuple(found.problems), problem_count=found.count, file_pages=check.pages)


class _FilesCheck:
    """One look at all of a mailing's attachments. pages: how many each has, once `problems` was asked."""

    def __init__(
        self, machines: OutboundMachines, kind: DocumentClass, files: Sequence[GivenFile], letters: Iterable[Found]
    ) -> None:
        self._machines, self._kind, self._files = machines, kind, files
        self.pages: dict[str, int] = {}
        self._looked_for = 0
        self._signs = SignsNotOurs(machines.typesetter.signs)
        self._named: dict[str, list[tuple[int, int]]] = {}
        identities: dict[int, Identity] = {}
        for letter in letters:
            identities[letter.position] = identity(letter.address, letter.reference)
            for name in letter.files:
                self._named.setdefault(name, []).append((letter.position, letter.row))
        self._guard: MixUpGuard = guard_of(machines, kind, identities)

    def problems(self, looked: Looked) -> Iterator[Problem]:
        """Everything wrong, file by file."""
        if self._kind.attachments is AttachmentsOn.NEVER:
            yield _of_file("", "not_allowed", "This kind of letter takes no attachments. Hand it in without them.")
            return
        for name, times in Counter(file.key for file in self._files).items():
            if times > 1:
                yield _of_file(name, "file_twice", "Two files have this name. Give each its own.")
        for file in counted(self._files, CheckStage.FILES, looked):
            yield from self._of(file)
        yield from self._too_thick()

    def _of(self, file: GivenFile) -> Iterator[Problem]:
        readers = self._named.get(file.key, [])
        row = readers[0][1] if len(readers) == 1 else 0
        if not file.everybody and not readers:
            yield _of_file(file.name, "file_unused", "No row names this file, so nobody would get it.", warning=True)
        try:
            pages = self._measured(file)
        except Reject as refused:
            yield _of_file(file.name, type(refused).__name__.lower(), str(refused), row)
            return
        self.pages[file.document] = len(pages)
        if not file.everybody and len(readers) == 1 and not self._guard.names_reader(readers[0][0], pages):
            yield _of_file(file.name, "names_nobody", NAMES_NOBODY, row, warning=True)
        limits = self._machines.printing.preflight
        wrong = (*check_pages(pages, limits), *self._mixed_up(file, pages, readers), *self._signs.on(pages))
        for finding in self._placed(file, pages, wrong):
            yield {**from_finding(finding, row, ATTACHMENT), "file": file.name, "page": finding.page}

    def _placed(
        self, file: GivenFile, pages: Sequence[LetterPage], wrong: Sequence[PdfFinding]
    ) -> Iterator[PdfFinding]:
        """With boxes around words; of the first few, since each has to be looked for."""
        if not wrong:
            return
        with self._machines.store.path_for_reading(file.document) as path:
            for finding in wrong:
                self._looked_for += 1
                near = finding.page > 0 and self._looked_for <= PLACED
                yield with_place(self._machines, path, pages[finding.page - 1], finding) if near else finding

    def _measured(self, file: GivenFile) -> tuple[LetterPage, ...]:
        with self._machines.store.path_for_reading(file.document) as path:
            if path.stat().st_size > self._machines.printing.preflight.most_megabytes * 1_000_000:
                raise Reject("The file is too large. Save its pictures smaller.")
            window = self._machines.printing.window
            return tuple(self._machines.pdfs.measure_letters(path, window, LATER_PAGES, LATER_PAGES, ()))

    def _mixed_up(
        self, file: GivenFile, pages: Sequence[LetterPage], readers: Sequence[tuple[int, int]]
    ) -> Iterable[PdfFinding]:
        if file.everybody or len(readers) != 1:
            return self._guard.check_shared(pages)
        return self._guard.check(readers[0][0], pages)

    def _too_thick(self) -> Iterator[Problem]:
        """Rows whose attachments alone leave no room in the largest envelope for a letter of one sheet."""
        most = self._machines.printing.envelope[-1].most_sheets
        sides = 2 if self._kind.duplex else 1
        sheets = {file.key: -(-self.pages.get(file.document, 0) // sides) for file in self._files}
        everybody = 1 + sum(sheets[file.key] for file in self._files if file.everybody)
        if everybody > most:
            yield _of_file("", "too_thick", f"Letter and attachments have {everybody} sheets or more; {most} fit.")
            return
        by_row: Counter[int] = Counter()
        for name, readers in self._named.items():
            for _, row in readers:
                by_row[row] += sheets.get(name, 0)
        for row, own in sorted(by_row.items()):
            if everybody + own > most:
                message = f"Letter and attachments have {everybody + own} sheets or more; {most} fit an envelope."
                yield _of_file("", "too_thick", message, row)


def _of_file(name: str, code: str, message: str, row: int = 0, *, warning: bool = False) -> Problem:
    return {**as_problem(RowProblem(row, ATTACHMENT, code, message)), "file": name, "page": 0, "warning": warning}
