"""Tesseract within the reading process, through the C interface of its library: the first reader of every page.

Measured beside a process a page through pytesseract: the same words and confidences to the last digit, at half the CPU
time, because the model is loaded once and no picture is packed and unpacked on the way. The library comes with Debian's
`tesseract-ocr`; where it cannot be found pytesseract takes its place.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import time
import weakref
from ctypes import c_bool, c_char_p, c_int, c_void_p
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mailroom.errors import Review
from mailroom.gateways.leptonica import leptonica
from mailroom.gateways.ocr.tesseract_table import TesseractMissing, TesseractTooSlow, words_of
from mailroom.gateways.sandbox import in_a_library
from mailroom.values.page import TextSource, Word

if TYPE_CHECKING:
    from mailroom.gateways.ocr.tesseract import Tesseract

_LSTM_ONLY, _AUTOMATIC_PAGES = 1, 3

_IsOver = ctypes.CFUNCTYPE(c_bool, c_void_p, c_int)
"""Asked by the library at every word: whether to stop; given nothing of ours and the number of words."""

# What is called of the library's capi.h, in order of use: what it takes and what it returns.
_CALLS: dict[str, tuple[list[Any], Any]] = {
    "TessBaseAPICreate": ([], c_void_p),
    "TessBaseAPIInit2": ([c_void_p, c_char_p, c_char_p, c_int], c_int),
    "TessBaseAPISetPageSegMode": ([c_void_p, c_int], None),
    "TessBaseAPISetVariable": ([c_void_p, c_char_p, c_char_p], c_int),
    "TessBaseAPISetImage": ([c_void_p, c_void_p, c_int, c_int, c_int, c_int], None),
    "TessMonitorCreate": ([], c_void_p),
    "TessMonitorSetCancelFunc": ([c_void_p, _IsOver], None),
    "TessBaseAPIRecognize": ([c_void_p, c_void_p], c_int),
    "TessBaseAPIGetTsvText": ([c_void_p, c_int], c_void_p),
    "TessDeleteText": ([c_void_p], None),
    "TessMonitorDelete": ([c_void_p], None),
    "TessBaseAPIClear": ([c_void_p], None),
    "TessBaseAPIDelete": ([c_void_p], None),
}


def first_reader(languages: str, timeout: float) -> Tesseract | LibTesseract:
    """Tesseract within this process, or as a process a page where its library is not to be found.

    timeout: seconds of the processor for a page.
    """
    if _library():
        return LibTesseract(languages, timeout)
    from mailroom.gateways.ocr.tesseract import Tesseract  # pytesseract brings pandas: 45 MB in every reading process

    return Tesseract(languages, timeout)


class TesseractGaveUp(Review):
    """The picture was of a kind Tesseract refuses, as one of more than 32,767 pixels a side."""


class LibTesseract:
    """As `Tesseract`, for one thread. The model is loaded at the first page."""

    source = TextSource.TESSERACT

    def __init__(self, languages: str = "eng", timeout: float = 120) -> None:
        self._languages, self._timeout = languages, timeout

    @cached_property
    def _engine(self) -> int:
        library = _library()
        if library is None:
            raise TesseractMissing("Tesseract's library is not installed. Run: apt install tesseract-ocr")
        engine = library.TessBaseAPICreate()
        weakref.finalize(self, library.TessBaseAPIDelete, engine)
        if library.TessBaseAPIInit2(engine, None, self._languages.encode(), _LSTM_ONLY):
            raise TesseractMissing(f"Tesseract has not the languages {self._languages}. Install tesseract-ocr-<code>.")
        library.TessBaseAPISetPageSegMode(engine, _AUTOMATIC_PAGES)
        library.TessBaseAPISetVariable(engine, b"debug_file", os.devnull.encode())  # it chats on the error output
        return int(engine)

    def recognise(self, page: np.ndarray[Any, np.dtype[np.uint8]], dpi: int) -> tuple[Word, ...]:
        """Raises TesseractTooSlow after the timeout."""
        library, engine = _library(), self._engine
        assert library is not None
        height, width = page.shape
        pixels = np.ascontiguousarray(page)
        library.TessBaseAPISetVariable(engine, b"user_defined_dpi", str(dpi).encode())
        library.TessBaseAPISetImage(engine, pixels.ctypes.data, width, height, 1, width)
        try:
            return words_of(self._table(library, engine), width, height)
        finally:
            library.TessBaseAPIClear(engine)

    def _table(self, library: ctypes.CDLL, engine: int) -> str:
        monitor, end = library.TessMonitorCreate(), time.thread_time() + self._timeout
        try:
            with in_a_library() as told_to_stop:
                asked = _IsOver(lambda _, words: told_to_stop() or time.thread_time() > end)
                library.TessMonitorSetCancelFunc(monitor, asked)
                failed = library.TessBaseAPIRecognize(engine, monitor)
        finally:
            library.TessMonitorDelete(monitor)
        if failed and time.thread_time() > end:
            raise TesseractTooSlow(f"Tesseract did not finish a page in {self._timeout:.0f} seconds.")
        if failed:
            raise TesseractGaveUp("Tesseract could not take the picture of a page.")
        table = library.TessBaseAPIGetTsvText(engine, 0)
        try:
            return ctypes.string_at(table).decode("utf-8", "replace")
        finally:
            library.TessDeleteText(table)


@cache
def _library() -> ctypes.CDLL | None:
    """The library, or None where there is none or one too old to know these calls."""
    name = ctypes.util.find_library("tesseract")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    for call, (takes, returns) in _CALLS.items():
        if not hasattr(library, call):
            return None
        function = getattr(library, call)
        function.argtypes, function.restype = takes, returns
    leptonica()  # quiet from here on: a reading says all that it would say of a page on the error output
    return library
