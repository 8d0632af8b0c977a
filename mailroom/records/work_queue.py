"""A team's post: what came, who has it, what it waits for, and how it was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from mailroom.records.models import Event, Handling, Item, ItemStatus, Letter, LetterStatus, Note
from mailroom.records.visible_items import Viewer, visible_items

ANSWERED_SHOWN = dt.timedelta(days=90)
"""How far back the list of answered items goes; older ones are found by searching."""
_NEVER_WENT = (LetterStatus.CANCELLED, LetterStatus.FAILED, LetterStatus.WITHHELD)
OPEN = (ItemStatus.ROUTED, ItemStatus.SENT, ItemStatus.UNDELIVERED, ItemStatus.SEEN, ItemStatus.ON_HOLD)


@dataclass(frozen=True, slots=True)
class PostFilter:
    """What the list is narrowed to. show: open, mine, unassigned, late, on_hold or answered."""

    show: str = "open"
    service: str = ""


def post_of(viewer: Viewer, chosen: PostFilter, today: dt.date) -> QuerySet[Item, int]:
    """The ids of the person's items, the most pressing first; items in review are not yet anybody's post."""
    items = visible_items(viewer)
    if chosen.service:
        items = items.filter(service=chosen.service)
    if chosen.show == "answered":
        since = timezone.make_aware(dt.datetime.combine(today - ANSWERED_SHOWN, dt.time()))
        items = items.filter(status=ItemStatus.ANSWERED, answered_at__gte=since)
        return items.order_by("-answered_at", "-pk").values_list("pk", flat=True)
    narrowings: dict[str, dict[str, Any]] = {
        "mine": {"status__in": OPEN, "handling__assigned_id": viewer.account_id},
        "unassigned": {"status__in": OPEN, "handling__assigned": None},
        "late": {"status__in": OPEN, "due__lt": today},
        "on_hold": {"status": ItemStatus.ON_HOLD},
    }
    narrowed = items.filter(**narrowings.get(chosen.show, {"status__in": OPEN}))
    return narrowed.order_by(F("due").asc(nulls_last=True), "-priority", "pk").values_list("pk", flat=True)


def listed(ids: Sequence[int]) -> list[Item]:
    """The items of one page of a list, in that order, with what a line of it shows. Their text is left in the table."""
    items = Item.objects.filter(pk__in=ids).select_related("customer", "handling__assigned")
    lines = {"summary": KT("decision__summary"), "sorted_by": KT("decision__classification__reasons__0")}
    found = items.defer("text", "decision").annotate(**lines)
    by_key = {item.pk: item for item in found}
    return [by_key[key] for key in ids]


def look_at(item: Item, account_id: int) -> None:
    """Note that a person opened the item; a sent one becomes 'seen' at its first opening."""
    Event.record("item.looked_at", item, actor=str(account_id))
    Item.objects.filter(pk=item.pk, status=ItemStatus.SENT).update(status=ItemStatus.SEEN, seen_at=timezone.now())


def accept(item: Item, account_id: int) -> None:
    """The team says it is theirs; whoever accepts it has it, unless somebody has it already."""
    with transaction.atomic():
        handling = _handling(item)
        if handling.assigned_id is None:
            handling.assigned_id = account_id
        handling.accepted_at = handling.accepted_at or timezone.now()
        handling.save()
        Event.record("item.accepted", item, actor=str(account_id))


def assign(item: Item, to: User | None, account_id: int) -> None:
    """Give the item to a colleague (or to nobody)."""
    with transaction.atomic():
        handling = _handling(item)
        handling.assigned = to
        handling.save()
        Event.record("item.assigned", item, actor=str(account_id), to=to.pk if to else None)


def hold(item: Item, reason: str, promised: dt.date | None, account_id: int) -> None:
    """Put the item on hold. promised: the date a holding reply gave, when one was sent. Its clock runs on."""
    with transaction.atomic():
        handling = _handling(item)
        handling.hold_reason, handling.promised = reason, promised
        handling.save()
        Item.objects.filter(pk=item.pk, status__in=OPEN).update(status=ItemStatus.ON_HOLD)
        kind = "item.holding_reply" if promised else "item.on_hold"
        Event.record(kind, item, actor=str(account_id), promised=promised.isoformat() if promised else "")


def take_up_again(item: Item, account_id: int) -> None:
    """End a hold."""
    with transaction.atomic():
        Handling.objects.filter(item=item).update(hold_reason="")
        Item.objects.filter(pk=item.pk, status=ItemStatus.ON_HOLD).update(status=ItemStatus.SEEN)
        Event.record("item.taken_up_again", item, actor=str(account_id))


def answer(item: Item, how: str, account_id: int, letter: Letter | None = None) -> None:
    """The item is answered: its clock stops. letter: the outgoing letter that answered it, if one did."""
    with transaction.atomic():
        handling = _handling(item)
        handling.answer, handling.hold_reason, handling.letter = how, "", letter
        handling.save()
        moved = Item.objects.filter(pk=item.pk, status__in=OPEN)
        moved.update(status=ItemStatus.ANSWERED, answered_at=timezone.now())
        Event.record("item.answered", item, actor=str(account_id), letter=letter.pk if letter else None)


def set_clock(item: Item, flags: Sequence[str], due: dt.date, account_id: int) -> None:
    """A person says what the item is, as far as that sets its last day. Figures follow, because it is an event."""
    with transaction.atomic():
        Item.objects.filter(pk=item.pk).update(flags=list(flags), due=due)
        said = {"flags": list(flags), "due": due.isoformat(), "was_due": item.due.isoformat() if item.due else ""}
        Event.record("item.clock_set", item, actor=str(account_id), **said)


def letters_that_may_answer(item: Item) -> QuerySet[Letter]:
    """Letters to the item's customer since it came, the newest first."""
    if not item.customer_id:
        return Letter.objects.none()
    since = Letter.objects.filter(customer_id=item.customer_id, created_at__date__gte=item.received)
    return since.exclude(status__in=_NEVER_WENT).select_related("mailing").order_by("-pk")


def note(item: Item, text: str, account_id: int) -> Note:
    """Add a colleague's note."""
    with transaction.atomic():
        Event.record("item.noted", item, actor=str(account_id))
        return Note.objects.create(item=item, account_id=account_id, text=text)


def _handling(item: Item) -> Handling:
    return Handling.objects.get_or_create(item=item)[0]
