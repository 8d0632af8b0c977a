"""What people taught the mailroom at the review desk, for `mailroom train`."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.utils import timezone

from mailroom.config.retention import load_retention
from mailroom.gateways.text_training import Example
from mailroom.records.models import TrainingExample
from mailroom.records.training_examples import accepted

ORIGIN = "review"


def accepted_examples(site: Path) -> list[Example]:
    """Every accepted decision that may be used today; none before the records database is made."""
    if TrainingExample._meta.db_table not in connection.introspection.table_names():
        return []
    rules = load_retention(site).training
    return [Example(e.text, e.service, e.doc_type, e.flags, ORIGIN) for e in accepted(rules, timezone.localdate())]
