"""Full-text search over the items a person may see: words, "phrases" and -exclusions, newest first, page by page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from mailroom.errors import Review
from mailroom.records.models import Item, ItemReference, NamedReader
from mailroom.records.visible_items import Viewer, visible_items, with_flag

A_PAGE = 20
_PART = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')
_WORD = re.compile(r"\w+")
_A_FEW = 900
"""Items looked up one by one; one person's letters and private items are far fewer."""
_MONTHS_NAMED = 24
"""A range of more months than this is left to the dates alone."""
LONGEST_SECONDS = 5
"""What one question may cost PostgreSQL; with a million items the slowest known takes a fifteenth of it."""
_CANCELLED = "57014"
"""PostgreSQL's code for a statement that ran into its time limit."""


class TakesTooLong(Review):
    """The search was stopped so that it holds nobody up; more words or a narrower choice make it quicker."""


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for. words: as typed. The rest narrows it; before: the item id the last page ended at."""

    words: str
    service: str = ""
    flag: str = ""
    customer: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    before: int | None = None


def search_items(viewer: Viewer, wanted: Search) -> list[Item]:
    """Up to A_PAGE + 1 items, the newest first: one more than a page says that there are older ones.

    The filter of visible_items is always applied; the index is only asked for less, never trusted with more.
    Raises TakesTooLong on PostgreSQL after LONGEST_SECONDS.
    """
    with _within_limits():
        return _search(viewer, wanted)


@contextmanager
def _within_limits() -> Iterator[None]:
    """On PostgreSQL: a time limit, room to remember which letters hold two common words side by side (32 MB are the
    places of some 700,000 pages of the table), and no compiling of questions, which takes longer than answering them.
    """
    if connection.vendor != "postgresql":
        yield
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL statement_timeout = '{LONGEST_SECONDS}s'; SET LOCAL work_mem = '32MB'; SET LOCAL jit = off"
            )
            yield
    except OperationalError as why:
        if getattr(why.__cause__, "sqlstate", "") != _CANCELLED:
            raise
        raise TakesTooLong("This search takes too long. Add a word, or narrow it by service or dates.") from why


def _search(viewer: Viewer, wanted: Search) -> list[Item]:
    wanted = replace(wanted, words=wanted.words.replace("\0", " "))
    parts = parse(wanted.words)
    if not any(not p.excluded for p in parts):
        return []
    if wanted.before is None and (known := list(_by_reference(viewer, wanted))):
        return known
    if wanted.customer:
        theirs = list(Item.objects.filter(customer_id=wanted.customer).values_list("pk", flat=True))
        seen = _among(viewer, wanted, parts, theirs)
    else:
        seen = [*_matching(viewer, wanted, parts), *_matching_named(viewer, wanted, parts)]
    return sorted({i.pk: i for i in seen}.values(), key=lambda i: -i.pk)[: A_PAGE + 1]


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or the words of a phrase, to be there or not."""

    words: tuple[str, ...]
    excluded: bool = False


def parse(typed: str) -> list[Part]:
    """The parts of what was typed; anything but letters, digits and quotes separates words."""
    parts = []
    for minus, phrase, word in _PART.findall(typed[:300]):
        words = tuple(_WORD.findall(phrase or word))
        if words:
            parts.append(Part(words, bool(minus)))
    return parts


def _by_reference(viewer: Viewer, wanted: Search) -> QuerySet[Item]:
    """A number typed as it stands on a letter, with or without its spaces."""
    value = re.sub(r"[\s/-]", "", wanted.words).upper()
    if not any(c.isdigit() for c in value):
        return Item.objects.none()
    found = ItemReference.objects.filter(value__in={value, wanted.words.strip()}).values("item")
    return _narrowed(viewer, wanted).filter(pk__in=found)[: A_PAGE + 1]


def _matching(viewer: Viewer, wanted: Search, parts: list[Part]) -> QuerySet[Item]:
    narrowing = [*_scope(wanted)]
    scope = narrowing.copy()
    if viewer.sees == "services":
        scope.append([f"{kind}{_token(code)}" for code in viewer.services for kind in ("svc", "team")])
        scope[-1] += ["svc", "svcnone"]
    items = _narrowed(viewer, wanted)
    few = _few(parts, narrowing, scope)
    return _indexed(items if few is None else items.filter(pk__in=few), parts, scope)[: A_PAGE + 1]


