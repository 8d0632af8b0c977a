"""classifiers/linkage.json: how much each agreement and disagreement between paper and record weighs."""

from __future__ import annotations

import math
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from mailroom.config.section import Section
from mailroom.errors import Misconfigured
from mailroom.values.person_match import LEVELS


class LevelWeight(Section):
    """m: how often this level is seen between two mentions of one person. u: between two different people."""

    m: float = Field(gt=0, lt=1)
    u: float = Field(gt=0, lt=1)

    @property
    def bits(self) -> float:
        """The match weight: log2 of how much likelier one person is than two."""
        return math.log2(self.m / self.u)


class LinkageWeights(Section):
    """Every comparison's levels. about: where the figures come from. least_share: rarest family name believed in."""

    about: str
    least_share: float = Field(gt=0, lt=1)
    comparisons: dict[str, dict[str, LevelWeight]]

    @model_validator(mode="after")
    def _every_level_has_its_weight(self) -> LinkageWeights:
        have = {name: tuple(levels) for name, levels in self.comparisons.items()}
        if have != dict(LEVELS):
            raise ValueError(f"comparisons must be exactly, and in this order: {dict(LEVELS)}")
        return self


def load_linkage_weights(site: Path) -> LinkageWeights:
    """Read it.

    Raises:
        Misconfigured: missing, not JSON, or a level without its weight.
    """
    path = site / "classifiers" / "linkage.json"
    try:
        return LinkageWeights.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise Misconfigured(f"{path}: the file is missing. Copy it from the example site.") from None
    except ValidationError as wrong:
        first = wrong.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "(whole file)"
        raise Misconfigured(f"{path}: '{key}': {first['msg']}. Correct it, or copy the file again.") from None
