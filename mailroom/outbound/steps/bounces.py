"""What is heard of an email after it left. One that came back marks the mailbox and prints in the next run.

The same news may come twice, by mailbox and by web, and in any order: only the first changes anything.
"""

from __future__ import annotations

from email import message_from_bytes
from enum import StrEnum

from django.db import transaction
from django.db.models import F, QuerySet

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.notices import BACK_TO_PAPER, COMPLAINED, UNDELIVERED
from mailroom.outbound.preference import BOUNCES_BACK_TO_PAPER, PAPER, still_counting
from mailroom.outbound.steps.decide import decide_again
from mailroom.outbound.steps.relearn import relearn
from mailroom.records.models import (
    Consent,
    ContactPoint,
    Customer,
    Event,
    Letter,
    LetterStatus,
    Mailing,
    MailingStatus,
    ServiceNotice,
)
from mailroom.records.recipients import BOUNCED, bounce_days
from mailroom.values.bounces import read_bounces
from mailroom.values.complaints import read_complaints
from mailroom.values.mail_notice import MailNotice, NoticeKind

_GONE_OUT = (LetterStatus.EMAILED, LetterStatus.DELIVERED, LetterStatus.SENDING)
_ARRIVED = "contact.email_arrived"
_COMPLAINT = "complaint"
"""The source of a choice of post that rests on a reader calling our email unwanted."""


class Heard(StrEnum):
    """What a notice came to. Unknown: it is about no letter of ours."""

    NEWS = "news"
    KNOWN = "known"
    UNKNOWN = "unknown"


def take_notice(machines: OutboundMachines, notice: MailNotice) -> Heard:
    """Act on one notice about one email."""
    with transaction.atomic():
        found = Letter.objects.select_for_update(of=("self",)).filter(message_id=notice.message_id)
        letter = found.select_related("mailing").first() if notice.message_id else None
        if letter is None:
            return Heard.UNKNOWN
        match notice.kind:
            case NoticeKind.BOUNCED:
                news = _bounced(machines, letter, notice)
            case NoticeKind.DELIVERED:
                news = _delivered(machines, letter)
            case NoticeKind.COMPLAINED:
                news = _complained(machines, letter)
            case NoticeKind.DELAYED:
                news = False
    return Heard.NEWS if news else Heard.KNOWN


def take_message(machines: OutboundMachines, raw: bytes) -> bool:
    """Take the notices of one message that came to the letters' mailbox.

    Returns whether nobody has to look at it: False for what is no report, or about no letter of ours. A program's own
    answer (a holiday note) needs nobody.
    """
    heard = [take_notice(machines, notice) for notice in _notices(raw)]
    if heard:
        return Heard.UNKNOWN not in heard
    return str(message_from_bytes(raw).get("Auto-Submitted", "no")).strip().lower().startswith("auto-replied")


def _notices(raw: bytes) -> list[MailNotice]:
    return [*(bounce.notice for bounce in read_bounces(raw)), *read_complaints(raw)]


def _bounced(machines: OutboundMachines, letter: Letter, notice: MailNotice) -> bool:
    if letter.status not in _GONE_OUT:
        return False
    mark_mailbox(machines, letter, permanent=notice.permanent)
    print_instead(machines, letter, "letter.bounced", notice.status)
    return True


def _delivered(machines: OutboundMachines, letter: Letter) -> bool:
    """The reader's mail server has it. A bounce may still follow, and then counts."""
    if letter.status not in (LetterStatus.EMAILED, LetterStatus.SENDING):
        return False
    now = machines.clock()
    Letter.objects.filter(pk=letter.pk).update(
        status=LetterStatus.DELIVERED, delivered_at=now, sent_at=letter.sent_at or now, work="", problem=""
    )
    Event.record("letter.email_delivered", letter, mailing=letter.mailing_id)
    note_arrival(letter)
    return True


