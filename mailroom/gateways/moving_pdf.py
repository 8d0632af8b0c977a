"""Moving and scaling the pages of letters into the window and the margins, and setting cover sheets before them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf

from mailroom.config.printing import MM, Area
from mailroom.gateways.letter_pdf import opened_letters
from mailroom.gateways.pdfium_turns import PDFIUM
from mailroom.gateways.preflight_pdf import MEASURED_AT, ink_on
from mailroom.values.repair import Move, PageLine

A4 = (210 * MM, 297 * MM)
_SCALES = (1.0, 0.98, 0.96, 0.94, 0.92, 0.9, 0.86, 0.82)
"""Down to 82 %: type of 8 point is then 6.6, still above the least that prints."""
_FURTHEST = 30
"""Millimetres: what misses its place by more was made for another window, and wants a cover sheet."""

_WELL_INSIDE = 3.0
"""Millimetres from the window's upper and lower edge: paper slides in its envelope by as much."""

Cells = np.ndarray[Any, np.dtype[np.float64]]


def find_moves(
    path: Path,
    first_areas: Sequence[Area],
    later_areas: Sequence[Area],
    window: Area,
    blocks: dict[int, tuple[PageLine, ...]],
) -> tuple[Move, Move] | None:
    """How first and later pages have to be moved so that all their ink is where it may be; None if nothing helps.

    blocks: the address of each first page, by the page's number; it must come to stand in the window. All first pages
    move alike, and all later ones: they were made by one system. The least scaling is taken, then the shortest way.

    Raises:
        LockedLetter, UnreadableLetter: the file cannot be opened.
    """
    with opened_letters(path) as pdf:
        with PDFIUM:
            turned = any(page.get_rotation() for page in pdf)
        if turned:
            return None
        inks = [_cells(ink_on(pdf, n)) for n in range(len(pdf))]
    first = _together(inks[n - 1] for n in blocks)
    later = _together(ink for n, ink in enumerate(inks, 1) if n not in blocks)
    for_first = _find(first, _mask(first_areas), window, [line for lines in blocks.values() for line in lines])
    for_later = _find(later, _mask(later_areas), window, ())
    return (for_first, for_later) if for_first and for_later else None


def move_pages(path: Path, to: Path, first_pages: Collection[int], first: Move, later: Move) -> None:
    """A copy on A4 with its pages moved; their words stay words."""
    with pikepdf.open(path) as source, pikepdf.new() as out:
        for number, page in enumerate(source.pages, 1):
            _draw(out, page, first if number in first_pages else later)
        out.save(to, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


def set_covers(path: Path, covers: Path, letters: Iterable[tuple[int, int]], to: Path, duplex: bool) -> None:
    """A copy with a page of `covers` before each letter, given as first page and count. duplex: its back is empty."""
    with pikepdf.open(path) as source, pikepdf.open(covers) as sheets, pikepdf.new() as out:
        for number, (first, count) in enumerate(letters):
            out.pages.append(sheets.pages[number])
            if duplex:
                out.add_blank_page(page_size=A4)
            out.pages.extend(source.pages[first - 1 : first - 1 + count])
        out.save(to, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


def _draw(out: pikepdf.Pdf, page: pikepdf.Page, move: Move) -> None:
    box = [float(edge) for edge in page.mediabox]
    new = out.add_blank_page(page_size=A4)
    name = new.add_resource(out.copy_foreign(page.as_form_xobject()), pikepdf.Name.XObject, pikepdf.Name.Moved)
    right = move.right * MM - box[0] * move.scale
    up = A4[1] - move.down * MM - box[3] * move.scale
    drawing = f"q {move.scale:.5f} 0 0 {move.scale:.5f} {right:.3f} {up:.3f} cm {name} Do Q"
    new.obj.Contents = out.make_stream(drawing.encode("ascii"))


def _cells(ink: np.ndarray) -> Cells:
    """The square millimetres with ink, as (x, y) of their middles, each once."""
    ys, xs = np.nonzero(ink)
    dots = MEASURED_AT / 25.4
    cells = np.unique(np.stack((np.floor(xs / dots), np.floor(ys / dots))), axis=1)
    return cells + 0.5


def _together(many: Iterable[Cells]) -> Cells:
    every = [cells for cells in many if cells.size]
    return np.unique(np.concatenate(every, axis=1), axis=1) if every else np.empty((2, 0))


def _mask(areas: Iterable[Area]) -> np.ndarray:
    """Square millimetres of an A4 page, True where ink may be."""
    allowed = np.zeros((297, 210), bool)
    for area in areas:
        allowed[int(area.top) : int(np.ceil(area.bottom)), int(area.left) : int(np.ceil(area.right))] = True
    return allowed


def _find(ink: Cells, allowed: np.ndarray, window: Area, address: Sequence[PageLine]) -> Move | None:
    """The least change after which all ink is allowed and the address stands in the window, well inside if it can."""
    for scale in _SCALES:
        scaled = ink * scale
        for edge in (_WELL_INSIDE, 0.0) if address else (0.0,):
            for move in _ways(scale):
                if _in_window(address, window, move, edge) and _fits(scaled, allowed, move):
                    return move
    return None


def _ways(scale: float) -> Iterator[Move]:
    """Every move of whole millimetres, the shortest first."""
    reach = range(-_FURTHEST, _FURTHEST + 1)
    ways = sorted(((x, y) for x in reach for y in reach), key=lambda way: (abs(way[0]) + abs(way[1]), way))
    return (Move(float(x), float(y), scale) for x, y in ways)


def _fits(ink: Cells, allowed: np.ndarray, move: Move) -> bool:
    if not ink.size:
        return True
    xs = np.floor(ink[0] + move.right).astype(int)
    ys = np.floor(ink[1] + move.down).astype(int)
    if xs.min() < 0 or ys.min() < 0 or xs.max() >= allowed.shape[1] or ys.max() >= allowed.shape[0]:
        return False
    return bool(allowed[ys, xs].all())


def _in_window(address: Sequence[PageLine], window: Area, move: Move, edge: float) -> bool:
    return all(
        window.left <= line.left * move.scale + move.right
        and line.right * move.scale + move.right <= window.right
        and window.top + edge <= line.top * move.scale + move.down
        and line.bottom * move.scale + move.down <= window.bottom - edge
        for line in address
    )
