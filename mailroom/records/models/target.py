"""What targets are measured against: the baseline, the checks of auto-routed items, and the months that are closed."""

from __future__ import annotations

from django.db import models

from mailroom.values.counts import Direction


class BaselineMonth(models.Model):
    """Items of one month before the change, as `values.counts.BaselineCount`; month is its first day."""

    month = models.DateField()
    service = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=3, choices=[(d, d) for d in Direction])
    channel = models.CharField(max_length=10)
    items = models.PositiveIntegerField()
    set_aside = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "service", "direction", "channel"], name="one_baseline_per_month_and_channel"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.direction} {self.channel}: {self.items}"


class AuditCheck(models.Model):
    """An auto-routed item drawn at random for a person to check. right is None until somebody has.

    month: first day of the month it was received in. service: where the line had sent it.
    """

    item = models.OneToOneField("records.Item", on_delete=models.CASCADE, related_name="audit_check")
    month = models.DateField(db_index=True)
    service = models.CharField(max_length=40)
    drawn_at = models.DateTimeField()
    right = models.BooleanField(null=True)
    should_be = models.CharField(max_length=40, blank=True, help_text="the service it belongs to, when not right")
    checked_by = models.CharField(max_length=150, blank=True)
    checked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"check of item {self.item_id}"


class ClosedMonth(models.Model):
    """A month whose report was tabled: it keeps the costs it was worked out with, whatever the file says later."""

    month = models.DateField(unique=True)
    costs = models.JSONField(help_text="config/costs.toml as it was")
    closed_by = models.CharField(max_length=150)
    closed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.month)
