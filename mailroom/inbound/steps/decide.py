"""Deciding: an item is understood, and either routed or handed to a person with the reasons."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.db import transaction
from pydantic import TypeAdapter

from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.read import kept_reading
from mailroom.inbound.steps.rescans import link_rescans
from mailroom.inbound.summary_line import summary_line
from mailroom.inbound.understanding import Understanding
from mailroom.records.answered_letters import note_answer
from mailroom.records.models import Event, Item, ItemReference, ItemStatus
from mailroom.values.answered_letter import AnsweredLetter
from mailroom.values.confidence import Confidence
from mailroom.values.decisions import Disposition, ItemPages
from mailroom.values.page import PageKind

_JSON = TypeAdapter(dict[str, Any])


def decide_item(machines: Machines, item_id: int, version: int) -> str:
    """Understand the item and record what was decided. Returns 'send', 'review', or 'stale' for an old version.

    What a person decided (service, customer) is never decided again: the line only routes it.
    """
    item = Item.objects.select_related("batch").get(pk=item_id)
    if item.version != version:
        return "stale"
    if item.decided_by and item.decided_by != "line":
        if item.status != ItemStatus.ROUTED:
            return "review"
        _note_answer_reviewed(item)
        return "send"
    pages = _pages_of(machines, item)
    rescan = link_rescans(item, pages, machines.config.near_duplicates)
    understood = machines.understand(pages, item.received, tuple(item.review_reasons), rescan)
    if not _record(item, pages, understood, machines.clock()):
        return "stale"
    return understood.decision.disposition.value


def _pages_of(machines: Machines, item: Item) -> ItemPages:
    readings = tuple(kept_reading(machines.store, p.reading) for p in item.pages.order_by("place", "number"))
    return ItemPages(
        position=item.position,
        pages=readings,
        confidence=Confidence(item.decision.get("cut", {}).get("confidence", 1.0)),
        service=item.decision.get("cut", {}).get("service", item.service if not item.decided_by else ""),
        received=item.received,
        by_email=item.batch.received_from == "mailbox",
    )


def _record(item: Item, pages: ItemPages, understood: Understanding, now: dt.datetime) -> bool:
    """Write it on the item; False when the item's pages or decision have changed meanwhile, so that nothing is."""
    classification, match, decision = understood.classification, understood.match, understood.decision
    sent = decision.disposition is Disposition.SEND
    with transaction.atomic():
        current = Item.objects.filter(pk=item.pk, version=item.version).update(
            status=ItemStatus.ROUTED if sent else ItemStatus.REVIEW,
            read_at=now,
            routed_at=now if sent else None,
            service=decision.service,
            probability=classification.probability,
            doc_type=classification.doc_type,
            team=decision.team,
            due=decision.due,
            priority=decision.priority,
            private=not decision.attach,
            flags=list(classification.flag_codes),
            also=list(classification.also),
            customer_id=None if _may_be_two_letters(item, pages, sent) else match.customer_id or None,
            match_probability=match.probability,
            decision=_as_json(item, pages, understood),
            review_reasons=[] if sent else list(decision.reasons),
            decided_by="line",
            text=pages.text.replace("\x00", ""),
        )
        if not current:
            return False
        ItemReference.objects.filter(item=item).delete()
        ItemReference.objects.bulk_create(_references(item, understood))
        Event.record("item.routed" if sent else "item.to_review", item, service=decision.service, team=decision.team)
        if understood.answers and "gone_away" not in classification.flag_codes and not _is_cut_in_doubt(item, sent):
            note_answer(item, understood.answers)
    return True


def _is_cut_in_doubt(item: Item, sent: bool) -> bool:
    """Its reasons for review, while the line has it, are the doubts about its cut; nobody has looked at it yet."""
    return bool(item.review_reasons) and not sent


def _note_answer_reviewed(item: Item) -> None:
    """The letter an item in doubt answers, now that a person has decided it; not if it is another reader's."""
    waiting = item.decision.get("answers")
    if not waiting or "gone_away" in item.flags:
        return
    answered = AnsweredLetter(**waiting)
    if not answered.customer_id or answered.customer_id == item.customer_id:
        note_answer(item, answered)


def _may_be_two_letters(item: Item, pages: ItemPages, sent: bool) -> bool:
    """Whether a stranger's letter may be joined to it: cut in doubt, of several written pages, and not looked at yet.

    The customer is then only proposed, so that nobody who opens that record reads what is not theirs.
    """
    return _is_cut_in_doubt(item, sent) and sum(p.kind is not PageKind.BLANK for p in pages.pages) > 1


def _as_json(item: Item, pages: ItemPages, understood: Understanding) -> dict[str, Any]:
    """Everything the stations said, for the review screen and for audits."""
    return {
        **{k: v for k, v in item.decision.items() if k == "cut"},
        "summary": summary_line(pages.pages),
        "classification": _plain(understood.classification),
        "match": _plain(understood.match),
        "routing": _plain(understood.decision),
        "names": [_plain(n) for n in understood.fields.names],
        "addresses": [_plain(a) for a in understood.fields.addresses],
        "dates": [_plain(d) for d in understood.fields.dates],
        "amounts": [_plain(a) for a in understood.fields.amounts],
        "came_back": list(understood.came_back),
        "answers": _plain(understood.answers) if understood.answers else None,
    }


def _plain(value: Any) -> dict[str, Any]:
    plain: dict[str, Any] = _JSON.dump_python(dataclasses.asdict(value), mode="json")
    return plain


def _references(item: Item, understood: Understanding) -> list[ItemReference]:
    return [
        ItemReference(
            item=item,
            type=ref.type,
            value=ref.value[:120],
            printed=ref.printed[:160],
            page=ref.place.page,
            box=list(ref.place.box.rounded()) if ref.place.box else None,
            confidence=ref.confidence,
        )
        for ref in understood.fields.references
    ]
