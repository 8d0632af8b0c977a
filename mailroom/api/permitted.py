"""What a key may ask for: to whom it may send, where answers may go, and how far ahead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from mailroom.api import shapes
from mailroom.api.machines import ApiMachines
from mailroom.api.refusals import BadRequestError, ValidationError
from mailroom.records.models import ApiKey, ApiReplyTo, KeyKind


def check_letters(key: ApiKey) -> None:
    """Raises BadRequestError for a team key."""
    if key.kind == KeyKind.TEAM:
        raise BadRequestError("Cannot send letters with a team api key", 403)


def check_recipient(machines: ApiMachines, key: ApiKey, address: str) -> None:
    """Raises BadRequestError for a team key and an address that is not the council's own."""
    if key.kind == KeyKind.TEAM and address.rpartition("@")[2] not in machines.staff_domains:
        raise BadRequestError("Can’t send to this recipient using a team-only API key")


def reply_address(key: ApiKey, wanted: str | None) -> str:
    """The address answers go to; '' for the usual one. Raises BadRequestError for one that is not the service's."""
    if not wanted:
        return ""
    found = ApiReplyTo.objects.filter(service=key.service, key=wanted).first()
    if found is None:
        raise BadRequestError(f"email_reply_to_id {wanted} does not exist in database for service id {key.service.key}")
    return found.address


def scheduled(form: Mapping[str, Any], now: dt.datetime) -> dt.datetime | None:
    """When it is to leave; None for at once. Raises ValidationError outside the next 24 hours."""
    wanted = form.get("scheduled_for")
    if not wanted:
        return None
    at = shapes.instant(wanted)
    if at < now:
        raise ValidationError("scheduled_for datetime can not be in the past")
    if at > now + dt.timedelta(hours=24):
        raise ValidationError("scheduled_for datetime can only be 24 hours in the future")
    return at
