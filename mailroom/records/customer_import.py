"""Bringing the council's customer file into the records: repeatable, and nothing known is lost by it.

A blank cell means "not known" and erases nothing. An address that changes becomes a previous one, a family name a
former one; references, contact points and consents are only ever added. Rows are worked in batches, each in one
transaction, so a run that is stopped is simply started again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.db import transaction
from django.db.models import Count

from mailroom.config.customers import CustomersConfig
from mailroom.records.customer_batch import CustomerBatch, ImportSummary, add_references
from mailroom.records.customer_file import CustomerRow, RowProblem, read_cells, read_rows
from mailroom.records.models import Customer, FamilyNameShare
from mailroom.values.match_keys import name_key

_BATCH = 1000
"""Rows a transaction; SQLite allows 32,766 values a statement and Django splits below that by itself."""
Progress = Callable[[int], None]
"""Told how many rows are done so far."""
T = TypeVar("T")


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
            CustomerBatch(good, now, summary).save()
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
        add_references(good)


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
