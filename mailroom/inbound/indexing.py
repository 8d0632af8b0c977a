"""The indexing station: everything on an item's pages that can be looked up or counted, with its place."""

from __future__ import annotations

from mailroom.config.references import ReferenceCatalogue
from mailroom.inbound.addresses_found import find_addresses
from mailroom.inbound.amounts_found import find_amounts
from mailroom.inbound.dates_found import find_dates
from mailroom.inbound.names_found import Language, find_names
from mailroom.inbound.references_found import find_references
from mailroom.values.decisions import ItemPages
from mailroom.values.index_fields import IndexFields

__all__ = ["Language", "index_item"]


def index_item(item: ItemPages, references: ReferenceCatalogue, language: Language) -> IndexFields:
    """The index fields of all pages with words, in order of appearance."""
    pages = [p for p in item.pages if p.words]
    return IndexFields(
        references=tuple(r for p in pages for r in find_references(p, references)),
        names=tuple(n for p in pages for n in find_names(p, language)),
        addresses=tuple(a for p in pages for a in find_addresses(p, references.council)),
        dates=tuple(d for p in pages for d in find_dates(p)),
        amounts=tuple(a for p in pages for a in find_amounts(p)),
    )
