"""A page's reading after a person said what the page is, or turned it."""

from __future__ import annotations

from dataclasses import replace

from mailroom.values.geometry import Box
from mailroom.values.page import PageKind, PageReading

_NOT_READ = "A person put this page with the item; no machine has read it. Look at the picture of it."


def changed_reading(reading: PageReading, kind: PageKind, turn: int) -> PageReading:
    """The reading as that kind of page, its content turned `turn` degrees further clockwise.

    A page said to be part of an item on which nothing was read is unread, so that its item goes to a person.
    """
    if kind is PageKind.ITEM and not reading.words:
        kind = PageKind.UNREAD
    problem = (reading.problem or _NOT_READ) if kind is PageKind.UNREAD else ""
    return _turned(replace(reading, kind=kind, problem=problem), turn)


def _turned(reading: PageReading, degrees: int) -> PageReading:
    """To be shown turned clockwise by so much, its content must lie that much further counter-clockwise in the file."""
    if degrees % 360 == 0:
        return reading
    sideways = degrees in (90, 270)
    return replace(
        reading,
        rotation=(reading.rotation - degrees) % 360,
        width_pt=reading.height_pt if sideways else reading.width_pt,
        height_pt=reading.width_pt if sideways else reading.height_pt,
        words=tuple(replace(w, box=_turned_box(w.box, degrees)) for w in reading.words),
        barcodes=tuple(replace(b, box=_turned_box(b.box, degrees)) for b in reading.barcodes),
    )


def _turned_box(box: Box, degrees: int) -> Box:
    if degrees == 90:
        return Box(1 - box.y1, box.x0, 1 - box.y0, box.x1)
    if degrees == 180:
        return Box(1 - box.x1, 1 - box.y1, 1 - box.x0, 1 - box.y0)
    return Box(box.y0, 1 - box.x1, box.y1, 1 - box.x0)
