"""The review queue: who gets which item, what they decided, and taking a decision back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from mailroom.errors import Review
from mailroom.records import item_leases
from mailroom.records.models import Correction, Event, Handling, Item, ItemStatus, ReviewLease, TrainingExample
from mailroom.records.visible_items import Viewer, visible_items, with_flag

_CHANGED = (
    "status",
    "service",
    "team",
    "due",
    "flags",
    "also",
    "customer_id",
    "decision",
    "review_reasons",
    "decided_by",
    "private",
)


class AlreadyDecided(Review):
    """Somebody decided the item, or the line sent it, in the meantime."""


class TooLateToUndo(Review):
    """The decision was acted upon; the item is sent back from its own page instead."""


@dataclass(frozen=True, slots=True)
class ReviewDecision:
    """What a person decided: whose the item is, by when it is due, which customer ('' for none), with which flags.

    also: further services it is for. private: a link only, for people who are named. copies: the teams that get a copy,
    each with its inbox. marks: of the subject.
    """

    service: str
    team: str
    inbox: str
    due: dt.date | None
    customer_id: str
    flags: tuple[str, ...]
    also: tuple[str, ...] = ()
    private: bool = False
    copies: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the queue is narrowed to: a proposed service, the rule that held items back, a flag; '' for all."""

    service: str = ""
    rule: str = ""
    flag: str = ""


def waiting(viewer: Viewer, chosen: QueueFilter | None = None) -> QuerySet[Item]:
    """What waits for a decision and this person may decide: urgent flags first, then by deadline, then by age."""
    chosen = chosen or QueueFilter()
    items = visible_items(viewer).filter(status=ItemStatus.REVIEW)
    if chosen.service:
        items = items.filter(service=chosen.service)
    if chosen.rule:
        items = items.filter(decision__routing__rules__0=chosen.rule)
    if chosen.flag:
        items = with_flag(items, chosen.flag)
    return items.order_by("-priority", F("due").asc(nulls_last=True), "pk")


def shown(waiting: QuerySet[Item]) -> list[Item]:
    """Those items for a list, in their order; their text and reasons are left in the table while they are sorted."""
    ids = list(waiting.values_list("pk", flat=True))
    by_key = Item.objects.defer("text", "decision").in_bulk(ids)
    return [by_key[key] for key in ids]


def rules_waiting(viewer: Viewer) -> dict[str, int]:
    """How many wait under each rule that held them back, the most first."""
    found = visible_items(viewer).filter(status=ItemStatus.REVIEW).values_list("decision__routing__rules__0")
    return {rule: n for rule, n in found.annotate(n=Count("pk")).order_by("-n") if rule}


def next_item(
    viewer: Viewer, minutes: int, chosen: QueueFilter | None = None, skip: Collection[int] = ()
) -> Item | None:
    """The first waiting item nobody else has in front of them, now kept for this person. skip: left for later."""
    free = Q(lease=None) | Q(lease__until__lt=timezone.now()) | Q(lease__account_id=viewer.account_id)
    for item in waiting(viewer, chosen).filter(free).exclude(pk__in=skip)[:20]:
        if item_leases.keep(item, viewer.account_id, minutes):
            return item
    return None


def decide(item: Item, decision: ReviewDecision, account_id: int, reason: str = "") -> Correction:
    """Record a person's decision; the caller puts item.version + 1 on the line after the commit.

    Raises:
        AlreadyDecided: the item is no longer in review, or another person has it.
    """
    with transaction.atomic():
        found = Item.objects.select_for_update().get(pk=item.pk)
        if found.status != ItemStatus.REVIEW:
            raise AlreadyDecided(f"{item.number} was decided in the meantime. Take the next one.")
        if ReviewLease.objects.filter(item=item, until__gte=timezone.now()).exclude(account_id=account_id).exists():
            raise AlreadyDecided(f"{item.number} is in front of a colleague. Take the next one.")
        kept = Correction.objects.create(
            item=found,
            account_id=account_id,
            proposed=found.service,
            decided=decision.service,
            reason=reason,
            before={name: _plain(getattr(found, name)) for name in _CHANGED},
        )
        _apply(found, decision, account_id)
        found.private = found.private or decision.private
        ReviewLease.objects.filter(item=item).delete()
        Event.record(
            "item.decided", found, actor=str(account_id), service=decision.service, was=kept.proposed,
            copies=[team for team, _ in decision.copies],
        )  # fmt: skip
    return kept


def last_decision(account_id: int, within: dt.timedelta) -> Correction | None:
    """This person's latest decision, if it can still be taken back."""
    settled = (ItemStatus.ROUTED, ItemStatus.CLOSED)
    recent = Correction.objects.filter(account_id=account_id, undone_at=None, at__gte=timezone.now() - within)
    last = recent.exclude(decided="").select_related("item").order_by("-pk").first()
    return last if last and last.item.status in settled else None


def undo(correction: Correction, account_id: int) -> None:
    """Take a decision back, as long as the item has not left.

    Raises:
        TooLateToUndo: the email went already, or it is another person's decision.
    """
    with transaction.atomic():
        item = Item.objects.select_for_update().get(pk=correction.item_id)
        gone = item.status != ItemStatus.ROUTED or item.deliveries.filter(created_at__gte=correction.at).exists()
        if gone or correction.undone_at or correction.account_id != account_id:
            raise TooLateToUndo(f"{item.number} has already gone to its team. Open it and use ‘not ours’ instead.")
        Item.objects.filter(pk=item.pk).update(**correction.before, version=F("version") + 1, routed_at=None)
        Correction.objects.filter(pk=correction.pk).update(undone_at=timezone.now())
        TrainingExample.objects.filter(correction=correction).delete()
        Event.record("item.decision_undone", item, actor=str(account_id))


def send_back(item: Item, account_id: int, reason: str, suggested: str = "") -> Correction:
    """'Not ours': the item returns to review with the reason, which is kept to learn from.

    suggested: the service the team thinks it belongs to, which review then proposes; '' when they do not know.
    """
    with transaction.atomic():
        kept = Correction.objects.create(
            item=item, account_id=account_id, proposed=item.service, decided="", reason=reason
        )
        Item.objects.filter(pk=item.pk).update(
            status=ItemStatus.REVIEW,
            version=F("version") + 1,
            decision={**item.decision, "routing": {**item.decision.get("routing", {}), "rules": ["not_ours"]}},
            review_reasons=[f"The team says it is not theirs: {reason}"],
            service=suggested,
            team="",
        )
        Handling.objects.filter(item=item).update(assigned=None, accepted_at=None, hold_reason="", promised=None)
        Event.record("item.not_ours", item, actor=str(account_id), service=kept.proposed)
    return kept


def _apply(item: Item, decision: ReviewDecision, account_id: int) -> None:
    routing = {
        "reasons": [],
        **item.decision.get("routing", {}),
        "disposition": "send",
        "service": decision.service,
        "team": decision.team,
        "inbox": decision.inbox,
        "attach": not decision.private,
        "copies": [list(copy) for copy in decision.copies],
        "marks": list(decision.marks),
    }
    Item.objects.filter(pk=item.pk).update(
        status=ItemStatus.ROUTED,
        version=F("version") + 1,
        service=decision.service,
        team=decision.team,
        due=decision.due,
        flags=list(decision.flags),
        also=list(decision.also),
        customer_id=decision.customer_id or None,
        private=decision.private,
        decision={**item.decision, "routing": routing},
        review_reasons=[],
        decided_by=str(account_id),
        routed_at=timezone.now(),
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
