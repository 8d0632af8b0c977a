"""The store: bytes kept under their SHA-256, never changed, never overwritten."""

from mailroom.gateways.store.disk import DiskStore
from mailroom.gateways.store.faults import Damaged, Missing, StoreAway
from mailroom.gateways.store.s3 import S3Store

__all__ = ["Damaged", "DiskStore", "Missing", "S3Store", "StoreAway"]
