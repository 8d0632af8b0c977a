"""How much a system may ask for: so many requests a minute, in bursts, and so many letters and emails a day."""

from __future__ import annotations

import datetime as dt
import math
import threading
from dataclasses import dataclass, field

from mailroom.api.machines import ApiMachines
from mailroom.api.refusals import RateLimitError, TooManyRequestsError
from mailroom.records.models import ApiKey, ApiNotification, Asked, KeyKind

MINUTE = 60
LARGEST_BURST = 1000
"""Requests at once, however high the limit a minute (Notify's figure)."""


@dataclass
class _Bucket:
    """Tokens that fill up steadily and are taken one a request."""

    tokens: float
    at: dt.datetime


@dataclass
class Buckets:
    """A bucket for each service and kind of key. Each web process has its own."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _held: dict[tuple[int, str], _Bucket] = field(default_factory=dict)

    def take(self, key: tuple[int, str], a_minute: int, now: dt.datetime) -> bool:
        """Take a token; whether there was one."""
        most = min(math.ceil(a_minute / 3) + 1, LARGEST_BURST)
        with self._lock:
            held = self._held.setdefault(key, _Bucket(most, now))
            passed = max((now - held.at).total_seconds(), 0.0)
            held.tokens = min(most, held.tokens + passed * a_minute / MINUTE)
            held.at = now
            if held.tokens < 1:
                return False
            held.tokens -= 1
            return True


BUCKETS = Buckets()


def check(machines: ApiMachines, key: ApiKey, asked: Asked | None) -> None:
    """Count a request to send. asked None: a text message, which has no limit of its own.

    Raises:
        RateLimitError, TooManyRequestsError: 429, in Notify's words.
    """
    now, kind, config = machines.now(), KeyKind(key.kind), machines.config
    if not BUCKETS.take((key.service_id, kind), config.requests_a_minute, now):
        most = f"{config.requests_a_minute} requests per {MINUTE} seconds"
        raise RateLimitError(f"Exceeded rate limit for key type {kind.spoken} of {most}", 429)
    if asked is not None:
        limit = config.emails_a_day if asked is Asked.EMAIL else config.letters_a_day
        if _sent_today(machines, key, asked, now) >= limit:
            raise TooManyRequestsError(f"Exceeded send limits ({asked}: {limit}) for today", 429)


def _sent_today(machines: ApiMachines, key: ApiKey, asked: Asked, now: dt.datetime) -> int:
    midnight = machines.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = ApiNotification.objects.filter(service_id=key.service_id, asked=asked, created_at__gte=midnight)
    return sent.filter(key_kind=key.kind).count()
