"""The recognition station: which reader reads a page, and which of two readings is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from mailroom.inbound.reading_order import in_reading_order
from mailroom.values.confidence import NO_IDEA, Confidence
from mailroom.values.page import TextSource, Word

Grey = np.ndarray[Any, np.dtype[np.uint8]]


class Recogniser(Protocol):
    """Reads one upright, straight, clean grey page. Boxes are fractions of that picture."""

    source: TextSource

    def recognise(self, page: Grey, dpi: int) -> tuple[Word, ...]:
        """The words, each line of them together, with confidences from 0 to 1."""


class RememberingReader:
    """A reader for the length of one page: a picture it has read is not read again when it is asked for once more."""

    def __init__(self, reader: Recogniser) -> None:
        self.source = reader.source
        self._reader = reader
        self._known: list[tuple[Grey, tuple[Word, ...]]] = []

    def recognise(self, page: Grey, dpi: int) -> tuple[Word, ...]:
        """As the reader; dpi is one and the same for a page."""
        for picture, words in self._known:
            if picture is page:
                return words
        words = self._reader.recognise(page, dpi)
        self._known.append((page, words))
        return words


@dataclass(frozen=True, slots=True)
class Recognition:
    """One reading of a page: who read it, the words, and the mean confidence by length of word."""

    source: TextSource
    words: tuple[Word, ...]
    confidence: Confidence

    @property
    def letters(self) -> int:
        """Letters of the words that somebody could make out."""
        return sum(len(w.text) for w in self.words if w.confidence > _MADE_OUT)

    @property
    def sense(self) -> float:
        """Confidence (0 to 1), less for words unlike words: readers' confidences are not on one scale."""
        return self.confidence * (0.5 + 0.5 * wordlikeness(self.words))


def recognise(reader: Recogniser, page: Grey, dpi: int) -> Recognition:
    """Read the page once, its words in the order a person reads them."""
    words = in_reading_order(reader.recognise(page, dpi))
    return Recognition(reader.source, words, mean_confidence(words))


def mean_confidence(words: Sequence[Word]) -> Confidence:
    """The words' confidence weighted by their letters; 0 for no words."""
    letters = sum(len(w.text) for w in words)
    return Confidence(min(sum(w.confidence * len(w.text) for w in words) / letters, 1.0)) if letters else NO_IDEA


_WORDLIKE = re.compile(
    r"^[\W_]*(?:[A-Za-zÀ-ÿŴŵŶŷ]{2,}(?:['’-][A-Za-z]+)*|[AaIi]|£?\d[\d,./:-]*|[A-Z]{1,4}\d\w*)[\W_]*$"
)
_MADE_OUT = 0.4


def wordlikeness(words: Sequence[Word]) -> float:
    """Share (0 to 1, by letters) of the words that look like words, numbers or references."""
    letters = sum(len(w.text) for w in words)
    return sum(len(w.text) for w in words if _WORDLIKE.match(w.text)) / letters if letters else 0.0


def better(first: Recognition, second: Recognition) -> Recognition:
    """The reading to keep. Readers' confidences are not on one scale, so likeness to words counts as well.

    A second reading that found far less of the page's text is never better: it missed lines. What the first one made
    of stains and speckle, unsure of it itself, is no text that could be missed.
    """
    if second.letters < 0.6 * first.letters:
        return first
    return max((first, second), key=lambda r: r.sense)
