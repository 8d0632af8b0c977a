"""Checking what was handed in, whole: its letters, or every problem with row or page, and nothing in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from django.db import transaction

from mailroom.config.document_classes import DocumentClass
from mailroom.errors import MailroomError, Reject, Review
from mailroom.outbound.cutting import CutLetter, cut_letters
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.postal_address import UK_AREAS, LetterAddress
from mailroom.outbound.preflight import LATER_PAGES, Identity, MixUpGuard, check_letter, first_page_areas
from mailroom.outbound.submission import MOST_TOLD, AddressRule, RowProblem, SubmittedLetter, check_rows, take_rows
from mailroom.records.models import Event, Letter, Mailing, MailingStatus
from mailroom.values.letter_page import LetterPage, PdfFinding, PdfProblem
from mailroom.values.postal_address import POSTCODE

_BATCH = 1000
SheetRow = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """One letter of what was handed in. first_page: in the file it was cut from, 0 for a template's letter."""

    position: int
    address: LetterAddress
    email: str = ""
    reference: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    first_page: int = 0
    page_count: int = 0


@dataclass(frozen=True, slots=True)
class Examined:
    """What the check came to. letters: read a second time, so that 100,000 need no more memory than one.

    problems: as Mailing.problems keeps them; those marked `warning` do not stop it.
    """

    letter_count: int
    problems: tuple[dict[str, object], ...]
    problem_count: int
    letters: Callable[[], Iterator[Found]]

    @property
    def is_sound(self) -> bool:
        """Whether it may be queued."""
        return self.letter_count > 0 and self.problem_count == 0


def check_mailing(machines: OutboundMachines, mailing_id: int) -> str:
    """Check a mailing that was taken in: refused with every problem, or its letters on record. Returns its status.

    All in one transaction that begins by taking the mailing out of `checking`, so it happens once however often and
    wherever it runs.
    """
    mailing = Mailing.objects.get(pk=mailing_id)
    if mailing.status != MailingStatus.CHECKING:
        return mailing.status
    with machines.store.path_for_reading(mailing.original) as path:
        examined = examine(machines, path, machines.kind(mailing.document_class), mailing.template)
        status = _status_after(mailing, examined)
        with transaction.atomic():
            won = Mailing.objects.filter(pk=mailing.pk, status=MailingStatus.CHECKING).update(
                status=status, letter_count=examined.letter_count, problems=list(examined.problems)
            )
            if not won:
                return Mailing.objects.get(pk=mailing_id).status
            if examined.is_sound:
                put_letters(mailing, examined.letters())
            Event.record("mailing.checked", mailing, status=status, problems=examined.problem_count)
            if status == MailingStatus.READY:
                transaction.on_commit(partial(machines.queues.put_mailing, mailing.pk, mailing.attempts))
    return status


def examine(machines: OutboundMachines, path: Path, kind: DocumentClass, template: str) -> Examined:
    """Check a file and change nothing: a spreadsheet for a template, or without one a PDF with letters."""
    try:
        if template:
            return examine_rows(machines, lambda: machines.read_rows(path), template)
        return _pdf(machines, path, kind)
    except (Reject, Review) as refused:
        return unusable(refused)


def put_letters(mailing: Mailing, letters: Iterable[Found]) -> None:
    """Write the letters of a mailing."""
    batch: list[Letter] = []
    for found in letters:
        batch.append(letter_of(mailing, found))
        if len(batch) >= _BATCH:
            Letter.objects.bulk_create(batch)
            batch.clear()
    Letter.objects.bulk_create(batch)


def address_rule(machines: OutboundMachines) -> AddressRule:
    """Which addresses this site posts to."""
    rules = machines.printing.address
    return AddressRule(UK_AREAS | frozenset(rules.extra_postcode_areas), rules.abroad)


def letter_of(mailing: Mailing, found: Found) -> Letter:
    """The letter, not saved yet."""
    lines = found.address.lines
    return Letter(
        mailing=mailing,
        position=found.position,
        name=(lines[0] if lines else "")[:200],
        reference=found.reference[:100],
        fields=dict(found.fields),
        address_lines=list(lines),
        postcode=found.address.postcode,
        email=found.email[:200],
        first_page=found.first_page,
        page_count=found.page_count,
        must_arrive=mailing.must_arrive,
    )


