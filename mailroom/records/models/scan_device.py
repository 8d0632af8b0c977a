"""A device that hands scans in over the web: a kiosk in a reception, a branch scanner, a printer that scans."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class DeviceKind(StrEnum):
    """Office: staff scan paper that came in. Kiosk: customers scan what they bring, themselves."""

    OFFICE = "office"
    KIOSK = "kiosk"


class ScanDevice(models.Model):
    """One device and its key. key_digest: SHA-256 of the key, which is shown once and kept nowhere.

    service: what its scans are for, '' if that varies. policy, duplex: how they are cut, and whether both sides come.
    """

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=[(k, k) for k in DeviceKind], default=DeviceKind.OFFICE)
    key_digest = models.CharField(max_length=64, unique=True)
    service = models.CharField(max_length=40, blank=True)
    policy = models.CharField(max_length=20, default="auto")
    duplex = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=150)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"scan device {self.pk}"

    @property
    def source(self) -> str:
        """As the source of its batches: a kiosk's name begins so that what it brings does not count as post."""
        return f"kiosk-{self.name}" if self.kind == DeviceKind.KIOSK else self.name

    @property
    def claims(self) -> str:
        """What the claims of its batches begin with."""
        return f"scan-{self.pk}-"
