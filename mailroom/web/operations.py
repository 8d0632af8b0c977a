"""For the people who run the machine: is it alive, is it ready, and its counts."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from mailroom.errors import Misconfigured
from mailroom.records.ledger import open_review_count
from mailroom.records.models import Batch, BatchStatus, Item, ItemStatus
from mailroom.web.machines import machines


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
    """Counts only: nothing of any letter or person."""
    registry = CollectorRegistry()
    gauges = {
        "mailroom_review_open": ("Items waiting for a person", open_review_count()),
        "mailroom_batches_quarantined": (
            "Batches set aside",
            Batch.objects.filter(status=BatchStatus.QUARANTINED).count(),
        ),
        "mailroom_items_undelivered": (
            "Items whose email failed",
            Item.objects.filter(status=ItemStatus.UNDELIVERED).count(),
        ),
        "mailroom_items": ("Items on record", Item.objects.count()),
    }
    for name, (meaning, value) in gauges.items():
        Gauge(name, meaning, registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
