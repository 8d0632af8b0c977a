"""A letter: what one recipient of a mailing gets."""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.db import models
from django.db.models.functions import Coalesce

from mailroom.values.channel import Channel, LetterFormat


class LetterStatus(StrEnum):
    """Where a letter stands."""

    QUEUED = "queued"
    PAUSED = "paused"
    TO_EMAIL = "to_email"
    SENDING = "sending"
    EMAILED = "emailed"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    TO_PRINT = "to_print"
    IN_RUN = "in_run"
    POSTED = "posted"
    RETURNED = "returned"
    HAND_OFF = "hand_off"
    AT_SUPPLIER = "at_supplier"
    HANDED_OVER = "handed_over"
    WITHHELD = "withheld"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @classmethod
    def handed_off(cls) -> tuple[LetterStatus, ...]:
        """Of letters made elsewhere: to be made, at the supplier, with their reader."""
        return cls.HAND_OFF, cls.AT_SUPPLIER, cls.HANDED_OVER

    @property
    def is_on_its_way(self) -> bool:
        """Whether something of ours still has to be done with it before it is gone."""
        return self in (
            LetterStatus.QUEUED,
            LetterStatus.PAUSED,
            LetterStatus.TO_EMAIL,
            LetterStatus.SENDING,
            LetterStatus.BOUNCED,
            LetterStatus.TO_PRINT,
            LetterStatus.IN_RUN,
        )

    @property
    def may_be_decided_again(self) -> bool:
        """Whether what we learn today can still change how it goes: neither printer nor mail server has it."""
        return self in (
            LetterStatus.QUEUED,
            LetterStatus.TO_EMAIL,
            LetterStatus.TO_PRINT,
            LetterStatus.HAND_OFF,
            LetterStatus.WITHHELD,
        )

    @property
    def has_left_us(self) -> bool:
        """Whether it is out of our hands."""
        return self in (
            LetterStatus.EMAILED,
            LetterStatus.DELIVERED,
            LetterStatus.POSTED,
            LetterStatus.RETURNED,
            LetterStatus.AT_SUPPLIER,
            LetterStatus.HANDED_OVER,
        )

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it can still be stopped: not once a printer or a mail server may have it."""
        return self in (
            LetterStatus.QUEUED,
            LetterStatus.PAUSED,
            LetterStatus.TO_EMAIL,
            LetterStatus.TO_PRINT,
            LetterStatus.HAND_OFF,
            LetterStatus.WITHHELD,
        )


class Letter(models.Model):
    """One recipient's letter. (mailing, position) is the key that makes a step safe to repeat.

    fields: the row's values for the template. facts: what the decision rested on, without personal data, so that it
    can be replayed. document: store key of the letter's PDF (letters from templates are set again when printed, so
    theirs is the proof that was sent). message_id is fixed before the first try, so a repeat is recognised.
    page_count: its own pages. attached: keys of its attachments in their order; attached_pages: theirs together.
    work: the engine's name for the job that is to email it. bounced_at: its email came back, so it only prints.
    opened_at, wrong_answers, wrong_at: of the page behind an emailed link. reply_to: where answers to its email go, ''
    for the usual address. unsubscribe_url: the sending system's own, for mail programs' one-click button.
    """

    mailing = models.ForeignKey("records.Mailing", on_delete=models.CASCADE, related_name="letters")
    position = models.PositiveIntegerField()
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey("records.Customer", null=True, on_delete=models.PROTECT, related_name="letters")
    matched = models.BooleanField(default=False, help_text="surely this customer's; a doubtful match only prints")
    match_probability = models.FloatField(default=0.0)
    name = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=100, blank=True, db_index=True)
    client_reference = models.CharField(max_length=1000, blank=True)
    fields = models.JSONField(default=dict)
    address_lines = models.JSONField(default=list)
    postcode = models.CharField(max_length=10, blank=True, db_index=True)
    email = models.CharField(max_length=200, blank=True, help_text="where its email went or goes")
    reply_to = models.CharField(max_length=320, blank=True)
    unsubscribe_url = models.CharField(max_length=2000, blank=True)
    status = models.CharField(max_length=20, choices=[(s, s) for s in LetterStatus], default=LetterStatus.QUEUED)
    channel = models.CharField(max_length=10, choices=[(c, c) for c in Channel], blank=True)
    format = models.CharField(max_length=20, choices=[(f, f) for f in LetterFormat], default=LetterFormat.STANDARD)
    bilingual = models.BooleanField(default=False)
    rule = models.CharField(max_length=30, blank=True)
    rule_version = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    decided_at = models.DateTimeField(null=True)
    document = models.CharField(max_length=64, blank=True)
    first_page = models.PositiveIntegerField(default=0, help_text="in the mailing's original; 0: not cut from one")
    page_count = models.PositiveIntegerField(default=0)
    attached = models.JSONField(default=list)
    attached_pages = models.PositiveIntegerField(default=0)
    must_arrive = models.DateField(null=True)
    postage = models.CharField(max_length=20, blank=True)
    cost_pence = models.PositiveIntegerField(default=0)
    print_run = models.ForeignKey("records.PrintRun", null=True, on_delete=models.SET_NULL, related_name="letters")
    mailpiece = models.ForeignKey("records.Mailpiece", null=True, on_delete=models.SET_NULL, related_name="letters")
    message_id = models.CharField(max_length=200, blank=True, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    work = models.CharField(max_length=60, blank=True, db_index=True)
    opened_at = models.DateTimeField(null=True)
    wrong_answers = models.PositiveSmallIntegerField(default=0)
    wrong_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, help_text="emailed, posted or given to a supplier")
    delivered_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=40, blank=True)
    returned_as = models.ForeignKey(
        "records.Item", null=True, on_delete=models.SET_NULL, related_name="returned_letters", help_text="its scan"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailing", "position"], name="one_letter_per_position")]
        indexes = [
            models.Index(fields=["status", "postcode"]),
            models.Index(fields=["customer", "created_at"]),
            models.Index(fields=["mailing", "status"]),
            models.Index(fields=["mailing", "channel", "rule", "format"], name="letter_whys"),
            # Most letters never came back, and an index full of nothing is one SQLite's planner rightly avoids.
            models.Index(fields=["returned_as"], condition=models.Q(returned_as__isnull=False), name="letter_its_scan"),
            # Figures count letters by the day they left, or were settled without leaving.
            models.Index(fields=["sent_at"], name="letter_sent"),
            models.Index(
                Coalesce("decided_at", "created_at"),
                condition=models.Q(status__in=("hand_off", "at_supplier", "handed_over", "withheld", "cancelled")),
                name="letter_kept_back",
            ),
            models.Index(fields=["returned_at"], condition=models.Q(returned_at__isnull=False), name="letter_returned"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The letter's number as people say it: L00000042."""
        return f"L{self.pk:08d}"
