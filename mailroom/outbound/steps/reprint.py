"""Printing one piece again: one person asks, another agrees, and the new sheets carry a mark of their own."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.db import transaction

from mailroom.errors import Review
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps.print_jobs import hand_over
from mailroom.outbound.steps.reconcile_run import find_piece
from mailroom.records.models import Event, Mailpiece, PrintJob, PrintRun, Reprint
from mailroom.values.print_sheet import PieceToPrint
from mailroom.values.sheet_mark import SheetMark


class SamePerson(Review):
    """Whoever asked for a reprint cannot agree to it."""


class NothingToReprint(Review):
    """There is no open reprint of that piece, or one is open already."""


def ask_reprint(machines: PrintMachines, run: PrintRun, piece: str, actor: str, reason: str) -> Reprint:
    """Ask for a piece to be printed again. Repeated, it is the same request.

    Raises:
        NoSuchPiece: the run has no such piece.
    """
    found = find_piece(machines, run, piece)
    asked, made = Reprint.objects.get_or_create(
        run=run,
        piece=found.number,
        printing=found.reprints + 1,
        defaults={"reason": reason, "asked_by": actor, "asked_at": machines.clock()},
    )
    if made:
        Event.record("print_run.reprint_asked", run, actor=actor, piece=found.number, printing=asked.printing)
    return asked


def agree_reprint(machines: PrintMachines, run: PrintRun, piece: str, actor: str) -> PrintJob:
    """Agree to a reprint: the piece is made anew with marks of the new printing, checked, and handed to the printer.

    Raises:
        SamePerson: the one who asked cannot agree.
        NothingToReprint: nobody asked.
    """
    found = find_piece(machines, run, piece)
    asked = Reprint.objects.filter(run=run, piece=found.number, agreed_at=None).first()
    if asked is None:
        raise NothingToReprint(f"Nobody asked for a reprint of {run.number} P{found.number}. Ask for it first.")
    if asked.asked_by == actor:
        raise SamePerson(f"You asked for the reprint of P{found.number} yourself; a colleague has to agree to it.")
    name = f"{run.number}-P{found.number}-reprint-{asked.printing}.pdf"
    key = _make(machines, run, found, asked.printing, name)
    with transaction.atomic():
        agreed = Reprint.objects.filter(pk=asked.pk, agreed_at=None).update(agreed_by=actor, agreed_at=machines.clock())
        if agreed:
            _put_on_record(machines, run, found, asked, (name, key), actor)
    hand_over(machines, run)
    return PrintJob.objects.get(run=run, file=name)


def reprint(machines: PrintMachines, run: PrintRun, piece: str, asked_by: str, agreed_by: str, reason: str) -> PrintJob:
    """Both at once, for two people at one desk. Raises as its two halves do."""
    ask_reprint(machines, run, piece, asked_by, reason)
    return agree_reprint(machines, run, piece, agreed_by)


def withdraw_reprint(machines: PrintMachines, run: PrintRun, piece: str, actor: str) -> None:
    """Take back a request that nobody agreed to yet. Raises NothingToReprint."""
    found = find_piece(machines, run, piece)
    with transaction.atomic():
        gone, _ = Reprint.objects.filter(run=run, piece=found.number, agreed_at=None).delete()
        if not gone:
            raise NothingToReprint(f"{run.number} P{found.number} has no reprint to withdraw.")
        Event.record("print_run.reprint_withdrawn", run, actor=actor, piece=found.number)


def _make(machines: PrintMachines, run: PrintRun, piece: Mailpiece, printing: int, name: str) -> str:
    """The piece's letters composed once more, on sheets marked as this printing; returns the store key."""
    letters = list(piece.letters.select_related("mailing").order_by("pk"))
    machines.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="reprint-", dir=machines.work) as folder:
        pages = machines.compose(letters, Path(folder))
        found = [pages[letter.pk] for letter in letters]
        wrong = [problem for problem in found if isinstance(problem, str)]
        if wrong:
            raise NothingToReprint(f"P{piece.number} cannot be made again: {wrong[0]}")
        marks = tuple(
            SheetMark(machines.council_code, run.pk, piece.number, n, piece.sheets, printing)
            for n in range(1, piece.sheets + 1)
        )
        parts = tuple(part for pages in found if not isinstance(pages, str) for part in pages)
        one = PieceToPrint(parts, marks, piece.duplex)
        path = Path(folder) / name
        written = machines.files.write([one], path)
        sides = [[mark, None] if piece.duplex else [mark] for mark in marks]
        machines.files.check(path, sides, machines.printing.marks, written.no_window_mark)
        return machines.store.put(path)


def _put_on_record(
    machines: PrintMachines, run: PrintRun, piece: Mailpiece, asked: Reprint, output: tuple[str, str], actor: str
) -> None:
    name, key = output
    run.refresh_from_db()
    run.outputs = {**run.outputs, name: key}
    run.save(update_fields=["outputs"])
    Mailpiece.objects.filter(pk=piece.pk).update(reprints=asked.printing)
    PrintJob.objects.create(
        run=run,
        file=name,
        piece=piece.number,
        sheets=piece.sheets,
        printer=machines.printer_for(piece.stock),
        asked_by=asked.asked_by,
        asked_at=asked.asked_at,
    )
    Event.record("print_run.reprinted", run, actor=actor, piece=piece.number, printing=asked.printing)
