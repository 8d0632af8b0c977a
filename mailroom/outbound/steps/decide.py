"""Deciding how each letter goes, from what is on record at this moment. May be repeated until the letter has left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import QuerySet

from mailroom.config.document_classes import DocumentClass
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.notices import HAND_OFF
from mailroom.outbound.preference import (
    GIVEN,
    Mailbox,
    RecipientFacts,
    decide_asked_email,
    decide_channel,
)
from mailroom.outbound.recipient_facts import facts_as_json, facts_from_json, facts_of, moved_to
from mailroom.outbound.replay import Replay, replay
from mailroom.outbound.steps.reply_codes import give_reply_codes
from mailroom.records.models import ContactPoint, Event, Letter, LetterStatus, MailingStatus, ServiceNotice
from mailroom.records.recipients import recipients
from mailroom.values.channel import Channel, ChannelDecision
from mailroom.values.recipient import Recipient

DECIDED = {
    Channel.EMAIL: LetterStatus.TO_EMAIL,
    Channel.PRINT: LetterStatus.TO_PRINT,
    Channel.HAND_OFF: LetterStatus.HAND_OFF,
    Channel.WITHHELD: LetterStatus.WITHHELD,
}
"""Where a letter stands once its channel is decided."""

_CHUNK = 1000
_WRITTEN = (
    "status", "channel", "format", "bilingual", "rule", "rule_version", "reasons", "facts", "email", "decided_at",
    "work", "address_lines", "postcode",
)  # fmt: skip
_OPEN = [s for s in LetterStatus if s.may_be_decided_again]


def decide_positions(machines: OutboundMachines, mailing_id: int, first: int, last: int) -> int:
    """Decide the queued letters at these positions of a mailing. Returns how many."""
    queued = Letter.objects.filter(mailing_id=mailing_id, position__gte=first, position__lte=last)
    return len(_decide(machines, queued.filter(status=LetterStatus.QUEUED)))


def decide_again(machines: OutboundMachines, letters: QuerySet[Letter]) -> int:
    """Decide letters anew that neither printer nor mail server has yet. Returns how many go another way than before.

    Called when the records change, and at the last moment before a letter leaves.
    """
    ids = list(letters.filter(status__in=_OPEN, mailing__status=MailingStatus.READY).values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(ids), _CHUNK):
        chunk = Letter.objects.filter(pk__in=ids[start : start + _CHUNK])
        changed += sum(was != now for was, now in _decide(machines, chunk.exclude(decided_at=None)))
    return changed


def letters_of_customer(customer_id: str) -> QuerySet[Letter]:
    """Every letter to a customer."""
    return Letter.objects.filter(customer_id=customer_id)


def _decide(machines: OutboundMachines, letters: QuerySet[Letter]) -> list[tuple[str, str]]:
    """Decide and write. Returns each letter's channel and format before and after.

    Rows are locked where the database can, so that a letter that leaves at this moment is left alone.
    """
    with transaction.atomic():
        waiting = letters.filter(status__in=_OPEN).order_by("pk")  # as steps/parts.py: lock_in_order
        chosen = list(waiting.select_for_update(of=("self",)).select_related("mailing"))
        known = recipients({x.customer_id for x in chosen if x.customer_id})
        now = machines.clock()
        before = [(x.channel, x.format) for x in chosen]
        for letter in chosen:
            _settle(machines, letter, known.get(letter.customer_id or ""), now)
        # An upsert of whole rows takes a tenth of the time of bulk_update's CASE for every column and row.
        Letter.objects.bulk_create(chosen, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN)
        give_reply_codes(machines, chosen)
        after = [(x.channel, x.format) for x in chosen]
        _tell(chosen, before, after)
        _tell_services(chosen, before, now)
    return [(f"{was}", f"{now}") for was, now in zip(before, after, strict=True)]


def _settle(machines: OutboundMachines, letter: Letter, recipient: Recipient | None, now: dt.datetime) -> None:
    """Write the decision on the letter in memory."""
    kind = machines.kind(letter.mailing.document_class)
    bounced = letter.bounced_at is not None
    moved = _readdress(letter, recipient) if letter.matched else ()
    facts = facts_of(
        recipient,
        letter.address_lines,
        letter.postcode,
        matched=letter.matched,
        bounced=bounced,
        bounces_since=machines.bounces_since(),
    )
    if moved and letter.first_page:
        facts = replace(facts, gone_away=True)
    decision = _decision(machines, letter, facts, kind)
    letter.channel, letter.format, letter.bilingual = decision.channel, decision.format, decision.bilingual
    letter.rule, letter.rule_version = decision.rule, decision.rule_version
    letter.reasons = [*moved, *decision.reasons]
    letter.facts = facts_as_json(facts)
    if decision.email_key != GIVEN and letter.address_lines:
        letter.email = _address(recipient, decision.email_key)
    letter.decided_at = letter.decided_at or now
    status = DECIDED[decision.channel]
    if status != LetterStatus.TO_EMAIL or letter.status != LetterStatus.TO_EMAIL:
        letter.work = ""
    letter.status = status


def _readdress(letter: Letter, recipient: Recipient | None) -> tuple[str, ...]:
    """Send it to where the person told us they live now; the reason, if they moved.

    A letter that came as a PDF bears its old address in print, so it cannot follow: its post would reach strangers.
    """
    place = moved_to(recipient, letter.address_lines, letter.postcode)
    if place is None:
        return ()
    if letter.first_page:
        return ("The person told us they moved; this PDF bears the old address.",)
    letter.address_lines = [*letter.address_lines[:1], *place.lines, place.postcode]
    letter.postcode = place.postcode
    return ("The person told us they moved: the letter goes to their new address.",)


def _decision(
    machines: OutboundMachines, letter: Letter, facts: RecipientFacts, kind: DocumentClass
) -> ChannelDecision:
    if letter.address_lines:
        return decide_channel(facts, kind, machines.today())
    dead = letter.bounced_at is not None or ContactPoint.objects.filter(value=letter.email, dead=True).exists()
    return decide_asked_email(facts, Mailbox(GIVEN, verified=True, dead=dead))


def _address(recipient: Recipient | None, key: str) -> str:
    found = (e.address for e in recipient.emails if str(e.key) == key) if recipient and key else iter(())
    return next(found, "")


def _tell(letters: Sequence[Letter], before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> None:
    """An event for each letter that was decided before and now goes another way."""
    for letter, was, now in zip(letters, before, after, strict=True):
        if was[0] and was != now:
            Event.record("letter.decided_again", letter, was=was[0], now=now[0], format=now[1], rule=letter.rule)


def _tell_services(letters: Sequence[Letter], before: Sequence[tuple[str, str]], now: dt.datetime) -> None:
    """A notice for each letter that joined the hand-off list; one not sent yet goes when the letter left the list."""
    pairs = list(zip(letters, before, strict=True))
    left = [x.pk for x, (was, _) in pairs if was == Channel.HAND_OFF != x.channel]
    if left:
        ServiceNotice.objects.filter(letter__in=left, kind=HAND_OFF, message_id="").delete()
    joined = [x for x, (was, _) in pairs if was != Channel.HAND_OFF == x.channel]
    notices = [
        ServiceNotice(letter=x, service=x.mailing.service, kind=HAND_OFF, detail=x.format, made_at=now) for x in joined
    ]
    ServiceNotice.objects.bulk_create(notices, ignore_conflicts=True)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Another world to decide a past mailing in.

    classes_by_email: document classes that may be emailed there. consent_to_all: everybody who consented to email for
    any class consented for all.
    """

    classes_by_email: frozenset[str] = frozenset()
    consent_to_all: bool = False


