"""Facts about a customer that somebody confirmed: they change the records, and with them the very next run.

Consents are only ever added; the newest wins. Every change leaves an event. The public pages' half of this, where the
customers themselves choose with a code, is in steps/confirmation.py.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import F

from mailroom.errors import Review
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.preference import BY_EMAIL, PAPER
from mailroom.outbound.steps.relearn import relearn
from mailroom.records.models import Consent, ContactPoint, Customer, CustomerAddress, Event, Telling
from mailroom.values.channel import LetterFormat
from mailroom.values.confirmed_fact import ConfirmedFact, FactKind
from mailroom.values.match_keys import plain


class CannotRecord(Review):
    """The fact cannot be recorded as it is; the message tells the clerk why."""


def confirm_fact(machines: OutboundMachines, fact: ConfirmedFact) -> str:
    """Record the fact for good; returns what changed, in a clerk's words. The same fact twice is recorded once.

    Raises:
        CannotRecord: an unknown customer, no email address, or one that is known to be dead.
    """
    with transaction.atomic():
        customer = _customer(fact.customer_id)
        told = _RECORD[fact.kind](machines, customer, fact)
        if not told:
            return "This was on record already. Nothing changed."
        Event.record(
            "customer.fact_confirmed",
            customer,
            actor=fact.actor,
            fact=fact.kind,
            source=fact.source,
            source_key=fact.source_key,
            document_class=fact.document_class,
        )
        relearn(machines, customer.pk)
    return told


def _customer(number: str) -> Customer:
    """The record, or the one that replaced it."""
    customer = Customer.objects.select_related("merged_into").filter(pk=number).first()
    if customer is None:
        raise CannotRecord(f"There is no customer {number} on record. Find the right one and confirm it again.")
    return _customer(customer.merged_into_id) if customer.merged_into_id else customer


def _email(machines: OutboundMachines, customer: Customer, fact: ConfirmedFact) -> str:
    """The wish counts from today; emails begin when the address is proven."""
    point, new = _mailbox(customer, fact)
    if point.dead:
        raise CannotRecord("Emails to this address came back for good. Ask the customer for another one.")
    added = _consent(machines, customer, fact, BY_EMAIL)
    left = bool(fact.email.strip()) and _leave_other_mailboxes(point, fact)
    if point.verified_at is None and (new or added or left):
        asked = Event.objects.filter(kind="customer.fact_confirmed", subject_key=customer.pk).count()
        transaction.on_commit(lambda: machines.queues.put_confirmation(point.pk, "", asked + 1))
        return "Email is chosen. We have asked the customer by email to confirm the address; until then post goes on."
    chosen = "Email is chosen. The address is proven, so the next letters go by email."
    return chosen if added else "The next emails go to this address, and to no other." if left else ""


def _leave_other_mailboxes(point: ContactPoint, fact: ConfirmedFact) -> bool:
    """Who asks for email at an address is emailed nowhere else: others on record count as proven no more.

    Else letters would go on to a mailbox they left, and to it before the new one is proven. Whether any was left.
    """
    ContactPoint.objects.filter(pk=point.pk).update(source=fact.source)
    others = ContactPoint.objects.filter(customer_id=point.customer_id, kind="email").exclude(pk=point.pk)
    left = others.exclude(verified_at=None).update(verified_at=None)
    if left:
        Event.record("customer.mailboxes_left", point.customer, actor=fact.actor, contact=point.pk, left=left)
    return bool(left)


def _mailbox(customer: Customer, fact: ConfirmedFact) -> tuple[ContactPoint, bool]:
    """The address given, or the best one on record; and whether it is new."""
    if fact.email.strip():
        return ContactPoint.objects.get_or_create(
            customer=customer, kind="email", value=fact.email.strip().lower(), defaults={"source": fact.source}
        )
    known = ContactPoint.objects.filter(customer=customer, kind="email")
    best = known.order_by("dead", F("verified_at").desc(nulls_last=True), "pk").first()
    if best is None:
        raise CannotRecord("No email address of this customer is on record. Enter the one they gave.")
    return best, False


def _post(machines: OutboundMachines, customer: Customer, fact: ConfirmedFact) -> str:
    return "Post is chosen. The next letters are printed." if _consent(machines, customer, fact, PAPER) else ""


def _format(machines: OutboundMachines, customer: Customer, fact: ConfirmedFact) -> str:
    added = _consent(machines, customer, fact, fact.format)
    if not fact.document_class:
        kept = "" if fact.format is LetterFormat.STANDARD else fact.format.value
        added = bool(Customer.objects.filter(pk=customer.pk).exclude(accessible_format=kept).update(
            accessible_format=kept
        )) or added  # fmt: skip
    words = "ordinary letters" if fact.format is LetterFormat.STANDARD else fact.format.replace("_", " ")
    return f"The customer gets {words} from the next run on, from every service." if added else ""


def _moved(machines: OutboundMachines, customer: Customer, fact: ConfirmedFact) -> str:
    """The new address becomes the current one; the others stay as previous ones.

    One that is current already and gave post back takes post again: they say that they do live there.
    """
    assert fact.address is not None  # ConfirmedFact refuses a move without one
    known = CustomerAddress.objects.filter(customer=customer)
    new = fact.address
    same = [a for a in known if a.postcode == new.postcode and plain(" ".join(a.lines)) == plain(" ".join(new.lines))]
    if any(a.current for a in same):
        again = known.filter(pk__in=[a.pk for a in same], gone_away=True).update(gone_away=False)
        return "They live there. Post goes to that address again." if again else ""
    known.update(current=False)
    place = same[0] if same else CustomerAddress(customer=customer, lines=[*new.lines], postcode=new.postcode)
    place.current, place.gone_away, place.source, place.since = True, False, fact.source, fact.on or machines.today()
    place.save()
    return "The new address is on record. Letters of every service go there from now on."


def _died(machines: OutboundMachines, customer: Customer, fact: ConfirmedFact) -> str:
    on = fact.on or machines.today()
    changed = Customer.objects.filter(pk=customer.pk, deceased_date=None).update(deceased_date=on)
    return "The death is on record. Nothing more is sent in this person's name." if changed else ""


def _alive(machines: OutboundMachines, customer: Customer, fact: ConfirmedFact) -> str:
    """A death that is on record by mistake is taken back; letters held back for it are decided again."""
    if not Customer.objects.filter(pk=customer.pk).exclude(deceased_date=None).update(deceased_date=None):
        return ""
    told = sorted(Telling.objects.filter(customer=customer, fact=FactKind.DIED).values_list("service", flat=True))
    others = f" Services were told of the death: tell {', '.join(told)} of the mistake." if told else ""
    return f"No death is on record any more; letters go again. Have the customer file corrected if it has it.{others}"


_RECORD: dict[FactKind, Callable[[OutboundMachines, Customer, ConfirmedFact], str]] = {
    FactKind.EMAIL: _email,
    FactKind.POST: _post,
    FactKind.FORMAT: _format,
    FactKind.MOVED: _moved,
    FactKind.DIED: _died,
    FactKind.ALIVE: _alive,
}


def _consent(machines: OutboundMachines, customer: Customer, fact: ConfirmedFact, choice: str) -> bool:
    """Add the choice unless this very source said it before, or it is the newest one anyway."""
    rows = Consent.objects.filter(customer=customer, document_class=fact.document_class)
    if fact.source_key and rows.filter(source=fact.source, source_key=fact.source_key, choice=choice).exists():
        return False
    kinds = {BY_EMAIL, PAPER} if choice in (BY_EMAIL, PAPER) else {f.value for f in LetterFormat}
    latest = rows.filter(choice__in=kinds).order_by("given_at", "pk").last()
    if latest is not None and latest.choice == choice:
        return False
    Consent.objects.create(
        customer=customer,
        document_class=fact.document_class,
        choice=choice,
        given_at=machines.clock(),
        source=fact.source,
        source_key=fact.source_key,
        confirmed_by=fact.actor,
    )
    return True
