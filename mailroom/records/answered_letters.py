"""Finding the letter that an item answers, and noting that it was answered."""

from __future__ import annotations

from collections.abc import Sequence

from mailroom.records.models import Event, Item, ReplyCode
from mailroom.values.answered_letter import AnsweredLetter


def letter_answered(codes: Sequence[str]) -> AnsweredLetter | None:
    """The letter of the first of these reply codes that is on record; None when none is."""
    found = {row.code: row for row in ReplyCode.objects.filter(code__in=codes).select_related("letter__mailing")}
    row = next((found[code] for code in codes if code in found), None)
    if row is None:
        return None
    letter = row.letter
    customer = (letter.customer_id or "") if letter.matched else ""
    return AnsweredLetter(row.code, letter.number, letter.mailing.service, customer)


def note_answer(item: Item, answered: AnsweredLetter) -> None:
    """Keep which item answered the letter; the first one stays. Safe to repeat."""
    if ReplyCode.objects.filter(pk=answered.code, answered_by=None).update(answered_by=item):
        Event.record("item.answers_letter", item, letter=answered.number)