def _status_after(mailing: Mailing, examined: Examined) -> MailingStatus:
    if not examined.is_sound:
        return MailingStatus.REFUSED
    return MailingStatus.AWAITING_APPROVAL if mailing.needs_approval else MailingStatus.READY


def unusable(why: MailroomError) -> Examined:
    """Nothing of it can be taken, for one reason."""
    problem = as_problem(RowProblem(0, "", type(why).__name__.lower(), str(why)))
    return Examined(0, (problem,), 1, lambda: iter(()))


def as_problem(problem: RowProblem) -> dict[str, object]:
    """As Mailing.problems keeps it."""
    return {"row": problem.row, "column": problem.column, "code": problem.code, "message": problem.message}


def examine_rows(machines: OutboundMachines, rows: Callable[[], Iterable[SheetRow]], template: str) -> Examined:
    """Check rows for a template, the head first. rows: gives them as often as asked."""
    words, rule = machines.template(template), address_rule(machines)
    checked = check_rows(rows(), words, rule)
    return Examined(
        checked.letter_count,
        tuple(as_problem(p) for p in checked.problems),
        checked.problem_count,
        lambda: (_from_row(s) for s in take_rows(rows(), words, rule)),
    )


def _from_row(row: SubmittedLetter) -> Found:
    fields = {**row.fields, **({"customerid": row.customer_id} if row.customer_id else {})}
    return Found(row.position, row.address, row.email, row.reference, fields)


def _pdf(machines: OutboundMachines, path: Path, kind: DocumentClass) -> Examined:
    """Cut the file into letters, then measure every page once."""
    rule, window = address_rule(machines), machines.printing.window
    limits = machines.printing.preflight
    pages = tuple(machines.pdfs.read_letters(path, window))
    if path.stat().st_size > limits.most_megabytes * 1_000_000 * -(-len(pages) // limits.most_pages):
        raise Reject(str(PdfProblem.TOO_LARGE))
    letters = cut_letters(pages, kind.cut, rule.areas, kind.reference)
    guard = MixUpGuard(
        {n: Identity(_name(c), c.address.postcode, c.reference) for n, c in enumerate(letters, 1)},
        _of_the_council(machines),
    )
    problems: list[dict[str, object]] = []
    count = 0
    measured = _measured(machines, path, letters)
    for position, (letter, own_pages) in enumerate(zip(letters, measured, strict=True), 1):
        for finding in (*check_letter(own_pages, letter.address, limits), *guard.check(position, own_pages)):
            count += not finding.problem.is_a_warning
            if len(problems) < MOST_TOLD:
                problems.append(_from_finding(finding, letter))
    return Examined(len(letters), tuple(problems), count, lambda: (_from_cut(n, c) for n, c in enumerate(letters, 1)))


def _measured(machines: OutboundMachines, path: Path, letters: Sequence[CutLetter]) -> Iterator[tuple[LetterPage, ...]]:
    """The measured pages of each letter in turn, numbered from 1."""
    window = machines.printing.window
    starts = {letter.first_page for letter in letters}
    pages = machines.pdfs.measure_letters(path, window, first_page_areas(window), LATER_PAGES, starts)
    for letter in letters:
        yield tuple(replace(next(pages), number=n) for n in range(1, len(letter.pages) + 1))


def _name(letter: CutLetter) -> str:
    return letter.address.lines[0] if letter.address.lines else ""


def _of_the_council(machines: OutboundMachines) -> list[str]:
    """Postcodes that stand on every letter: the council's own."""
    head = machines.printing.letterhead
    senders = (line for t in machines.templates.values() for line in t.source.head.from_lines)
    return ["".join(m.groups()) for text in (head.foot, *senders) for m in POSTCODE.finditer(text)]


def _from_finding(finding: PdfFinding, letter: CutLetter) -> dict[str, object]:
    """row: the page in the file. detail: what the rule measured, never words of the page."""
    box = finding.box
    row = letter.first_page - 1 + finding.page if finding.page else letter.first_page
    message = f"{finding.problem}" + (f" ({finding.detail})" if finding.detail else "")
    return {
        **as_problem(RowProblem(row, "page", finding.problem.code, message)),
        "warning": finding.problem.is_a_warning,
        "box": [round(v, 4) for v in (box.x0, box.y0, box.x1, box.y1)] if box else None,
    }


def _from_cut(position: int, letter: CutLetter) -> Found:
    return Found(
        position,
        letter.address,
        reference=letter.reference,
        first_page=letter.first_page,
        page_count=len(letter.pages),
    )
