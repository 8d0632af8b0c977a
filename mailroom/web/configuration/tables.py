"""The council's settings as tables, each part from its files as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from mailroom.config.api import load_api
from mailroom.config.costs import load_costs
from mailroom.config.customers import load_customers_config
from mailroom.config.letter_templates import load_letter_templates
from mailroom.config.mailroom import MailroomConfig
from mailroom.config.outgoing import load_outgoing
from mailroom.config.postage import load_postage
from mailroom.config.reading import ReadingConfig
from mailroom.config.retention import load_retention
from mailroom.config.roles import load_roles
from mailroom.config.routing import Override, RoutingConfig
from mailroom.config.section import load_section
from mailroom.config.services import ServiceCatalogue, load_services
from mailroom.config.training import load_training


@dataclass(frozen=True, slots=True)
class Cell:
    """Words in a table. to: an address they lead to. about: words for screen readers that a link needs."""

    words: str
    to: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """rows: their first cell is the row's heading."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def _table(caption: str, headings: str, rows: Iterable[Iterable[object]], note: str = "") -> Table:
    made = tuple(tuple(c if isinstance(c, Cell) else Cell(_words(c)) for c in row) for row in rows)
    return Table(caption, tuple(headings.split("|")), made, note)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(sorted(map(str, value)) if isinstance(value, frozenset) else map(str, value)) or "none"
    return str(value)


def _percent(share: float) -> str:
    return f"{share * 100:g}%"


def routing_of(site: Path) -> RoutingConfig:
    """As the file is this moment."""
    return load_section(site / "config" / "routing.toml", RoutingConfig)


def services(site: Path) -> Iterable[Table]:
    routing, known = routing_of(site), load_services(site / "classifiers")
    change = Cell("Change", "services/all/", "the working days of all services")
    emails = routing.email_days or routing.default_days
    standing = (("Letters", f"{routing.default_days} working days", change), ("Emails", f"{emails} working days", ""))
    yield _table(
        "For all services",
        "Post|Answered within|",
        standing,
        "These count for services that have no days of their own.",
    )
    rows = [
        (
            known.name(code),
            routing.teams[route.team].name,
            route.days or "As for all",
            _percent(route.threshold) if route.threshold else "As trained",
            route.needs_customer,
            "Attached" if route.attach else "Link only",
            Cell("Change", f"services/{code}/", known.name(code)),
        )
        for code, route in sorted(routing.services.items(), key=lambda pair: known.name(pair[0]))
    ]
    yield _table("Each service", "Service|Team|Working days|How sure|Needs a customer|Letter in email|", rows)


def teams(site: Path) -> Iterable[Table]:
    routing = routing_of(site)
    rows = [(t.name, t.inbox, Cell("Change", f"teams/{code}/", t.name)) for code, t in routing.teams.items()]
    yield _table("", "Team|Inbox|", rows, f"Inboxes may be at {_words(routing.allowed_domains)} only.")


def routing(site: Path) -> Iterable[Table]:
    routing, known = routing_of(site), load_services(site / "classifiers")
    names = {flag.code: flag.name for flag in known.flags}
    for caption, changes in (
        ("What a flag changes", routing.flags),
        ("What a type of document changes", routing.doc_types),
    ):
        rows = [
            (names.get(c, c.replace("_", " ").capitalize()), _effect(o, routing), _clock(o)) for c, o in changes.items()
        ]
        yield _table(caption, "Flag or type|What it changes|Clock set by law", rows)


def _effect(change: Override, routing: RoutingConfig) -> str:
    said = [
        f"goes to {routing.teams[change.team].name}" if change.team else "",
        f"copy to {routing.teams[change.copy_to].name}" if change.copy_to else "",
        f"marked {change.mark}" if change.mark else "",
        "a link only" if not change.attach else "",
        "no copies to others" if not change.copies else "",
        "a person always looks" if change.review else "",
        "does not wait for the customer" if not change.waits_for_customer else "",
        f"priority {change.priority}" if change.priority else "",
    ]
    return ", ".join(filter(None, said)).capitalize() or "Nothing"


def _clock(change: Override) -> str:
    if change.clock is None:
        return ""
    return f"{'One month' if change.clock.one_month else f'{change.clock.days} working days'}. {change.clock.source}"


