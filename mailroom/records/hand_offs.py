"""The hand-off list: letters in braille, on audio, in another language, that somebody outside has to make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from mailroom.errors import Review
from mailroom.records.mailings import visible_letters
from mailroom.records.models import Event, Letter, LetterStatus
from mailroom.records.visible_items import Viewer

_STEPS = {
    LetterStatus.AT_SUPPLIER: (LetterStatus.HAND_OFF, "sent_at"),
    LetterStatus.HANDED_OVER: (LetterStatus.AT_SUPPLIER, "delivered_at"),
}
"""What a letter becomes: from which status, and what is dated."""


class NotThere(Review):
    """The letter is not where the step begins: a colleague took it, or it was decided anew."""


def seen_by(viewer: Viewer, *, all_services: bool) -> QuerySet[Letter]:
    """Every letter made elsewhere that the person may see; all_services: for the print unit, which makes for all."""
    letters = Letter.objects.select_related("mailing", "customer") if all_services else visible_letters(viewer)
    return letters.filter(status__in=LetterStatus.handed_off())


def open_ones(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Those not delivered, the first that must arrive first, those without a day last."""
    waiting = letters.exclude(status=LetterStatus.HANDED_OVER)
    return waiting.order_by(F("must_arrive").asc(nulls_last=True), "pk")


def waiting_count() -> int:
    """How many nobody has given to a supplier yet."""
    return Letter.objects.filter(status=LetterStatus.HAND_OFF).count()


def waiting() -> list[tuple[Letter, dt.datetime]]:
    """Those nobody has given to a supplier yet, the most urgent first, with when each joined the list."""
    joined = Coalesce(Max("notices__made_at", filter=Q(notices__kind="hand_off")), "decided_at", "created_at")
    letters = open_ones(Letter.objects.filter(status=LetterStatus.HAND_OFF)).annotate(joined=joined)
    return [(letter, letter.joined) for letter in letters]


def move_on(letter: Letter, to: LetterStatus, actor: str) -> None:
    """Note that it is at the supplier, or that its reader has it. Raises NotThere: nothing is changed."""
    before, dated = _STEPS[to]
    with transaction.atomic():
        moved = Letter.objects.filter(pk=letter.pk, status=before).update(status=to, **{dated: timezone.now()})
        if not moved:
            raise NotThere(f"{letter.number} is not there any more: it was changed meanwhile. Look at the list again.")
        Event.record(f"letter.{to.value}", letter, actor=actor, format=letter.format)


def moved_by(letters: Collection[Letter]) -> dict[int, str]:
    """Who moved each letter on last, by the letter's key."""
    kinds = [f"letter.{status.value}" for status in _STEPS]
    events = Event.objects.filter(kind__in=kinds, subject="letter", subject_key__in=[str(x.pk) for x in letters])
    return {int(e.subject_key): e.actor for e in events.order_by("pk")}
