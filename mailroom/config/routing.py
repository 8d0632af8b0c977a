"""config/routing.toml: which team gets what, by when, and what may travel by email."""

from __future__ import annotations

from pydantic import Field, model_validator

from mailroom.config.section import Section


class Team(Section):
    """A team and its inbox."""

    name: str
    inbox: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


class ServiceRoute(Section):
    """Where a service's post goes. days: working days to answer. needs_customer: review when nobody is found."""

    team: str
    days: int | None = Field(default=None, ge=1)
    needs_customer: bool = True
    attach: bool = True


class Clock(Section):
    """A statutory clock that overrides the service level: working days, or one calendar month."""

    days: int | None = Field(default=None, ge=1)
    one_month: bool = False
    source: str

    @model_validator(mode="after")
    def _one_of_them(self) -> Clock:
        if (self.days is None) == (not self.one_month):
            raise ValueError("give either days or one_month = true")
        return self


class FlagRule(Section):
    """What a flag does to an item. team: goes there instead. mark: put in front of the subject."""

    team: str = ""
    mark: str = ""
    priority: int = 0
    attach: bool = True
    review: bool = False
    clock: Clock | None = None
    copy_to: str = ""


class RoutingConfig(Section):
    """The whole of routing.toml."""

    default_days: int = Field(default=10, ge=1)
    allowed_domains: tuple[str, ...]
    teams: dict[str, Team]
    services: dict[str, ServiceRoute]
    flags: dict[str, FlagRule] = {}

    @model_validator(mode="after")
    def _holds_together(self) -> RoutingConfig:
        for code, route in self.services.items():
            if route.team not in self.teams:
                raise ValueError(f"services.{code}.team '{route.team}' is not in [teams]; add the team with its inbox")
        for code, rule in self.flags.items():
            for team in filter(None, (rule.team, rule.copy_to)):
                if team not in self.teams:
                    raise ValueError(
                        f"flags.{code} names team '{team}', which is not in [teams]; add it with its inbox"
                    )
        for code, team_ in self.teams.items():
            domain = team_.inbox.rpartition("@")[2].lower()
            if domain not in self.allowed_domains:
                raise ValueError(
                    f"teams.{code}.inbox is at {domain}, which is not in allowed_domains; correct the inbox or allow it"
                )
        return self
