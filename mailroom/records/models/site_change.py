"""A change of a file of the site: who, when, what it was before and what it is after. Rows are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SiteChange(models.Model):
    """One saving of one file. account: nobody where the file was changed on the disk, outside these pages.

    changes: rows of key, before and after, as people read them. previous: the whole file as it was before.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="site_changes"
    )
    file = models.CharField(max_length=200, db_index=True, help_text="path below the site's folder")
    changes = models.JSONField(default=list)
    previous = models.TextField(blank=True)
    before = models.CharField(max_length=64, help_text="SHA-256 of the file before")
    after = models.CharField(max_length=64, help_text="SHA-256 of the file after")

    def __str__(self) -> str:
        return f"change {self.pk} of {self.file}"
