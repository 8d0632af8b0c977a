"""classifiers/references.toml: the council's own references, their shapes and whose they are."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, field_validator

from mailroom.config.section import RegularExpression, Section, load_section, repeated
from mailroom.values.check_digits import CheckDigit


class ReferenceKind(Section):
    """One kind of reference.

    shapes: '#' a digit, '@' a letter, all else itself. pattern: a regular expression the canonical value must match
    whole, '' for none. check: how its last digits follow from the others, '' where they do not. context: words that
    stand near it. alone: confidence, 0 to 1, without any of them.
    """

    type: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    service: str = ""
    shapes: tuple[str, ...] = Field(min_length=1)
    pattern: RegularExpression = ""
    check: CheckDigit = CheckDigit.NONE
    context: tuple[str, ...] = ()
    alone: float = Field(default=0.5, ge=0, le=1)

    @field_validator("shapes")
    @classmethod
    def _shapes_are_shapes(cls, shapes: tuple[str, ...]) -> tuple[str, ...]:
        for shape in shapes:
            if not re.fullmatch(r"[A-Z0-9#@/-]{4,24}", shape) or "#" not in shape:
                raise ValueError(
                    f"'{shape}' is no shape: use capitals, digits, '/', '-', '@' for any letter and '#' for any digit"
                )
        return shapes


class Council(Section):
    """How the council's own address is known. names: lines above it. postcodes: tidy, 'WX1 1AA'."""

    names: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()


class ReferenceCatalogue(Section):
    """Every kind of reference of the council, and how its own address is known."""

    council: Council = Council()
    reference: tuple[ReferenceKind, ...] = ()

    @field_validator("reference")
    @classmethod
    def _types_differ(cls, kinds: tuple[ReferenceKind, ...]) -> tuple[ReferenceKind, ...]:
        twice = sorted(repeated(k.type for k in kinds))
        if twice:
            raise ValueError(f"two references have the type {', '.join(twice)}; give each its own")
        return kinds

    @property
    def services(self) -> dict[str, str]:
        """Type of reference to the service it belongs to."""
        return {k.type: k.service for k in self.reference if k.service}


def load_references(path: Path) -> ReferenceCatalogue:
    """Read references.toml. Raises Misconfigured naming file, key and remedy."""
    return load_section(path, ReferenceCatalogue)
