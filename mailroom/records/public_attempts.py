"""How often an address tried the public pages lately."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from mailroom.records.models import PublicAttempt

MOST_ATTEMPTS = 30
WITHIN = dt.timedelta(minutes=15)
"""Thirty in a quarter of an hour: enough for a household behind one address, and 10,000 years for one live code."""


def attempts_from(address: str) -> int:
    """Attempts of the last quarter of an hour."""
    return PublicAttempt.objects.filter(address=address, at__gte=timezone.now() - WITHIN).count()


def note_attempt(address: str) -> None:
    """Remember one more, and forget those older than a day."""
    now = timezone.now()
    PublicAttempt.objects.create(address=address, at=now)
    PublicAttempt.objects.filter(at__lt=now - dt.timedelta(days=1)).delete()
