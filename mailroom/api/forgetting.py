"""What was sent with test keys, and files whose time is over, are forgotten; all else goes with its letter."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from mailroom.api.machines import ApiMachines
from mailroom.records.models import ApiFile, ApiNotification, KeyKind


def forget(machines: ApiMachines) -> int:
    """One round. Returns how many records went."""
    now = machines.now()
    old = now - dt.timedelta(days=machines.config.test_days)
    with transaction.atomic():
        tests, _ = ApiNotification.objects.filter(key_kind=KeyKind.TEST, letter=None, created_at__lt=old).delete()
        files, _ = ApiFile.objects.filter(expires_at__lte=now).delete()
    return tests + files
