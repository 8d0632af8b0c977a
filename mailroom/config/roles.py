"""config/roles.toml: what each role may do and see, and the limits on signing in."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field

from mailroom.config.section import Section, load_section


class Right(StrEnum):
    """One thing a role may do."""

    TODAY = "today"
    UPLOAD = "upload"
    VALUABLES = "valuables"
    PRINT_RUNS = "print_runs"
    MAILINGS = "mailings"
    APPROVE = "approve"
    REVIEW = "review"
    TEACH = "teach"
    POST = "post"
    ASSIGN = "assign"
    NAME_READERS = "name_readers"
    CUSTOMERS = "customers"
    MERGE = "merge"
    ACCOUNTS = "accounts"
    FIGURES = "figures"


class Sight(StrEnum):
    """Whose items a role sees."""

    SERVICES = "services"
    ALL = "all"
    OUTLINE = "outline"
    NONE = "none"


class Role(Section):
    """A role: its name on screen, whose items it sees, and its rights."""

    name: str
    sees: Sight
    may: frozenset[Right]


class SignIn(Section):
    """Limits on signing in and on sessions; lease_minutes keeps a reviewed item for one person.

    undo_seconds: how long a decided item waits before it leaves, so that the decision can be taken back.
    """

    failures: int = Field(ge=1)
    locked_minutes: int = Field(ge=1)
    session_minutes: int = Field(ge=1)
    session_hours: int = Field(ge=1)
    lease_minutes: int = Field(ge=1)
    undo_seconds: int = Field(default=20, ge=0, le=600)


class RolesConfig(Section):
    """The whole of roles.toml."""

    roles: dict[str, Role]
    sign_in: SignIn


def load_roles(site: Path) -> RolesConfig:
    """Read the site's roles. Raises Misconfigured naming file, key and remedy."""
    return load_section(site / "config" / "roles.toml", RolesConfig)
