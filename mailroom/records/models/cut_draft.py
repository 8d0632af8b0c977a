"""Cuts somebody is changing: kept until they are put into force or dropped."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class CutDraft(models.Model):
    """The edits to one batch that are not in force yet, in order. based_on: the cut version they were made on."""

    batch = models.OneToOneField("records.Batch", on_delete=models.CASCADE, related_name="draft")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cut_drafts")
    based_on = models.PositiveIntegerField()
    edits = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"draft cuts of batch {self.batch_id}"
