"""Running worker processes: their heartbeats, and finding the dead ones so that their work can be adopted."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Collection

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


class Silence:
    """Who has stopped beating, as one process sees it; measured in its own beats, so that no two clocks are compared.

    A records database that was away stops the observer's beats too, so nobody is declared dead for it.
    """

    def __init__(self, me: str, beats: int) -> None:
        self._me, self._patience = me, beats
        self._heard: dict[str, tuple[int, int]] = {}

    def bury(self) -> list[str]:
        """Declare dead those that missed `beats` of ours, and return every dead or ended one to be adopted by us.

        One adopter at a time: the update that sets adopted_at is won by one process only.
        """
        now = timezone.now()
        others = Executor.objects.exclude(id=self._me)
        for other, beats in self._silent():
            others.filter(id=other, beats=beats, declared_dead_at=None).update(declared_dead_at=now)
        leavers = others.filter(adopted_at=None).exclude(declared_dead_at=None, ended_at=None)
        return [e.id for e in leavers if leavers.filter(id=e.id).update(adopted_at=now) == 1]

    def _silent(self) -> list[tuple[str, int]]:
        mine = Executor.objects.values_list("beats", flat=True).get(id=self._me)
        running = Executor.objects.exclude(id=self._me).filter(declared_dead_at=None, ended_at=None)
        silent, heard = [], {}
        for other, beats in running.values_list("id", "beats"):
            last, at = self._heard.get(other, (-1, mine))
            heard[other] = (beats, at if beats == last else mine)
            if beats == last and mine - at >= self._patience:
                silent.append((other, beats))
        self._heard = heard
        return silent


def are_gone(executor_ids: Collection[str]) -> set[str]:
    """Those of them that ended, were declared dead, or are not known."""
    running = Executor.objects.filter(id__in=executor_ids, declared_dead_at=None, ended_at=None)
    return set(executor_ids) - set(running.values_list("id", flat=True))


def elsewhere(executor_id: str) -> str:
    """A sentence for operators when an executor's claim is on another machine's disk; '' when it is on this one's."""
    other = Executor.objects.filter(id=executor_id).exclude(host=socket.gethostname()).first()
    if other is None:
        return ""
    return f" It may lie in the spool of the machine {other.host}: start Mailroom there, and it is brought in."


def running_count() -> int:
    """Worker processes that signed on and have neither ended nor been declared dead."""
    return Executor.objects.filter(declared_dead_at=None, ended_at=None).count()


def give_back(executor_id: str) -> None:
    """Adoption failed: let somebody try again."""
    Executor.objects.filter(id=executor_id).update(adopted_at=None)
