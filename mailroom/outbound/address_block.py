"""The address on a letter that misses the window: found among the lines of the page's upper left. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mailroom.config.printing import Area
from mailroom.outbound.postal_address import FEWEST_LINES, MOST_LINES, LetterAddress, address_from
from mailroom.values.repair import PageLine

WHERE = Area(left=0, top=0, right=140, bottom=150)
"""Where letters of other systems bear their address, whatever window they were made for."""
_SAME_EDGE = 3.0
"""Millimetres by which the left edges of an address's lines may differ."""
_MOST_GAP = 2.4
"""Times a line's own height, from one line of an address to the next."""


def address_block(lines: Sequence[PageLine], areas: frozenset[str]) -> tuple[PageLine, ...]:
    """The first lines, from the top, that are a whole address; () if there is none."""
    for start in range(len(lines)):
        block = _block(lines, start)
        for count in range(min(len(block), MOST_LINES), FEWEST_LINES - 1, -1):
            if _is_address(address_from([line.text for line in block[:count]], areas)):
                return tuple(block[:count])
    return ()


def _block(lines: Sequence[PageLine], start: int) -> list[PageLine]:
    """Lines below one another with the same left edge."""
    block = [lines[start]]
    for line in lines[start + 1 :]:
        last = block[-1]
        if abs(line.left - last.left) > _SAME_EDGE:
            continue
        if line.top - last.top > _MOST_GAP * max(last.bottom - last.top, 2.0):
            break
        block.append(line)
    return block


def _is_address(address: LetterAddress) -> bool:
    return not address.problems and bool(address.postcode) and all(len(line) <= 45 for line in address.lines)
