"""Tesseract's picture library, Leptonica, which keeps eight black-and-white dots to the byte.

Pillow keeps one, and packing them takes it four times as long as the fax coding itself. Where the library cannot be
found, Pillow and pdfium take its place.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_size_t, c_void_p
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

Grey = np.ndarray[Any, np.dtype[np.uint8]]

_SAY_NOTHING = 6
_FAX_CODED_TIFF = 8

_Told = CFUNCTYPE(None, c_void_p, c_char_p, c_char_p, c_void_p)
"""What the TIFF library tells of: nothing of ours, its part that speaks, and what it says, not filled in."""

# What is called of the library's allheaders.h, and of the tiffio.h it is built on, in order of use: what it takes and
# what it returns.
_CALLS: dict[str, tuple[list[Any], Any]] = {
    "TIFFSetErrorHandler": ([c_void_p], c_void_p),
    "TIFFSetErrorHandlerExt": ([_Told], c_void_p),
    "TIFFSetWarningHandlerExt": ([_Told], c_void_p),
    "pixRead": ([c_char_p], c_void_p),
    "pixReadTiff": ([c_char_p, c_int], c_void_p),
    "pixReadMemTiff": ([c_char_p, c_size_t, c_int], c_void_p),
    "pixGetDimensions": ([c_void_p, POINTER(c_int), POINTER(c_int), POINTER(c_int)], c_int),
    "pixGetData": ([c_void_p], c_void_p),
    "pixGetWpl": ([c_void_p], c_int),
    "pixSetResolution": ([c_void_p, c_int, c_int], c_int),
    "pixWriteMemTiff": ([POINTER(c_void_p), POINTER(c_size_t), c_void_p, c_int], c_int),
    "lept_free": ([c_void_p], None),
    "pixDestroy": ([POINTER(c_void_p)], None),
}


_DAMAGE: list[bytes] = []
"""Parts of the TIFF library that met damage in the picture being decoded."""


@cache
def leptonica() -> ctypes.CDLL | None:
    """The library, told to be quiet of what it finds odd in a page; None where there is none that knows these calls."""
    name = ctypes.util.find_library("lept") or ctypes.util.find_library("leptonica")
    library = ctypes.CDLL(name) if name else None
    if library is None or not hasattr(library, "setMsgSeverity"):
        return None
    library.setMsgSeverity(_SAY_NOTHING)
    for call, (takes, returns) in _CALLS.items():
        if not hasattr(library, call):
            return None
        function = getattr(library, call)
        function.argtypes, function.restype = takes, returns
    library.TIFFSetErrorHandler(None)
    library.TIFFSetErrorHandlerExt(_NOTE_ERROR)
    library.TIFFSetWarningHandlerExt(_NOTE_WARNING)
    return library


def _note_error(_: object, part: bytes | None, *said: object) -> None:
    _DAMAGE.append(part or b"")


def _note_warning(_: object, part: bytes | None, *said: object) -> None:
    """Of the fax decoder alone: scanners write many a tag that the library warns of."""
    if part and part.startswith(b"Fax"):
        _DAMAGE.append(part)


_NOTE_ERROR, _NOTE_WARNING = _Told(_note_error), _Told(_note_warning)
"""Kept here, since the library keeps their addresses."""


Place = tuple[Path, int]
"""A file and a number: from 1, of a TIFF's pictures; 0 for a file of any other kind."""


def one_strip(place: Place, size: tuple[int, int], dpi: tuple[float, float]) -> bytes | None:
    """A black-and-white picture as a TIFF in the fax coding and one strip.

    None where the library is missing, finds the picture damaged or of another size (across, down): what is left of
    damage may be other dots than Pillow's, by which the page was read.
    """
    with _opened(place, size) as (library, picture):
        if library is None:
            return None
        library.pixSetResolution(picture, *(round(dots) for dots in dpi))
        return _coded(library, picture)


def in_grey(place: Place | bytes, size: tuple[int, int]) -> Grey | None:
    """A black-and-white picture of a file, or of a TIFF in memory, in 0 and 255. None as in one_strip."""
    with _opened(place, size) as (library, picture):
        if library is None:
            return None
        words = library.pixGetWpl(picture)
        held = (ctypes.c_uint32 * (words * size[1])).from_address(library.pixGetData(picture))
        # The first dot is the highest bit of a number of 32, whatever the machine's order of bytes; 1 is black.
        rows = np.frombuffer(held, dtype=np.uint32).astype(">u4").view(np.uint8).reshape(size[1], words * 4)
        dots = np.unpackbits(rows, axis=1, count=size[0])
        return np.subtract(dots, 1, out=dots)  # below 0 is 255 in eight bits


@contextmanager
def _opened(place: Place | bytes, size: tuple[int, int]) -> Iterator[tuple[ctypes.CDLL | None, c_void_p]]:
    """The library and the picture, black and white, whole and of that size; no library where that cannot be had."""
    library, picture = leptonica(), c_void_p()
    _DAMAGE.clear()
    if library is not None:
        picture = c_void_p(_read(library, place))
    if library is None or not picture:
        yield None, picture
        return
    try:
        yield (library if not _DAMAGE and _shape(library, picture) == (*size, 1) else None), picture
    finally:
        library.pixDestroy(byref(picture))


def _read(library: ctypes.CDLL, place: Place | bytes) -> Any:
    if isinstance(place, bytes):
        return library.pixReadMemTiff(place, len(place), 0)
    source, number = place
    path = os.fsencode(source)
    return library.pixReadTiff(path, number - 1) if number else library.pixRead(path)


def _shape(library: ctypes.CDLL, picture: c_void_p) -> tuple[int, int, int]:
    """Dots across and down, and bits a dot."""
    across, down, bits = c_int(), c_int(), c_int()
    library.pixGetDimensions(picture, byref(across), byref(down), byref(bits))
    return across.value, down.value, bits.value


def _coded(library: ctypes.CDLL, picture: c_void_p) -> bytes | None:
    made, length = c_void_p(), c_size_t()
    failed = library.pixWriteMemTiff(byref(made), byref(length), picture, _FAX_CODED_TIFF)
    try:
        return None if failed else ctypes.string_at(made, length.value)
    finally:
        library.lept_free(made)
