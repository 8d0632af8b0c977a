"""Where mail services tell what became of our emails: Amazon SES by way of SNS, and any gateway in our own form.

Both are refused unless they are signed. The same notice twice changes nothing, so a sender may repeat at will.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from mailroom.api.delivery_notice_machines import NoticeDoor, notice_door
from mailroom.api.plain_refusals import Refused, not_now
from mailroom.errors import Misconfigured, Reject, Retry
from mailroom.values.gateway_notice import read_notices
from mailroom.values.mail_notice import MailNotice
from mailroom.values.ses_notice import read_ses

log = logging.getLogger(__name__)

CLOCK_SLACK = 300
"""Seconds by which a gateway's clock may differ; an older request could be somebody else's copy."""

LARGEST = 1_000_000
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


View = Callable[[HttpRequest, NoticeDoor], dict[str, object]]


def told(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """A view that mail services call: JSON out, every refusal with its status and a sentence."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return JsonResponse({"problem": "Only POST is answered here."}, status=405, headers={"Allow": "POST"})
        try:
            return JsonResponse(view(request, notice_door()))
        except Refused as refused:
            return refused.answer
        except Reject as refused:
            log.warning("delivery notices: a message was refused (%s)", type(refused).__name__)
            return JsonResponse({"problem": str(refused)}, status=403)
        except (Retry, Misconfigured) as trouble:
            log.warning("delivery notices: not now (%s). %s", type(trouble).__name__, trouble)
            return not_now("It cannot be taken at the moment. Send it again.")

    return answer


@told
def from_amazon(request: HttpRequest, door: NoticeDoor) -> dict[str, object]:
    """POST /delivery-notices/amazon-sns: a message of SNS; it is checked, and a subscription of our topic confirmed."""
    if not door.takes_amazon:
        raise Refused("Notices of Amazon are not set up here.", 404)
    envelope = _json(_body(request))
    if not isinstance(envelope, Mapping):
        raise Refused("It is no message of Amazon SNS.", 400)
    inside = door.open_amazon(envelope)
    if inside is None:
        return {"taken": 0}
    message = _json(inside.encode())
    if not isinstance(message, Mapping):
        return {"taken": 0}
    try:
        return _taken(door, read_ses(message))
    except ValueError:
        log.warning("delivery notices: a message of our topic is none of Amazon SES")
        return {"taken": 0}


@told
def from_gateway(request: HttpRequest, door: NoticeDoor) -> dict[str, object]:
    """POST /delivery-notices: notices in our own form, signed with a secret that both sides hold."""
    secrets = door.secrets()
    if not secrets:
        raise Refused("Notices of mail gateways are not set up here.", 404)
    body = _body(request)
    if not _is_signed(request.headers.get("Mailroom-Signature", ""), body, secrets, door.now().timestamp()):
        raise Refused("The signature is missing, wrong, or more than five minutes old. Look at secret and clock.", 401)
    try:
        notices = read_notices(_json(body))
    except ValueError as wrong:
        raise Refused(f"{wrong}. Nothing was taken.", 400) from None
    return _taken(door, notices)


def _taken(door: NoticeDoor, notices: tuple[MailNotice, ...]) -> dict[str, object]:
    heard = [door.take(notice) for notice in notices]
    return {"taken": len(heard) - heard.count("unknown"), "unknown": heard.count("unknown")}


def _body(request: HttpRequest) -> bytes:
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Refused("It is larger than 1 MB.", 413)
    return raw


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _is_signed(header: str, body: bytes, secrets: tuple[bytes, ...], now: float) -> bool:
    """HMAC-SHA256 over the time, a full stop and the body, by any of the secrets: one may be changed for another."""
    found = _SIGNATURE.fullmatch(header.strip())
    if found is None or abs(now - int(found[1])) > CLOCK_SLACK:
        return False
    signed = found[1].encode() + b"." + body
    made = [hmac.new(secret, signed, hashlib.sha256).hexdigest() for secret in secrets]
    return any([hmac.compare_digest(one, found[2]) for one in made])
