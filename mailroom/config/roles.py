"""config/roles.toml: what each role may do and see, and the limits on signing in."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from pathlib import Path

from pydantic import Field, model_validator

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
    CONFIGURE = "configure"
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


class Granted(Section):
    """What being in one group of the provider gives: a role, and its services."""

    group: str
    role: str
    services: tuple[str, ...] = ()


class SingleSignOn(Section):
    """The council's own staff accounts, by OpenID Connect. The client secret is in MAILROOM_OIDC_SECRET.

    name: on the button. issuer, authorize, token, userinfo, keys: from the provider's discovery document.
    sign_out: the same document's end_session_endpoint; '' offers nobody to sign out there too.
    account_claim: the claim shown as the account's name. groups_claim: the claim that lists a person's groups.
    asks_second_factor: the provider asks for it, so it is not asked for again here.
    """

    name: str
    issuer: str
    authorize: str
    token: str
    userinfo: str
    keys: str
    client_id: str
    sign_out: str = ""
    scopes: str = "openid profile email"
    account_claim: str = "preferred_username"
    groups_claim: str = "groups"
    asks_second_factor: bool = True
    group: tuple[Granted, ...] = Field(min_length=1)

    def granted(self, groups: Collection[str]) -> Granted | None:
        """What the first of the listed groups gives that the person is in."""
        return next((g for g in self.group if g.group in groups), None)


class RolesConfig(Section):
    """The whole of roles.toml."""

    roles: dict[str, Role]
    sign_in: SignIn
    single_sign_on: SingleSignOn | None = None

    @model_validator(mode="after")
    def _roles_exist(self) -> RolesConfig:
        granted = self.single_sign_on.group if self.single_sign_on else ()
        strange = sorted({g.role for g in granted} - set(self.roles))
        if strange:
            raise ValueError(f"single_sign_on.group names no such role: {', '.join(strange)}; add it to [roles]")
        return self


def load_roles(site: Path) -> RolesConfig:
    """Read the site's roles. Raises Misconfigured naming file, key and remedy."""
    return load_section(site / "config" / "roles.toml", RolesConfig)
