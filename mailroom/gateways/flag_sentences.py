"""Which flags the sentences of a text show: each is judged by itself, and the one that shows a flag most counts.

A flag is mostly said in one sentence of a letter. Judged as a whole, the letter's other words drown it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from mailroom.gateways.term_rows import rows_of
from mailroom.values.told import LEAST_ODDS, MOST_ODDS, Told

LONGEST = 40
"""Words of a sentence; what has no full stops, such as a form, is cut."""
_ENDS = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n(?=(?:from|to|sent|date|cc|subject|re) ?:)", re.IGNORECASE)
"""The heads of an email have no full stops, and would be taken for the beginning of what is written."""
_NGRAMS = (1, 3)
_WORD = r"[a-z0-9£%'@]+"
"""Single letters too: who moved is said by an 'I'."""
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), f" {kind} ")
    for pattern, kind in (
        (r"\S+@\S+", "anemail"),
        (r"https?://\S+|www\.\S+", "awebsite"),
        (r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b", "apostcode"),
        (r"£ ?[\d,]+(?:\.\d\d)?", "anamount"),
        (r"_{3,}|\.{4,}|…{2,}|-{4,}", "ablank"),
        (r"[\[(] ?[x✓✔] ?[\])]", "ticked"),
        (r"\[ ?\]|☐", "unticked"),
        (
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})\b(?: \d{{4}})?"
            r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b",
            "adate",
        ),
        (r"\d{4,}", "anumber"),
    )
)
"""Which address, sum or day it is says nothing; that one stands there does."""


@dataclass(frozen=True)
class Sentences:
    """The sentences of several texts, at least one a text: as they stand, and a row of features for each.

    starts: where each text's begin, and after the last where they end.
    """

    said: tuple[str, ...]
    terms: csr_matrix
    starts: np.ndarray

    def of(self, text: int) -> range:
        """The rows of one text."""
        return range(self.starts[text], self.starts[text + 1])

    def __getitem__(self, texts: Sequence[int]) -> Sentences:
        rows = [row for text in texts for row in self.of(text)]
        ends = np.cumsum([0, *(len(self.of(text)) for text in texts)])
        return Sentences(tuple(self.said[row] for row in rows), self.terms[rows], ends)


def sentences_of_all(texts: Sequence[str], words: TfidfVectorizer) -> Sentences:
    """words: fitted to plain sentences."""
    said, starts = _cut_all(texts)
    return Sentences(said, rows_of(map(plain, said), words), starts)


def learn_sentences(texts: Sequence[str], least: int) -> tuple[TfidfVectorizer, Sentences]:
    """The words of their sentences, and the sentences. least: how many of them a term must stand in."""
    said, starts = _cut_all(texts)
    words = new_sentence_vectoriser(least)
    terms = words.fit_transform(map(plain, said))
    return words, Sentences(said, terms, starts)


def _cut_all(texts: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray]:
    cut = [cut_into_sentences(text) for text in texts]
    return tuple(sentence for sentences in cut for sentence in sentences), np.cumsum([0, *map(len, cut)])


def cut_into_sentences(text: str) -> list[str]:
    """In order, each on one line; an empty text is one empty sentence."""
    pieces = [piece.split() for piece in _ENDS.split(text)]
    cut = [" ".join(piece[at : at + LONGEST]) for piece in pieces for at in range(0, len(piece), LONGEST)]
    return cut or [""]


def plain(sentence: str) -> str:
    """In small letters, with the kind of thing in place of each address, sum, day, number, blank and box."""
    rest = sentence.replace("’", "'").lower()
    for pattern, kind in _KINDS:
        rest = pattern.sub(kind, rest)
    return rest


def told_by(sentences: Sentences, flags: Sequence[str], weights: np.ndarray) -> list[dict[str, Told]]:
    """For each text what it tells of each flag. weights: (features + one row for the bias) x flags."""
    odds = np.clip(np.asarray(sentences.terms @ weights[:-1]) + weights[-1], LEAST_ODDS, MOST_ODDS)
    told = []
    for text in range(len(sentences.starts) - 1):
        rows = sentences.of(text)
        mine = odds[rows.start : rows.stop]
        most = mine.argmax(axis=0)
        told.append(
            {
                flag: Told(float(mine[row, n]), sentences.said[rows.start + row])
                for n, (flag, row) in enumerate(zip(flags, most, strict=True))
            }
        )
    return told


def new_sentence_vectoriser(least: int) -> TfidfVectorizer:
    """One to be fitted to plain sentences. least: how many of them a term must stand in."""
    return TfidfVectorizer(min_df=least, ngram_range=_NGRAMS, sublinear_tf=True, token_pattern=_WORD, dtype=np.float32)


def known_sentence_vectoriser(terms: Sequence[str], idf: np.ndarray) -> TfidfVectorizer:
    """One that was fitted."""
    known = new_sentence_vectoriser(1).set_params(vocabulary=terms)
    known.idf_ = idf
    return known
