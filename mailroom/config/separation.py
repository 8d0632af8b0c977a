"""config/separation.toml: the sheets this site cuts at, and the weights of the signs where there are none."""

from __future__ import annotations

from pydantic import Field

from mailroom.config.section import RegularExpression, Section


class ForeignSheets(Section):
    """Another maker's sheets: a pattern for the content of their codes; the group `n` may hold the sheet's number."""

    name: str
    pattern: RegularExpression


class SeparationConfig(Section):
    """The whole of separation.toml. Probabilities are of a page starting an item."""

    patch_t: bool = True
    foreign: tuple[ForeignSheets, ...] = ()
    cut_from: float = Field(default=0.5, gt=0, lt=1)
    sure_from: float = Field(default=0.9, gt=0, lt=1)
    sure_below: float = Field(default=0.15, gt=0, lt=1)
    start: float = -1.2
    signs: dict[str, float] = {}
