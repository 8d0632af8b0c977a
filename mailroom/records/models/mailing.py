"""A mailing: the letters a service submits in one go."""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.db import models


class MailingStatus(StrEnum):
    """Where a mailing stands. Nothing leaves before `ready`."""

    CHECKING = "checking"
    REFUSED = "refused"
    AWAITING_APPROVAL = "awaiting_approval"
    READY = "ready"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"

    @property
    def can_be_cancelled(self) -> bool:
        """Whether anything of it may still be stopped."""
        return self not in (MailingStatus.DONE, MailingStatus.CANCELLED, MailingStatus.REFUSED)


class Mailing(models.Model):
    """What one service handed in: a spreadsheet with a template, a PDF with many letters, a folder's file, or the API.

    original: the store key (SHA-256) of the file as it came. problems: what the check found, each as
    {row, column, code, message}; a refused mailing queued nothing. scheduled_for: letters wait until then.
    repaired: the store key of its PDF as it was mended, '' if it was not; repairs: what was done to it, each as
    {code, words, by, at}.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.CharField(max_length=40, db_index=True)
    document_class = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=20, help_text="spreadsheet, pdf, folder, api or web")
    original = models.CharField(max_length=64, blank=True)
    filename = models.CharField(max_length=255, blank=True)
    template = models.CharField(max_length=60, blank=True)
    template_version = models.CharField(max_length=16, blank=True, help_text="start of the template's SHA-256")
    status = models.CharField(max_length=20, choices=[(s, s) for s in MailingStatus], default=MailingStatus.CHECKING)
    letter_count = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    repaired = models.CharField(max_length=64, blank=True)
    repairs = models.JSONField(default=list)
    submitted_by = models.CharField(max_length=150)
    submitted_at = models.DateTimeField()
    needs_approval = models.BooleanField(default=False)
    approved_by = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=1, help_text="how often it was put on the line")
    scheduled_for = models.DateTimeField(null=True)
    must_arrive = models.DateField(null=True)
    idempotency_key = models.CharField(max_length=200, null=True, help_text="null: none given")  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "idempotency_key"], name="one_mailing_per_idempotency_key")
        ]
        indexes = [models.Index(fields=["status"]), models.Index(fields=["service", "submitted_at"])]

    def __str__(self) -> str:
        return self.number

    @property
    def pages_from(self) -> str:
        """The store key of the file its letters are made from: as it was mended, or as it came."""
        return self.repaired or self.original

    @property
    def repair_codes(self) -> tuple[str, ...]:
        """What was done to its PDF, in order."""
        return tuple(str(repair["code"]) for repair in self.repairs)

    @property
    def number(self) -> str:
        """The mailing's number as people say it: M000042."""
        return f"M{self.pk:06d}"
