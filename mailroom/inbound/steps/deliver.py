"""Delivering: one email a team, marked `sending` before the server is spoken to and `sent` after it accepted."""

from __future__ import annotations

from django.db import transaction

from mailroom.errors import MailroomError, Retry
from mailroom.inbound.machines import Machines
from mailroom.records import second_letters
from mailroom.records.decisions_told import item_as_told
from mailroom.records.models import Delivery, DeliveryStatus, Event, Item, ItemStatus
from mailroom.records.models.delivery import OVERTAKEN, sequence_of

_UNSENT = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)
_OF_ITS_PAPER = 12
"""Hex digits of the scan's hash in a Message-ID. Numbers can come twice (a database restored, a second mailroom of the
same domain), and mail servers drop a second email of one Message-ID unread."""


def prepare_deliveries(machines: Machines, item_id: int, version: int) -> list[int]:
    """Record the emails a routed item needs: its team's, then a copy to each other team. Returns those unsent."""
    item = Item.objects.select_related("batch").get(pk=item_id)
    if item.version != version or item.status != ItemStatus.ROUTED:
        return []
    # Before the email is written, so that it says when the customer has had to write again.
    second_letters.link(item.pk, machines.second_letter_days)
    routing = item.decision["routing"]
    inboxes = [(item.team, routing["inbox"], False), *((team, box, True) for team, box in routing["copies"])]
    made = []
    with transaction.atomic():
        for place, (team, inbox, is_copy) in enumerate(inboxes, start=1):
            delivery = _on_record(machines, item, place, team, inbox, is_copy)
            if delivery.status in _UNSENT:
                made.append(delivery.pk)
    return made


def _on_record(machines: Machines, item: Item, place: int, team: str, inbox: str, is_copy: bool) -> Delivery:
    """That email, made at the first asking; its number and Message-ID are the same ever after."""
    paper = item.batch.original[:_OF_ITS_PAPER]
    for apart in (False, True):
        sequence = sequence_of(item.version, place, apart)
        delivery, _ = Delivery.objects.get_or_create(
            item=item,
            sequence=sequence,
            defaults={
                "team": team,
                "inbox": inbox,
                "is_copy": is_copy,
                "message_id": f"<{item.number}.{sequence}.{paper}@{machines.mail_domain}>",
            },
        )
        if (delivery.team, delivery.is_copy) == (team, is_copy):
            break
    return delivery


def send(machines: Machines, delivery_id: int, attempt: int) -> str:
    """Send one email. Returns its status after. Trouble that passes leaves it queued for the sweep.

    Killed between the server's yes and our note of it, the same email goes again under the same Message-ID. One that
    still waits when its item is decided anew is never sent: the item may belong to another team by now.
    """
    taken = Delivery.objects.filter(pk=delivery_id, attempts=attempt, status__in=_UNSENT).update(
        status=DeliveryStatus.SENDING, tried_at=machines.clock()
    )
    delivery = Delivery.objects.select_related("item__customer", "item__chases").get(pk=delivery_id)
    if not taken:
        return delivery.status
    if delivery.version != delivery.item.version:
        return _note(delivery, DeliveryStatus.FAILED, OVERTAKEN)
    try:
        machines.mail.send(machines.compose(delivery))
    except Retry as passing:
        return _note(delivery, DeliveryStatus.QUEUED, str(passing))
    except MailroomError as final:
        return _give_up(delivery, str(final))
    return _sent(machines, delivery)


def _note(delivery: Delivery, status: DeliveryStatus, problem: str) -> str:
    Delivery.objects.filter(pk=delivery.pk).update(status=status, problem=problem)
    return status


def _give_up(delivery: Delivery, problem: str) -> str:
    """A permanent refusal: a person must know, because this team will not get the item by itself."""
    with transaction.atomic():
        _note(delivery, DeliveryStatus.FAILED, problem)
        item_as_told(delivery).filter(status=ItemStatus.ROUTED).update(
            status=ItemStatus.UNDELIVERED,
            review_reasons=[f"The email to team {delivery.team} was refused for good. {problem}"],
        )
        Event.record("delivery.failed", delivery, item=delivery.item_id)
    return DeliveryStatus.FAILED


def _sent(machines: Machines, delivery: Delivery) -> str:
    now = machines.clock()
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(status=DeliveryStatus.SENT, sent_at=now, problem="")
        item_as_told(delivery).filter(status__in=(ItemStatus.ROUTED, ItemStatus.UNDELIVERED)).update(
            status=ItemStatus.SENT, sent_at=now
        )
        Event.record("delivery.sent", delivery, item=delivery.item_id, team=delivery.team)
    return DeliveryStatus.SENT
