"""What reading a page takes: the page as delivered, and the machines that draw, look for codes and recognise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mailroom.config.reading import Reading
from mailroom.inbound.recognition import Grey, Recogniser
from mailroom.values.page import Barcode, Word


class Raster(Protocol):
    """A page as delivered."""

    @property
    def pixels(self) -> Grey: ...  # noqa: D102
    @property
    def width_pt(self) -> float: ...  # noqa: D102
    @property
    def height_pt(self) -> float: ...  # noqa: D102
    @property
    def own_words(self) -> tuple[Word, ...]: ...  # noqa: D102
    @property
    def is_photo(self) -> bool: ...  # noqa: D102


class Lie(Protocol):
    """How the text lies."""

    @property
    def sideways(self) -> bool: ...  # noqa: D102
    @property
    def skew(self) -> float: ...  # noqa: D102


class Ink(Protocol):
    """How much is on the page."""

    @property
    def share(self) -> float: ...  # noqa: D102
    @property
    def marks(self) -> int: ...  # noqa: D102
    @property
    def dust(self) -> int: ...  # noqa: D102
    @property
    def company(self) -> int: ...  # noqa: D102
    @property
    def strokes(self) -> int: ...  # noqa: D102


class Pictures(Protocol):
    """The picture machine; gateways/image.py fits."""

    def at_dpi(self, pixels: Grey, width_pt: float, dpi: int) -> Grey: ...  # noqa: D102
    def flattened(self, pixels: Grey) -> Grey: ...  # noqa: D102
    def smoothed(self, flat: Grey) -> Grey: ...  # noqa: D102
    def turned(self, pixels: Grey, degrees: int) -> Grey: ...  # noqa: D102
    def straightened(self, pixels: Grey, skew: float) -> Grey: ...  # noqa: D102
    def how_it_lies(self, flat: Grey) -> Lie: ...  # noqa: D102
    def ink_of(self, flat: Grey, dpi: int) -> Ink: ...  # noqa: D102
    def fingerprint(self, flat: Grey) -> str: ...  # noqa: D102


class Codes(Protocol):
    """The barcode machine; gateways/barcode.py fits."""

    def barcodes_on(self, pixels: Grey, flat: Grey) -> tuple[Barcode, ...]: ...  # noqa: D102
    def patch_on(self, flat: Grey, dpi: int) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class PageTools:
    """What reading a page takes. separates: whether a code's content is one of our separators' or the site's."""

    pictures: Pictures
    codes: Codes
    first_reader: Recogniser
    second_readers: Sequence[Recogniser]
    separates: Callable[[str], bool]
    settings: Reading
