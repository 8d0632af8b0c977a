"""config/separation.toml: the sheets this site cuts at, and the weights of the signs where there are none."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from mailroom.config.section import Section


class ForeignSheets(Section):
    """Another maker's sheets: a pattern for the content of their codes; the group `n` may hold the sheet's number."""

    name: str
    pattern: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as wrong:
            raise ValueError(f"not a regular expression ({wrong}); correct it") from None
        return pattern


class SeparationConfig(Section):
    """The whole of separation.toml. Probabilities are of a page starting an item."""

    patch_t: bool = True
    foreign: tuple[ForeignSheets, ...] = ()
    cut_from: float = Field(default=0.5, gt=0, lt=1)
    sure_from: float = Field(default=0.9, gt=0, lt=1)
    sure_below: float = Field(default=0.15, gt=0, lt=1)
    start: float = -1.2
    signs: dict[str, float] = {}
