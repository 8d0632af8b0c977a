"""What was sent to managers and teams: one digest a day each, and each month's report once."""

from __future__ import annotations

from django.db import models


class DigestSent(models.Model):
    """A day's digest that a recipient was sent. (day, recipient) is the key that makes sending safe to repeat."""

    day = models.DateField()
    recipient = models.CharField(max_length=200)
    points = models.PositiveIntegerField(help_text="how many points it made")
    sent_at = models.DateTimeField(null=True, help_text="null: begun, not known to have left")
    problem = models.TextField(blank=True, help_text="why it will not go until somebody acts; delete the row to retry")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "recipient"], name="one_digest_a_day")]

    def __str__(self) -> str:
        return f"digest {self.pk} of {self.day}"


class ReportSent(models.Model):
    """A month's report that a recipient was sent."""

    month = models.DateField()
    service = models.CharField(max_length=40, blank=True)
    recipient = models.CharField(max_length=200)
    sent_at = models.DateTimeField(null=True, help_text="null: begun, not known to have left")
    problem = models.TextField(blank=True, help_text="why it will not go until somebody acts; delete the row to retry")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "service", "recipient"], name="one_report_a_month_and_reader")
        ]

    def __str__(self) -> str:
        return f"report {self.pk} of {self.month}"


class TargetStanding(models.Model):
    """How a target of the council (service '') or of a service stands, and the day it was first seen to."""

    service = models.CharField(max_length=40, blank=True)
    target = models.CharField(max_length=60)
    standing = models.CharField(max_length=20)
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "target"], name="one_standing_a_target")]

    def __str__(self) -> str:
        return f"{self.target}: {self.standing} since {self.since}"
