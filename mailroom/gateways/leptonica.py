"""Tesseract's picture library, Leptonica, which keeps eight black-and-white dots to the byte.

Pillow keeps one, and packing them takes it four times as long as the fax coding itself. Where the library cannot be
found Pillow takes its place.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_size_t, c_void_p
from functools import cache
from pathlib import Path
from typing import Any

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
    "pixGetDimensions": ([c_void_p, POINTER(c_int), POINTER(c_int), POINTER(c_int)], c_int),
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


def one_strip(source: Path, number: int, size: tuple[int, int], dpi: tuple[float, float]) -> bytes | None:
    """A black-and-white picture as a TIFF in the fax coding and one strip.

    number: from 1, of a TIFF's pictures; 0 for a file of any other kind. None where the library is missing, finds the
    picture damaged or of another size (across, down): what is left of damage may be other dots than Pillow's, by which
    the page was read.
    """
    library = leptonica()
    if library is None:
        return None
    _DAMAGE.clear()
    path = os.fsencode(source)
    picture = c_void_p(library.pixReadTiff(path, number - 1) if number else library.pixRead(path))
    if not picture:
        return None
    try:
        if _DAMAGE or _shape(library, picture) != (*size, 1):
            return None
        library.pixSetResolution(picture, *(round(dots) for dots in dpi))
        return _coded(library, picture)
    finally:
        library.pixDestroy(byref(picture))


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
