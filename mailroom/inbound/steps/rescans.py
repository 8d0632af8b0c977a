"""Linking an item to an earlier one that seems to be the same paper."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from mailroom.config.mailroom import NearDuplicates
from mailroom.inbound.rescans import likeness_of_pages, likeness_of_texts
from mailroom.records.models import Event, Item, NearDuplicate
from mailroom.values.decisions import ItemPages
from mailroom.values.page import PageKind

# Plain pages share quarters by chance; the newest hundred hold the paper that was fed twice this week.
_MOST = 100


def link_rescans(item: Item, pages: ItemPages, policy: NearDuplicates) -> str:
    """Record every earlier item this one looks like, and return the number of the likest, or ''.

    Both the pictures and the texts must be alike: a form's empty fields look the same on every copy.
    """
    prints = [p.fingerprint for p in pages.pages if p.kind is PageKind.ITEM and p.fingerprint]
    text = pages.text
    if not prints or not text.strip():
        return ""
    since = item.received - dt.timedelta(days=policy.within_days)
    best, best_number = 0.0, ""
    for earlier in _candidates(item, since, prints[0]):
        theirs = [p.fingerprint for p in earlier.pages.all() if p.kind == PageKind.ITEM and p.fingerprint]
        alike = likeness_of_pages(prints, theirs, policy.bits)
        if alike < 1.0 or likeness_of_texts(text, earlier.text) < policy.text_likeness:
            continue
        NearDuplicate.objects.get_or_create(item=item, of=earlier, defaults={"likeness": alike})
        if alike > best:
            best, best_number = alike, earlier.number
    if best_number:
        Event.record("item.looks_like", item, earlier=best_number)
    return best_number


def _candidates(item: Item, since: dt.date, fingerprint: str) -> QuerySet[Item]:
    """Items of the last weeks with a page that shares a quarter of the fingerprint with this one's first page."""
    quarters = {f"pages__band_{n}": fingerprint[4 * n - 4 : 4 * n] for n in (1, 2, 3, 4)}
    shares_one = Q()
    for column, quarter in quarters.items():
        shares_one |= Q(**{column: quarter})
    earlier = Item.objects.filter(shares_one, received__gte=since, pk__lt=item.pk).exclude(text="")
    return earlier.distinct().order_by("-pk").prefetch_related("pages")[:_MOST]
