"""For the people who run the machine: is it alive, is it ready, and its counts."""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest

from mailroom.errors import MailroomError, Misconfigured
from mailroom.records.gauges import gauges
from mailroom.web.machines import machines

log = logging.getLogger(__name__)


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers and the machines are set."""
    try:
        connection.ensure_connection()
        machines()
    except (DatabaseError, Misconfigured) as why:
        return JsonResponse({"ready": False, "why": type(why).__name__}, status=503)
    return JsonResponse({"ready": True})


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts only: nothing of any letter or person. A database that is away is a count too, and no error."""
    registry, began = CollectorRegistry(), time.perf_counter()
    _set(registry, "mailroom_records_up", "1 while the records database answers", "", {"": _records(registry)})
    _set(registry, "mailroom_engine_up", "1 while the engine's database answers", "", {"": _engine(registry)})
    took = {"": time.perf_counter() - began}
    _set(registry, "mailroom_metrics_seconds", "Time these counts took", "", took)
    return HttpResponse(generate_latest(registry) + generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _records(registry: CollectorRegistry) -> int:
    try:
        found = list(gauges(timezone.now()))
    except DatabaseError:
        log.exception("the records database did not answer for the metrics")
        return 0
    for gauge in found:
        _set(registry, gauge.name, gauge.meaning, gauge.label, gauge.values)
    return 1


def _engine(registry: CollectorRegistry) -> int:
    try:
        waiting = machines().jobs_waiting()
    except MailroomError:
        log.exception("the engine did not answer for the metrics")
        return 0
    _set(registry, "mailroom_jobs", "Work on the engine's queues, waiting or running", "queue", waiting)
    return 1


def _set(registry: CollectorRegistry, name: str, meaning: str, label: str, values: dict[str, float]) -> None:
    gauge = Gauge(name, meaning, [label] if label else [], registry=registry)
    for value, number in values.items():
        (gauge.labels(value) if label else gauge).set(number)
