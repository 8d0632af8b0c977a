"""spaCy's blank English pipeline with rules: where names of people stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import spacy
from spacy.matcher import Matcher
from spacy.util import filter_spans

_TITLES = ["mr", "mrs", "ms", "miss", "dr", "rev", "sir", "lady", "mx", "prof", "cllr", "councillor",
           "mr.", "mrs.", "ms.", "dr."]  # fmt: skip
_TITLE: dict[str, Any] = {"LOWER": {"IN": _TITLES}}
_INITIAL: dict[str, Any] = {"TEXT": {"REGEX": r"^[A-Z]\.?(?:[A-Z]\.?)?$"}, "OP": "*"}
_GIVEN: dict[str, Any] = {"TEXT": {"REGEX": r"^[A-Z][a-z'’]+$"}, "OP": "{0,2}"}
_FAMILY: dict[str, Any] = {"TEXT": {"REGEX": r"^(?:Mc|Mac|O['’]|D['’])?[A-Z][a-z]+(?:['’][A-Za-z]+)?$|^[A-Z]{3,}$"}}
_HYPHEN: dict[str, Any] = {"TEXT": "-", "OP": "?"}
_RELATED = ["mother", "father", "mum", "dad", "son", "daughter", "husband", "wife", "client", "tenant", "patient",
            "partner", "brother", "sister", "nan", "aunt", "uncle"]  # fmt: skip
_INTRODUCED: list[list[dict[str, Any]]] = [
    [{"LOWER": "my"}, {"LOWER": "name"}, {"LOWER": {"IN": ["is", "was"]}}],
    [{"LOWER": {"IN": _RELATED}}, {"IS_PUNCT": True, "OP": "?"}],
]
_LED = re.compile(rf"\b(?:{'|'.join(map(re.escape, [*_TITLES, 'name', *_RELATED]))})(?!\w)", re.IGNORECASE)
"""No rule holds on a line without one of these words, and none reaches over the end of a line."""


class SpacyLanguage:
    """Finds names: after a title, or after words that introduce a person. Loads in about a second, then is quick."""

    def __init__(self) -> None:
        self._pipeline = spacy.blank("en")
        self._matcher = Matcher(self._pipeline.vocab)
        self._matcher.add("titled", [[_TITLE, _INITIAL, _GIVEN, _FAMILY, _HYPHEN]], greedy="LONGEST")
        for lead in _INTRODUCED:
            self._matcher.add(f"introduced{len(lead)}", [[*lead, _GIVEN, _FAMILY]], greedy="LONGEST")

    def people(self, text: str) -> tuple[tuple[int, int], ...]:
        """(start, end) in the text of every stretch that holds a person's name, introduction included; in order."""
        return tuple(self._people(text))

    def _people(self, text: str) -> Iterator[tuple[int, int]]:
        at = 0
        for line in text.split("\n"):
            if _LED.search(line):
                doc = self._pipeline.make_doc(line)
                spans = filter_spans([doc[start:end] for _, start, end in self._matcher(doc)])
                yield from ((at + s.start_char, at + s.end_char) for s in sorted(spans, key=lambda s: s.start))
            at += len(line) + 1