def _few(parts: list[Part], narrowing: list[list[str]], scope: list[list[str]]) -> list[int] | None:
    """The ids of all that can be meant, where they are few; else None. Asked on PostgreSQL only.

    Its planner knows how common the commonest words are and takes every other for a middling one: for a word that
    hardly anybody wrote it goes through the items newest first, all of them. Without an order it asks the index.
    Phrases are looked for by their pairs of neighbours first, because the index of words does not know where in a
    letter they stand; then everything by its words.
    """
    if connection.vendor != "postgresql":
        return None
    wanted = [part for part in parts if not part.excluded]
    words = [Part((word,)) for part in wanted for word in part.words]
    asked = [_indexed(Item.objects.order_by(), words, scope)]
    if phrases := [part for part in wanted if len(part.words) > 1]:
        asked.insert(0, _with_pairs(phrases, narrowing))
    for items in asked:
        ids = list(items.values_list("pk", flat=True)[: _A_FEW + 1])
        if len(ids) <= _A_FEW:
            return ids
    return None


def _with_pairs(phrases: list[Part], narrowing: list[list[str]]) -> QuerySet[Item]:
    """Items that hold every two neighbours of the phrases side by side, though perhaps not the whole phrase."""
    pairs = " || ".join(["mailroom_pairs(to_tsvector('mailroom_words', %s))"] * len(phrases))
    where = [f"mailroom_pairs(records_item.search) @> ({pairs})"]
    params = [" ".join(part.words) for part in phrases]
    if narrowing:
        where.append("records_item.search @@ to_tsquery('simple', %s)")
        params.append(_one_of_each(narrowing))
    return Item.objects.order_by().extra(where=where, params=params)


def _matching_named(viewer: Viewer, wanted: Search, parts: list[Part]) -> list[Item]:
    """Private items that are open to this person, of whatever service."""
    if viewer.sees != "services":
        return []
    mine = NamedReader.objects.filter(account_id=viewer.account_id).values_list("item", flat=True)
    return _among(viewer, wanted, parts, list(mine))


def _among(viewer: Viewer, wanted: Search, parts: list[Part], ids: list[int]) -> list[Item]:
    """Of these few items, those that match; looking each up in the index is quicker than the other way round."""
    hits = list(_indexed(Item.objects.filter(pk__in=ids[-_A_FEW:]), parts, []).values_list("pk", flat=True))
    return list(_narrowed(viewer, wanted).filter(pk__in=hits)[: A_PAGE + 1])


def _narrowed(viewer: Viewer, wanted: Search) -> QuerySet[Item]:
    items = visible_items(viewer).select_related("customer").defer("decision").order_by("-pk")
    if wanted.service:
        items = items.filter(service=wanted.service)
    if wanted.flag:
        items = with_flag(items, wanted.flag)
    if wanted.customer:
        items = items.filter(customer_id=wanted.customer)
    if wanted.since:
        items = items.filter(received__gte=wanted.since)
    if wanted.until:
        items = items.filter(received__lte=wanted.until)
    return items.filter(pk__lt=wanted.before) if wanted.before else items


def _scope(wanted: Search) -> Iterator[list[str]]:
    """Tokens of the index of which one must be there, one list a filter."""
    if wanted.service:
        yield [f"svc{_token(wanted.service)}"]
    if wanted.flag:
        yield [f"flag{_token(wanted.flag)}"]
    if wanted.since and wanted.until:
        first = wanted.since.year * 12 + wanted.since.month - 1
        last = wanted.until.year * 12 + wanted.until.month - 1
        if 0 <= last - first < _MONTHS_NAMED:
            yield [f"m{n // 12}{n % 12 + 1:02d}" for n in range(first, last + 1)]


def _token(code: str) -> str:
    return code.replace("_", "")


def _indexed(items: QuerySet[Item], parts: list[Part], scope: list[list[str]]) -> QuerySet[Item]:
    if connection.vendor == "postgresql":
        where = "records_item.search @@ websearch_to_tsquery('mailroom_words', %s)"
        params = [_for_postgres(parts)]
        if scope:
            where = "records_item.search @@ (websearch_to_tsquery('mailroom_words', %s) && to_tsquery('simple', %s))"
            params.append(_one_of_each(scope))
        return items.extra(where=[where], params=params)
    match = [_for_sqlite(parts), *(f"scope : ({' OR '.join(tokens)})" for tokens in scope)]
    return items.extra(
        tables=["records_item_search"],
        where=["records_item_search.rowid = records_item.id", "records_item_search MATCH %s"],
        params=[" AND ".join(f"({m})" for m in match)],
        order_by=["-records_item_search.rowid"],
    )


def _one_of_each(scope: list[list[str]]) -> str:
    return " & ".join(f"({' | '.join(tokens)})" for tokens in scope)


def _for_postgres(parts: list[Part]) -> str:
    return " ".join(f'{"-" if p.excluded else ""}"{" ".join(p.words)}"' for p in parts)


def _for_sqlite(parts: list[Part]) -> str:
    wanted = " AND ".join(f'"{" ".join(p.words)}"' for p in parts if not p.excluded)
    without = " OR ".join(f'"{" ".join(p.words)}"' for p in parts if p.excluded)
    return f"text : (({wanted}) NOT ({without}))" if without else f"text : ({wanted})"
