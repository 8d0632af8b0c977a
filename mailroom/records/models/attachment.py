"""An attachment: a PDF that goes with the letters of a mailing, or with those whose row names it."""

from __future__ import annotations

from django.db import models


class Attachment(models.Model):
    """One PDF handed in with a mailing. document: its store key. everybody: it goes with every letter of the mailing.

    position: the order in which attachments follow a letter. page_count: 0 until the mailing is checked.
    """

    mailing = models.ForeignKey("records.Mailing", on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    document = models.CharField(max_length=64)
    everybody = models.BooleanField(default=True)
    page_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailing", "name"], name="one_attachment_per_name")]
        ordering = ["mailing", "position"]

    def __str__(self) -> str:
        return f"attachment {self.position} of mailing {self.mailing_id}"
