"""Bringing the council's customer file into the records: repeatable, and nothing known is lost by it.

A blank cell means "not known" and erases nothing. An address that changes becomes a previous one, a family name a
former one; references, contact points and consents are only ever added. Rows are worked in batches, each in one
transaction, so a run that is stopped is simply started again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Count, Model
from django.utils import timezone

from mailroom.config.customers import CustomersConfig
from mailroom.records.customer_file import AddressCells, CustomerRow, RowProblem, read_cells, read_rows
from mailroom.records.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerAddress,
    CustomerReference,
    FamilyNameShare,
)
from mailroom.values.match_keys import name_key, plain, reference_key

_BATCH = 1000
"""Rows a transaction; SQLite allows 32,766 values a statement and Django splits below that by itself."""
_UPDATED = (
    "title", "first_name", "middle_names", "last_name", "former_last_name", "date_of_birth", "nino", "vulnerable",
    "preferred_channel", "accessible_format", "language", "deceased_date", "name_key", "former_name_key", "updated_at",
)  # fmt: skip
_PROBLEMS_KEPT = 1000

Progress = Callable[[int], None]
"""Told how many rows are done so far."""
T = TypeVar("T")
_Cell = str | int | bool | None


@dataclass
class ImportSummary:
    """What an import did. problems: the first thousand rows skipped; skipped counts them all."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    moved: int = 0
    renamed: int = 0
    consents: int = 0
    cases: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    def skip(self, problem: RowProblem) -> None:
        """Count a row that was left out."""
        self.skipped += 1
        if len(self.problems) < _PROBLEMS_KEPT:
            self.problems.append(problem)


def import_customers(
    path: Path, config: CustomersConfig, now: dt.datetime, progress: Progress = lambda _: None
) -> ImportSummary:
    """Read the file and bring every good row in.

    Raises:
        Misconfigured, UnreadableCustomerFile: as read_rows, before anything is changed.
    """
    summary = ImportSummary()
    seen: set[str] = set()
    for batch in _batches(read_rows(path, config), _BATCH):
        good = list(_good_rows(batch, seen, summary, config))
        with transaction.atomic():
            _Batch(good, now, summary).save()
        progress(summary.rows)
    count_family_names()
    return summary


def import_cases(path: Path, config: CustomersConfig, summary: ImportSummary) -> None:
    """Add the case references of a file to the customers they belong to; cases without a customer lead nowhere."""
    columns = config.cases
    wanted = (columns.type, columns.value, columns.customer)
    for batch in _batches(read_cells(path, config, wanted), _BATCH):
        ids = {cells[columns.customer] for _, cells in batch}
        known = set(Customer.objects.filter(pk__in=ids).values_list("pk", flat=True))
        good = []
        for line, cells in batch:
            if cells[columns.customer] in known:
                good.append((cells[columns.customer], cells[columns.type][:40], cells[columns.value][:60]))
            elif cells[columns.customer]:
                summary.skip(RowProblem(line, columns.customer, "is no customer on record"))
        summary.cases += len(good)
        _add_references(good)


def count_family_names() -> None:
    """Count anew how common each family name is; matching trusts rare names more."""
    counts: dict[str, int] = defaultdict(int)
    rows = Customer.objects.filter(merged_into=None).order_by().values_list("last_name").annotate(n=Count("pk"))
    for name, n in rows:
        counts[name_key(name)] += n
    total = sum(counts.values())
    shares = [FamilyNameShare(family=k[:120], share=n / total) for k, n in counts.items() if k]
    FamilyNameShare.objects.bulk_create(
        shares, batch_size=5000, update_conflicts=True, unique_fields=["family"], update_fields=["share"]
    )


def _good_rows(
    batch: Iterable[CustomerRow | RowProblem], seen: set[str], summary: ImportSummary, config: CustomersConfig
) -> Iterator[CustomerRow]:
    for row in batch:
        summary.rows += 1
        if isinstance(row, RowProblem):
            summary.skip(row)
        elif row.id in seen:
            summary.skip(RowProblem(row.line, config.columns.id, "stands in an earlier row already"))
        else:
            seen.add(row.id)
            yield row


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch


def _add_references(references: Sequence[tuple[str, str, str]], source: str = "import") -> None:
    columns = ("customer_id", "type", "value", "key", "source")
    _add(CustomerReference, columns, [(c, t, v, reference_key(v), source) for c, t, v in references])


def _add(model: type[Model], columns: Sequence[str], rows: Sequence[tuple[_Cell, ...]]) -> None:
    """Insert what is not there yet. Plain SQL: bulk_create spends three times as long on so many small rows."""
    quote = connection.ops.quote_name
    names, places = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING", rows
        )


