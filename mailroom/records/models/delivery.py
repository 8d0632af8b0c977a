"""One email of one item to one inbox."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

# Emails of one decision are numbered version * 10 + place, as they always were, because the number is part of the
# Message-ID. From the tenth team on the numbers would be those of the next decision, so they have a range of their own.
_IN_ORDER = 10
_FURTHER, _PLACES = 1_000_000, 1_000
OVERTAKEN = "Not sent: the item was decided anew before this email left."
"""The problem of an email that was called off: no failure, and nobody has to do anything."""


class DeliveryStatus(StrEnum):
    """Where an email stands. `sending` is written before the server is spoken to, `sent` after it accepted."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


def sequence_of(version: int, place: int, apart: bool = False) -> int:
    """The number of the email at that place, from 1, of an item's decision.

    apart: out of the way of a number that an earlier release gave to another email.
    """
    if place < _IN_ORDER and not apart:
        return version * _IN_ORDER + place
    if place >= _PLACES:
        raise ValueError(f"an item goes to fewer than {_PLACES} teams, not {place}")
    return _FURTHER + version * _PLACES + place


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by where they stand."""

    def in_force(self) -> DeliveryQuerySet:
        """Of items as they are decided today; emails of an earlier decision are history."""
        version = F("item__version")
        in_order = Q(sequence__gte=version * _IN_ORDER, sequence__lt=(version + 1) * _IN_ORDER)
        further = Q(sequence__gte=_FURTHER + version * _PLACES, sequence__lt=_FURTHER + (version + 1) * _PLACES)
        return self.filter(in_order | further)

    def not_arrived(self) -> DeliveryQuerySet:
        """Refused or come back, of items still open and as they are routed today."""
        failed = self.in_force().filter(status__in=(DeliveryStatus.FAILED, DeliveryStatus.BOUNCED))
        return failed.exclude(item__status__in=("answered", "closed", "withdrawn"))


class Delivery(models.Model):
    """An email to a team. Its Message-ID never changes, so a repeat after a crash is recognised as the same email."""

    item = models.ForeignKey("records.Item", on_delete=models.CASCADE, related_name="deliveries")
    sequence = models.PositiveIntegerField(help_text="1 for the owner, then the copies; again after a re-route")
    team = models.CharField(max_length=60)
    inbox = models.EmailField()
    is_copy = models.BooleanField(default=False)
    message_id = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=20, choices=[(s, s) for s in DeliveryStatus], default=DeliveryStatus.QUEUED)
    attempts = models.PositiveIntegerField(default=1, help_text="times it was put on the line; part of its workflow id")
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "sequence"], name="one_delivery_per_sequence")]
        indexes = [models.Index(fields=["status"])]

    def __str__(self) -> str:
        return self.message_id

    @property
    def version(self) -> int:
        """Which of the item's decisions it tells of."""
        if self.sequence >= _FURTHER:
            return (self.sequence - _FURTHER) // _PLACES
        return self.sequence // _IN_ORDER
