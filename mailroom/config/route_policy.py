"""What routing.toml says of one item, by its service, its kind and its flags; asked by the line and by reviewers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailroom.config.routing import Override, RoutingConfig, ServiceRoute


@dataclass(frozen=True, slots=True)
class Policy:
    """The line of the item's service, and what its flags and document type change, the highest priority first."""

    service: ServiceRoute
    overrides: tuple[Override, ...]

    @property
    def waits_for_customer(self) -> bool:
        """Whether doubt about the customer may hold it back."""
        return all(change.waits_for_customer for change in self.overrides)

    @property
    def attach(self) -> bool:
        """Whether it may travel by email; otherwise it is private: a link only, and people who are named."""
        return self.service.attach and all(change.attach for change in self.overrides)

    @property
    def team(self) -> str:
        """The override of the highest priority that names a team, else the service's."""
        return next((change.team for change in self.overrides if change.team), self.service.team)

    @property
    def marks(self) -> tuple[str, ...]:
        """The most urgent first, each once."""
        return tuple(dict.fromkeys(change.mark for change in self.overrides if change.mark))

    @property
    def priority(self) -> int:
        """The highest there is; 0 for ordinary post."""
        return max((change.priority for change in self.overrides), default=0)


def policy_of(service: str, doc_type: str, flags: Iterable[str], table: RoutingConfig) -> Policy:
    """What the table says of such an item.

    Raises:
        UnknownService: it has no line for the service.
    """
    changes = [table.flags[code] for code in flags if code in table.flags]
    if doc_type in table.doc_types:
        changes.append(table.doc_types[doc_type])
    return Policy(table.route_of(service), tuple(sorted(changes, key=lambda change: -change.priority)))


def copies_of(policy: Policy, team: str, also: Sequence[str], table: RoutingConfig) -> tuple[tuple[str, str], ...]:
    """Teams beside the owner, each with its inbox.

    The service it was taken from, the others it is about (none of a private service's post), and those always told.
    """
    teams = [policy.service.team]
    if policy.service.attach and all(change.copies for change in policy.overrides):
        teams += [table.route_of(code).team for code in also]
    teams += [change.copy_to for change in policy.overrides if change.copy_to]
    return tuple((other, table.teams[other].inbox) for other in dict.fromkeys(teams) if other != team)
