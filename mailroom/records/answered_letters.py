"""Finding the letter that an item answers, and noting that it was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Q, QuerySet

from mailroom.records.models import Event, Item, Letter, LetterStatus, PrintRunStatus, ReplyCode
from mailroom.values.answered_letter import AnsweredLetter

_HAVE_LEFT = [s for s in PrintRunStatus if s.can_be_reconciled or s is PrintRunStatus.POSTED]


def codes_that_left() -> QuerySet[ReplyCode]:
    """Codes whose letter a printer has, or the post: nobody can have read the code of one that was held back.

    A letter withheld, cancelled, emailed instead or still waiting may have a code on record from an earlier decision.
    """
    posted = Q(letter__status__in=(LetterStatus.POSTED, LetterStatus.RETURNED))
    return ReplyCode.objects.filter(posted | Q(letter__print_run__status__in=_HAVE_LEFT))


def letter_answered(codes: Sequence[str]) -> AnsweredLetter | None:
    """The letter of the first of these reply codes that is on record and has left us; None when none is.

    Letters to different customers on one item settle nobody, letters of different services nothing at all.
    """
    rows = {row.code: row for row in codes_that_left().filter(code__in=codes).select_related("letter__mailing")}
    found = [_answered(rows[code]) for code in codes if code in rows]
    if not found or len({x.service for x in found}) > 1:
        return None
    one_reader = len({x.customer_id for x in found}) == 1
    return found[0] if one_reader else replace(found[0], customer_id="")


def note_answer(item: Item, answered: AnsweredLetter) -> None:
    """Keep which item answered the letter; the first one stays. Safe to repeat."""
    if ReplyCode.objects.filter(pk=answered.code, answered_by=None).update(answered_by=item):
        Event.record("item.answers_letter", item, letter=answered.number)


def _answered(row: ReplyCode) -> AnsweredLetter:
    letter = row.letter
    return AnsweredLetter(row.code, letter.number, letter.mailing.service, _reader(letter))


def _reader(letter: Letter) -> str:
    """The customer it surely went to, by the record that stands for them today; '' when it was in doubt."""
    return letter.customer.survivor.pk if letter.matched and letter.customer is not None else ""
