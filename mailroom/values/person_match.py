"""How alike a mention of a person and a customer record are, and what may be concluded from it.

Each comparison comes out at one of its levels, best first; a comparison of which either side knows nothing is left
out. The weight is the sum of the levels' match weights in bits, as Splink counts them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEVELS: Mapping[str, tuple[str, ...]] = {
    "family": ("same", "former", "close", "near", "other"),
    "given": ("same", "nickname", "initial", "close", "other"),
    "middle": ("same", "other"),
    "sex": ("same", "other"),
    "place": ("premises", "premises_by_street", "street", "other"),
    "phone": ("same", "other"),
    "email": ("same", "other"),
    "nino": ("same", "close", "other"),
    "birth": ("same", "close", "other"),
    "references": ("same", "other"),
}
"""The comparisons and their levels. family near: one or two characters misread. given initial: J for John.
place premises: house and postcode; premises_by_street: house, street and town, postcode missing or misread."""

_NAME = ("family", "given", "middle", "sex")


@dataclass(frozen=True, slots=True)
class PairScore:
    """One mention against one record. weight: bits for one person rather than two. levels: by comparison."""

    customer_id: str
    weight: float
    levels: Mapping[str, str]

    @property
    def family_agrees(self) -> bool:
        """The family name, a former one, or one that differs by a slip."""
        return self.levels.get("family") in ("same", "former", "close")

    @property
    def given_agrees(self) -> bool:
        """The given name in full or short, or its initial."""
        return self.levels.get("given") in ("same", "nickname", "initial", "close")

    @property
    def name_disagrees(self) -> bool:
        """Something in the name speaks against this person."""
        return any(self.levels.get(part) == "other" for part in _NAME)

    @property
    def support(self) -> tuple[str, ...]:
        """What beside the name leads to this person; a name alone never suffices."""
        strong = {
            "place": ("premises", "premises_by_street"),
            "phone": ("same",),
            "email": ("same",),
            "nino": ("same", "close"),
            "birth": ("same",),
            "references": ("same",),
        }
        return tuple(part for part, good in strong.items() if self.levels.get(part) in good)

    @property
    def contradictions(self) -> tuple[str, ...]:
        """Facts that are one person's for life, and differ."""
        return tuple(part for part in ("nino", "birth") if self.levels.get(part) == "other")


def shares(scores: Iterable[PairScore], records: int, on_record_share: float) -> dict[str, float]:
    """The probability that each is the person meant, nobody on record being one more possibility; sums to under 1.

    records: how many customers there are. on_record_share: how likely the person is on record at all, beforehand.
    """
    odds = on_record_share / (1 - on_record_share) / max(records, 1)
    likelihoods = {s.customer_id: odds * math.exp2(min(s.weight, 200.0)) for s in scores}
    total = 1.0 + sum(likelihoods.values())
    return {customer: likelihood / total for customer, likelihood in likelihoods.items()}
