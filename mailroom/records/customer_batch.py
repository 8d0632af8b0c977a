"""Some rows of the customer file brought into the records, as plain SQL: a file has a million values to write.

Django's own bulk_create makes an object of every row and takes several times as long.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from mailroom.records.customer_file import AddressCells, CustomerRow, RowProblem
from mailroom.records.models import Consent, ContactPoint, Customer, CustomerAddress, CustomerReference
from mailroom.records.models.customer import name_keys, place_keys
from mailroom.values.confirmed_fact import FactSource
from mailroom.values.match_keys import name_key, plain, reference_key

_UNKNOWN: dict[str, Any] = {
    "title": "", "first_name": "", "middle_names": "", "last_name": "", "former_last_name": "", "date_of_birth": None,
    "nino": "", "vulnerable": False, "preferred_channel": "", "accessible_format": "", "language": "",
    "deceased_date": None,
}  # fmt: skip
"""What a customer is held to be where the file says nothing; in the order the columns are read and written."""
_COLUMNS = ("id", *_UNKNOWN, "name_key", "former_name_key", "updated_at")
_PROBLEMS_KEPT = 1000
_BY_RESIDENTS = frozenset(source.value for source in FactSource)
_BY_CLERKS = (FactSource.ITEM.value, FactSource.CLERK.value)


@dataclass
class ImportSummary:
    """What an import did. problems: the first thousand rows skipped; skipped counts them all.

    kept: addresses that residents told us of, kept although the file still has the one they left. undated: choices of
    email without a day, which are no consent.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    moved: int = 0
    kept: int = 0
    renamed: int = 0
    consents: int = 0
    undated: int = 0
    cases: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    def skip(self, problem: RowProblem) -> None:
        """Count a row that was left out."""
        self.skipped += 1
        if len(self.problems) < _PROBLEMS_KEPT:
            self.problems.append(problem)


def add_references(references: Sequence[tuple[str, str, str]]) -> None:
    """References (customer, type, value) that are not on record yet."""
    columns = ("customer_id", "type", "value", "key", "source")
    _insert(CustomerReference, columns, [(c, t, v, reference_key(v), "import") for c, t, v in references])


def _insert(model: type[Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]], key: str = "") -> None:
    """Insert what is not there yet; with a key, a row that is there takes the new values."""
    if not rows:
        return
    quote = connection.ops.quote_name
    names, places = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    rest = ", ".join(f"{quote(c)} = excluded.{quote(c)}" for c in columns if c != key)
    conflict = f"({quote(key)}) DO UPDATE SET {rest}" if key else "DO NOTHING"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places}) ON CONFLICT {conflict}", rows
        )


@dataclass(slots=True)
class _Address:
    """An address on record, or (pk None) one this batch adds."""

    pk: int | None
    words: str
    postcode: str
    uprn: str
    current: bool
    house: str = ""
    told: bool = False

    def is_at(self, cells: AddressCells) -> bool:
        """The same words and postcode, however they are cut into lines."""
        return self.postcode == cells.postcode and self.words == _words(cells.lines)

    def is_house_of(self, cells: AddressCells) -> bool:
        """The same house, however the street is written."""
        return bool(self.house) and self.postcode == cells.postcode and self.house == place_keys(cells.lines)[0]


def _words(lines: Sequence[str]) -> str:
    return plain(" ".join(lines))