class _Batch:
    """Some rows, with what the records know of the same customers."""

    def __init__(self, rows: Sequence[CustomerRow], now: dt.datetime, summary: ImportSummary) -> None:
        self._rows, self._now, self._summary = rows, now, summary
        ids = [row.id for row in rows]
        self._known = Customer.objects.in_bulk(ids)
        self._addresses: dict[str, list[CustomerAddress]] = defaultdict(list)
        if self._known:
            for address in CustomerAddress.objects.filter(customer_id__in=self._known):
                self._addresses[address.customer_id].append(address)

    def save(self) -> None:
        """Customers first, then all that hangs on them."""
        changed = [customer for row in self._rows if (customer := self._customer(row))]
        Customer.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["id"], update_fields=[*_UPDATED], batch_size=_BATCH
        )
        self._save_addresses()
        _add_references([(row.id, kind, value) for row in self._rows for kind, value in row.references])
        self._save_contact_points()
        self._verify_emails()
        self._save_consents()

    def _customer(self, row: CustomerRow) -> Customer | None:
        """The record to write, or None if the row says nothing new."""
        known = self._known.get(row.id)
        if known is None:
            self._summary.created += 1
            return Customer(pk=row.id, updated_at=self._now, **row.facts).with_keys()
        facts = dict(row.facts)
        former = _former_names(known, str(facts["last_name"]), str(facts.pop("former_last_name", "")))
        if former != known.former_last_name:
            facts["former_last_name"] = former
        self._summary.renamed += name_key(str(facts["last_name"])) != name_key(known.last_name)
        if all(getattr(known, name) == value for name, value in facts.items()):
            self._summary.unchanged += 1
            return None
        self._summary.updated += 1
        for name, value in facts.items():
            setattr(known, name, value)
        known.updated_at = self._now
        return known.with_keys()

    def _save_addresses(self) -> None:
        new: list[CustomerAddress] = []
        turned: list[CustomerAddress] = []
        for row in self._rows:
            known = self._addresses[row.id]
            if row.address and not self._confirm(known, row.address, turned):
                self._summary.moved += bool(known)
                new.append(_address(row.id, row.address, current=True))
                known.append(new[-1])
            if row.previous and not any(_same_place(a, row.previous) for a in known):
                new.append(_address(row.id, row.previous, current=False))
        CustomerAddress.objects.bulk_update(turned, ["current", "uprn"], batch_size=_BATCH)
        CustomerAddress.objects.bulk_create(new)

    @staticmethod
    def _confirm(known: list[CustomerAddress], said: AddressCells, turned: list[CustomerAddress]) -> bool:
        """Make the address the current one and the others previous ones; whether it was on record."""
        found = False
        for address in known:
            here = _same_place(address, said)
            found = found or here
            if address.current != here or (here and said.uprn and address.uprn != said.uprn):
                address.current = here
                address.uprn = said.uprn if here and said.uprn else address.uprn
                turned.append(address)
        return found

    def _save_contact_points(self) -> None:
        points: list[tuple[_Cell, ...]] = []
        for row in self._rows:
            if row.email:
                verified = connection.ops.adapt_datetimefield_value(self._now) if row.email_verified else None
                points.append((row.id, "email", row.email[:200], verified, "import", 0, False))
            if row.phone:
                points.append((row.id, "phone", row.phone[:200], None, "import", 0, False))
        _add(ContactPoint, ("customer_id", "kind", "value", "verified_at", "source", "bounces", "dead"), points)

    def _verify_emails(self) -> None:
        """An address on record that the file calls verified, and we did not, is verified."""
        verified = {(row.id, row.email) for row in self._rows if row.email_verified and row.id in self._known}
        points = ContactPoint.objects.filter(
            kind="email", verified_at=None, customer_id__in={customer for customer, _ in verified}
        )
        proven = [p.pk for p in points if (p.customer_id, p.value) in verified]
        ContactPoint.objects.filter(pk__in=proven).update(verified_at=self._now)

    def _save_consents(self) -> None:
        """One row for each choice the file states; the same choice of the same day is never added again."""
        wanted = [c for row in self._rows for c in _consents(row, self._now)]
        have = set(
            Consent.objects.filter(source="import", customer_id__in=[r.id for r in self._rows]).values_list(
                "customer_id", "source_key"
            )
        )
        added = [c for c in wanted if (c.customer_id, c.source_key) not in have]
        self._summary.consents += len(added)
        Consent.objects.bulk_create(added)


def _former_names(known: Customer, last_name: str, former: str) -> str:
    """Every name they had, newest first, with '; ' between: what the file says, what was current, what was kept."""
    names = [*([former] if former else []), known.last_name, *known.former_last_name.split("; ")]
    kept = {name_key(n): n for n in reversed(names) if n and name_key(n) != name_key(last_name)}
    return "; ".join(reversed(kept.values()))[:120]


def _address(customer_id: str, cells: AddressCells, current: bool) -> CustomerAddress:
    return CustomerAddress(
        customer_id=customer_id, lines=[*cells.lines], postcode=cells.postcode, uprn=cells.uprn, current=current
    ).with_keys()


def _same_place(address: CustomerAddress, cells: AddressCells) -> bool:
    """The same words and postcode, however they are cut into lines."""
    return address.postcode == cells.postcode and plain(" ".join(address.lines)) == plain(" ".join(cells.lines))


def _consents(row: CustomerRow, now: dt.datetime) -> list[Consent]:
    on = row.consent_date
    given = timezone.make_aware(dt.datetime.combine(on, dt.time(0))) if on else now
    choices = [row.facts.get("preferred_channel"), row.facts.get("accessible_format")]
    if row.facts.get("language") == "cy":
        choices.append("welsh")
    return [
        Consent(
            customer_id=row.id,
            choice=str(choice)[:20],
            given_at=given,
            source="import",
            source_key=f"{choice}@{on.isoformat() if on else ''}",
        )
        for choice in choices
        if choice
    ]
