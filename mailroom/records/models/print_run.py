"""A print run: the mailpieces of one cut-off, each sheet of them accounted for."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from mailroom.values.channel import LetterFormat


class PrintRunStatus(StrEnum):
    """Where a run stands. It closes, and its letters count as posted, only when it balances.

    asked: on record, and a worker will claim its letters; empty: no letter was ready by its cut-off.
    """

    ASKED = "asked"
    EMPTY = "empty"
    BUILDING = "building"
    BUILT = "built"
    RELEASED = "released"
    PRINTING = "printing"
    PRINTED = "printed"
    POSTED = "posted"
    ABANDONED = "abandoned"

    @property
    def can_be_reconciled(self) -> bool:
        """Whether sheets of it may be scanned off."""
        return self in (PrintRunStatus.RELEASED, PrintRunStatus.PRINTING, PrintRunStatus.PRINTED)

    @property
    def can_be_abandoned(self) -> bool:
        """Whether no printer can have any of it."""
        return self in (PrintRunStatus.ASKED, PrintRunStatus.BUILDING, PrintRunStatus.BUILT)

    @property
    def is_being_made(self) -> bool:
        """Whether it is not ready yet."""
        return self in (PrintRunStatus.ASKED, PrintRunStatus.BUILDING)


class BuildStage(StrEnum):
    """What building a run is at."""

    CLAIMING = "claiming"
    COMPOSING = "composing"
    WRITING = "writing"


class PrintRun(models.Model):
    """One run: the letters that were ready at a cut-off. The cut-off is its natural key, so building twice makes one.

    outputs: file name to store key (one PDF an envelope and kind of sheet, manifest, docket). stage, done, total: how
    far building is, in letters or in files. attempts: how often its building was put on a queue. problem: why it
    stopped, until it is put on again.
    """

    cut_off = models.DateTimeField()
    built_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=20, choices=[(s, s) for s in PrintRunStatus], default=PrintRunStatus.BUILDING)
    outputs = models.JSONField(default=dict)
    piece_count = models.PositiveIntegerField(default=0)
    letter_count = models.PositiveIntegerField(default=0)
    sheet_count = models.PositiveIntegerField(default=0)
    weight_grams = models.FloatField(default=0.0)
    cost_pence = models.PositiveIntegerField(default=0)
    built_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    stage = models.CharField(max_length=20, choices=[(s, s) for s in BuildStage], blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    released_by = models.CharField(max_length=150, blank=True)
    released_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["status"]), models.Index(fields=["cut_off"])]
        constraints = [
            models.UniqueConstraint(
                fields=["cut_off"], condition=~models.Q(status__in=["abandoned", "empty"]), name="one_run_per_cut_off"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The run's number as people say it: R000042."""
        return f"R{self.pk:06d}"

    @property
    def status_now(self) -> PrintRunStatus:
        """The status as the word it is, with what it allows."""
        return PrintRunStatus(self.status)


class Mailpiece(models.Model):
    """One envelope of a run and what is in it. (run, number) is its name, printed in the mark on each sheet."""

    run = models.ForeignKey(PrintRun, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=80, help_text="the output it is printed in")
    first_sheet = models.PositiveIntegerField(help_text="in that output, from 1")
    sheets = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    envelope = models.CharField(max_length=10)
    format = models.CharField(max_length=20, choices=[(f, f) for f in LetterFormat], default=LetterFormat.STANDARD)
    duplex = models.BooleanField(default=True)
    stock = models.CharField(max_length=40)
    insert = models.CharField(max_length=40, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    postage = models.CharField(max_length=20)
    weight_grams = models.FloatField()
    cost_pence = models.PositiveIntegerField()
    reprints = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_piece_per_number")]
        ordering = ["run", "number"]

    def __str__(self) -> str:
        return f"{self.run} P{self.number}"


class SheetScan(models.Model):
    """A mark seen by the print unit, or a piece reported spoiled. Rows are only ever added.

    printing: which printing of the piece it belongs to: 0 the first, 1 after one reprint, and so on.
    sheet 0 with `spoiled`: the whole piece. taken_back: says that an earlier scan of the sheet was a slip of the hand.
    """

    run = models.ForeignKey(PrintRun, on_delete=models.CASCADE, related_name="scans")
    piece = models.PositiveIntegerField()
    sheet = models.PositiveIntegerField()
    printing = models.PositiveIntegerField(default=0)
    spoiled = models.BooleanField(default=False)
    taken_back = models.BooleanField(default=False)
    scanned_by = models.CharField(max_length=150)
    scanned_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["run", "piece"])]

    def __str__(self) -> str:
        return f"run {self.run_id} piece {self.piece} sheet {self.sheet}"
