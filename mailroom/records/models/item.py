"""An item: one piece of incoming mail."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class ItemStatus(StrEnum):
    """Where an item stands on its way to an answer."""

    CUT = "cut"
    REVIEW = "review"
    ROUTED = "routed"
    SENT = "sent"
    UNDELIVERED = "undelivered"
    SEEN = "seen"
    ON_HOLD = "on_hold"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def is_with_the_line(self) -> bool:
        """Whether the engine, not a person, owes it the next step."""
        return self in (ItemStatus.CUT, ItemStatus.ROUTED)

    @property
    def awaits_an_answer(self) -> bool:
        """Whether its clock is still running."""
        return self not in (ItemStatus.ANSWERED, ItemStatus.CLOSED, ItemStatus.WITHDRAWN)


class Item(models.Model):
    """One piece of incoming mail: some pages of a batch.

    The key that makes a step safe to repeat is (batch, position). Dates: `received` starts the clock; read_at,
    routed_at, seen_at and answered_at are when those things happened. `decision` keeps the whole routing decision and
    the reasons of every station as JSON, for the review screen and for audits. A withdrawn item has no pages left: they
    were put into another; its number is never used again.
    """

    batch = models.ForeignKey("records.Batch", on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    status = models.CharField(max_length=20, choices=[(s, s) for s in ItemStatus], default=ItemStatus.CUT)
    version = models.PositiveIntegerField(default=1, help_text="raised at each decision; part of its workflow id")
    first_page = models.PositiveIntegerField(help_text="place of its first page in the batch")
    last_page = models.PositiveIntegerField(help_text="that place and the pages after it, less separators between them")
    received = models.DateField()
    cut_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    routed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    service = models.CharField(max_length=40, blank=True, db_index=True)
    probability = models.FloatField(default=0.0)
    doc_type = models.CharField(max_length=40, blank=True)
    team = models.CharField(max_length=60, blank=True)
    due = models.DateField(null=True)
    priority = models.SmallIntegerField(default=0)
    private = models.BooleanField(default=False, help_text="private and confidential: link only, named readers only")
    flags = models.JSONField(default=list)
    also = models.JSONField(default=list)
    customer = models.ForeignKey("records.Customer", null=True, on_delete=models.PROTECT, related_name="items")
    match_probability = models.FloatField(default=0.0)
    decision = models.JSONField(default=dict)
    review_reasons = models.JSONField(default=list)
    decided_by = models.CharField(max_length=150, blank=True, help_text="'line', or the id of the person who decided")
    text = models.TextField(blank=True, help_text="what was read, for search; never logged")
    filed_as = models.CharField(max_length=64, blank=True, help_text="store key of the searchable PDF/A")
    chases = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="chasers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="one_item_per_position")]
        indexes = [
            # A team's post is counted and put in order from the index alone, without touching the rows and their text.
            # due and team have no index of their own: the database would take it, and read ten years of answered items.
            models.Index(fields=["status", "due", "service", "team", "private", "priority"], name="item_open_post"),
            models.Index(fields=["answered_at", "service", "team", "private", "status"], name="item_answered_post"),
            models.Index(fields=["status"], condition=models.Q(private=True), name="item_private"),
            models.Index(fields=["service", "received"]),
            models.Index(fields=["received"]),
            models.Index(fields=["received", "flags"], name="flags_of_a_day"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The item's number as people say it: B000042-03."""
        return f"B{self.batch_id:06d}-{self.position:02d}"


class ItemReference(models.Model):
    """An index field found on an item: a council reference, phone, email, NINO or vehicle, and where it stands."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="references")
    type = models.CharField(max_length=40)
    value = models.CharField(max_length=120)
    printed = models.CharField(max_length=160)
    page = models.PositiveIntegerField()
    box = models.JSONField(null=True, help_text="x0, y0, x1, y1 as fractions of the upright page")
    confidence = models.FloatField(default=0.0)

    class Meta:
        indexes = [models.Index(fields=["type", "value"]), models.Index(fields=["value"])]

    def __str__(self) -> str:
        return f"{self.type} on item {self.item_id}"


class NearDuplicate(models.Model):
    """Two items that seem to be the same paper scanned twice. Never acted on without a person."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="near_duplicates")
    of = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="rescans")
    likeness = models.FloatField(help_text="share of like pages, 0 to 1")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "of"], name="one_link_per_pair")]

    def __str__(self) -> str:
        return f"{self.item_id} like {self.of_id}"
