"""The routing station: a decision table from what is known of an item to the team that must answer it.

Each rule that can hold an item back is a named function giving its reason, or ''; a screen can show which one fired.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mailroom.config.routing import Clock, FlagRule, RoutingConfig, ServiceRoute
from mailroom.values.decisions import (
    Classification,
    CustomerMatch,
    Disposition,
    MatchOutcome,
    RoutingDecision,
)
from mailroom.values.page import PageKind, PageReading
from mailroom.values.working_days import add_working_days, one_month_after


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """All the routing station may look at. rescan_of: number of an item this one seems to be a second scan of."""

    classification: Classification
    match: CustomerMatch
    pages: tuple[PageReading, ...]
    received: dt.date
    cut_doubts: tuple[str, ...] = ()
    rescan_of: str = ""
    cut_confidence: float = 1.0


def route(facts: ItemFacts, table: RoutingConfig) -> RoutingDecision:
    """Send when every rule is content; otherwise review with every reason. The team and the date are set either way."""
    sorted_out = facts.classification
    service = table.services[sorted_out.service]
    rules = [table.flags[code] for code in sorted_out.flag_codes if code in table.flags]
    team = _team(service, rules)
    doubts = tuple(filter(None, (rule(facts, service) for rule in HOLDING_RULES)))
    doubts += tuple(f"Flag '{c}' always needs a person." for c in sorted_out.flag_codes if _needs_person(c, table))
    due, because = _due(facts.received, service, rules, table)
    return RoutingDecision(
        disposition=Disposition.REVIEW if doubts else Disposition.SEND,
        service=sorted_out.service,
        team=team,
        inbox=table.teams[team].inbox,
        reasons=doubts or (*sorted_out.reasons, because),
        received=facts.received,
        due=due,
        attach=service.attach and all(rule.attach for rule in rules),
        marks=tuple(dict.fromkeys(rule.mark for rule in rules if rule.mark)),
        copies=_copies(team, sorted_out, rules, table),
        priority=max((rule.priority for rule in rules), default=0),
    )


def has_unread_page(facts: ItemFacts, service: ServiceRoute) -> str:
    """A page nobody could read may hold the one sentence that matters."""
    unread = [p for p in facts.pages if p.kind is PageKind.UNREAD]
    return unread[0].problem if unread else ""


def has_no_text(facts: ItemFacts, service: ServiceRoute) -> str:
    """Nothing to decide on."""
    return "" if any(p.text.strip() for p in facts.pages) else "No words were read on any page. Look at the picture."


def cut_is_in_doubt(facts: ItemFacts, service: ServiceRoute) -> str:
    """The batch may have been cut in the wrong place, so two people's letters may be one item."""
    return "; ".join(facts.cut_doubts)


def service_is_unsure(facts: ItemFacts, service: ServiceRoute) -> str:
    """Never a forced guess."""
    found = facts.classification
    if found.sure:
        return ""
    rival = f" and {found.runner_up}" if found.runner_up else ""
    between = f"unsure between {found.service}{rival}" if rival else f"unsure whether {found.service}"
    return f"{between}, because {'; '.join(found.reasons) or 'nothing on it names a service'}"


def customer_is_in_doubt(facts: ItemFacts, service: ServiceRoute) -> str:
    """Several people could be meant: attaching to the wrong one would show a letter to a stranger."""
    if facts.match.outcome is not MatchOutcome.SEVERAL:
        return ""
    ids = ", ".join(c.customer_id for c in facts.match.candidates[:3])
    return f"Could be about any of customers {ids}: {'; '.join(facts.match.reasons)}"


def customer_is_needed(facts: ItemFacts, service: ServiceRoute) -> str:
    """Some services cannot work without knowing whose account it is."""
    if facts.match.outcome is MatchOutcome.NOBODY and service.needs_customer:
        return f"No customer was found, and {facts.classification.service} needs one: {'; '.join(facts.match.reasons)}"
    return ""


def looks_like_a_rescan(facts: ItemFacts, service: ServiceRoute) -> str:
    """The same paper fed twice would start two clocks."""
    return f"Looks like item {facts.rescan_of} scanned again. Is it the same letter?" if facts.rescan_of else ""


HOLDING_RULES = (
    has_unread_page,
    has_no_text,
    cut_is_in_doubt,
    service_is_unsure,
    customer_is_in_doubt,
    customer_is_needed,
    looks_like_a_rescan,
)


def _needs_person(code: str, table: RoutingConfig) -> bool:
    return code in table.flags and table.flags[code].review


def _team(service: ServiceRoute, rules: list[FlagRule]) -> str:
    """The flag of the highest priority that names a team, else the service's."""
    named = sorted((r for r in rules if r.team), key=lambda r: -r.priority)
    return named[0].team if named else service.team


def _copies(team: str, found: Classification, rules: list[FlagRule], table: RoutingConfig) -> tuple[str, ...]:
    teams = [table.services[code].team for code in found.also if code in table.services]
    teams += [rule.copy_to for rule in rules if rule.copy_to]
    if team != table.services[found.service].team:
        teams.append(table.services[found.service].team)
    return tuple(t for t in dict.fromkeys(teams) if t != team)


def _due(received: dt.date, service: ServiceRoute, rules: list[FlagRule], table: RoutingConfig) -> tuple[dt.date, str]:
    """The earliest of the statutory clocks that run, else the service level."""
    clocks = [rule.clock for rule in rules if rule.clock]
    if clocks:
        due, source = min((_runs_out(received, clock), clock.source) for clock in clocks)
        return due, f"due {due:%-d %B %Y} ({source})"
    days = service.days or table.default_days
    due = add_working_days(received, days)
    return due, f"due {due:%-d %B %Y} ({days} working days from receipt)"


def _runs_out(received: dt.date, clock: Clock) -> dt.date:
    return one_month_after(received) if clock.one_month else add_working_days(received, clock.days or 0)


def due_for(service_code: str, flags: tuple[str, ...], received: dt.date, table: RoutingConfig) -> dt.date:
    """The date to answer by, for a person's decision."""
    rules = [table.flags[code] for code in flags if code in table.flags]
    return _due(received, table.services[service_code], rules, table)[0]
