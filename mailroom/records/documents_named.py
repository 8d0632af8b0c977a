"""The documents that records name: every key of the store that stands in the records, and in whose place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet

from mailroom.records.models import (
    ApiFile,
    ApiNotification,
    Attachment,
    Batch,
    DraftCheck,
    Event,
    Item,
    Letter,
    Mailing,
    Page,
    PrintRun,
    Valuable,
)

_AT_ONCE = 2000
_Found = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A key of the store, and whose document it is: 'item B000012-03: its filing copy'."""

    key: str
    owner: str


def are_up_to_date(using: str = "default") -> bool:
    """Whether the records are of this release, so that it knows where in them documents are named."""
    migrations = MigrationExecutor(connections[using])
    return not migrations.migration_plan(migrations.loader.graph.leaf_nodes())


def documents_named(using: str = "default") -> Iterator[NamedDocument]:
    """Every document that the records name; one that several name comes several times."""
    for rows, columns, named in _PLACES:
        # Only the columns that are looked at: the text of a letter is none of them.
        for row in rows.using(using).order_by("pk").only(*columns).iterator(_AT_ONCE):
            yield from (NamedDocument(key, owner) for key, owner in named(row) if key)


def _batch(row: Batch) -> _Found:
    return [(row.original, f"batch {row.number}: its original")]


def _page(row: Page) -> _Found:
    of = f"batch {Batch(pk=row.batch_id).number}, page {row.number}"
    return [(row.reading, f"{of}: what was read"), (row.as_read, f"{of}: what the machine read")]


def _item(row: Item) -> _Found:
    return [(row.filed_as, f"item {row.number}: its filing copy")]


def _email(row: Event) -> _Found:
    return [(str(row.details["email"]), f"batch {Batch(pk=int(row.subject_key)).number}: the email it came by")]


def _valuable(row: Valuable) -> _Found:
    return [(row.photo, f"valuable {row.number}: the picture of its receipt")]


def _mailing(row: Mailing) -> _Found:
    return [(row.original, f"mailing {row.number}: its file"), (row.repaired, f"mailing {row.number}: its mended file")]


def _attachment(row: Attachment) -> _Found:
    return [(row.document, f"mailing {Mailing(pk=row.mailing_id).number}: attachment {row.position}")]


def _draft(row: DraftCheck) -> _Found:
    of = f"file {row.pk} looked at before it is handed in"
    return [
        (row.file, of),
        (row.came_as, f"{of}: as it came"),
        (row.files, f"{of}: the list of its attachments"),
        (row.rows, f"{of}: its rows"),
    ]


def _letter(row: Letter) -> _Found:
    return [(row.document, f"letter {row.number}: its PDF")]


def _print_run(row: PrintRun) -> _Found:
    return [(key, f"print run {row.number}: {name}") for name, key in row.outputs.items()]


def _notification(row: ApiNotification) -> _Found:
    return [(row.document, f"test letter {row.key} of the interface")]


def _file(row: ApiFile) -> _Found:
    return [(row.stored_as, f"file {row.key} sent by email")]


_PLACES: tuple[tuple[QuerySet[Any], tuple[str, ...], Callable[[Any], _Found]], ...] = (
    (Batch.objects.all(), ("original",), _batch),
    (Page.objects.all(), ("batch_id", "number", "reading", "as_read"), _page),
    (Item.objects.all(), ("batch_id", "position", "filed_as"), _item),
    (Event.objects.filter(kind="batch.came_by_email"), ("subject_key", "details"), _email),
    (Valuable.objects.exclude(photo=""), ("photo",), _valuable),
    (Mailing.objects.all(), ("original", "repaired"), _mailing),
    (Attachment.objects.all(), ("mailing_id", "position", "document"), _attachment),
    (DraftCheck.objects.all(), ("file", "came_as", "files", "rows"), _draft),
    (Letter.objects.exclude(document=""), ("document",), _letter),
    (PrintRun.objects.all(), ("outputs",), _print_run),
    (ApiNotification.objects.exclude(document=""), ("key", "document"), _notification),
    (ApiFile.objects.all(), ("key", "stored_as"), _file),
)
