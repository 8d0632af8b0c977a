"""What the print-run pages ask for, answered by the outgoing side's steps."""

from __future__ import annotations

import datetime as dt

from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.reconciliation import Balance, PieceState
from mailroom.outbound.steps import print_runs as steps
from mailroom.outbound.steps.reconcile_run import Scanned as ScannedMark
from mailroom.outbound.steps.reconcile_run import ScanResult
from mailroom.records.models import PrintRun
from mailroom.web.print_runs.machines import RunFile, Scanned, Standing, WrongPiece

_OTHERS = 40


class PrintRunDesk:
    """The print unit's steps behind the pages."""

    def __init__(self, machines: PrintMachines) -> None:
        self._machines = machines

    def build(self, cut_off: dt.datetime | None, actor: str) -> PrintRun:
        """Ask for the run of every letter ready by then; a worker builds it."""
        return steps.ask_for_run(self._machines, cut_off, actor)

    def build_again(self, run: PrintRun, actor: str) -> None:
        """Put a run whose building stopped on again."""
        steps.ask_again(self._machines, run, actor)

    def release(self, run: PrintRun, actor: str) -> None:
        """Hand the run to the printers."""
        steps.release_run(self._machines, run, actor)

    def resume(self, run: PrintRun, actor: str, file: str, from_sheet: int) -> None:
        """Carry on what stopped."""
        steps.resume_run(self._machines, run, actor, file, from_sheet)

    def look(self, run: PrintRun) -> None:
        """Ask the printers how far they are."""
        steps.look_at_printers(self._machines, run)

    def abandon(self, run: PrintRun, actor: str, reason: str) -> None:
        """Take a run apart that no printer has."""
        steps.abandon_run(self._machines, run, actor, reason)

    def files(self, run: PrintRun) -> list[RunFile]:
        """Its print files in the order of printing."""
        return [
            RunFile(f.name, f.sheets, f.pieces, f"{f.stock}, {'both sides' if f.duplex else 'one side'}")
            for f in steps.files_of(run)
        ]

    def output(self, run: PrintRun, name: str) -> bytes:
        """A file of the run."""
        with self._machines.store.path_for_reading(run.outputs[name]) as path:
            return path.read_bytes()

    def scan(self, run: PrintRun, text: str, actor: str) -> Scanned:
        """Note a sheet by its mark."""
        return _scanned(steps.scan_mark(self._machines, run, text, actor))

    def take_back(self, run: PrintRun, text: str, actor: str) -> Scanned:
        """Take back one scan of a sheet."""
        return _scanned(steps.take_back_scan(self._machines, run, text, actor))

    def count(self, run: PrintRun, file: str, pieces: int, actor: str) -> None:
        """Note how many good pieces of a file were counted by hand."""
        steps.enter_counts(self._machines, run, file, pieces, actor)

    def spoil(self, run: PrintRun, piece: str, actor: str) -> str:
        """Note that a piece cannot go out."""
        return f"P{steps.spoil(self._machines, run, piece, actor).number}"

    def standing(self, run: PrintRun) -> Standing:
        """The run against its manifest."""
        return _standing(steps.balance_of(run))

    def ask_reprint(self, run: PrintRun, piece: str, actor: str, reason: str) -> None:
        """Ask for a piece to be printed again."""
        steps.ask_reprint(self._machines, run, piece, actor, reason)

    def agree_reprint(self, run: PrintRun, piece: str, actor: str) -> None:
        """Agree to what somebody else asked for."""
        steps.agree_reprint(self._machines, run, piece, actor)

    def withdraw_reprint(self, run: PrintRun, piece: str, actor: str) -> None:
        """Take a request back."""
        steps.withdraw_reprint(self._machines, run, piece, actor)

    def close(self, run: PrintRun, actor: str) -> None:
        """Close a run that balances."""
        steps.close_run(self._machines, run, actor)


def _scanned(found: ScannedMark) -> Scanned:
    return Scanned(found.result is ScanResult.GOOD, found.mark, found.message)


def _standing(balance: Balance) -> Standing:
    others = [f"P{piece} sheet {sheet} is not of this run" for piece, sheet in balance.strangers[:_OTHERS]]
    others += [f"{c.file}: {c.counted} counted, {len(c.pieces)} planned" for c in balance.miscounted]
    again = set(balance.to_reprint)
    wrong = tuple(WrongPiece(w.piece, _words(w), w.piece in again) for w in balance.wrong)
    return Standing(balance.expected_pieces, balance.good, balance.balances, wrong, tuple(others))


def _words(state: PieceState) -> str:
    said = (
        f"sheet {', '.join(map(str, state.missing))} not seen" if state.missing else "",
        f"sheet {', '.join(map(str, state.doubled))} seen twice" if state.doubled else "",
        "spoiled" if state.spoiled else "",
    )
    return "; ".join(words for words in said if words)
