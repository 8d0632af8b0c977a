"""A batch: one scan run, one file as it came from a scanner, a mailbox or a person."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class BatchStatus(StrEnum):
    """Where a batch stands."""

    RECEIVED = "received"
    READING = "reading"
    CUT = "cut"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"
    DUPLICATE = "duplicate"

    @property
    def is_in_flight(self) -> bool:
        """Whether the line still owes it work before its items exist."""
        return self in (BatchStatus.RECEIVED, BatchStatus.READING)


class Batch(models.Model):
    """One file taken in. The original is kept untouched in the store under `original`.

    received is the date of receipt, which starts the clock; the times of scanning, taking in and cutting are
    kept apart from it. An exact duplicate (same SHA-256) is recorded with status `duplicate`.
    """

    original = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the file, its key in the store")
    claim = models.CharField(max_length=120, blank=True, help_text="key of the taking-in that made this row")
    filename = models.CharField(max_length=255)
    source = models.CharField(max_length=100, help_text="watch folder, mailbox, upload or command it came from")
    scanner = models.CharField(max_length=100, blank=True)
    policy = models.CharField(max_length=20, default="auto", help_text="how it is cut into items")
    duplex = models.BooleanField(default=False)
    service = models.CharField(max_length=40, blank=True, help_text="service its sub-folder named")
    received = models.DateField(help_text="date of receipt")
    received_from = models.CharField(max_length=20, default="scan_day", help_text="what the date of receipt rests on")
    scanned_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(auto_now_add=True)
    cut_at = models.DateTimeField(null=True)
    page_count = models.PositiveIntegerField(default=0)
    expected_items = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=20, choices=[(s, s) for s in BatchStatus], default=BatchStatus.RECEIVED)
    reason = models.TextField(blank=True, help_text="why it is quarantined or in doubt, in a clerk's words")
    attempts = models.PositiveIntegerField(default=1, help_text="times it was put on the line; part of its workflow id")
    cut_version = models.PositiveIntegerField(default=1, help_text="raised whenever its cuts change")
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["original"], condition=models.Q(duplicate_of=None), name="one_batch_per_original"
            ),
            models.UniqueConstraint(fields=["claim"], condition=~models.Q(claim=""), name="one_batch_per_claim"),
        ]
        indexes = [models.Index(fields=["received", "source"]), models.Index(fields=["status"])]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The batch's number as people say it: B000042."""
        return f"B{self.pk:06d}"
