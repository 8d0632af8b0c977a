"""What the print unit did with a run: files handed to printers, pieces counted, pieces printed again."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class PrintJobStatus(StrEnum):
    """Where a job stands. `sending` is written before the printer is spoken to, `sent` after it accepted.

    held: the printer refused it, so a person has to look before it is tried again.
    """

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    DONE = "done"
    STOPPED = "stopped"
    RESUMED = "resumed"

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will come of it: printed, or carried on by a later job."""
        return self in (PrintJobStatus.DONE, PrintJobStatus.RESUMED)


class PrintJob(models.Model):
    """A file, from one of its sheets to the end, handed to one printer. (run, file, sequence) is its natural key.

    piece: 0 for a file of the run; else the one piece printed again. taken: sheets of the job that the printer is
    known to have printed; counted: False when it stopped without saying how many. ticket: the printer's own number.
    """

    run = models.ForeignKey("records.PrintRun", on_delete=models.CASCADE, related_name="jobs")
    file = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField(default=1)
    piece = models.PositiveIntegerField(default=0)
    first_sheet = models.PositiveIntegerField(default=1)
    sheets = models.PositiveIntegerField()
    printer = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=[(s, s) for s in PrintJobStatus], default=PrintJobStatus.WAITING)
    ticket = models.CharField(max_length=200, blank=True)
    taken = models.PositiveIntegerField(default=0)
    counted = models.BooleanField(default=True)
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "file", "sequence"], name="one_job_per_sequence")]
        ordering = ["run", "file", "sequence"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What the printer's display shows; the same at every try, so that a repeat is recognised."""
        return f"{self.file.removesuffix('.pdf')}-{self.sequence}"

    @property
    def status_now(self) -> PrintJobStatus:
        """The status as the word it is."""
        return PrintJobStatus(self.status)


class PieceCount(models.Model):
    """How many good pieces of a file somebody counted. Rows are only ever added; the newest of a file counts."""

    run = models.ForeignKey("records.PrintRun", on_delete=models.CASCADE, related_name="counts")
    file = models.CharField(max_length=80)
    pieces = models.PositiveIntegerField()
    counted_by = models.CharField(max_length=150)
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["run", "file"])]

    def __str__(self) -> str:
        return f"{self.run_id} {self.file}: {self.pieces}"


class Reprint(models.Model):
    """One piece to be printed again: asked for by one person, agreed to by another.

    printing: 1 for the first reprint of the piece. It stands in the mark, so the old sheets never count as the new.
    """

    run = models.ForeignKey("records.PrintRun", on_delete=models.CASCADE, related_name="reprint_requests")
    piece = models.PositiveIntegerField()
    printing = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    agreed_by = models.CharField(max_length=150, blank=True)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "piece", "printing"], name="one_reprint_per_printing")]

    def __str__(self) -> str:
        return f"run {self.run_id} piece {self.piece} printing {self.printing}"
