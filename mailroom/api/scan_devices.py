"""Making, listing and revoking the keys of devices that hand scans in. A key is shown once, when it is made."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mailroom.errors import Reject
from mailroom.records.models import DeviceKind, Event, ScanDevice


class NoSuchDevice(Reject):
    """There is no device of that name. `mailroom scan-device list` names them."""


class DeviceNameTaken(Reject):
    """There is a device of that name. Choose another, or give that one a new key."""


def add_device(name: str, kind: DeviceKind, actor: str, *, service: str = "", policy: str = "auto",
               duplex: bool = False) -> str:  # fmt: skip
    """A new device; returns its key. Raises DeviceNameTaken."""
    if ScanDevice.objects.filter(name=name).exists():
        raise DeviceNameTaken(f"There is a device named '{name}' already. Choose another name, or renew its key.")
    key = _new_key()
    with transaction.atomic():
        device = ScanDevice.objects.create(
            name=name, kind=kind, key_digest=_digest(key), service=service, policy=policy, duplex=duplex,
            created_by=actor,
        )  # fmt: skip
        Event.record("scan_device.added", device, actor=actor, device_kind=kind)
    return key


def renew_key(name: str, actor: str) -> str:
    """Another key in place of the old one, which opens nothing any more. Raises NoSuchDevice."""
    key = _new_key()
    with transaction.atomic():
        device = _named(name)
        ScanDevice.objects.filter(pk=device.pk).update(key_digest=_digest(key), revoked_at=None)
        Event.record("scan_device.key_renewed", device, actor=actor)
    return key


def revoke_device(name: str, actor: str) -> ScanDevice:
    """Nothing more is taken from the device. What it brought stays. Raises NoSuchDevice."""
    with transaction.atomic():
        device = _named(name)
        if ScanDevice.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=timezone.now()):
            Event.record("scan_device.revoked", device, actor=actor)
    return device


def devices() -> QuerySet[ScanDevice]:
    """Every device, by name."""
    return ScanDevice.objects.order_by("name")


def device_of_key(key: str) -> ScanDevice | None:
    """The device whose key it is; None for a wrong or revoked one."""
    return ScanDevice.objects.filter(key_digest=_digest(key), revoked_at=None).first()


def _new_key() -> str:
    """256 bits from the system: nothing to guess, so its plain digest is enough to know it by."""
    return f"mrscan_{secrets.token_urlsafe(32)}"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _named(name: str) -> ScanDevice:
    found = ScanDevice.objects.filter(name=name).first()
    if found is None:
        raise NoSuchDevice(f"There is no device named '{name}'. `mailroom scan-device list` names them.")
    return found
