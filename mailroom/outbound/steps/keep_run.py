"""Putting a built run on record in one commit; and abandoning one that no printer has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction

from mailroom.errors import Review
from mailroom.outbound.manifest import inserts_of
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.print_run import PlannedFile, PlannedPiece, RunPlan
from mailroom.records.models import Event, Letter, LetterStatus, Mailpiece, PrintRun, PrintRunStatus, ServiceNotice

_ROWS = 1000


class RunHasGone(Review):
    """A printer may have some of the run, so its letters cannot go back among those waiting. Reconcile it."""


@dataclass(frozen=True, slots=True)
class BuiltRun:
    """What building gave. problems: of letters left out, by key. outputs: file name to store key."""

    plan: RunPlan
    problems: Mapping[int, str]
    outputs: Mapping[str, str]


def keep_run(machines: PrintMachines, run: PrintRun, built: BuiltRun, actor: str) -> PrintRun:
    """Envelopes, letters and totals, all or nothing. Of two builders the first wins; the second changes nothing."""
    pieces = built.plan.pieces
    with transaction.atomic():
        kept = PrintRun.objects.filter(pk=run.pk, status=PrintRunStatus.BUILDING).update(
            status=PrintRunStatus.BUILT,
            built_at=machines.clock(),
            outputs=dict(built.outputs),
            piece_count=len(pieces),
            letter_count=sum(len(p.letters) for p in pieces),
            sheet_count=sum(p.sheets for p in pieces),
            weight_grams=sum(p.weight_grams for p in pieces),
            cost_pence=sum(p.postage.pence for p in pieces),
        )
        if kept:
            _keep_pieces(run, built.plan)
            _leave_out(machines, run, built.problems)
            Event.record(
                "print_run.built", run, actor=actor, pieces=len(pieces), left_out=sorted(built.problems)[:1000]
            )
    run.refresh_from_db()
    return run


def abandon_run(machines: PrintMachines, run: PrintRun, actor: str, reason: str) -> PrintRun:
    """Take a run apart before anything of it is printed: its letters wait for the next one.

    Raises:
        RunHasGone: it was released.
    """
    open_ones = [s for s in PrintRunStatus if s.can_be_abandoned]
    with transaction.atomic():
        taken = PrintRun.objects.filter(pk=run.pk, status__in=open_ones).update(status=PrintRunStatus.ABANDONED)
        if not taken:
            raise RunHasGone(f"{run.number} is released; it can only be reconciled.")
        Letter.objects.filter(print_run=run, status=LetterStatus.IN_RUN).update(
            status=LetterStatus.TO_PRINT, print_run=None, mailpiece=None, cost_pence=0, postage=""
        )
        run.pieces.all().delete()
        Event.record("print_run.abandoned", run, actor=actor, reason=reason)
    run.refresh_from_db()
    return run


def _keep_pieces(run: PrintRun, plan: RunPlan) -> None:
    every = (_mailpiece(run, file, piece) for file in plan.files for piece in file.pieces)
    while some := list(islice(every, _ROWS)):
        Mailpiece.objects.bulk_create(some)
    keys = dict(run.pieces.values_list("number", "pk"))
    table = Letter._meta.db_table
    # One prepared statement for every letter: bulk_update's CASE takes ten times as long for 70,000 of them.
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET mailpiece_id=%s, page_count=%s, postage=%s, cost_pence=%s WHERE id=%s",
            list(_letter_rows(plan, keys)),
        )


def _letter_rows(plan: RunPlan, keys: Mapping[int, int]) -> Iterator[tuple[int, int, str, int, int]]:
    """(mailpiece, pages, postage, pence, letter); the first letter of an envelope bears its cost."""
    for piece in plan.pieces:
        for place, letter in enumerate(piece.letters):
            pence = 0 if place else piece.postage.pence
            yield keys[piece.number], letter.pages, piece.postage.code, pence, letter.key


def _mailpiece(run: PrintRun, file: PlannedFile, piece: PlannedPiece) -> Mailpiece:
    first = piece.letters[0]
    return Mailpiece(
        run=run,
        number=piece.number,
        file=file.name,
        first_sheet=piece.first_sheet,
        sheets=piece.sheets,
        pages=sum(letter.all_pages for letter in piece.letters),
        envelope=piece.envelope.code,
        format=first.format,
        duplex=first.duplex,
        stock=first.stock,
        insert=inserts_of(piece),
        postcode=first.postcode,
        postage=piece.postage.code,
        weight_grams=piece.weight_grams,
        cost_pence=piece.postage.pence,
    )


def _leave_out(machines: PrintMachines, run: PrintRun, problems: Mapping[int, str]) -> None:
    """Letters that could not be made fail with the reason, and their services are told; the others go."""
    now = machines.clock()
    for letter in Letter.objects.filter(pk__in=problems, print_run=run).select_related("mailing"):
        letter.status, letter.problem, letter.print_run = LetterStatus.FAILED, problems[letter.pk], None
        letter.save(update_fields=["status", "problem", "print_run"])
        Event.record("letter.left_out", letter, run=run.pk)
        ServiceNotice.objects.get_or_create(
            letter=letter, kind="left_out", defaults={"service": letter.mailing.service, "made_at": now}
        )
