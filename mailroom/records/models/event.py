"""What happened, when, by whom: the audit trail. Rows are only ever added."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened to one record. details hold ids and codes, never names or letter text.

    subject: 'batch', 'item', 'customer', 'letter', 'mailing', 'print_run', 'account', ... with its key.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    kind = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=20)
    subject_key = models.CharField(max_length=64)
    actor = models.CharField(max_length=150, default="line", help_text="'line', a command, or a person's account id")
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_key", "at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.subject_key}"

    @classmethod
    def record(cls, kind: str, subject: models.Model, actor: str = "line", **details: object) -> Event:
        """Add an event about a saved record."""
        name = subject._meta.model_name or ""
        return cls.objects.create(kind=kind, subject=name, subject_key=str(subject.pk), actor=actor, details=details)
