"""Reconciling a run: sheets scanned off, pieces counted or spoiled, and how the run stands against its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.db.models import Max, Min

from mailroom.errors import Review
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.reconciliation import Balance, FileCount, Scan, reconcile
from mailroom.records.models import (
    Event,
    Mailpiece,
    PieceCount,
    PrintRun,
    SheetScan,
)
from mailroom.values.sheet_mark import SheetMark, read_piece_name, read_sheet_mark

_ROWS = 1000
_SCAN = ("piece", "sheet", "printing", "spoiled", "taken_back")


class NotOnTheFloor(Review):
    """The run is not being printed, so nothing of it can be scanned, counted or closed."""


class NoSuchPiece(Review):
    """What was typed or counted names no piece or file of the run."""


class ScanResult(StrEnum):
    """What a scanned mark was, for the sound and the line on the screen."""

    GOOD = "good"
    DOUBLE = "double"
    OLD_PRINTING = "old_printing"
    OTHER_RUN = "other_run"
    NOT_IN_RUN = "not_in_run"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Scanned:
    """One scan. mark: as printed beside the code, or '' when it could not be read. message: for the person."""

    result: ScanResult
    mark: str
    message: str


def scan_mark(machines: PrintMachines, run: PrintRun, text: str, actor: str) -> Scanned:
    """Note a sheet whose mark a scanner typed. What is wrong is noted too: the balance names it.

    Raises:
        NotOnTheFloor: the run is not released, or closed.
    """
    must_be_open(run)
    mark = read_sheet_mark(text, machines.council_code)
    if mark is None:
        return Scanned(ScanResult.UNREADABLE, "", "No mark of ours. Scan it again, or enter the file's count.")
    if mark.run != run.pk:
        return Scanned(ScanResult.OTHER_RUN, mark.printed, f"{mark.printed} belongs to another run. Set it aside.")
    scanned = _judged(run, mark)
    _note(machines, run, mark, actor)
    return scanned


def take_back_scan(machines: PrintMachines, run: PrintRun, text: str, actor: str) -> Scanned:
    """Take back one scan of a sheet: it was scanned twice by a slip of the hand, or belongs elsewhere.

    Raises:
        NoSuchPiece: that sheet has no scan to take back.
    """
    must_be_open(run)
    mark = read_sheet_mark(text, machines.council_code)
    if mark is None or mark.run != run.pk or not _times_seen(run, mark):
        raise NoSuchPiece("There is no scan of that sheet to take back.")
    _note(machines, run, mark, actor, taken_back=True)
    Event.record("print_run.scan_taken_back", run, actor=actor, piece=mark.piece, sheet=mark.sheet)
    return Scanned(ScanResult.GOOD, mark.printed, f"{mark.printed}: one scan taken back.")


def scan_tray(machines: PrintMachines, run: PrintRun, picture: Path, actor: str) -> list[Scanned]:
    """Note every mark on a scan or photograph of a tray."""
    found = dict.fromkeys(text for page in machines.read_marks(picture) for text in page)
    return [scan_mark(machines, run, text, actor) for text in found if read_sheet_mark(text, machines.council_code)]


def enter_counts(machines: PrintMachines, run: PrintRun, file: str, pieces: int, actor: str) -> FileCount:
    """Note how many good pieces of a file were counted; a later count of it replaces this one.

    Raises:
        NoSuchPiece: the run has no such file.
    """
    must_be_open(run)
    numbers = _pieces_of(run).get(file)
    if numbers is None:
        raise NoSuchPiece(f"{run.number} has no file '{file}'. `mailroom print-run list {run.number}` names them.")
    PieceCount.objects.create(run=run, file=file, pieces=pieces, counted_by=actor, counted_at=machines.clock())
    return FileCount(file, numbers, pieces)


def spoil(machines: PrintMachines, run: PrintRun, piece: str, actor: str, sheet: int = 0) -> Mailpiece:
    """Note that a piece (or a sheet of it) cannot go out; it has to be printed again.

    piece: its number, the words beside its mark, or the mark. Raises NoSuchPiece.
    """
    must_be_open(run)
    found = find_piece(machines, run, piece)
    SheetScan.objects.create(
        run=run,
        piece=found.number,
        sheet=sheet,
        printing=found.reprints,
        spoiled=True,
        scanned_by=actor,
        scanned_at=machines.clock(),
    )
    Event.record("print_run.spoiled", run, actor=actor, piece=found.number, sheet=sheet)
    return found


def balance_of(run: PrintRun) -> Balance:
    """The run against its manifest, as things stand."""
    pieces = run.pieces.values_list("number", "sheets", "reprints")
    counted = {c.file: c.pieces for c in run.counts.order_by("pk")}
    return reconcile(
        {number: sheets for number, sheets, _ in pieces},
        {number: reprints for number, _, reprints in pieces if reprints},
        (Scan(*row) for row in run.scans.order_by("pk").values_list(*_SCAN).iterator()),
        [FileCount(file, numbers, counted[file]) for file, numbers in _pieces_of(run).items() if file in counted],
    )


def describe(balance: Balance, most: int = 20) -> str:
    """What is wrong, piece by piece, in words."""
    said = []
    for state in balance.wrong[:most]:
        what = [
            f"sheet {', '.join(map(str, state.missing))} missing" if state.missing else "",
            f"sheet {', '.join(map(str, state.doubled))} seen twice" if state.doubled else "",
            "spoiled" if state.spoiled else "",
        ]
        said.append(f"P{state.piece}: {'; '.join(w for w in what if w)}.")
    if len(balance.wrong) > most:
        said.append(f"And {len(balance.wrong) - most} more pieces.")
    said += [f"P{piece} sheet {sheet} is not of this run." for piece, sheet in balance.strangers[:most]]
    said += [f"{c.file}: {c.counted} counted, {len(c.pieces)} planned." for c in balance.miscounted]
    return " ".join(said)


def find_piece(machines: PrintMachines, run: PrintRun, text: str) -> Mailpiece:
    """The piece meant by its number, 'P12', the words beside its mark, or the mark. Raises NoSuchPiece."""
    name = read_piece_name(text, machines.council_code)
    number = text.strip().upper().removeprefix("P")
    if name is not None:
        number = str(name.piece) if name.run == run.pk else ""
    found = run.pieces.filter(number=int(number)).first() if number.isdecimal() else None
    if found is None:
        raise NoSuchPiece(f"{run.number} has no piece '{text.strip()[:30]}'. Type its number, or scan its mark.")
    return found


def _note(machines: PrintMachines, run: PrintRun, mark: SheetMark, actor: str, *, taken_back: bool = False) -> None:
    SheetScan.objects.create(
        run=run,
        piece=mark.piece,
        sheet=mark.sheet,
        printing=mark.printing,
        taken_back=taken_back,
        scanned_by=actor,
        scanned_at=machines.clock(),
    )


def must_be_open(run: PrintRun) -> None:
    """Raises NotOnTheFloor for a run that is not released, or closed."""
    run.refresh_from_db(fields=["status"])
    if not run.status_now.can_be_reconciled:
        raise NotOnTheFloor(f"{run.number} is {run.status}; only a run that was released and is not closed is counted.")


def _judged(run: PrintRun, mark: SheetMark) -> Scanned:
    piece = run.pieces.filter(number=mark.piece).first()
    if piece is None or mark.sheet > piece.sheets:
        return Scanned(ScanResult.NOT_IN_RUN, mark.printed, f"{mark.printed} is not in {run.number}. Set it aside.")
    if mark.printing != piece.reprints:
        return Scanned(ScanResult.OLD_PRINTING, mark.printed, f"{mark.printed} was printed again. Destroy this copy.")
    if _times_seen(run, mark):
        return Scanned(ScanResult.DOUBLE, mark.printed, f"{mark.printed} was scanned before. Look for a second copy.")
    return Scanned(ScanResult.GOOD, mark.printed, mark.printed)


def _times_seen(run: PrintRun, mark: SheetMark) -> int:
    same = run.scans.filter(piece=mark.piece, sheet=mark.sheet, printing=mark.printing, spoiled=False)
    return same.filter(taken_back=False).count() - same.filter(taken_back=True).count()


def _pieces_of(run: PrintRun) -> dict[str, range]:
    rows = run.pieces.order_by().values("file").annotate(first=Min("number"), last=Max("number")).order_by("first")
    return {r["file"]: range(r["first"], r["last"] + 1) for r in rows}
