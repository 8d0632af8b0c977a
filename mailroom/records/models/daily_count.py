"""The roll-ups: mail counted by day, so that a manager's page need not count items. They can always be made again."""

from __future__ import annotations

from django.db import models

from mailroom.values.counts import Cause, Clock, Direction, Tally


class DailyCount(models.Model):
    """Mail of one day and kind, as `values.counts.DayCount`. month: months since year 0, for quick sums."""

    month = models.PositiveIntegerField()
    day = models.DateField()
    service = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=3, choices=[(d, d) for d in Direction])
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=60, blank=True)
    cause = models.CharField(max_length=20, choices=[(c, c) for c in Cause], blank=True)
    why = models.CharField(max_length=30, blank=True)
    items = models.PositiveIntegerField()
    sheets = models.PositiveIntegerField()
    pence = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "service", "direction", "channel", "kind", "cause", "why"],
                name="one_count_per_day_and_kind",
            )
        ]
        indexes = [
            # A month is summed from the index alone, in the order it is grouped by.
            models.Index(
                fields=["month", "service", "direction", "channel", "kind", "cause", "items", "sheets", "pence"],
                name="counts_by_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.direction} {self.channel}: {self.items}"


class MonthCount(models.Model):
    """Mail of one month, summed over its days and kinds: what charts, targets and savings of past months read.

    month: months since year 0. Made anew from `DailyCount` in the same transaction as the days it sums.
    """

    month = models.PositiveIntegerField()
    service = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=3, choices=[(d, d) for d in Direction])
    channel = models.CharField(max_length=10)
    cause = models.CharField(max_length=20, choices=[(c, c) for c in Cause], blank=True)
    items = models.PositiveBigIntegerField()
    sheets = models.PositiveBigIntegerField()
    pence = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "service", "direction", "channel", "cause"], name="one_count_per_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.direction} {self.channel}: {self.items}"


class DailyClock(models.Model):
    """Items of one day of receipt that took the same time. days -1: still running, and then `due` is kept."""

    RUNNING = -1

    month = models.PositiveIntegerField()
    received = models.DateField()
    service = models.CharField(max_length=40, blank=True)
    standard = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    clock = models.CharField(max_length=12, choices=[(c, c) for c in Clock])
    days = models.SmallIntegerField()
    late = models.BooleanField()
    due = models.DateField(null=True)
    items = models.PositiveIntegerField()

    class Meta:
        indexes = [
            # Summed from the index alone, in the order they are grouped by: those that stopped, and those that run.
            models.Index(
                fields=["month", "service", "standard", "channel", "kind", "clock", "days", "late", "items"],
                name="clocks_by_month",
            ),
            models.Index(fields=["received"]),
            models.Index(
                fields=["clock", "due", "received", "items", "service"],
                condition=models.Q(days=-1),
                name="clocks_running",
            ),
            models.Index(
                fields=["month", "service", "standard", "channel", "kind", "clock", "due", "received", "items"],
                condition=models.Q(days=-1),
                name="clocks_running_by_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received} {self.clock} {self.days}: {self.items}"


class DailyTally(models.Model):
    """How many items of one day of receipt a fact holds for, as `values.counts.TallyCount`."""

    month = models.PositiveIntegerField()
    day = models.DateField()
    service = models.CharField(max_length=40, blank=True)
    tally = models.CharField(max_length=20, choices=[(t, t) for t in Tally])
    items = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "service", "tally"], name="one_tally_per_day_and_service")
        ]
        indexes = [models.Index(fields=["month", "service"])]

    def __str__(self) -> str:
        return f"{self.day} {self.tally}: {self.items}"


class RollupMark(models.Model):
    """Up to when changes have been rolled up. One row; whoever rolls up holds it, so that no two do at once."""

    name = models.CharField(max_length=20, primary_key=True)
    through = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
