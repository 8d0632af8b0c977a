"""What speaks for each service: its references, phrases, matters, senders and laws found in an item."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from mailroom.config.services import ServiceCatalogue
from mailroom.inbound.channel_wish import channel_wishes
from mailroom.inbound.money_inside import money_inside
from mailroom.inbound.taken_further import taken_further
from mailroom.inbound.unsigned import UNSIGNED, is_unsigned
from mailroom.values.index_fields import IndexFields, Reference

LONGEST_PHRASE = 8
_TOKEN = re.compile(r"[a-z0-9£%]+(?:['’][a-z]+)?")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one item holds for one service; each tuple in the words of the knowledge file."""

    service: str
    references: tuple[Reference, ...] = ()
    phrases: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[float, ...]:
        """(reference, phrase, matter, other, against): confidence of the best reference, then counts damped by roots,
        so that the tenth word says less than the first.
        """
        best = max((float(r.confidence) for r in self.references), default=0.0)
        return (best, *(len(words) ** 0.5 for words in (self.phrases, self.matters, self.others, self.against)))


def gather_evidence(said: frozenset[str], fields: IndexFields, catalogue: ServiceCatalogue) -> tuple[Evidence, ...]:
    """One Evidence a service, in the catalogue's order. said: what `spoken` makes of the item's text."""
    return tuple(
        Evidence(
            s.code,
            fields.of_type(*s.references),
            found(s.phrases, said),
            found(s.matters, said),
            found((*s.senders, *s.laws, *s.forms), said),
            found(s.not_ours, said),
        )
        for s in catalogue.services
    )


def spoken(text: str) -> frozenset[str]:
    """Every run of up to eight words, in plain form; and what the shapes of sentences say: unsigned, money inside, …"""
    words = [_plain(w) for w in _TOKEN.findall(text.lower())]
    runs = (" ".join(words[n : n + length]) for length in range(1, LONGEST_PHRASE + 1) for n in range(len(words)))
    unsigned = (UNSIGNED,) if is_unsigned(text) else ()
    return frozenset((*runs, *unsigned, *channel_wishes(text), *money_inside(text), *taken_further(text)))


def found(phrases: Iterable[str], said: frozenset[str]) -> tuple[str, ...]:
    """Those of the phrases that were said."""
    return tuple(p for p in phrases if _plain_phrase(p) in said)


@lru_cache(maxsize=8192)
def _plain_phrase(phrase: str) -> str:
    return " ".join(_plain(w) for w in _TOKEN.findall(phrase.lower()))


def _plain(word: str) -> str:
    """A word without apostrophe and plural s, so that 'bins' finds 'bin'."""
    word = word.replace("’", "'").replace("'", "")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
