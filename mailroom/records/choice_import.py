"""Bringing in choices that were made elsewhere, from a CSV: checked whole, only ever added, safe to repeat."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from mailroom.errors import Reject
from mailroom.records.models import Consent, Customer, Event
from mailroom.values.channel import LetterFormat

COLUMNS = ("customer_id", "choice", "document_class", "given_on", "source")
CHOICES = frozenset({"email", "post", "stop", *(f.value for f in LetterFormat)})


class UnreadableChoices(Reject):
    """The file is no CSV with the columns customer_id, choice, document_class, given_on and source."""


@dataclass
class ChoicesBroughtIn:
    """problems: (line, what is wrong); when there is one, nothing was added."""

    rows: int = 0
    added: int = 0
    known: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


def import_choices(path: Path, today: dt.date, classes: frozenset[str], actor: str) -> ChoicesBroughtIn:
    """Check every row, then add those that are news. Raises UnreadableChoices."""
    rows = list(_rows(path))
    done = ChoicesBroughtIn(rows=len(rows))
    numbers = {cells["customer_id"] for _, cells in rows}
    known = set(Customer.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    done.problems = [(line, p) for line, cells in rows if (p := _problem(cells, known, today, classes))]
    if done.problems:
        return done
    with transaction.atomic():
        for _, cells in rows:
            fresh = _add(cells, actor)
            done.added += fresh
            done.known += not fresh
    return done


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
            if missing:
                raise UnreadableChoices(f"{path.name} has no column {', '.join(missing)}. Add it.")
            for cells in reader:
                yield reader.line_num, {c: (cells[c] or "").strip() for c in COLUMNS}
    except (UnicodeDecodeError, csv.Error, OSError) as broken:
        raise UnreadableChoices(f"{path.name} cannot be read as CSV ({type(broken).__name__}).") from broken


def _problem(cells: Mapping[str, str], known: set[str], today: dt.date, classes: frozenset[str]) -> str:
    if cells["customer_id"] not in known:
        return "customer_id is no customer on record"
    if cells["choice"] not in CHOICES:
        return f"choice is none of {', '.join(sorted(CHOICES))}"
    if cells["document_class"] and cells["document_class"] not in classes:
        return "document_class is none of config/document_classes.toml; leave it empty for every class"
    if not cells["source"]:
        return "source is empty: a choice counts only with where it comes from"
    try:
        given = dt.date.fromisoformat(cells["given_on"])
    except ValueError:
        return "given_on is not a date in the form 2026-11-24"
    return "given_on lies in the future" if given > today else ""


def _add(cells: Mapping[str, str], actor: str) -> bool:
    at = timezone.make_aware(dt.datetime.combine(dt.date.fromisoformat(cells["given_on"]), dt.time(12)))
    consent, fresh = Consent.objects.get_or_create(
        customer_id=cells["customer_id"],
        choice=cells["choice"],
        document_class=cells["document_class"],
        given_at=at,
        source=cells["source"][:60],
        defaults={"confirmed_by": actor},
    )
    if fresh:
        Event.record("customer.choice_imported", consent.customer, actor=actor, choice=consent.choice)
    return fresh
