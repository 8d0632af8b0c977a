"""The check of a large file that is not handed in yet: done by a worker, while its person does something else."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class CheckStage(StrEnum):
    """What the worker is at. Its numbers are of rows, pages or attachments."""

    WAITING = "waiting"
    READING = "reading"
    ROWS = "rows"
    PAGES = "pages"
    FILES = "files"


class DraftCheck(models.Model):
    """One file of one person, and what the check found, once it is done.

    draft_key: a digest of all that the check depends on, so that the same draft is checked once. once: of the draft,
    whatever was changed in it since. file, came_as, files: store keys of the file, of the file as it came before
    repairs, and of the list of attachments. repairs: as (code, words). total: about how many; 0 where nobody knows.
    found: {letters, count, problems, fields, unused}, null until it is done; never what stands in a cell. rows: store
    key of a workbook's rows as CSV, '' for other files.
    """

    draft_key = models.CharField(max_length=64, unique=True)
    once = models.CharField(max_length=64, db_index=True)
    file = models.CharField(max_length=64)
    filename = models.CharField(max_length=255)
    document_class = models.CharField(max_length=60)
    template = models.CharField(max_length=60, blank=True)
    files = models.CharField(max_length=64, blank=True)
    came_as = models.CharField(max_length=64, blank=True)
    repairs = models.JSONField(default=list)
    asked_by = models.CharField(max_length=150, db_index=True)
    asked_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=1, help_text="how often it was put on the queue")
    stage = models.CharField(max_length=10, choices=[(s, s) for s in CheckStage], default=CheckStage.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    found = models.JSONField(null=True)
    rows = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"check {self.pk}"