def _complained(machines: OutboundMachines, letter: Letter) -> bool:
    """They called it unwanted: from here their letters are on paper, until they choose email again.

    The letter itself has arrived, so it does not print. Only the mailbox of one surely known is meant.
    """
    if Event.objects.filter(kind="letter.complained", subject="letter", subject_key=str(letter.pk)).exists():
        return False
    Event.record("letter.complained", letter, mailing=letter.mailing_id)
    if letter.matched and letter.customer is not None:
        customer = letter.customer.survivor
        Consent.objects.create(
            customer=customer,
            choice=PAPER,
            given_at=machines.clock(),
            source=_COMPLAINT,
            source_key=str(letter.pk),
        )
        _back_to_paper(machines, customer, letter, COMPLAINED)
        relearn(machines, customer.pk)
    return True


def mark_mailbox(machines: OutboundMachines, letter: Letter, *, permanent: bool) -> None:
    """Count an undelivered email against the mailbox. From the second, or one that is for good, the person is back on
    paper, and the letter's service is told."""
    points = _mailboxes(letter)
    for point in points:
        taken_back = _cleared_by(letter, point)
        points.filter(pk=point.pk).update(bounces=F("bounces") + taken_back + 1)
        Event.record(BOUNCED, point, letter=letter.pk, on=machines.today().isoformat())
    if permanent:
        points.update(dead=True)
    marked = list(points.select_related("customer"))
    days = bounce_days(marked)
    for point in marked:
        count = still_counting(point.bounces, days.get(point.pk, ()), machines.bounces_since())
        if point.dead or count >= BOUNCES_BACK_TO_PAPER:
            _back_to_paper(machines, point.customer, letter, UNDELIVERED)


def note_arrival(letter: Letter) -> None:
    """Its email arrived, which ends the row of undelivered ones. How many they were is kept, should it bounce yet."""
    for point in _mailboxes(letter).filter(bounces__gt=0):
        Event.record(_ARRIVED, point, letter=letter.pk, was=point.bounces)
        ContactPoint.objects.filter(pk=point.pk).update(bounces=0)


def _cleared_by(letter: Letter, point: ContactPoint) -> int:
    """The undelivered emails that this letter's arrival ended the row of: it came back after all, so they count."""
    about = Event.objects.filter(kind=_ARRIVED, subject="contactpoint", subject_key=str(point.pk))
    return sum(details["was"] for details in about.filter(details__letter=letter.pk).values_list("details", flat=True))


def _mailboxes(letter: Letter) -> QuerySet[ContactPoint]:
    """The mailbox on record that its email went to; on several records, if the letter is surely nobody's."""
    points = ContactPoint.objects.filter(kind="email", value=letter.email)
    return points.filter(customer_id=letter.customer_id) if letter.customer_id else points


def _back_to_paper(machines: OutboundMachines, customer: Customer, letter: Letter, why: str) -> None:
    """On record, and among what the letter's service is told by its next email."""
    Event.record("customer.back_to_paper", customer, service=letter.mailing.service, letter=letter.pk)
    ServiceNotice.objects.get_or_create(
        letter=letter,
        kind=BACK_TO_PAPER,
        defaults={"service": letter.mailing.service, "detail": why, "made_at": machines.clock()},
    )


def print_instead(machines: OutboundMachines, letter: Letter, event: str, status: str) -> None:
    """The letter's email did not arrive: decide it again without any mailbox, so that it goes by post.

    Its must-arrive date stays, so the print run takes a faster class where the day asks for it.
    """
    with transaction.atomic():
        moved = Letter.objects.filter(pk=letter.pk, status__in=_GONE_OUT).update(
            status=LetterStatus.TO_EMAIL, bounced_at=machines.clock(), sent_at=None, work="", problem=""
        )
        if moved:
            Mailing.objects.filter(pk=letter.mailing_id, status=MailingStatus.DONE).update(status=MailingStatus.READY)
            Event.record(event, letter, status=status, mailing=letter.mailing_id)
            decide_again(machines, Letter.objects.filter(pk=letter.pk))
