"""RapidOCR (PaddleOCR models on ONNX, inside the wheel): the second reader, for handwriting.

Measured on handwritten pages: 87% of words right against Tesseract's 53%, at about 4 CPU-seconds a page. Its lines
come as boxes in no dependable order.
"""

from __future__ import annotations

import logging
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from mailroom.gateways.freed_memory import give_back
from mailroom.gateways.ocr.latin_model import latin_model, wheel_model
from mailroom.values.confidence import Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import TextSource, Word

# Lines are found on a picture this many pixels high. Measured on ten written pages: 3.2% of characters wrong as at the
# page's own 2,000, and 2.0 CPU-seconds a page instead of 4.9. They are read from the page's own pixels.
_FINDING_SIDE = 960
# Lines read together are filled up to the longest of them. Measured on six pages: one at a time takes a third less CPU
# time and 200 MB less memory than six, and reads as well (6.8% of characters wrong against 6.9%).
_LINES_AT_ONCE = 1
# What brings a dot from 0..1 to -1..1, as RapidOCR's own settings do, but in 32 bits: the same numbers to the last bit
# in half the time, since halves are exact in both.
_HALF = np.full(3, 0.5, dtype=np.float32)
_FATAL = 4


class Rapid:
    """Loads its models at the first page it is asked to read; a site without handwriting never pays for it.

    models: where the model of lines cut down to our letters is kept.
    """

    source = TextSource.RAPIDOCR

    def __init__(self, models: Path) -> None:
        self._models = models

    @cached_property
    def _engine(self) -> Any:
        from rapidocr import RapidOCR

        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        engine = RapidOCR(
            params={
                "Det.limit_type": "max",
                "Det.limit_side_len": _FINDING_SIDE,
                "Rec.rec_batch_num": _LINES_AT_ONCE,
                "Global.use_cls": False,
                "Global.log_level": "error",
            }
        )
        engine.cfg._set_flag("allow_objects", True)  # its settings otherwise take plain values only
        engine.cfg.Det.mean = engine.cfg.Det.std = _HALF
        engine.cfg.Det.session = _session(wheel_model("det"))
        engine.cfg.Rec.session = _session(latin_model(self._models) or wheel_model("rec"))
        return engine

    def recognise(self, page: np.ndarray[Any, np.dtype[np.uint8]], dpi: int) -> tuple[Word, ...]:
        """The words of each line found. Each takes its share of the line's box by its letters."""
        try:
            return self._words(page)
        finally:
            give_back()

    def _words(self, page: np.ndarray[Any, np.dtype[np.uint8]]) -> tuple[Word, ...]:
        found = self._engine(page)
        if found is None or found.txts is None:
            return ()
        height, width = page.shape
        lines = [
            (text, _box(corners, width, height), Confidence(min(max(float(score), 0.0), 1.0)))
            for text, corners, score in zip(found.txts, found.boxes, found.scores, strict=True)
            if text.strip()
        ]
        return tuple(word for number, line in enumerate(lines) for word in _split(line, number))


def _session(model: Path) -> Any:
    """One thread, and nothing kept for the next picture: each has a size of its own, so what is kept only adds up."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(model), sess_options=options, providers=["CPUExecutionProvider"])


_Line = tuple[str, Box, Confidence]


def _box(corners: Any, width: int, height: int) -> Box:
    xs, ys = [float(c[0]) / width for c in corners], [float(c[1]) / height for c in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _split(line: _Line, number: int) -> tuple[Word, ...]:
    text, box, confidence = line
    words: list[Word] = []
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        left = box.x0 + box.width * start / len(text)
        right = box.x0 + box.width * at / len(text)
        words.append(Word(word, Box(left, box.y0, right, box.y1), confidence, number))
    return tuple(words)
