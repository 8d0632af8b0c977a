"""The register of valuables: what came with an item that is worth something, who saw it, where it is kept."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.db import models


class ValuableKind(StrEnum):
    """What it is. NOTHING: the letter speaks of an enclosure, and two people found none."""

    CHEQUE = "cheque"
    CASH = "cash"
    DOCUMENT = "document"
    OTHER = "other"
    NOTHING = "nothing"


class LeftBy(StrEnum):
    """How it left us."""

    TRACKED_POST = "tracked_post"
    COLLECTED = "collected"
    BANKED = "banked"
    WITH_TEAM = "with_team"


class Valuable(models.Model):
    """One thing of worth that came with an item. Nothing of a row is changed once a second person has signed for it.

    amount_pence: of cash and cheques. proof: what shows that it left: the receipt's number, who signed. photo: of it.
    """

    item = models.ForeignKey("records.Item", on_delete=models.PROTECT, related_name="valuables")
    kind = models.CharField(max_length=20, choices=[(k, k) for k in ValuableKind])
    description = models.CharField(max_length=200)
    amount_pence = models.PositiveIntegerField(null=True)
    kept_where = models.CharField(max_length=100, blank=True)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="valuables_logged")
    logged_at = models.DateTimeField()
    witnessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="valuables_witnessed"
    )
    witnessed_at = models.DateTimeField(null=True)
    left_by = models.CharField(max_length=20, blank=True, choices=[(w, w) for w in LeftBy])
    tracking = models.CharField(max_length=40, blank=True, help_text="number of the tracked post")
    proof = models.CharField(max_length=200, blank=True)
    photo = models.CharField(max_length=64, blank=True, help_text="store key of a picture of the proof, drawn anew")
    left_at = models.DateTimeField(null=True)
    left_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="valuables_sent"
    )

    class Meta:
        indexes = [models.Index(fields=["left_at", "witnessed_at"])]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The entry's number as people say it: V000042."""
        return f"V{self.pk:06d}"
