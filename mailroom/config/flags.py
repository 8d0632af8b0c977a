"""classifiers/flags.toml: what about an item changes its handling, and the words that show it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field, field_validator

from mailroom.config.section import Section, load_section, repeated


class FlagAim(StrEnum):
    """Which mistake is the worse one: setting the flag wrongly, or missing it."""

    PRECISION = "precision"
    BALANCE = "balance"
    RECALL = "recall"


class FlagKind(Section):
    """One flag. phrases show it by themselves; hints only support the trained model.

    needs: another flag the item must have too, as only a complaint can be taken to stage 2.
    unless: phrases beside which it is never set, such as a form's printed choices.
    copy_to: the service that gets a copy of an item so flagged, such as a request for information within a complaint.
    shown_by_copies: every item of which a flag sends such a copy has this flag too.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    aim: FlagAim = FlagAim.BALANCE
    phrases: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    needs: str = ""
    unless: tuple[str, ...] = ()
    copy_to: str = ""
    shown_by_copies: bool = False


class FlagCatalogue(Section):
    """Every flag of the council."""

    flag: tuple[FlagKind, ...] = ()

    @field_validator("flag")
    @classmethod
    def _codes_differ(cls, flags: tuple[FlagKind, ...]) -> tuple[FlagKind, ...]:
        codes = [f.code for f in flags]
        twice = sorted(repeated(codes))
        if twice:
            raise ValueError(f"two flags have the code {', '.join(twice)}; remove one")
        lost = sorted({f.needs for f in flags} - {"", *codes})
        if lost:
            raise ValueError(f"a flag needs {', '.join(lost)}, which is no flag; correct it")
        return flags


def load_flags(path: Path) -> FlagCatalogue:
    """Read flags.toml. Raises Misconfigured naming file, key and remedy."""
    return load_section(path, FlagCatalogue)
