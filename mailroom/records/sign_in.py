"""Failed attempts to sign in, and when they lock a name or an address out."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from mailroom.records.models import SignInFailure


def is_locked_out(name: str, address: str, failures: int, minutes: int) -> bool:
    """Whether that name, or four times as often that address, failed too often in the last minutes."""
    recent = SignInFailure.objects.filter(at__gte=timezone.now() - dt.timedelta(minutes=minutes))
    by_name = recent.filter(name=name.lower()).count()
    return by_name >= failures or recent.filter(address=address).count() >= 4 * failures


def note_failure(name: str, address: str) -> None:
    """Remember a failed attempt, and forget those older than a day."""
    now = timezone.now()
    SignInFailure.objects.create(name=name.lower()[:150], address=address[:45], at=now)
    SignInFailure.objects.filter(at__lt=now - dt.timedelta(days=1)).delete()


def forget_failures(name: str) -> None:
    """Called when somebody signs in."""
    SignInFailure.objects.filter(Q(name=name.lower())).delete()
