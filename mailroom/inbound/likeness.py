"""Comparing a mention of a person with a customer record: the Splink model, worked out for one pair at a time.

The same levels and weights as gateways/linkage.py gives to Splink, which the tests hold it to; one pair takes
microseconds here and the worker needs no DuckDB, where Splink's fixed cost is 90 ms an item.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from rapidfuzz.distance import JaroWinkler, Levenshtein

from mailroom.config.linkage import LinkageWeights
from mailroom.values.linkage_record import LinkageRecord, customer_of
from mailroom.values.person_match import PairScore

CLOSE, NEAR = 0.92, 0.84
"""Jaro-Winkler likeness of family names: Splink's customary 0.92 for a slip; 0.84 lets two misread characters pass."""
GIVEN_CLOSE = 0.88
WORDS_SHARED = 0.75
"""Share of the shorter address's words that the other one has."""

Pair = tuple[LinkageRecord, LinkageRecord]


class Likeness:
    """The scorer of one pair."""

    def __init__(self, weights: LinkageWeights) -> None:
        self._bits = {n: {lv: w.bits for lv, w in levels.items()} for n, levels in weights.comparisons.items()}
        self._family_u = weights.comparisons["family"]["same"].u
        self._least_share = weights.least_share

    def score(self, mention: LinkageRecord, record: LinkageRecord) -> PairScore:
        """Weight and levels of the pair."""
        levels = levels_of(mention, record)
        weight = sum(self._bits[name][level] for name, level in levels.items())
        if levels.get("family") == "same":
            weight += self._rarity(max(mention.family_share, record.family_share))
        return PairScore(customer_of(record.key), weight, levels)

    def _rarity(self, share: float) -> float:
        """Term-frequency adjustment: a rare name in common says more than a common one."""
        return math.log2(self._family_u / max(share, self._least_share)) if share else 0.0


def levels_of(mention: LinkageRecord, record: LinkageRecord) -> dict[str, str]:
    """The level of every comparison that both sides know something of."""
    found = {name: compare((mention, record)) for name, compare in _COMPARE.items()}
    return {name: level for name, level in found.items() if level}


def _family(pair: Pair) -> str:
    a, b = pair
    if not a.family or not b.family:
        return ""
    if a.family == b.family:
        return "same"
    if a.family in b.former or b.family in a.former:
        return "former"
    likeness = JaroWinkler.similarity(a.family, b.family)
    return "close" if likeness >= CLOSE else "near" if likeness >= NEAR else "other"


def _given(pair: Pair) -> str:
    a, b = pair
    if not a.given or not b.given:
        return ""
    if len(a.given) == 1 or len(b.given) == 1:
        return "initial" if a.given[0] == b.given[0] else "other"
    if a.given == b.given:
        return "same"
    if set(a.given_roots) & set(b.given_roots):
        return "nickname"
    return "close" if JaroWinkler.similarity(a.given, b.given) >= GIVEN_CLOSE else "other"


def _place(pair: Pair) -> str:
    a, b = pair
    if not (a.postcode or a.words) or not (b.postcode or b.words):
        return ""
    same_postcode = bool(a.postcode) and a.postcode == b.postcode
    shared = len(set(a.words) & set(b.words))
    fewest = min(len(a.words), len(b.words))
    same_words = fewest > 0 and shared >= WORDS_SHARED * fewest
    if a.house and a.house == b.house:
        if same_postcode and (shared or not fewest):
            return "premises"
        if same_words and _postcodes_may_be_one(a.postcode, b.postcode):
            return "premises_by_street"
    return "street" if same_postcode or same_words else "other"


def _postcodes_may_be_one(a: str, b: str) -> bool:
    return not a or not b or Levenshtein.distance(a, b) <= 2


def _birth(pair: Pair) -> str:
    a, b = pair[0].birth, pair[1].birth
    if not a or not b:
        return ""
    if a == b:
        return "same"
    swapped = f"{b[:4]}-{b[8:]}-{b[5:7]}"
    return "close" if a == swapped or Levenshtein.distance(a, b) == 1 else "other"


def _nino(pair: Pair) -> str:
    a, b = pair[0].nino, pair[1].nino
    if not a or not b:
        return ""
    return "same" if a == b else "close" if Levenshtein.distance(a, b) == 1 else "other"


def _references(pair: Pair) -> str:
    a, b = pair
    if set(a.references) & set(b.references):
        return "same"
    return "other" if set(a.reference_types) & set(b.reference_types) else ""


def _alike(a: object, b: object) -> str:
    return "" if not a or not b else "same" if a == b else "other"


def _shared(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    return "" if not a or not b else "same" if set(a) & set(b) else "other"


_COMPARE: Mapping[str, Callable[[Pair], str]] = {
    "family": _family,
    "given": _given,
    "middle": lambda pair: _alike(pair[0].middle, pair[1].middle),
    "sex": lambda pair: _alike(pair[0].sex, pair[1].sex),
    "place": _place,
    "phone": lambda pair: _shared(pair[0].phones, pair[1].phones),
    "email": lambda pair: _shared(pair[0].emails, pair[1].emails),
    "nino": _nino,
    "birth": _birth,
    "references": _references,
}
