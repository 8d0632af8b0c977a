"""A long list shown page by page: query sets one behind the other, looked through no further than anybody pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

T = TypeVar("T", bound=Model)


@dataclass(frozen=True)
class Listed(Generic[T]):
    """Rows of all parts, those of the first part first."""

    parts: tuple[QuerySet[T], ...]

    def keys(self, most: int) -> list[Any]:
        """The keys of the first rows, in order, at most so many: the database stops looking there."""
        found: list[Any] = []
        for part in self.parts:
            if len(found) < most:
                found += part.values_list("pk", flat=True)[: most - len(found)]
        return found

    def rows(self, keys: Collection[Any]) -> list[T]:
        """The rows with those keys, in the order of the keys."""
        found = {row.pk: row for part in self.parts for row in part.order_by().filter(pk__in=keys)} if keys else {}
        return [found[key] for key in keys if key in found]

    def __iter__(self) -> Iterator[T]:
        """Every row, a few thousand at a time in memory."""
        return chain.from_iterable(part.iterator(chunk_size=2000) for part in self.parts)
