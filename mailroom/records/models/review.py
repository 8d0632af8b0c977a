"""What people do with items: leases of the review queue, corrections kept for training, handling, notes."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.db import models


class ReviewLease(models.Model):
    """One person has one item in front of them until a moment; after it anybody may be given the item."""

    item = models.OneToOneField("records.Item", on_delete=models.CASCADE, related_name="lease")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="leases")
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"lease of item {self.item_id}"


class Correction(models.Model):
    """What the line proposed and what a person decided instead (or the same), as training examples.

    before holds the columns the decision changed, so that it can be undone; undone ones teach nothing.
    """

    item = models.ForeignKey("records.Item", on_delete=models.CASCADE, related_name="corrections")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrections")
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    proposed = models.CharField(max_length=40, blank=True)
    decided = models.CharField(max_length=40, blank=True, help_text="service code; blank for 'not ours'")
    reason = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"correction {self.pk} of item {self.item_id}"


class ExampleStatus(StrEnum):
    """Whether a decision may teach: nothing is learned from before a leader accepted it."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class TrainingExample(models.Model):
    """A decided item as a training example. text is masked as config/retention.toml says."""

    correction = models.OneToOneField(Correction, on_delete=models.CASCADE, related_name="example")
    service = models.CharField(max_length=40, db_index=True)
    doc_type = models.CharField(max_length=40, blank=True)
    flags = models.JSONField(default=list)
    text = models.TextField()
    status = models.CharField(max_length=10, choices=[(s, s) for s in ExampleStatus], default=ExampleStatus.WAITING)
    made_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["status", "made_at"])]

    def __str__(self) -> str:
        return f"example {self.pk} of correction {self.correction_id}"


class Handling(models.Model):
    """Who in the team has an item, and whether it waits for something."""

    item = models.OneToOneField("records.Item", on_delete=models.CASCADE, related_name="handling")
    assigned = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="handled_items"
    )
    accepted_at = models.DateTimeField(null=True)
    hold_reason = models.TextField(blank=True)
    promised = models.DateField(null=True, help_text="date a holding reply promised an answer by")
    answer = models.TextField(blank=True, help_text="how it was answered")
    letter = models.ForeignKey(
        "records.Letter", null=True, on_delete=models.SET_NULL, related_name="answers", help_text="that answered it"
    )

    def __str__(self) -> str:
        return f"handling of item {self.item_id}"


class Note(models.Model):
    """A colleague's note on an item."""

    item = models.ForeignKey("records.Item", on_delete=models.CASCADE, related_name="notes")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"note {self.pk} on item {self.item_id}"
