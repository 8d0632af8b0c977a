"""The mark on every sheet we print: which run, which mailpiece, which sheet of how many."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailroom.values.check_character import ALPHABET, as_typed, check_character

_SHAPE = re.compile(r"^([A-Z]{2,6})M1R(\d{1,9})P(\d{1,7})S(\d{1,3})T(\d{1,3})(?:N(\d{1,2}))?C(.)$")
_SPOKEN = re.compile(r"^R0*(\d{1,9})\s*P0*(\d{1,7})(?:\s+(\d{1,3})/(\d{1,3}))?(?:\s+REPRINT\s+(\d{1,2}))?$")


@dataclass(frozen=True, slots=True, order=True)
class SheetMark:
    """Sheet `sheet` of `of` of mailpiece `piece` in run `run` of the council with that code.

    printing: 0 for the first printing of the piece, 1 for its first reprint, so that a sheet of the spoiled copy is
    never taken for one of the new. Our own prefix and a check character keep foreign marks (an old letter enclosed)
    from counting.
    """

    council: str
    run: int
    piece: int
    sheet: int
    of: int
    printing: int = 0

    def __post_init__(self) -> None:
        """Refuse a sheet that cannot exist."""
        if not (self.run >= 1 and self.piece >= 1 and 1 <= self.sheet <= self.of):
            raise ValueError(f"no such sheet: {self}")

    @property
    def payload(self) -> str:
        """What the Data Matrix holds: letters and digits only, so that a keyboard scanner can type it."""
        body = f"{self.council}M1R{self.run}P{self.piece}S{self.sheet}T{self.of}"
        body += f"N{self.printing}" if self.printing else ""
        return f"{body}C{_check(body)}"

    @property
    def printed(self) -> str:
        """What stands beside it for people: 'R42 P123 1/3'."""
        again = f" reprint {self.printing}" if self.printing else ""
        return f"R{self.run} P{self.piece} {self.sheet}/{self.of}{again}"


@dataclass(frozen=True, slots=True)
class PieceName:
    """A mailpiece as people say it: run and number."""

    run: int
    piece: int


def read_sheet_mark(text: str, council: str) -> SheetMark | None:
    """The mark a scanner read, or None if it is not one of this council's."""
    text = text.strip().upper()
    found = _SHAPE.match(text)
    if not found or found[1] != council or _check(text[:-2]) != found[7]:
        return None
    run, piece, sheet, of, printing = (int(found[n] or 0) for n in (2, 3, 4, 5, 6))
    return SheetMark(council, run, piece, sheet, of, printing) if run and piece and 1 <= sheet <= of else None


def read_piece_name(text: str, council: str) -> PieceName | None:
    """The piece meant by a mark a scanner read, or by the words beside it as somebody typed them: 'r42 p123'."""
    mark = read_sheet_mark(text, council)
    if mark is not None:
        return PieceName(mark.run, mark.piece)
    found = _SPOKEN.match(" ".join(text.upper().split()))
    return PieceName(int(found[1]), int(found[2])) if found else None


def _check(body: str) -> str:
    """A check character over the whole body, as one of the 32 plain characters."""
    sign = check_character("".join(c for c in as_typed(body) if c in ALPHABET))
    return sign if sign in ALPHABET else "U"
