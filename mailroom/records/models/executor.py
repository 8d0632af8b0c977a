"""A running worker process, as the others see it."""

from __future__ import annotations

from django.db import models


class Executor(models.Model):
    """One worker process. It raises `beats` every two seconds; one whose beats stand still is dead.

    An executor id is never used twice, so work of a dead one can be given to the living without doubt.
    """

    id = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(auto_now_add=True)
    beats = models.BigIntegerField(default=0)
    beat_at = models.DateTimeField(auto_now=True)
    declared_dead_at = models.DateTimeField(null=True)
    adopted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id
