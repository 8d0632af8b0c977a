"""config/routing.toml: which team gets what, by when, and what may travel by email."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import Field, field_validator, model_validator

from mailroom.config.fresh import Fresh
from mailroom.config.section import EmailAddress, Section, load_section
from mailroom.errors import Misconfigured


class UnknownService(Misconfigured):
    """An item was sorted to a service that routing.toml does not know."""


class Team(Section):
    """A team and its inbox."""

    name: str = Field(min_length=1)
    inbox: EmailAddress


class ServiceRoute(Section):
    """Where a service's post goes. days: working days to answer. needs_customer: review when nobody is found.

    threshold: the least probability at which this service's post goes without a person; 0 leaves it to the classifier.
    """

    team: str
    days: int | None = Field(default=None, ge=1)
    needs_customer: bool = True
    attach: bool = True
    threshold: float = Field(default=0.0, ge=0, le=1)


class Clock(Section):
    """A statutory clock that overrides the service level: working days, or one calendar month. source: the law.

    instead_of: the flag whose clock does not run where this one does, as stage 2 of a complaint has its own 20 days.
    """

    days: int | None = Field(default=None, ge=1)
    one_month: bool = False
    instead_of: str = ""
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one_of_them(self) -> Clock:
        if (self.days is None) == (not self.one_month):
            raise ValueError("give either days or one_month = true")
        return self


class Override(Section):
    """What a flag or a document type changes.

    team: goes there instead. mark: put in front of the subject. review: a person always looks first.
    waits_for_customer: False sends it even when the customer is in doubt or unknown, because time matters more.
    copies: False keeps it from the other services it mentions. copy_to: a team that always gets a copy.
    """

    team: str = ""
    mark: str = Field(default="", pattern=r"^[A-Z ]*$")
    priority: int = 0
    attach: bool = True
    review: bool = False
    waits_for_customer: bool = True
    copies: bool = True
    copy_to: str = ""
    clock: Clock | None = None


class RoutingConfig(Section):
    """The whole of routing.toml. default_days: working days to answer; email_days: for what came by email."""

    default_days: int = Field(default=10, ge=1)
    email_days: int | None = Field(default=None, ge=1)
    allowed_domains: tuple[str, ...] = Field(min_length=1)
    teams: dict[str, Team]
    services: dict[str, ServiceRoute]
    flags: dict[str, Override] = {}
    doc_types: dict[str, Override] = {}

    @field_validator("allowed_domains")
    @classmethod
    def _lower_case(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(domain.lower() for domain in domains)

    @model_validator(mode="after")
    def _teams_are_known(self) -> RoutingConfig:
        named = [(f"services.{code}.team", route.team) for code, route in self.services.items()]
        for table, overrides in (("flags", self.flags), ("doc_types", self.doc_types)):
            for code, change in overrides.items():
                named += [(f"{table}.{code}.team", change.team), (f"{table}.{code}.copy_to", change.copy_to)]
        for key, team in named:
            if team and team not in self.teams:
                raise ValueError(f"{key} '{team}' is not in [teams]; add [teams.{team}] with its name and inbox")
        return self

    @model_validator(mode="after")
    def _clocks_replaced_are_known(self) -> RoutingConfig:
        for code, change in self.flags.items():
            other = change.clock.instead_of if change.clock else ""
            if other and not (other in self.flags and self.flags[other].clock):
                raise ValueError(f"flags.{code}.clock.instead_of '{other}' is no flag with a clock; correct it")
        return self

    @model_validator(mode="after")
    def _inboxes_are_ours(self) -> RoutingConfig:
        for code, team in self.teams.items():
            domain = team.inbox.rpartition("@")[2].lower()
            if domain not in self.allowed_domains:
                raise ValueError(
                    f"teams.{code}.inbox is at {domain}, which is not in allowed_domains; correct the inbox or allow it"
                )
        return self

    @property
    def flags_with_a_clock(self) -> tuple[str, ...]:
        """The flags that decide by when an item must be answered, in the table's order."""
        return tuple(code for code, change in self.flags.items() if change.clock)

    def days_to_answer(self, service: str, by_email: bool) -> int:
        """The service level in working days: a service's own, else that of emails or of letters."""
        standing = self.email_days if by_email and self.email_days else self.default_days
        return self.route_of(service).days or standing

    def route_of(self, service: str) -> ServiceRoute:
        """Where a service's post goes.

        Raises:
            UnknownService: naming the key to add.
        """
        try:
            return self.services[service]
        except KeyError:
            raise UnknownService(
                f"config/routing.toml: 'services.{service}' is missing. Add [services.{service}] with its team."
            ) from None

    def check_services(self, codes: Iterable[str]) -> None:
        """Every service the classifier can name has a route. Raises UnknownService for the first that has none."""
        for code in codes:
            self.route_of(code)


def fresh_routing(site: Path, codes: Iterable[str] = ()) -> Fresh[RoutingConfig]:
    """routing.toml as it is whenever asked. codes: services that need a route. Raises Misconfigured."""
    path, needed = site / "config" / "routing.toml", tuple(codes)

    def load() -> RoutingConfig:
        found = load_section(path, RoutingConfig)
        found.check_services(needed)
        return found

    return Fresh(load, lambda: (path,))
