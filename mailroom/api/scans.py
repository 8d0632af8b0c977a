"""Where kiosks, branch offices and multi-function printers hand scans in: POST /scans, and how each one stands.

The bytes go to disk piece by piece, are measured and summed on the way, and then take the way of every scan: what
cannot be read is quarantined with its reason. They are never served back.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Callable
from functools import wraps
from pathlib import PurePosixPath

from django.db import IntegrityError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from mailroom.api.limits import BUCKETS
from mailroom.api.plain_refusals import Refused, not_now
from mailroom.api.scan_bodies import Received, checksum_asked, receive
from mailroom.api.scan_devices import device_of_key
from mailroom.api.scan_machines import Scan, ScanIntake, scan_intake
from mailroom.config.mailroom import CuttingPolicy
from mailroom.errors import Misconfigured, Retry
from mailroom.records.models import Batch, BatchStatus, ScanDevice

log = logging.getLogger(__name__)

_LONGEST_KEY = 200
_LONGEST_NAME = 100
_EARLIEST = dt.date(2000, 1, 1)

View = Callable[..., HttpResponse]


def for_devices(method: str) -> Callable[[View], View]:
    """A view that devices call with their key. Every refusal is JSON with a sentence for whoever sets the device up."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
            if request.method != method:
                return JsonResponse({"problem": f"Only {method} is answered here."}, status=405)
            try:
                intake = scan_intake()
                return view(request, intake, _device(request, intake), **kwargs)
            except Refused as refused:
                return refused.answer
            except (Retry, Misconfigured) as trouble:
                log.warning("scans: not now (%s)", type(trouble).__name__)
                return not_now("The scan cannot be taken at the moment. Keep it and send it again.")

        return answer

    return decorate


@for_devices("POST")
def hand_in(request: HttpRequest, intake: ScanIntake, device: ScanDevice) -> HttpResponse:
    """POST /scans: a file as the body, or in a form. What is said of it stands in the address or the form."""
    given = request.headers.get("Idempotency-Key", "").strip()
    if len(given) > _LONGEST_KEY:
        raise Refused(f"Idempotency-Key is longer than {_LONGEST_KEY} characters.")
    with intake.spool() as folder:
        received = receive(request, folder, intake.config.scan_megabytes)
        _check_sum(request, received)
        scan = _scan(received, intake, device, given)
        batch, is_new = _taken(intake, received, scan)
    ScanDevice.objects.filter(pk=device.pk).update(last_used_at=intake.now())
    answer = _standing(request, batch)
    return JsonResponse(answer, status=201 if is_new else 200, headers={"Location": str(answer["status_address"])})


@for_devices("GET")
def standing(request: HttpRequest, intake: ScanIntake, device: ScanDevice, number: str) -> HttpResponse:
    """GET /scans/B000042: how a scan of this very device stands."""
    key = number.removeprefix("B")
    mine = Batch.objects.filter(claim__startswith=device.claims).select_related("duplicate_of")
    batch = mine.filter(pk=int(key)).first() if key.isdecimal() and len(key) <= 12 else None
    if batch is None:
        raise Refused("This device has handed in no such scan.", 404)
    return JsonResponse(_standing(request, batch))


def _device(request: HttpRequest, intake: ScanIntake) -> ScanDevice:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    device = device_of_key(key.strip()) if scheme.lower() == "bearer" else None
    if device is None:
        raise Refused("Send the device's key: Authorization: Bearer mrscan_…", 401)
    if not BUCKETS.take((device.pk, "scans"), intake.config.scans_a_minute, intake.now()):
        raise Refused(f"More than {intake.config.scans_a_minute} requests a minute. Send it again later.", 429)
    return device


def _check_sum(request: HttpRequest, received: Received) -> None:
    asked = checksum_asked(request, received.said)
    if asked and asked != received.sha256:
        raise Refused("The checksum is not that of the file that arrived. Nothing was taken; send it again.", 422)


def _scan(received: Received, intake: ScanIntake, device: ScanDevice, given: str) -> Scan:
    said = received.said
    strange = sorted(set(said) - {"received", "scanner", "service", "policy", "duplex", "filename", "sha256"})
    if strange:
        raise Refused(f"Not known: {', '.join(strange)[:200]}. Nothing was taken.")
    service, policy = said.get("service", ""), said.get("policy") or device.policy
    if service and service not in intake.services:
        raise Refused("'service' is no code of a service of this council. Nothing was taken.")
    if not service and device.service in intake.services:
        service = device.service
    if policy not in list(CuttingPolicy):
        raise Refused(f"'policy' is one of {', '.join(CuttingPolicy)}. Nothing was taken.")
    duplex = said.get("duplex", "true" if device.duplex else "false")
    if duplex not in ("true", "false"):
        raise Refused("'duplex' is true or false. Nothing was taken.")
    name = hashlib.sha256(given.encode()).hexdigest() if given else uuid.uuid4().hex
    return Scan(
        filename=PurePosixPath(said.get("filename") or received.filename).name or "scan",
        source=device.source,
        scanner=(said.get("scanner") or device.name)[:_LONGEST_NAME],
        received=_day(said.get("received", ""), intake.today()),
        received_from="told" if said.get("received") else "scan_day",
        service=service,
        policy=policy,
        duplex=duplex == "true",
        claim=f"{device.claims}{name}",
        actor=f"device:{device.pk}",
    )


def _day(text: str, today: dt.date) -> dt.date:
    if not text:
        return today
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise Refused("'received' is a day such as 2026-11-24. Nothing was taken.") from None
    if not _EARLIEST <= day <= today:
        raise Refused("'received' lies in the future, or too far back. Nothing was taken.")
    return day


def _taken(intake: ScanIntake, received: Received, scan: Scan) -> tuple[Batch, bool]:
    """The batch, and whether it is new. The same idempotency key with another file is a mistake of the device's."""
    known = Batch.objects.filter(claim=scan.claim).select_related("duplicate_of").first()
    try:
        batch = known or intake.take_in(received.path, scan)
    except IntegrityError:
        # The same handing-in came by another thread at the same moment, and was the first.
        batch = known = Batch.objects.select_related("duplicate_of").get(claim=scan.claim)
    if batch.original != received.sha256:
        raise Refused("The Idempotency-Key was used for another file. Give each scan its own.", 422)
    return batch, known is None


def _standing(request: HttpRequest, batch: Batch) -> dict[str, object]:
    """How it stands, by numbers; nothing of what is on it."""
    items = batch.items.aggregate(n=Count("pk"))["n"]
    return {
        "batch": batch.number,
        "status": batch.status,
        "status_address": request.build_absolute_uri(f"/scans/{batch.number}"),
        "sha256": batch.original,
        "received": batch.received.isoformat(),
        "pages": batch.page_count,
        "items": items,
        "reason": batch.reason if batch.status in (BatchStatus.QUARANTINED, BatchStatus.DUPLICATE) else "",
        "duplicate_of": batch.duplicate_of.number if batch.duplicate_of else None,
    }
