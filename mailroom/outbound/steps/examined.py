"""What checking what was handed in comes to: its letters, or every problem with row or page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from mailroom.errors import MailroomError
from mailroom.outbound.postal_address import LetterAddress
from mailroom.outbound.submission import MOST_TOLD, RowProblem
from mailroom.records.models import CheckStage
from mailroom.values.letter_page import PdfFinding

T = TypeVar("T")
MOST_WARNED = 200
"""Warnings listed: a number on every second page must not crowd out what stops the mailing."""
Looked = Callable[[CheckStage, int], None]
"""Told again and again how many rows, pages or attachments were looked at."""


def untold(_: CheckStage, __: int) -> None:
    """Nobody waits."""


def counted(source: Iterable[T], stage: CheckStage, looked: Looked) -> Iterator[T]:
    """The same, each told as it passes."""
    for number, one in enumerate(source, 1):
        looked(stage, number)
        yield one


@dataclass(frozen=True, slots=True)
class Found:
    """One letter of what was handed in. first_page: in the file it was cut from, 0 for a template's letter.

    row: of the spreadsheet. files: the attachments its row names, as they are compared.
    """

    position: int
    address: LetterAddress
    email: str = ""
    reference: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    first_page: int = 0
    page_count: int = 0
    row: int = 0
    files: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Who it is addressed to."""
        return self.address.lines[0] if self.address.lines else ""


@dataclass(frozen=True, slots=True)
class Examined:
    """What the check came to. letters: read a second time, so that 100,000 need no more memory than one.

    problems: as Mailing.problems keeps them; those marked `warning` do not stop it. file_pages: how many pages each
    attachment has, by its store key.
    """

    letter_count: int
    problems: tuple[dict[str, object], ...]
    problem_count: int
    letters: Callable[[], Iterator[Found]]
    file_pages: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether it may be queued."""
        return self.letter_count > 0 and self.problem_count == 0


class ProblemList:
    """Problems as a mailing keeps them. What stops it is listed however many warnings came before."""

    def __init__(self, problems: Iterable[dict[str, object]] = (), count: int = 0) -> None:
        """problems, count: what was found before."""
        self.problems = list(problems)
        self.count = count
        self._warnings = sum(bool(p.get("warning")) for p in self.problems)

    def placed_so_far(self, *, warning: bool) -> int:
        """How many of its kind are listed."""
        return self._warnings if warning else len(self.problems) - self._warnings

    def has_room(self, *, warning: bool) -> bool:
        """Whether one more of its kind is listed."""
        return self.placed_so_far(warning=warning) < (MOST_WARNED if warning else MOST_TOLD)

    def add(self, problem: dict[str, object]) -> None:
        """List it if there is room; one that stops is counted in any case."""
        warning = bool(problem.get("warning"))
        self.count += not warning
        if self.has_room(warning=warning):
            self._warnings += warning
            self.problems.append(problem)


def unusable(why: MailroomError) -> Examined:
    """Nothing of it can be taken, for one reason."""
    problem = as_problem(RowProblem(0, "", type(why).__name__.lower(), str(why)))
    return Examined(0, (problem,), 1, lambda: iter(()))


def as_problem(problem: RowProblem) -> dict[str, object]:
    """As Mailing.problems keeps it."""
    return {"row": problem.row, "column": problem.column, "code": problem.code, "message": problem.message}


def from_finding(finding: PdfFinding, row: int, column: str = "page") -> dict[str, object]:
    """A finding as a problem. detail: what the rule measured, never words of the page."""
    box = finding.box
    whose = f", of letter {finding.letter} of the file" if finding.letter else ""
    message = f"{finding.problem}" + (f" ({finding.detail}{whose})" if finding.detail else "")
    return {
        **as_problem(RowProblem(row, column, finding.problem.code, message)),
        "warning": finding.problem.is_a_warning,
        "box": [round(v, 4) for v in (box.x0, box.y0, box.x1, box.y1)] if box else None,
    }