def templates(site: Path) -> Iterable[Table]:
    rows = []
    for code, template in load_letter_templates(site).items():
        head = template.head
        change = Cell("Look at and change", f"letters/{code}/", head.name)
        rows.append((head.name, _spoken(head.document_class), head.subject, change))
    yield _table("", "Template|Document class|Subject|", rows)


def roles(site: Path) -> Iterable[Table]:
    found = load_roles(site)
    rows = [(role.name, role.sees, role.may) for role in found.roles.values()]
    yield _table("Roles", "Role|Whose items it sees|What it may do", rows)
    yield _keys("Signing in", found.sign_in)
    if found.single_sign_on:
        groups = [(g.group, found.roles[g.role].name, g.services) for g in found.single_sign_on.group]
        yield _table(f"Single sign-on: {found.single_sign_on.name}", "Group|Role|Services", groups)


def thresholds(site: Path) -> Iterable[Table]:
    training, customers = load_training(site / "classifiers" / "training.toml"), load_customers_config(site)
    known, routing = load_services(site / "classifiers"), routing_of(site)
    own = [(known.name(c), _percent(r.threshold)) for c, r in routing.services.items() if r.threshold]
    yield _table("Services with a threshold of their own", "Service|Sent without a person from", own or [("none", "")])
    yield _keys("Sorting: what a mistake costs", training.decision)
    yield _keys("Matching to a customer", customers.matching)
    yield _keys("Reading", load_section(site / "config" / "reading.toml", ReadingConfig).reading)
    yield _keys("The same paper scanned twice", _mailroom(site).near_duplicates)


def costs(site: Path) -> Iterable[Table]:
    costs = load_costs(site)
    prices = [(_spoken(p.line), p.starts, f"{p.pence:g}p", p.source) for p in costs.price]
    yield _table("Prices", "For one|From|Price|Where the number comes from", prices)
    minutes = [(_spoken(m.line), m.starts, f"{m.minutes:g}", m.source) for m in costs.minutes]
    yield _table("Minutes of handling", "For one|From|Minutes|Where the number comes from", minutes)
    contacts = [(_spoken(c.channel), c.starts, f"{c.pence:g}p", c.source) for c in costs.contact]
    yield _table("What a contact costs", "Channel|From|Price|Where the number comes from", contacts)


def postage(site: Path) -> Iterable[Table]:
    postage = load_postage(site)
    classes = [(c.name, f"{c.slowest_days} working days", _spoken(c.gives_proof)) for c in postage.postage_class]
    yield _table("Classes", "Class|There at the latest after|Proof it gives", classes)
    names = {c.code: c.name for c in postage.postage_class}
    rows = [
        (names[p.postage], p.valid_from, _spoken(p.tariff), _spoken(p.zone), _pence(p.pence, p.each_further), p.source)
        for p in postage.price
    ]
    yield _table("Prices", "Class|From|Tariff|Zone|For 1, 2, 3 ... sheets|Where the numbers come from", rows)


def _pence(listed: tuple[int, ...], further: int) -> str:
    return f"{', '.join(f'{p}p' for p in listed)}, each further {further}p"


def retention(site: Path) -> Iterable[Table]:
    yield _keys("Training examples", load_retention(site).training)
    api, outgoing = load_api(site), load_outgoing(site)
    rows = [
        ("Scans in the done folder, once they are safe", f"{_mailroom(site).intake.keep_done_days} days"),
        ("Links to letters in emails work for", f"{outgoing.email.link_days} days"),
        ("Codes printed on letters work for", f"{outgoing.opt_in_days} days"),
        ("Files that systems send by email", f"{api.file_weeks} weeks"),
        ("What a test key sent", f"{api.test_days} days"),
    ]
    yield _table("Other periods", "What|How long", rows)


def _mailroom(site: Path) -> MailroomConfig:
    return load_section(site / "config" / "mailroom.toml", MailroomConfig)


def _keys(caption: str, section: BaseModel) -> Table:
    """A table of a file, key by key."""
    return _table(caption, "Setting|Value", [(_spoken(k), v) for k, v in section.model_dump().items()])


def _spoken(code: str) -> str:
    return code.replace("_", " ").capitalize()


def service_names(site: Path) -> ServiceCatalogue:
    """The services and flags by name."""
    return load_services(site / "classifiers")