class CustomerBatch:
    """Some rows, with what the records know of the same customers."""

    def __init__(self, rows: Sequence[CustomerRow], now: dt.datetime, summary: ImportSummary) -> None:
        self._rows, self._now, self._summary = rows, now, summary
        ids = [row.id for row in rows]
        known = Customer.objects.filter(pk__in=ids).values_list("pk", *_UNKNOWN)
        self._known: dict[str, tuple[Any, ...]] = {key: tuple(facts) for key, *facts in known}
        self._addresses: dict[str, list[_Address]] = defaultdict(list)
        named = ContactPoint.objects.filter(customer_id__in=[*self._known], kind="email", source__in=_BY_CLERKS)
        self._chose_their_mailbox = set(named.values_list("customer_id", flat=True)) if self._known else set()
        if self._known:
            there = CustomerAddress.objects.filter(customer_id__in=[*self._known])
            columns = ("customer_id", "pk", "lines", "source", "postcode", "uprn", "current", "house")
            for customer, key, lines, source, postcode, uprn, current, house in there.values_list(*columns):
                told = source in _BY_RESIDENTS
                found = _Address(key, _words(lines), postcode, uprn, current=current, house=house, told=told)
                self._addresses[customer].append(found)

    def save(self) -> None:
        """Customers first, then all that hangs on them."""
        _insert(Customer, _COLUMNS, [values for row in self._rows if (values := self._customer(row))], key="id")
        self._save_addresses()
        add_references([(row.id, kind, value) for row in self._rows for kind, value in row.references])
        self._save_contact_points()
        self._verify_emails()
        self._save_consents()

    def _customer(self, row: CustomerRow) -> tuple[Any, ...] | None:
        """The values to write, or None if the row says nothing new."""
        known = self._known.get(row.id)
        if known is None:
            self._summary.created += 1
            return self._values(row.id, {**_UNKNOWN, **row.facts})
        before = dict(zip(_UNKNOWN, known, strict=True))
        former = _former_names(before, str(row.facts["last_name"]), str(row.facts.get("former_last_name", "")))
        after = {**before, **row.facts, "former_last_name": former}
        self._summary.renamed += name_key(after["last_name"]) != name_key(before["last_name"])
        if after == before:
            self._summary.unchanged += 1
            return None
        self._summary.updated += 1
        return self._values(row.id, after)

    def _values(self, key: str, facts: dict[str, Any]) -> tuple[Any, ...]:
        """In the order of _COLUMNS, as the database wants them."""
        day = connection.ops.adapt_datefield_value
        facts["date_of_birth"], facts["deceased_date"] = day(facts["date_of_birth"]), day(facts["deceased_date"])
        sounds = name_keys(facts["last_name"], facts["former_last_name"])
        return (key, *(facts[name] for name in _UNKNOWN), *sounds, _moment(self._now))

    def _save_addresses(self) -> None:
        new: list[tuple[Any, ...]] = []
        turned: dict[int, tuple[Any, ...]] = {}
        for row in self._rows:
            known = self._addresses[row.id]
            if row.address and _is_left_behind(known, row.address):
                self._summary.kept += 1
            elif row.address and not self._confirm(known, row.address, turned):
                self._summary.moved += bool(known)
                new.append(_new_address(row.id, row.address, current=True))
                known.append(_Address(None, _words(row.address.lines), row.address.postcode, "", current=True))
            if row.previous and not any(a.is_at(row.previous) for a in known):
                new.append(_new_address(row.id, row.previous, current=False))
        table, quote = CustomerAddress._meta.db_table, connection.ops.quote_name
        with connection.cursor() as cursor:
            if turned:
                cursor.executemany(
                    f"UPDATE {quote(table)} SET {quote('current')} = %s, uprn = %s WHERE id = %s", [*turned.values()]
                )
        _insert(CustomerAddress, _ADDRESS_COLUMNS, new)

    @staticmethod
    def _confirm(known: list[_Address], said: AddressCells, turned: dict[int, tuple[Any, ...]]) -> bool:
        """Make the address the current one and the others previous ones; whether it was on record."""
        found = False
        for address in known:
            here = address.is_at(said)
            found = found or here
            if address.current != here or (here and said.uprn and address.uprn != said.uprn):
                address.current = here
                address.uprn = said.uprn if here and said.uprn else address.uprn
                if address.pk is not None:
                    turned[address.pk] = (address.current, address.uprn, address.pk)
        return found

    def _save_contact_points(self) -> None:
        points: list[tuple[Any, ...]] = []
        for row in self._rows:
            if row.email:
                proven = row.email_verified and row.id not in self._chose_their_mailbox
                verified = _moment(self._now) if proven else None
                points.append((row.id, "email", row.email[:200], verified, "import", 0, False))
            if row.phone:
                points.append((row.id, "phone", row.phone[:200], None, "import", 0, False))
        _insert(ContactPoint, ("customer_id", "kind", "value", "verified_at", "source", "bounces", "dead"), points)

    def _verify_emails(self) -> None:
        """An address on record that the file calls verified, and we did not, is verified.

        Not where the customer named the mailbox themselves: the file may still have the one they left.
        """
        theirs = self._known.keys() - self._chose_their_mailbox
        verified = {(row.id, row.email) for row in self._rows if row.email_verified and row.id in theirs}
        points = ContactPoint.objects.filter(
            kind="email", verified_at=None, customer_id__in={customer for customer, _ in verified}
        )
        proven = [p.pk for p in points if (p.customer_id, p.value) in verified]
        ContactPoint.objects.filter(pk__in=proven).update(verified_at=self._now)

    def _save_consents(self) -> None:
        """One row for each choice the file states; the same choice of the same day is never added again."""
        have = set()
        if self._known:
            kept = Consent.objects.filter(source="import", customer_id__in=[*self._known])
            have = set(kept.values_list("customer_id", "source_key"))
        self._summary.undated += sum(_is_undated_email(row) for row in self._rows)
        wanted = [c for row in self._rows for c in _consents(row, self._now)]
        added = [c for c in wanted if (c[0], c[-1]) not in have]
        self._summary.consents += len(added)
        columns = ("customer_id", "choice", "given_at", "document_class", "source", "confirmed_by", "source_key")
        _insert(Consent, columns, added)


