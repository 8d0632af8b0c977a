"""Whether a print run balances: every sheet of every piece seen once, and only then is it posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scan:
    """A sheet seen by the print unit. printing: 0 for the first printing of its piece, 1 after a reprint, ...

    spoiled: this sheet, or with sheet 0 the whole piece, cannot go out.
    """

    piece: int
    sheet: int
    printing: int = 0
    spoiled: bool = False


@dataclass(frozen=True, slots=True)
class PieceState:
    """What is wrong with a piece. All empty: it may go out."""

    piece: int
    missing: tuple[int, ...] = ()
    doubled: tuple[int, ...] = ()
    spoiled: bool = False

    @property
    def is_good(self) -> bool:
        """Whether every sheet was seen once and none is spoiled."""
        return not (self.missing or self.doubled or self.spoiled)


@dataclass(frozen=True, slots=True)
class Balance:
    """A run against its manifest. strangers: (piece, sheet) seen that are not in the run."""

    expected_pieces: int
    good: int
    wrong: tuple[PieceState, ...]
    strangers: tuple[tuple[int, int], ...]

    @property
    def balances(self) -> bool:
        """Whether the run may close."""
        return not self.wrong and not self.strangers and self.good == self.expected_pieces

    @property
    def to_reprint(self) -> tuple[int, ...]:
        """Pieces to print again: those with a sheet missing or spoiled."""
        return tuple(p.piece for p in self.wrong if p.missing or p.spoiled)


def reconcile(sheets_of: Mapping[int, int], reprints: Mapping[int, int], scans: Iterable[Scan]) -> Balance:
    """Compare what was scanned with what was planned.

    sheets_of: sheets by piece. reprints: how often a piece was printed again; only scans of its last printing count,
    so the spoiled first copy of a piece is no double.
    """
    seen: dict[int, Counter[int]] = {piece: Counter() for piece in sheets_of}
    spoiled: set[int] = set()
    strangers: list[tuple[int, int]] = []
    for scan in scans:
        if not 0 <= scan.sheet <= sheets_of.get(scan.piece, -1):
            strangers.append((scan.piece, scan.sheet))
        elif scan.printing != reprints.get(scan.piece, 0):
            continue
        elif scan.spoiled:
            spoiled.add(scan.piece)
        elif scan.sheet:
            seen[scan.piece][scan.sheet] += 1
    states = [_state(piece, sheets, seen[piece], piece in spoiled) for piece, sheets in sorted(sheets_of.items())]
    wrong = tuple(s for s in states if not s.is_good)
    return Balance(len(states), len(states) - len(wrong), wrong, tuple(dict.fromkeys(strangers)))


def _state(piece: int, sheets: int, seen: Counter[int], spoiled: bool) -> PieceState:
    every = range(1, sheets + 1)
    return PieceState(piece, tuple(s for s in every if not seen[s]), tuple(s for s in every if seen[s] > 1), spoiled)
