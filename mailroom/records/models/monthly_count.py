"""Counts kept by month because they cannot be summed from days: readers of paper, and opt-in prompts."""

from __future__ import annotations

from django.db import models


class PaperReaders(models.Model):
    """People who got paper in a month, by where they live, age and reason. service '' counts each person once.

    Holds no person: a group of a sector, an age band and a reason. Small groups are hidden where it is shown.
    """

    month = models.DateField()
    service = models.CharField(max_length=40, blank=True)
    sector = models.CharField(max_length=12)
    age_band = models.CharField(max_length=20)
    why = models.CharField(max_length=30)
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "service", "sector", "age_band", "why"], name="one_count_per_group_of_readers"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.why}: {self.people}"


class PromptCount(models.Model):
    """Opt-in prompts printed in a month on one kind of letter, and what became of them."""

    month = models.DateField()
    service = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    printed = models.PositiveIntegerField()
    opened = models.PositiveIntegerField()
    confirmed = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "service", "kind"], name="one_prompt_count_per_month_and_kind")
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.kind}: {self.printed}"


class MonthCounted(models.Model):
    """When a month's counts were last made, so that they are made once a day and not after the month has settled."""

    month = models.DateField(unique=True)
    on = models.DateField()

    def __str__(self) -> str:
        return str(self.month)