def what_if(machines: OutboundMachines, letters: QuerySet[Letter], world: WhatIf) -> Replay:
    """Decide a past run again from the facts kept with each letter: "what if we had e-billed those who consented?"."""
    return replay(_past(machines, letters), _in(world))


def _past(
    machines: OutboundMachines, letters: QuerySet[Letter]
) -> Iterator[tuple[RecipientFacts, DocumentClass, dt.date]]:
    decided = letters.exclude(decided_at=None).exclude(address_lines=[])
    rows = decided.values_list("facts", "decided_at", "mailing__document_class")
    for facts, at, code in rows.iterator(chunk_size=2000):
        if at is not None:
            yield facts_from_json(facts), machines.kind(code), machines.local_time(at).date()


def _in(world: WhatIf) -> Callable[[RecipientFacts, DocumentClass], tuple[RecipientFacts, DocumentClass]]:
    def changed(facts: RecipientFacts, kind: DocumentClass) -> tuple[RecipientFacts, DocumentClass]:
        if kind.code in world.classes_by_email:
            kind = kind.model_copy(update={"may_email": True, "needs_proof": False})
        if world.consent_to_all:
            facts = replace(facts, consents=tuple(replace(c, document_class="") for c in facts.consents))
        return facts, kind

    return changed


def reasons_of(letters: Iterable[Letter]) -> dict[str, int]:
    """How many letters each settling reason decided, the commonest first."""
    counts: dict[str, int] = {}
    for letter in letters:
        why = letter.reasons[-1] if letter.reasons else ""
        counts[why] = counts.get(why, 0) + 1
    return dict(sorted(counts.items(), key=lambda kv: -kv[1]))
