"""Whether a print run balances: every sheet of every piece seen once, and only then is it posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scan:
    """A sheet seen by the print unit. printing: 0 for the first printing of its piece, 1 after a reprint, ...

    spoiled: this sheet, or with sheet 0 the whole piece, cannot go out. taken_back: an earlier scan of the same sheet
    was a slip of the hand.
    """

    piece: int
    sheet: int
    printing: int = 0
    spoiled: bool = False
    taken_back: bool = False


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
class FileCount:
    """Pieces of one print file that somebody counted. pieces: their numbers; counted: how many good ones there were."""

    file: str
    pieces: range
    counted: int

    @property
    def agrees(self) -> bool:
        """Whether as many were counted as were planned."""
        return self.counted == len(self.pieces)


@dataclass(frozen=True, slots=True)
class Balance:
    """A run against its manifest. strangers: (piece, sheet) seen that are not in the run.

    miscounted: files of which another number of pieces was counted than planned.
    """

    expected_pieces: int
    good: int
    wrong: tuple[PieceState, ...]
    strangers: tuple[tuple[int, int], ...]
    miscounted: tuple[FileCount, ...] = ()

    @property
    def balances(self) -> bool:
        """Whether the run may close."""
        wrong = self.wrong or self.strangers or self.miscounted
        return not wrong and self.good == self.expected_pieces

    @property
    def to_reprint(self) -> tuple[int, ...]:
        """Pieces to print again: those with a sheet missing or spoiled."""
        return tuple(p.piece for p in self.wrong if p.missing or p.spoiled)


def reconcile(
    sheets_of: Mapping[int, int],
    reprints: Mapping[int, int],
    scans: Iterable[Scan],
    counts: Iterable[FileCount] = (),
) -> Balance:
    """Compare what was scanned and counted with what was planned.

    sheets_of: sheets by piece. reprints: how often a piece was printed again; only scans of its last printing count,
    so the spoiled first copy of a piece is no double. counts: of a file whose count agrees, a piece with no scan at all
    counts as seen; one that was scanned is judged by its scans.
    """
    seen: dict[int, Counter[int]] = {piece: Counter() for piece in sheets_of}
    spoiled: set[int] = set()
    strangers: Counter[tuple[int, int]] = Counter()
    for scan in scans:
        step = -1 if scan.taken_back else 1
        if not 0 <= scan.sheet <= sheets_of.get(scan.piece, -1):
            strangers[scan.piece, scan.sheet] += step
        elif scan.printing != reprints.get(scan.piece, 0):
            continue
        elif scan.spoiled:
            spoiled.add(scan.piece)
        elif scan.sheet:
            seen[scan.piece][scan.sheet] += step
    counted = list(counts)
    by_count = {piece for count in counted if count.agrees for piece in count.pieces if not +seen.get(piece, Counter())}
    states = [
        PieceState(piece, spoiled=piece in spoiled)
        if piece in by_count
        else _state(piece, sheets, seen[piece], piece in spoiled)
        for piece, sheets in sorted(sheets_of.items())
    ]
    wrong = tuple(s for s in states if not s.is_good)
    miscounted = tuple(c for c in counted if not c.agrees)
    return Balance(len(states), len(states) - len(wrong), wrong, tuple(+strangers), miscounted)


def _state(piece: int, sheets: int, seen: Counter[int], spoiled: bool) -> PieceState:
    every = range(1, sheets + 1)
    return PieceState(piece, tuple(s for s in every if not seen[s]), tuple(s for s in every if seen[s] > 1), spoiled)
