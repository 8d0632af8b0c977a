"""Checking what was handed in, whole: its letters, or every problem with row or page, and nothing in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path

from django.db import transaction

from mailroom.config.document_classes import DocumentClass
from mailroom.errors import Reject, Review
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.attached import files_with
from mailroom.outbound.steps.check_files import with_files
from mailroom.outbound.steps.check_names import slipped_names
from mailroom.outbound.steps.check_pdf import examine_pdf, paper_rule
from mailroom.outbound.steps.examined import Examined, Found, Looked, as_problem, counted, untold, unusable
from mailroom.outbound.steps.plain_rows import plain_rows
from mailroom.outbound.submission import RowProblem, SubmittedLetter, check_rows, nothing_more, take_rows
from mailroom.records.models import Attachment, CheckStage, Event, Letter, LetterStatus, Mailing, MailingStatus
from mailroom.values.attachment import GivenFile, file_key

_BATCH = 1000
SheetRow = tuple[int, Sequence[str]]


def check_mailing(machines: OutboundMachines, mailing_id: int) -> str:
    """Check a mailing that was taken in: refused with every problem, or its letters on record. Returns its status.

    Letters are written in parts, so that 100,000 of them do not keep everybody else from the database; they count only
    once the mailing leaves `checking`, which happens once however often and wherever this runs.
    """
    mailing = Mailing.objects.get(pk=mailing_id)
    if mailing.status != MailingStatus.CHECKING:
        return mailing.status
    with ExitStack() as stack:
        path = stack.enter_context(machines.store.path_for_reading(mailing.pages_from))
        kind = machines.kind(mailing.document_class)
        rows = stack.enter_context(plain_rows(machines, path)) if mailing.template else path
        examined = examine(machines, rows, kind, mailing.template, files_with(mailing), mailing.repair_codes)
        if examined.is_sound:
            _note_pages(mailing, examined)
            put_letters(mailing, examined.letters())
    return _close_check(machines, mailing, examined)


def _close_check(machines: OutboundMachines, mailing: Mailing, examined: Examined) -> str:
    """Out of `checking`, unless somebody was quicker: then what was written for a mailing that is cancelled goes."""
    status = _status_after(mailing, examined)
    with transaction.atomic():
        won = Mailing.objects.filter(pk=mailing.pk, status=MailingStatus.CHECKING).update(
            status=status, letter_count=examined.letter_count, problems=list(examined.problems)
        )
        if not won:
            mailing.refresh_from_db()
            if mailing.status == MailingStatus.CANCELLED:
                mailing.letters.filter(status=LetterStatus.QUEUED).delete()
            return mailing.status
        if not examined.is_sound:
            mailing.letters.all().delete()  # of an attempt that was broken off before the records changed
        Event.record("mailing.checked", mailing, status=status, problems=examined.problem_count)
        if status == MailingStatus.READY:
            transaction.on_commit(partial(machines.queues.put_mailing, mailing.pk, mailing.attempts))
    return status


def examine(
    machines: OutboundMachines,
    path: Path,
    kind: DocumentClass,
    template: str,
    files: Sequence[GivenFile] = (),
    repairs: Sequence[str] = (),
    looked: Looked = untold,
) -> Examined:
    """Check a file and change nothing: a spreadsheet for a template, or without one a PDF with letters.

    files: the attachments that were handed in with it. repairs: what was done to the PDF since it came. looked: is
    told how far it is.
    """
    try:
        if template:
            look = partial(slipped_names, newcomers=kind.to_newcomers)
            read = partial(machines.read_rows, path)
            letters = examine_rows(machines, lambda: counted(read(), CheckStage.ROWS, looked), template, files, look)
        else:
            letters = examine_pdf(machines, path, kind, repairs, looked)
    except (Reject, Review) as refused:
        return unusable(refused)
    return with_files(machines, kind, letters, files, looked)


def put_letters(mailing: Mailing, letters: Iterable[Found]) -> None:
    """Write the letters of a mailing; those an attempt before this one wrote stay."""
    attachments = list(mailing.attachments.all())
    waiting = iter(letters)
    while some := list(islice(waiting, _BATCH)):
        Letter.objects.bulk_create((letter_of(mailing, found, attachments) for found in some), ignore_conflicts=True)


def letter_of(mailing: Mailing, found: Found, attachments: Sequence[Attachment] = ()) -> Letter:
    """The letter, not saved yet."""
    lines = found.address.lines
    own = _own(found, attachments)
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
        attached=[a.pk for a in own],
        attached_pages=sum(a.page_count for a in own),
    )


def _own(found: Found, attachments: Sequence[Attachment]) -> list[Attachment]:
    """What goes with every letter, then what the row names, in its order."""
    by_name = {file_key(a.name): a for a in attachments if not a.everybody}
    return [a for a in attachments if a.everybody] + [by_name[name] for name in found.files]


def _note_pages(mailing: Mailing, examined: Examined) -> None:
    attachments = list(mailing.attachments.all())
    for attachment in attachments:
        attachment.page_count = examined.file_pages[attachment.document]
    Attachment.objects.bulk_update(attachments, ["page_count"], batch_size=_BATCH)


def _status_after(mailing: Mailing, examined: Examined) -> MailingStatus:
    if not examined.is_sound:
        return MailingStatus.REFUSED
    return MailingStatus.AWAITING_APPROVAL if mailing.needs_approval else MailingStatus.READY


def examine_rows(
    machines: OutboundMachines,
    rows: Callable[[], Iterable[SheetRow]],
    template: str,
    files: Sequence[GivenFile] = (),
    look: Callable[[Iterable[SubmittedLetter]], Iterable[RowProblem]] = nothing_more,
) -> Examined:
    """Check rows for a template, the head first. rows: gives them as often as asked. look: at good ones together."""
    words, rule = machines.template(template), paper_rule(machines)
    named = frozenset(file.key for file in files if not file.everybody)
    checked = check_rows(rows(), words, rule, named, look)
    return Examined(
        checked.letter_count,
        tuple(as_problem(p) for p in checked.problems),
        checked.problem_count,
        lambda: (_from_row(s) for s in take_rows(rows(), words, rule, named)),
    )


def _from_row(row: SubmittedLetter) -> Found:
    fields = {**row.fields, **({"customerid": row.customer_id} if row.customer_id else {})}
    return Found(row.position, row.address, row.email, row.reference, fields, row=row.row, files=row.files)
