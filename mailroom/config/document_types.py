"""classifiers/document_types.toml: the kinds of paper that come in, and the words that show them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from mailroom.config.section import Section, load_section, repeated


class DocumentKind(Section):
    """One kind. phrases: words of such papers, whatever they are about; the beginning of a word is enough."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    phrases: tuple[str, ...] = ()


class DocumentKinds(Section):
    """Every kind that has words of its own."""

    kind: tuple[DocumentKind, ...] = ()

    @field_validator("kind")
    @classmethod
    def _codes_differ(cls, kinds: tuple[DocumentKind, ...]) -> tuple[DocumentKind, ...]:
        twice = sorted(repeated(k.code for k in kinds))
        if twice:
            raise ValueError(f"two kinds have the code {', '.join(twice)}; remove one")
        return kinds


def load_document_kinds(path: Path) -> tuple[DocumentKind, ...]:
    """Read document_types.toml; none where the site has no such file.

    Raises:
        Misconfigured: naming file, key and remedy.
    """
    return load_section(path, DocumentKinds).kind if path.exists() else ()