def _is_left_behind(known: Sequence[_Address], said: AddressCells) -> bool:
    """Whether the file still has an address that the resident told us they left.

    A back office may be weeks behind; its file must not send letters to strangers again. A third address is news.
    """
    lives_where_told = any(a.current and a.told and not (a.is_at(said) or a.is_house_of(said)) for a in known)
    return lives_where_told and any(not a.current and (a.is_at(said) or a.is_house_of(said)) for a in known)


def _former_names(known: dict[str, Any], last_name: str, former: str) -> str:
    """Every name they had, newest first, with '; ' between: what the file says, what was current, what was kept."""
    if not (former or known["former_last_name"]) and last_name == known["last_name"]:
        return ""
    names = [*([former] if former else []), known["last_name"], *known["former_last_name"].split("; ")]
    kept = {name_key(n): n for n in reversed(names) if n and name_key(n) != name_key(last_name)}
    return "; ".join(reversed(kept.values()))[:120]


_ADDRESS_COLUMNS = (
    "customer_id", "lines", "postcode", "uprn", "house", "street_key", "current", "gone_away", "source",
)  # fmt: skip


def _new_address(customer_id: str, cells: AddressCells, current: bool) -> tuple[Any, ...]:
    lines = connection.ops.adapt_json_value([*cells.lines], None)
    return (customer_id, lines, cells.postcode, cells.uprn, *place_keys(cells.lines), current, False, "import")


def _is_undated_email(row: CustomerRow) -> bool:
    return row.facts.get("preferred_channel") == "email" and row.consent_date is None


def _consents(row: CustomerRow, now: dt.datetime) -> Iterator[tuple[str, ...]]:
    """A choice of email without its day is no consent; what keeps people on paper counts from today."""
    channel = None if _is_undated_email(row) else row.facts.get("preferred_channel")
    choices = [channel, row.facts.get("accessible_format")]
    if row.facts.get("language") == "cy":
        choices.append("welsh")
    on = row.consent_date
    for choice in choices:
        if choice:
            given = _midnight(on) if on else now
            key = f"{choice}@{on.isoformat() if on else ''}"
            yield (row.id, str(choice)[:20], _moment(given), "", "import", "", key)


@lru_cache(maxsize=1024)
def _moment(at: dt.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


@lru_cache(maxsize=4096)
def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(0)))
