"""Asking a person by email whether an address is theirs, and what their answer changes."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F

from mailroom.outbound.confirmation import confirmation_email
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.preference import BY_EMAIL, PAPER, STOP
from mailroom.outbound.steps.email import email_from
from mailroom.outbound.steps.relearn import relearn
from mailroom.outbound.steps.tokens import Purpose, dated_token, key_in, key_in_dated
from mailroom.records.models import Consent, ContactPoint, Event, Letter, LetterStatus, ReplyCode
from mailroom.values.confirmed_fact import FactSource
from mailroom.values.reply_code import read_reply_code

STALE_AFTER = dt.timedelta(days=14)
_NEVER_LEFT = (LetterStatus.WITHHELD, LetterStatus.CANCELLED, LetterStatus.FAILED)
MOST_ASKED = 5
"""Confirmation emails one code may ask for: enough for a few slips in typing, too few to pester anybody with."""


def open_code(machines: OutboundMachines, code: str) -> Letter | None:
    """The letter a reply code was printed on; None for a code that is wrong, used, expired or of a letter held back."""
    found = _live(machines, code)
    if found is None:
        return None
    ReplyCode.objects.filter(pk=found.pk, opened_at=None).update(opened_at=machines.clock())
    return found.letter


def ask_for_email(machines: OutboundMachines, code: str, email: str) -> None:
    """Note the address as one not proven, and send it a confirmation. Says nothing about whether the code was good."""
    found = _live(machines, code)
    if found is None or found.letter.customer_id is None or not found.letter.matched:
        return
    with transaction.atomic():
        if not ReplyCode.objects.filter(pk=found.pk, asked__lt=MOST_ASKED).update(asked=F("asked") + 1):
            return
        point, _ = ContactPoint.objects.get_or_create(
            customer_id=found.letter.customer_id,
            kind="email",
            value=email.strip().lower(),
            defaults={"source": FactSource.REPLY_CODE},
        )
        Event.record("letter.email_asked_for", found.letter, contact=point.pk)
        attempt = found.asked + 1
        transaction.on_commit(lambda: machines.queues.put_confirmation(point.pk, found.code, attempt))


def ask_whether_theirs(machines: OutboundMachines, contact_point_id: int, code: str, attempt: int) -> None:
    """Send the confirmation email. Sent again after a crash it bears the same Message-ID."""
    point = ContactPoint.objects.filter(pk=contact_point_id).first()
    if point is None:
        return
    found = ReplyCode.objects.select_related("letter__mailing").filter(pk=code).first()
    name = machines.kind(found.letter.mailing.document_class).name if found else ""
    link = f"{machines.letters_page}/confirm/{dated_token(f'{point.pk}-{code}')}"
    message_id = f"<confirm.{point.pk}.{code or 'record'}.{attempt}@{machines.mail_domain}>"
    date = machines.local_time(machines.clock())
    machines.mail.send(confirmation_email(email_from(machines), point.value, name, link, message_id, date))


def confirm_email(machines: OutboundMachines, token: str) -> bool:
    """The link was pressed: from here the address is proven and the choice counts. False for a stale or wrong token.

    Pressed twice it changes nothing more.
    """
    point, code = _of(key_in_dated(token, STALE_AFTER))
    if point is None:
        return False
    now = machines.clock()
    with transaction.atomic():
        if code:
            used = ReplyCode.objects.filter(pk=code, used_at=None, expires_at__gte=now).update(used_at=now)
            if not used:
                return point.verified_at is not None
            letter = Letter.objects.select_related("mailing").get(reply_codes__code=code)
            _consent(point.customer_id, BY_EMAIL, letter.mailing.document_class, str(letter.pk), now)
        ContactPoint.objects.filter(pk=point.pk).update(verified_at=now, bounces=0, dead=False)
        Event.record(
            "customer.email_confirmed", point.customer, actor="customer", contact=point.pk, with_code=bool(code)
        )
        relearn(machines, point.customer_id)
    return True


def take_back(machines: OutboundMachines, token: str) -> bool:
    """Back to post (or no more, for letters that may be stopped), by a new entry. False for a wrong token.

    Works with the link of the confirmation and with the one at the foot of every emailed letter, at any age.
    """
    letter = _letter_of_choice(token)
    if letter is not None and letter.customer_id is not None:
        kind = machines.kind(letter.mailing.document_class)
        return _reverse(machines, letter.customer_id, STOP if kind.unsubscribe else PAPER, kind.code, str(letter.pk))
    point, code = _of(key_in_dated(token))
    if point is None:
        return False
    found = ReplyCode.objects.select_related("letter__mailing").filter(pk=code).first()
    kind_code = found.letter.mailing.document_class if found else ""
    return _reverse(machines, point.customer_id, PAPER, kind_code, str(found.letter_id) if found else "")


def _live(machines: OutboundMachines, typed: str) -> ReplyCode | None:
    code = read_reply_code(typed)
    if not code:
        return None
    alive = ReplyCode.objects.filter(pk=code, used_at=None, expires_at__gte=machines.clock())
    return alive.exclude(letter__status__in=_NEVER_LEFT).select_related("letter__mailing").first()


def _of(key: str) -> tuple[ContactPoint | None, str]:
    number, _, code = key.partition("-")
    if not number.isdigit():
        return None, ""
    return ContactPoint.objects.select_related("customer").filter(pk=int(number)).first(), code


def _letter_of_choice(token: str) -> Letter | None:
    key = key_in(Purpose.CHOOSE, token)
    return Letter.objects.select_related("mailing").filter(key=key).first() if key else None


def _reverse(machines: OutboundMachines, customer_id: str, choice: str, kind: str, source_key: str) -> bool:
    with transaction.atomic():
        latest = Consent.objects.filter(customer_id=customer_id, document_class=kind).order_by("given_at", "pk").last()
        if latest is None or latest.choice != choice:
            entry = _consent(customer_id, choice, kind, source_key, machines.clock())
            Event.record(
                "customer.choice_reversed", entry.customer, actor="customer", document_class=kind, choice=choice
            )
        relearn(machines, customer_id)
    return True


def _consent(customer_id: str, choice: str, kind: str, source_key: str, at: dt.datetime) -> Consent:
    return Consent.objects.create(
        customer_id=customer_id,
        choice=choice,
        document_class=kind,
        given_at=at,
        source=FactSource.REPLY_CODE,
        source_key=source_key,
        confirmed_by="customer",
    )
