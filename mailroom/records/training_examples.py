"""Training examples from the review desk: kept under the rules of consent, used by `train` once accepted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from mailroom.config.retention import TrainingConsent
from mailroom.records.models import Correction, Event, ExampleStatus, Item, TrainingExample
from mailroom.values.masking import masked

_LONGEST = 20_000
"""Characters kept: about ten pages; a service is plain from less."""


@dataclass(frozen=True, slots=True)
class AcceptedExample:
    """What `mailroom train` gets: the fields of a line of classifiers/examples/*.jsonl."""

    text: str
    service: str
    doc_type: str
    flags: tuple[str, ...]


def propose(correction: Correction, rules: TrainingConsent) -> TrainingExample | None:
    """Keep a decision as an example to be accepted, if the rules let it; the same decision is kept once."""
    item = correction.item
    if not _may_teach(item, correction, rules):
        return None
    example, _ = TrainingExample.objects.get_or_create(
        correction=correction,
        defaults={
            "service": correction.decided,
            "doc_type": item.doc_type,
            "flags": item.flags,
            "text": _text_of(item, rules.mask)[:_LONGEST],
        },
    )
    return example


def waiting(services: Sequence[str]) -> QuerySet[TrainingExample]:
    """What waits for a leader of those services, the oldest first. An item that became private is left out."""
    found = TrainingExample.objects.filter(status=ExampleStatus.WAITING, service__in=services)
    return found.filter(correction__item__private=False).order_by("made_at", "pk")


def judge(examples: QuerySet[TrainingExample], accept: bool, actor: str) -> int:
    """Accept or refuse them; a refused one's text is dropped. Returns how many."""
    keys = list(examples.filter(status=ExampleStatus.WAITING).values_list("pk", flat=True))
    chosen = TrainingExample.objects.filter(pk__in=keys)
    now = timezone.now()
    if accept:
        chosen.update(status=ExampleStatus.ACCEPTED, decided_by=actor, decided_at=now)
    else:
        chosen.update(status=ExampleStatus.REFUSED, decided_by=actor, decided_at=now, text="")
    for example in chosen:
        Event.record("example.accepted" if accept else "example.refused", example, actor=actor)
    return len(keys)


def accepted(rules: TrainingConsent, today: dt.date) -> Iterator[AcceptedExample]:
    """Every accepted example not too old, in the order they were made."""
    if not rules.keep:
        return
    since = today - dt.timedelta(days=rules.months * 365 // 12)
    found = TrainingExample.objects.filter(status=ExampleStatus.ACCEPTED, made_at__date__gte=since)
    found = found.filter(correction__item__private=False)
    for e in found.exclude(correction__undone_at__isnull=False).order_by("pk").iterator():
        yield AcceptedExample(e.text, e.service, e.doc_type, tuple(e.flags))


def forget_old(rules: TrainingConsent, today: dt.date) -> int:
    """Delete examples past their time. Returns how many."""
    before = today - dt.timedelta(days=rules.months * 365 // 12)
    return TrainingExample.objects.filter(made_at__date__lt=before).delete()[0]


def _may_teach(item: Item, correction: Correction, rules: TrainingConsent) -> bool:
    barred = item.private or bool(rules.never_flags & set(item.flags)) or correction.decided in rules.never_services
    return rules.keep and bool(correction.decided and item.text.strip()) and not barred


def _text_of(item: Item, mask: bool) -> str:
    if not mask:
        return item.text
    said = item.decision
    names = (n["name"] for n in said.get("names", ()))
    addresses = (a["address"] for a in said.get("addresses", ()))
    known = [
        *(" ".join((n["family"], *n["given"])) for n in names),
        *(line for a in addresses for line in a["lines"]),
        *item.references.values_list("printed", flat=True),
    ]
    if item.customer:
        known += [item.customer.first_name, item.customer.last_name, item.customer.former_last_name]
    return masked(item.text, known)
