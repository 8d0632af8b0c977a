"""Pages for the tests of indexing and classification, from plain text."""

from __future__ import annotations

import numpy as np

from mailroom.gateways.barcode import barcodes_on
from mailroom.gateways.image import flattened
from mailroom.values.confidence import CERTAIN
from mailroom.values.decisions import ItemPages
from mailroom.values.geometry import Box
from mailroom.values.page import Barcode, PageKind, PageReading, Word


def page_of(text: str) -> PageReading:
    words = tuple(
        Word(w, Box(0.1 + 0.01 * n, 0.02 * number, 0.11 + 0.01 * n, 0.02 * number + 0.01), CERTAIN, number)
        for number, line in enumerate(text.split("\n"))
        for n, w in enumerate(line.split())
    )
    return PageReading(1, PageKind.ITEM, 595, 842, words=words)


def item_of(text: str) -> ItemPages:
    return ItemPages(1, (page_of(text),), CERTAIN)


def codes_on(picture: np.ndarray) -> tuple[Barcode, ...]:
    """The codes found on a page, as reading finds them."""
    return barcodes_on(picture, flattened(picture))
