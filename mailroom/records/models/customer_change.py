"""What people do to customer records: merging two of one person, and telling the services of a move or a death."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class CustomerMerge(models.Model):
    """One merge: `merged` was put into `kept`. moved: table to the keys of the rows that changed hands, for undoing."""

    kept = models.ForeignKey("records.Customer", on_delete=models.CASCADE, related_name="merges")
    merged = models.ForeignKey("records.Customer", on_delete=models.CASCADE, related_name="merged_by")
    moved = models.JSONField(default=dict)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at=None), name="one_standing_merge_per_record"
            )
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"


class TellingStatus(StrEnum):
    """Whether the service has been told."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Telling(models.Model):
    """One service told once of one fact (a move or a death) of one customer. fact_key tells two moves apart."""

    customer = models.ForeignKey("records.Customer", on_delete=models.CASCADE, related_name="tellings")
    fact = models.CharField(max_length=10)
    fact_key = models.CharField(max_length=64)
    service = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=[(s, s) for s in TellingStatus], default=TellingStatus.QUEUED)
    problem = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "fact", "fact_key", "service"], name="each_service_told_once")
        ]

    def __str__(self) -> str:
        return f"telling {self.pk} of {self.customer_id}"
