"""What may be changed in the browser: one form a thing, each field a key of a file of the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailroom.config.routing import RoutingConfig
from mailroom.config.services import ServiceCatalogue
from mailroom.values.email_address import is_email_address
from mailroom.web.configuration.machines import Key, Value

ROUTING = "config/routing.toml"


class Kind(StrEnum):
    """What a field holds."""

    WORDS = "words"
    EMAIL = "email"
    DAYS = "days"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Asked:
    """One field. unless: what holds when it is left empty; '' where it may not be. domains: those of an address."""

    name: str
    key: Key
    label: str
    kind: Kind
    now: Value
    hint: str = ""
    unless: str = ""
    domains: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The value as the field shows it."""
        if self.now is None or (self.kind is Kind.PERCENT and not self.now):
            return ""
        return f"{float(self.now) * 100:g}" if self.kind is Kind.PERCENT else str(self.now)

    def read(self, text: str) -> Value:
        """What was typed as the file's value. Raises ValueError with words for the person."""
        text = text.strip()
        if not text and self.unless:
            return None
        value = _READ[self.kind](text)
        if self.domains and str(value).rpartition("@")[2].lower() not in self.domains:
            raise ValueError(f"The address must end in {_ends(self.domains)}")
        return value


@dataclass(frozen=True, slots=True)
class Form:
    """What is changed at once: a team, a service, or what holds for all."""

    title: str
    file: str
    fields: tuple[Asked, ...]
    back: str


def form_of(part: str, thing: str, routing: RoutingConfig, known: ServiceCatalogue) -> Form | None:
    """The form of a thing of the site; None where there is nothing to change."""
    if part == "teams" and thing in routing.teams:
        return _team(thing, routing)
    if part == "services" and thing == "all":
        return _all_services(routing)
    if part == "services" and thing in routing.services:
        return _service(thing, routing, known.name(thing))
    return None


def read_all(form: Form, said: Mapping[str, str]) -> tuple[dict[Key, Value], dict[str, str]]:
    """The values by key, and what is wrong by the field's name."""
    values: dict[Key, Value] = {}
    wrong: dict[str, str] = {}
    for field in form.fields:
        try:
            values[field.key] = field.read(said.get(field.name, ""))
        except ValueError as why:
            wrong[field.name] = str(why)
    return values, wrong


def _team(code: str, routing: RoutingConfig) -> Form:
    team, domains = routing.teams[code], routing.allowed_domains
    fields = (
        Asked(
            "name", ("teams", code, "name"), "Name of the team", Kind.WORDS, team.name, "As people read it in emails"
        ),
        Asked(
            "inbox",
            ("teams", code, "inbox"),
            "Inbox",
            Kind.EMAIL,
            team.inbox,
            f"It must end in {_ends(domains)}",
            domains=domains,
        ),
    )
    return Form(team.name, ROUTING, fields, "teams")


def _service(code: str, routing: RoutingConfig, name: str) -> Form:
    route = routing.services[code]
    emails = routing.email_days or routing.default_days
    days = f"Empty: as for all services, {routing.default_days} for letters and {emails} for emails"
    sure = "Its post goes to the team without a person from this probability. Empty: what training found best"
    fields = (
        Asked("days", ("services", code, "days"), "Working days to answer", Kind.DAYS, route.days, days, days),
        Asked(
            "sure", ("services", code, "threshold"), "How sure, in percent", Kind.PERCENT, route.threshold, sure, sure
        ),
    )
    return Form(name, ROUTING, fields, "services")


def _all_services(routing: RoutingConfig) -> Form:
    as_letters = "Empty: the same as for letters"
    fields = (
        Asked("days", ("default_days",), "Working days to answer a letter", Kind.DAYS, routing.default_days),
        Asked(
            "email_days", ("email_days",), "Working days to answer an email", Kind.DAYS, routing.email_days, as_letters,
            as_letters,
        ),
    )  # fmt: skip
    return Form("All services", ROUTING, fields, "services")


def _ends(domains: tuple[str, ...]) -> str:
    return " or ".join(f"@{domain}" for domain in domains)


def _words(text: str) -> str:
    if not text:
        raise ValueError("Enter a name")
    if len(text) > 100 or not text.isprintable():
        raise ValueError("The name must be one line of 100 characters or fewer")
    return text


def _email(text: str) -> str:
    if not is_email_address(text):
        raise ValueError("Enter an email address, like name@example.org")
    return text


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 366:
        raise ValueError("Enter the working days as a whole number from 1 to 366")
    return int(text)


def _percent(text: str) -> float:
    text = text.removesuffix("%").strip()
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text) or not 50 <= float(text) <= 100:
        raise ValueError("Enter a percentage from 50 to 100, like 92 or 97.5")
    return round(float(text) / 100, 4)


_READ: dict[Kind, Callable[[str], Value]] = {
    Kind.WORDS: _words,
    Kind.EMAIL: _email,
    Kind.DAYS: _days,
    Kind.PERCENT: _percent,
}
