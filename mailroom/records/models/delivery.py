"""One email of one item to one inbox."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F


class DeliveryStatus(StrEnum):
    """Where an email stands. `sending` is written before the server is spoken to, `sent` after it accepted."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by where they stand."""

    def not_arrived(self) -> DeliveryQuerySet:
        """Refused or come back, of items still open and as they are routed today."""
        failed = self.filter(status__in=(DeliveryStatus.FAILED, DeliveryStatus.BOUNCED))
        return failed.filter(sequence__gte=F("item__version") * 10).exclude(
            item__status__in=("answered", "closed", "withdrawn")
        )


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
