"""The parts of the configuration: what each is about, its files, and the tables it is shown as."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mailroom.web.configuration import tables
from mailroom.web.configuration.tables import Table


@dataclass(frozen=True, slots=True)
class Part:
    """One page of settings. files: where they are kept. at_once: changed here, and in force in a second."""

    code: str
    name: str
    about: str
    files: tuple[str, ...]
    tables: Callable[[Path], Iterable[Table]]
    at_once: bool = False


PARTS = (
    Part(
        "services",
        "Services",
        "Working days to answer, and how sure sorting must be",
        ("config/routing.toml",),
        tables.services,
        True,
    ),
    Part("teams", "Teams", "Their names and inboxes", ("config/routing.toml",), tables.teams, True),
    Part("routing", "Routing", "What flags and types of documents change", ("config/routing.toml",), tables.routing),
    Part(
        "templates",
        "Letter templates",
        "Their words, with preview and reading age",
        ("templates/letters/",),
        tables.templates,
        True,
    ),
    Part("roles", "Roles", "What each role sees and may do", ("config/roles.toml",), tables.roles),
    Part(
        "thresholds",
        "Thresholds",
        "From where on the mailroom decides without a person",
        (
            "config/routing.toml",
            "config/customers.toml",
            "config/reading.toml",
            "config/mailroom.toml",
            "classifiers/training.toml",
        ),
        tables.thresholds,
    ),
    Part("costs", "Costs", "Prices and minutes behind the figures of savings", ("config/costs.toml",), tables.costs),
    Part("postage", "Postage", "Classes and price tables", ("config/postage.toml",), tables.postage),
    Part(
        "retention",
        "Retention",
        "How long things are kept, and what may be learned from",
        ("config/retention.toml", "config/mailroom.toml", "config/outgoing.toml", "config/api.toml"),
        tables.retention,
    ),
)


def part_of(code: str) -> Part | None:
    """The part of that code."""
    return next((p for p in PARTS if p.code == code), None)
