"""Making, listing and revoking API keys. A key is shown once, when it is made."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mailroom.errors import Reject
from mailroom.records.models import ApiKey, ApiReplyTo, ApiService, Event, KeyKind


class NoSuchKey(Reject):
    """No such system or key. `mailroom api-key list` names them."""


class NameTaken(Reject):
    """The system has a key of that name already. Choose another name, or revoke that one and name the new one anew."""


def make_service(name: str, service: str, classes: Sequence[str], precompiled: str, actor: str) -> ApiService:
    """The system of that name, made if it is not there yet, with what it may send."""
    with transaction.atomic():
        known, new = ApiService.objects.update_or_create(
            name=name,
            defaults={"service": service, "document_classes": list(classes), "precompiled_class": precompiled},
        )
        Event.record("api.service_made" if new else "api.service_changed", known, actor=actor, classes=[*classes])
    return known


def make_key(service: ApiService, name: str, kind: KeyKind, seal: Callable[[str], str], actor: str) -> str:
    """A new key, as clients are given it: its name, the service's key and the secret, with hyphens between.

    Raises:
        NameTaken: the service has a key of that name.
    """
    if service.keys.filter(name=name).exists():
        raise NameTaken(f"There is a key named '{name}' already. Choose another name.")
    secret = str(uuid.uuid4())
    with transaction.atomic():
        key = ApiKey.objects.create(service=service, name=name, kind=kind, secret=seal(secret), created_by=actor)
        Event.record("api.key_made", key, actor=actor, key_kind=kind)
    return f"{name}-{service.key}-{secret}"


def add_reply_to(service: ApiService, address: str, actor: str) -> uuid.UUID:
    """An address answers may go to. Returns the id requests name it by."""
    with transaction.atomic():
        known, new = ApiReplyTo.objects.get_or_create(service=service, address=address.strip().lower())
        if new:
            Event.record("api.reply_to_added", known, actor=actor)
    return known.key


def revoke(key_id: int, actor: str) -> ApiKey:
    """No request with the key is answered from here on. Raises NoSuchKey."""
    with transaction.atomic():
        key = ApiKey.objects.select_related("service").filter(pk=key_id).first()
        if key is None:
            raise NoSuchKey(f"There is no key {key_id}. `mailroom api-key list` names them.")
        if key.revoked_at is None:
            key.revoked_at = timezone.now()
            key.save(update_fields=["revoked_at"])
            Event.record("api.key_revoked", key, actor=actor)
    return key


def service_named(name: str) -> ApiService:
    """The system of that name. Raises NoSuchKey."""
    found = ApiService.objects.filter(name=name).first()
    if found is None:
        raise NoSuchKey(f"There is no system named '{name}'. `mailroom api-key list` names them.")
    return found


def keys() -> QuerySet[ApiKey]:
    """Every key, those of one system together."""
    return ApiKey.objects.select_related("service").order_by("service__name", "pk")
