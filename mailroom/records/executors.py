"""Running worker processes: their heartbeats, and finding the dead ones so that their work can be adopted."""

from __future__ import annotations

import datetime as dt
import os
import socket
import uuid

from django.db.models import F
from django.utils import timezone

from mailroom.records.models import Executor


def sign_on() -> str:
    """Register this process under an id that is never used again, and return the id."""
    host = socket.gethostname()
    executor = Executor.objects.create(id=f"{host[:40]}-{uuid.uuid4().hex[:12]}", host=host, pid=os.getpid())
    return executor.id


def beat(executor_id: str) -> bool:
    """Say "alive". False when the others have already declared this process dead: it must leave at once."""
    alive = Executor.objects.filter(id=executor_id, declared_dead_at=None)
    return alive.update(beats=F("beats") + 1, beat_at=timezone.now()) == 1


def sign_off(executor_id: str) -> None:
    """An orderly end; whatever it still held is for the others to adopt."""
    Executor.objects.filter(id=executor_id).update(ended_at=timezone.now())


def bury_the_silent(silent_for: dt.timedelta, me: str) -> list[str]:
    """Declare dead those whose beats stopped, and return every dead or ended executor still to be adopted by us.

    One adopter at a time: the update that sets adopted_at is won by one process only.
    """
    now = timezone.now()
    others = Executor.objects.exclude(id=me)
    others.filter(declared_dead_at=None, ended_at=None, beat_at__lt=now - silent_for).update(declared_dead_at=now)
    leavers = others.filter(adopted_at=None).exclude(declared_dead_at=None, ended_at=None)
    return [e.id for e in leavers if leavers.filter(id=e.id).update(adopted_at=now) == 1]


def give_back(executor_id: str) -> None:
    """Adoption failed: let somebody try again."""
    Executor.objects.filter(id=executor_id).update(adopted_at=None)
