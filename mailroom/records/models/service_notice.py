"""Something a service has to be told: that one of its letters came back, or goes by another way."""

from __future__ import annotations

from django.db import models


class ServiceNotice(models.Model):
    """One fact about one letter for its service. (letter, kind) is its natural key; a day's notices share an email.

    kind: 'returned', ... detail: a code, never a name or an address. message_id: of the email it goes with, written
    before the mail server is spoken to, so that a repeat is the same email.
    """

    service = models.CharField(max_length=40, db_index=True)
    letter = models.ForeignKey("records.Letter", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    detail = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    message_id = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "kind"], name="one_notice_per_kind")]
        indexes = [models.Index(fields=["sent_at", "service"])]

    def __str__(self) -> str:
        return f"{self.kind} letter {self.letter_id}"
