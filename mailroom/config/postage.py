"""config/postage.toml: postage classes, how slow they are, and dated price tables."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path

from pydantic import Field, model_validator

from mailroom.config.section import Section, load_section


class Proof(StrEnum):
    """What the post gives the sender in evidence: a certificate that it took the piece, or a track or signature."""

    NONE = "none"
    POSTING = "posting"
    DELIVERY = "delivery"


class PostageClass(Section):
    """slowest_days: working days after the day of posting by which the post is there, the slow end of the promise.

    gives_proof: what document classes with `needs_proof` look for.
    """

    code: str
    name: str
    slowest_days: int = Field(ge=1, le=30)
    gives_proof: Proof = Proof.NONE


class PriceTable(Section):
    """What one piece costs from a date on. pence: for 1, 2, 3, ... sheets; each_further: for every sheet beyond.

    tariff: letter or large_letter (the envelope says which). zone: inland, europe or world.
    """

    postage: str
    valid_from: dt.date
    tariff: str = "letter"
    zone: str = "inland"
    pence: tuple[int, ...] = Field(min_length=1)
    each_further: int = Field(default=4, ge=0)
    source: str

    def price(self, sheets: int) -> int:
        """Pence for so many sheets."""
        listed = len(self.pence)
        return self.pence[min(sheets, listed) - 1] + max(sheets - listed, 0) * self.each_further


class Postage(Section):
    """The whole of postage.toml."""

    postage_class: tuple[PostageClass, ...] = Field(min_length=1)
    price: tuple[PriceTable, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _classes_known(self) -> Postage:
        known = {c.code for c in self.postage_class}
        strange = sorted({p.postage for p in self.price} - known)
        if strange:
            raise ValueError(f"prices are given for {', '.join(strange)}, which is no postage_class; add or correct it")
        return self

    @property
    def proving(self) -> tuple[PostageClass, ...]:
        """The classes that give proof and have a price."""
        priced = {p.postage for p in self.price}
        return tuple(c for c in self.postage_class if c.gives_proof is not Proof.NONE and c.code in priced)

    def table(self, code: str, tariff: str, zone: str, on: dt.date) -> PriceTable | None:
        """The price table of that day, or None if the class does not carry such pieces."""
        fitting = [
            p for p in self.price if (p.postage, p.tariff, p.zone) == (code, tariff, zone) and p.valid_from <= on
        ]
        return max(fitting, key=lambda p: p.valid_from, default=None)


def load_postage(site: Path) -> Postage:
    """Read the site's postage. Raises Misconfigured."""
    return load_section(site / "config" / "postage.toml", Postage)
