"""A file seen in a watch folder, from its first sighting until it is safe in the store."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

NOWHERE = "It is neither in its folder nor in the spool."
"""How the problem begins of a claimed file that a look found nowhere (records/lost_files.py)."""


class WatchedFileStatus(StrEnum):
    """Where a file in a watch folder stands."""

    SETTLING = "settling"
    STUCK = "stuck"
    CLAIMED = "claimed"
    TAKEN = "taken"
    GONE = "gone"


class WatchedFile(models.Model):
    """One sighting of one file. (folder, name, inode, first_seen) tell two files of one name apart.

    A file is claimed by an atomic rename into the spool; `claimed_as` is where it lies until it is taken.
    Only the executor in `claimed_by` brings it in; when that one is gone, whoever looks next does.
    """

    folder = models.CharField(max_length=100)
    name = models.CharField(max_length=500, help_text="path below the watch folder")
    device = models.BigIntegerField(default=0)
    inode = models.DecimalField(max_digits=20, decimal_places=0, default=0)
    size = models.BigIntegerField(default=0)
    modified_ns = models.BigIntegerField(default=0)
    first_seen = models.DateTimeField()
    still_since = models.DateTimeField(help_text="when its size and time of change last changed")
    status = models.CharField(
        max_length=20, choices=[(s, s) for s in WatchedFileStatus], default=WatchedFileStatus.SETTLING
    )
    problem = models.TextField(blank=True)
    claimed_as = models.CharField(max_length=600, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True, help_text="executor that is bringing it in")
    batch = models.ForeignKey("records.Batch", null=True, on_delete=models.SET_NULL, related_name="sightings")

    mailing = models.ForeignKey("records.Mailing", null=True, on_delete=models.SET_NULL, related_name="sightings")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "name"],
                condition=models.Q(status__in=["settling", "stuck", "claimed"]),
                name="one_open_sighting_per_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.folder} #{self.pk}"

    @property
    def number(self) -> str:
        """The file's number as people say it: F000042."""
        return f"F{self.pk:06d}"

    @property
    def is_nowhere(self) -> bool:
        """Whether it was claimed, a look found it nowhere, and nothing was made of it: it may be given up for lost."""
        unmade = self.batch_id is None and self.mailing_id is None
        return self.status == WatchedFileStatus.CLAIMED and unmade and self.problem.startswith(NOWHERE)


class FolderAway(models.Model):
    """A watch folder that one machine could not read at its last look. The row goes when it reaches the folder again.

    folder: with the machine that misses it, 'scanner-1 on mail-2'.
    """

    folder = models.CharField(max_length=100, unique=True)
    since = models.DateTimeField(help_text="the first look that failed")
    problem = models.TextField()

    def __str__(self) -> str:
        return self.folder
