"""config/retention.toml: how long things are kept, and what may be learned from."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from mailroom.config.section import Section, load_section


class TrainingConsent(Section):
    """Which decisions may become training examples. Private items never do.

    months: how long an accepted example is used. mask: blot out names, addresses, references, numbers and emails.
    """

    keep: bool
    months: int = Field(ge=1, le=120)
    mask: bool = True
    never_services: frozenset[str] = frozenset()
    never_flags: frozenset[str] = frozenset()


class Retention(Section):
    """The whole of retention.toml."""

    training: TrainingConsent


def load_retention(site: Path) -> Retention:
    """Read the site's retention rules. Raises Misconfigured."""
    return load_section(site / "config" / "retention.toml", Retention)
