"""Telling services what became of their letters: one email a service, however many came back that day."""

from __future__ import annotations

from django.db import transaction

from mailroom.errors import MailroomError
from mailroom.outbound.notices import BACK_TO_PAPER, COMPLAINED, HAND_OFF, UNDELIVERED, LetterNotice, notice_email
from mailroom.outbound.print_machines import PrintMachines
from mailroom.records.models import Letter, ServiceNotice
from mailroom.values.return_reason import ReturnReason

_BACK_TO_PAPER = {
    UNDELIVERED: "was emailed and did not arrive. Its reader's letters go by post again until they confirm an address.",
    COMPLAINED: "was emailed and called unwanted by its reader. Their letters go by post until they choose email.",
}
_MOST = 500
"""Letters in one email; more wait for the next."""


def tell_services(machines: PrintMachines) -> dict[str, str]:
    """Send what services have not been told yet; service to '' or what went wrong. Safe to repeat.

    The Message-ID is on record before the mail server is spoken to: killed in between, the same email goes again.
    """
    told: dict[str, str] = {}
    for service in _waiting():
        notices = _claimed(machines, service)
        if not notices:
            continue
        email = notice_email(service, map(_fact, notices), notices[0].message_id, machines.clock())
        try:
            machines.tell(email)
        except MailroomError as problem:
            told[service] = str(problem)
            continue
        ServiceNotice.objects.filter(message_id=email.message_id).update(sent_at=machines.clock())
        told[service] = ""
    return told


def _waiting() -> list[str]:
    unsent = ServiceNotice.objects.filter(sent_at=None)
    return list(unsent.order_by("service").values_list("service", flat=True).distinct())


def _claimed(machines: PrintMachines, service: str) -> list[ServiceNotice]:
    """The notices of one email: of one begun before, else those that have none, under a new Message-ID."""
    waiting = ServiceNotice.objects.filter(service=service, sent_at=None).select_related("letter__mailing")
    with transaction.atomic():
        begun = waiting.exclude(message_id="").order_by("pk").first()
        if begun is not None:
            return list(waiting.filter(message_id=begun.message_id).order_by("pk"))
        fresh = list(waiting.order_by("pk")[:_MOST])
        message_id = f"<notices-{service}-{fresh[0].pk}@{machines.mail_domain}>" if fresh else ""
        ServiceNotice.objects.filter(pk__in=[n.pk for n in fresh]).update(message_id=message_id)
    for notice in fresh:
        notice.message_id = message_id
    return fresh


def _fact(notice: ServiceNotice) -> LetterNotice:
    letter = notice.letter
    return LetterNotice(
        letter=letter.number,
        customer=letter.customer_id or "" if letter.matched else "",
        title=letter.mailing.title,
        fact=_sentence(notice),
        made_elsewhere=notice.kind == HAND_OFF,
    )


def _sentence(notice: ServiceNotice) -> str:
    if notice.kind == "returned":
        reason = ReturnReason(notice.detail)
        return f"came back: {reason.words}. {reason.advice}"
    if notice.kind == "return_undone":
        return "did not come back after all: that was noted by mistake. It counts as posted."
    if notice.kind == BACK_TO_PAPER:
        return _BACK_TO_PAPER[notice.detail]
    if notice.kind == HAND_OFF:
        return _to_be_made(notice.letter)
    return f"was left out of the print run. {notice.letter.problem}"


def _to_be_made(letter: Letter) -> str:
    """As it is decided now: the wish for braille may have become one for audio since."""
    day = letter.must_arrive
    by = f", and has to arrive by {day:%-d %B %Y}" if day else ""
    return f"is wanted in another form ({letter.format.replace('_', ' ')}){by}. No ordinary copy goes."
