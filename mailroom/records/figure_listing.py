"""The rows behind a figure: the very items and letters that were counted, without anything personal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate

from mailroom.config.targets import Sources, Standard
from mailroom.records.listed import Listed
from mailroom.records.models import Delivery, Event, Item, ItemStatus, Letter, LetterStatus
from mailroom.records.outgoing_counts import EMAILED, KEPT, POSTED, left, stayed
from mailroom.values.counts import Cause


@dataclass(frozen=True, slots=True)
class Wanted:
    """What rows of a figure have in common. '' leaves a thing open.

    fact: auto, corrected, bounced, chaser, repeat, held or first_contact. state: open, overdue, in_time or late.
    clock: routed, seen, acknowledged, answered or promised: only the items it is for.
    paper: only post. saved: only letters with a cause.
    """

    first: dt.date
    last: dt.date
    service: str = ""
    channel: str = ""
    kind: str = ""
    standard: str = ""
    cause: str = ""
    fact: str = ""
    state: str = ""
    clock: str = ""
    paper: bool = False
    saved: bool = False


@dataclass(frozen=True, slots=True)
class Ways:
    """How this council tells channels, standards and cheaper classes apart."""

    zone: ZoneInfo
    sources: Sources
    standards: tuple[Standard, ...]
    cheaper_classes: Collection[str]


def items(wanted: Wanted, ways: Ways, today: dt.date) -> QuerySet[Item]:
    """The items behind a figure, the oldest first. Open ones are those open today, whenever received."""
    day_answered = TruncDate("answered_at", tzinfo=ways.zone)
    standing = Item.objects.exclude(status=ItemStatus.WITHDRAWN)
    rows: QuerySet[Any] = standing.annotate(day_answered=day_answered, marks=Cast("flags", TextField()))
    if wanted.state not in ("open", "overdue"):
        rows = rows.filter(received__range=(wanted.first, wanted.last))
    for field, value in (("service", wanted.service), ("doc_type", wanted.kind)):
        rows = rows.filter(**{field: value}) if value else rows
    channel = "post" if wanted.paper else wanted.channel
    rows = rows.filter(_came_by(channel, ways.sources)) if channel else rows
    rows = rows.filter(_of_standard(wanted.standard, ways)) if wanted.standard else rows
    if clocked := _CLOCKED.get(wanted.clock):
        rows = rows.filter(clocked(ways))
    if wanted.state:
        rows = rows.filter(_in_state(wanted, today))
    if wanted.fact:
        rows = _FACTS[wanted.fact](rows, ways)
    return rows.select_related("batch", "handling").order_by("received", "pk")


def _came_by(channel: str, sources: Sources) -> Q:
    email, web = Q(batch__received_from="mailbox") | _begins(sources.email), _begins(sources.web)
    return {"email": email, "web": web & ~email}.get(channel, ~email & ~web)


def _begins(starts: tuple[str, ...]) -> Q:
    found = Q(pk__in=[])
    for start in starts:
        found |= Q(batch__source__startswith=start)
    return found


def _of_standard(code: str, ways: Ways) -> Q:
    """The first standard that fits is an item's own, so those before it must not fit."""
    earlier = Q()
    for standard in ways.standards:
        fits = Q()
        fits &= Q(marks__contains=f'"{standard.flag}"') if standard.flag else Q()
        fits &= Q(service=standard.service) if standard.service else Q()
        fits &= _came_by(standard.channel, ways.sources) if standard.channel else Q()
        if standard.code == code:
            return earlier & fits
        earlier &= ~fits
    return earlier


def _awaits_an_answer() -> Q:
    """What the answering clock runs on, or ran: no other item is owed an answer."""
    return ~Q(due=None) | ~Q(answered_at=None)


def _acknowledged(ways: Ways) -> Q:
    promised = Q(pk__in=[])
    for standard in ways.standards:
        if standard.acknowledge_within is not None:
            promised |= _of_standard(standard.code, ways)
    return _awaits_an_answer() & promised


def _promised(ways: Ways) -> Q:
    return Q(Exists(_events("item.holding_reply").exclude(details__promised="")))


_CLOCKED: dict[str, Callable[[Ways], Q]] = {
    "answered": lambda ways: _awaits_an_answer(),
    "acknowledged": _acknowledged,
    "promised": _promised,
}
"""The items a clock is for; those of routing and seeing are for every item."""


def _in_state(wanted: Wanted, today: dt.date) -> Q:
    late = Q(day_answered__gt=F("due"))
    owed = Q() if wanted.clock == "promised" else ~Q(due=None)  # a promise is owed whether or not a day was set before
    return {
        "open": Q(answered_at=None) & owed,
        "overdue": Q(answered_at=None, due__lt=today),
        "late": late,
        "in_time": ~Q(answered_at=None) & ~late,
    }[wanted.state]


