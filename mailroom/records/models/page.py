"""One side of paper of a batch."""

from __future__ import annotations

from django.db import models

from mailroom.values.page import PageKind, PageReading


class Page(models.Model):
    """A page as fed. Each is an item page, a separator, a blank or unread: the ledger counts them all.

    reading is the store key of the PageReading as JSON; the words themselves are not in this table. The four bands are
    the fingerprint's quarters: two pictures of one page almost always share a quarter, so finding a rescan is indexed.
    """

    batch = models.ForeignKey("records.Batch", on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=[(k, k) for k in PageKind])
    rotation = models.PositiveSmallIntegerField(default=0)
    confidence = models.FloatField(default=0.0)
    fingerprint = models.CharField(max_length=16, blank=True)
    band_1 = models.CharField(max_length=4, blank=True, db_index=True)
    band_2 = models.CharField(max_length=4, blank=True, db_index=True)
    band_3 = models.CharField(max_length=4, blank=True, db_index=True)
    band_4 = models.CharField(max_length=4, blank=True, db_index=True)
    reading = models.CharField(max_length=64, blank=True)
    as_read = models.CharField(max_length=64, blank=True, help_text="the machine's reading, where a person changed it")
    place = models.PositiveIntegerField(default=0, help_text="order given by a person; 0: as fed")
    turned = models.BooleanField(default=False, help_text="a person turned it; to be read again that way up")
    problem = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="times its reading was begun")
    item = models.ForeignKey("records.Item", null=True, on_delete=models.SET_NULL, related_name="pages")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_page_per_side")]
        ordering = ["batch", "place", "number"]

    def __str__(self) -> str:
        return f"page {self.number} of {self.batch_id}"

    @staticmethod
    def columns_of(reading: PageReading) -> dict[str, object]:
        """The columns that repeat what the reading says, for update_or_create."""
        return {
            "kind": reading.kind,
            "rotation": reading.rotation,
            "confidence": float(reading.confidence),
            "fingerprint": reading.fingerprint,
            **{f"band_{n}": reading.fingerprint[4 * n - 4 : 4 * n] for n in (1, 2, 3, 4)},
            "problem": reading.problem,
        }
