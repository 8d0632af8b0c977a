"""The page behind an emailed link: it shows the letter to the person who can say their postcode or date of birth."""

from __future__ import annotations

import datetime as dt
import re

from django.db.models import F

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.bounces import note_arrival
from mailroom.outbound.steps.tokens import Purpose, key_in
from mailroom.records.models import Event, Letter, LetterStatus

WRONG_A_ROUND, MOST_WRONG = 5, 20
LOCKED_FOR = dt.timedelta(hours=1)
"""After every fifth wrong answer an hour's wait; after twenty in all the link is dead. Of some 4,000 postcodes of a
district, or 30,000 birthdays, a stranger then guesses one link in 200 at the very best."""

_DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%y", "%d%m%Y")


def knows_link(machines: OutboundMachines, token: str) -> bool:
    """Whether the link is one of ours and has not expired."""
    return _letter(machines, token) is not None


def letter_behind(machines: OutboundMachines, token: str, answer: str) -> bytes | None:
    """The PDF that was sent, once the answer proves the reader; None otherwise, and after too many wrong ones."""
    letter = _letter(machines, token)
    now = machines.clock()
    if letter is None or _is_locked(letter, now):
        return None
    if not _proves(letter, answer):
        Letter.objects.filter(pk=letter.pk).update(wrong_answers=F("wrong_answers") + 1, wrong_at=now)
        Event.record("letter.wrong_answer", letter, actor="reader")
        return None
    if Letter.objects.filter(pk=letter.pk, opened_at=None).update(opened_at=now) and not _bounced_since(letter):
        note_arrival(letter)
    Letter.objects.filter(pk=letter.pk).update(wrong_answers=0)
    Event.record("letter.opened", letter, actor="reader")
    return machines.store.get(letter.document)


def _bounced_since(letter: Letter) -> bool:
    """Whether an email to them that came back is later than this one: reading it then says nothing of the mailbox."""
    later = Letter.objects.filter(customer_id=letter.customer_id, bounced_at__gt=letter.sent_at)
    return letter.customer_id is None or later.exists()


def _letter(machines: OutboundMachines, token: str) -> Letter | None:
    key = key_in(Purpose.READ, token)
    if not key:
        return None
    since = machines.clock() - dt.timedelta(days=machines.outgoing.email.link_days)
    sent = Letter.objects.filter(key=key, sent_at__gte=since).exclude(document="")
    return sent.filter(status__in=(LetterStatus.EMAILED, LetterStatus.DELIVERED)).select_related("customer").first()


def _is_locked(letter: Letter, now: dt.datetime) -> bool:
    if letter.wrong_answers >= MOST_WRONG:
        return True
    round_over = letter.wrong_answers > 0 and letter.wrong_answers % WRONG_A_ROUND == 0
    return round_over and letter.wrong_at is not None and now - letter.wrong_at < LOCKED_FOR


def _proves(letter: Letter, answer: str) -> bool:
    """The postcode the letter is addressed to, or the date of birth on record."""
    typed = re.sub(r"[^A-Z0-9]", "", answer.upper())
    if letter.postcode and typed == letter.postcode.replace(" ", ""):
        return True
    born = letter.customer.date_of_birth if letter.customer else None
    return born is not None and born in _days_in(answer)


def _days_in(answer: str) -> set[dt.date]:
    days = set()
    for form in _DAYS:
        try:
            days.add(dt.datetime.strptime(" ".join(answer.split()), form).date())  # noqa: DTZ007
        except ValueError:
            continue
    return days
