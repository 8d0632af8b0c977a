"""Keeping the register of valuables: logged by one person, seen by a second, moved, and signed out with a proof."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from mailroom.errors import Review
from mailroom.records.discarding import SecondPersonNeeded
from mailroom.records.models import Event, Item, ItemStatus, LeftBy, Valuable, ValuableKind

FLAGS = ("cheque_enclosed", "cash_enclosed", "original_documents")
LOOKED_BACK = dt.timedelta(days=90)
_TRACKING = re.compile(r"^[A-Z]{2}\d{9}GB$|^[A-Z0-9]{8,30}$")


class BadEntry(Review):
    """The entry lacks something the register needs. lacks: each part of it, with what to do, in the order asked."""

    def __init__(self, **lacks: str) -> None:
        super().__init__(" ".join(lacks.values()))
        self.lacks = lacks


@dataclass(frozen=True, slots=True)
class Found:
    """What a person found in the envelope."""

    kind: ValuableKind
    description: str
    amount_pence: int | None
    kept_where: str


def to_log(today: dt.date) -> QuerySet[Item]:
    """Items that speak of an enclosure and have no entry yet, oldest first."""
    flagged = Q()
    for code in FLAGS:
        flagged |= Q(flags__icontains=f'"{code}"')
    logged = Valuable.objects.filter(item=OuterRef("pk"))
    # The inner query is answered from the index of days and flags alone, whatever else items hold.
    found = Item.objects.filter(flagged, received__gte=today - LOOKED_BACK).values("pk")
    items = Item.objects.filter(pk__in=found).exclude(status=ItemStatus.WITHDRAWN)
    return items.exclude(Exists(logged)).order_by("received", "pk")


def waiting_for_a_second() -> QuerySet[Valuable]:
    """Entries only one person has signed."""
    return _entries().filter(witnessed_at=None)


def in_keeping() -> QuerySet[Valuable]:
    """What lies here now."""
    return _entries().filter(left_at=None).exclude(witnessed_at=None).exclude(kind=ValuableKind.NOTHING)


def gone(since: dt.datetime) -> QuerySet[Valuable]:
    """What left, newest first."""
    return _entries().filter(left_at__gte=since).order_by("-left_at")


def everything() -> QuerySet[Valuable]:
    """The whole register in order."""
    return _entries().order_by("pk")


def _entries() -> QuerySet[Valuable]:
    return Valuable.objects.select_related("item", "logged_by", "witnessed_by", "left_signed_by").order_by("pk")


def lacking(found: Found) -> dict[str, str]:
    """What an entry still needs, by its part."""
    if found.kind is ValuableKind.NOTHING:
        return {}
    lacks = {}
    if not found.description:
        lacks["description"] = "Say what it is, so that another person would know it again"
    if found.kind in (ValuableKind.CASH, ValuableKind.CHEQUE) and not found.amount_pence:
        lacks["amount"] = "Enter the amount in pounds and pence"
    if not found.kept_where:
        lacks["kept_where"] = "Say where it is kept"
    return lacks


def log(item: Item, found: Found, by: User) -> Valuable:
    """Enter a thing, or that nothing was found. Raises BadEntry."""
    if lacks := lacking(found):
        raise BadEntry(**lacks)
    is_something = found.kind is not ValuableKind.NOTHING
    with transaction.atomic():
        entry = Valuable.objects.create(
            item=item,
            kind=found.kind,
            description=found.description or "Nothing was enclosed",
            amount_pence=found.amount_pence if is_something else None,
            kept_where=found.kept_where if is_something else "",
            logged_by=by,
            logged_at=timezone.now(),
        )
        Event.record("valuable.logged", entry, actor=str(by.pk), item=item.pk, what=found.kind)
    return entry


def witness(entry: Valuable, by: User) -> None:
    """A second person has seen it. Raises SecondPersonNeeded."""
    if entry.logged_by_id == by.pk:
        raise SecondPersonNeeded(f"{entry.number}: you logged it. A second person has to see it and sign.")
    with transaction.atomic():
        signed = Valuable.objects.filter(pk=entry.pk, witnessed_at=None)
        if signed.update(witnessed_by=by, witnessed_at=timezone.now()):
            Event.record("valuable.witnessed", entry, actor=str(by.pk))


def move(entry: Valuable, where: str, by: User) -> None:
    """It lies somewhere else from now on. Raises BadEntry."""
    if not where:
        raise BadEntry(kept_where="Say where it is kept now")
    with transaction.atomic():
        if Valuable.objects.filter(pk=entry.pk, left_at=None).update(kept_where=where):
            Event.record("valuable.moved", entry, actor=str(by.pk), before=entry.kept_where, to=where)


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that it left: the number of the tracked post, words, and the store key of a picture of the receipt.

    The words are always wanted, because a picture cannot be searched for; the picture is beside them.
    """

    tracking: str = ""
    words: str = ""
    photo: str = ""


def sign_out(entry: Valuable, how: LeftBy, proof: Proof, by: User) -> None:
    """It left. Raises BadEntry, SecondPersonNeeded."""
    if entry.witnessed_at is None:
        raise SecondPersonNeeded(f"{entry.number}: a second person has to see it before it leaves.")
    tracking = proof.tracking.replace(" ", "").upper()
    if how is LeftBy.TRACKED_POST and not _TRACKING.match(tracking):
        raise BadEntry(tracking="Enter the number of the tracked post, for example AB123456789GB")
    if how is not LeftBy.TRACKED_POST and not proof.words:
        raise BadEntry(proof="Say what proves it: the receipt's number, or who signed for it")
    with transaction.atomic():
        here = Valuable.objects.filter(pk=entry.pk, left_at=None)
        left = {"left_by": how, "tracking": tracking, "proof": proof.words, "photo": proof.photo}
        if here.update(**left, left_at=timezone.now(), left_signed_by=by):
            Event.record("valuable.left", entry, actor=str(by.pk), how=how, photo=bool(proof.photo))


HEADINGS = (
    "entry", "item", "kind", "description", "amount", "kept", "logged_by", "logged_at", "second_person", "seen_at",
    "left_by", "tracked_post", "proof", "left_at", "signed_out_by",
)  # fmt: skip


def as_rows(entries: QuerySet[Valuable]) -> Iterator[tuple[str, ...]]:
    """The register for a spreadsheet, the headings first."""
    yield HEADINGS
    for e in entries:
        pounds = f"{e.amount_pence / 100:.2f}" if e.amount_pence is not None else ""
        people = (_name(e.logged_by), _name(e.witnessed_by), _name(e.left_signed_by))
        yield (
            e.number, e.item.number, e.kind, e.description, pounds, e.kept_where, people[0], _time(e.logged_at),
            people[1], _time(e.witnessed_at), e.left_by, e.tracking, e.proof, _time(e.left_at), people[2],
        )  # fmt: skip


def _name(account: User | None) -> str:
    return account.get_username() if account else ""


def _time(at: dt.datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