def _events(kind: str) -> QuerySet[Event]:
    return Event.objects.filter(subject="item", subject_key=Cast(OuterRef("pk"), CharField()), kind=kind)


def _auto(rows: QuerySet[Item], ways: Ways) -> QuerySet[Item]:
    return rows.exclude(routed_at=None).exclude(Exists(_events("item.to_review")))


def _corrected(rows: QuerySet[Item], ways: Ways) -> QuerySet[Item]:
    named = _auto(rows, ways).annotate(first_service=Cast(KT("decision__classification__service"), TextField()))
    return named.filter(first_service__gt="").exclude(first_service=F("service"))


def _bounced(rows: QuerySet[Item], ways: Ways) -> QuerySet[Item]:
    return rows.filter(_other_owner())


def _other_owner() -> Exists:
    return Exists(Delivery.objects.filter(item=OuterRef("pk"), is_copy=False).exclude(team=OuterRef("team")))


def _repeats(rows: QuerySet[Item], ways: Ways) -> QuerySet[Item]:
    before = rows.annotate(first_answered=TruncDate("chases__answered_at", tzinfo=ways.zone))
    return before.filter(first_answered__lt=F("received"))


def _chasers(rows: QuerySet[Item], ways: Ways) -> QuerySet[Item]:
    return rows.exclude(chases=None).exclude(pk__in=_repeats(rows, ways).values("pk"))


def _first_contact(rows: QuerySet[Item], ways: Ways) -> QuerySet[Item]:
    chased = Exists(Item.objects.filter(chases=OuterRef("pk")))
    return rows.exclude(answered_at=None).filter(chases=None).exclude(chased).exclude(_other_owner())


_FACTS: dict[str, Callable[[QuerySet[Item], Ways], QuerySet[Item]]] = {
    "auto": _auto,
    "corrected": _corrected,
    "bounced": _bounced,
    "chaser": _chasers,
    "repeat": _repeats,
    "held": lambda rows, ways: rows.filter(Exists(_events("item.holding_reply"))),
    "first_contact": _first_contact,
}
FACTS = tuple(_FACTS)


def letters(wanted: Wanted, ways: Ways) -> Listed[Letter]:
    """The letters behind a figure: those that left us, the first sent first, and then those that never did."""
    statuses = _statuses(wanted)
    halves = ((left, {*EMAILED, *POSTED}), (stayed, {*KEPT}))
    return Listed(
        tuple(
            _narrowed(
                half(wanted.first, wanted.last, ways.zone).filter(status__in=sorted(statuses & own)), wanted, ways
            )
            for half, own in halves
            if statuses & own
        )
    )


def _statuses(wanted: Wanted) -> set[LetterStatus]:
    """What a letter of the figure can be, as far as that alone tells."""
    found = {*EMAILED, *POSTED, *KEPT}
    if wanted.channel == "email":
        found &= set(EMAILED)
    if wanted.paper:
        found &= {*POSTED, *LetterStatus.handed_off()}
    if wanted.cause:
        found &= set(_STATUSES[Cause(wanted.cause)])
    return found - set(LetterStatus.handed_off()) if wanted.saved else found


_STATUSES: dict[Cause, tuple[LetterStatus, ...]] = {
    Cause.NONE: (*EMAILED, *POSTED, *KEPT),
    Cause.EMAILED: EMAILED,
    Cause.CONSOLIDATED: POSTED,
    Cause.SUPPRESSED: (LetterStatus.WITHHELD,),
    Cause.CHEAPER_CLASS: POSTED,
    Cause.NOT_SENT: (LetterStatus.CANCELLED,),
}


def _narrowed(rows: QuerySet[Letter], wanted: Wanted, ways: Ways) -> QuerySet[Letter]:
    if wanted.service:
        rows = rows.filter(mailing__service=wanted.service)
    if wanted.kind:
        rows = rows.filter(mailing__document_class=wanted.kind)
    cheaper, posted = Q(mailpiece__postage__in=ways.cheaper_classes), Q(status__in=POSTED)
    if wanted.paper or wanted.cause == Cause.CHEAPER_CLASS:
        rows = rows.filter(~_shares())
    if wanted.cause == Cause.CHEAPER_CLASS:
        rows = rows.filter(cheaper)
    if wanted.cause == Cause.CONSOLIDATED:
        rows = rows.filter(_shares())
    if wanted.saved:
        rows = rows.filter(~posted | cheaper | _shares())
    return rows.select_related("mailing", "mailpiece__run").order_by("sent_at", "pk")


def _shares() -> Exists:
    """Whether an earlier letter of its envelope bears the postage; no letter that was not posted has one."""
    return Exists(Letter.objects.filter(mailpiece=OuterRef("mailpiece"), pk__lt=OuterRef("pk")))
