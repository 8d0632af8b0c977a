"""The store: bytes kept under their SHA-256, never changed, never overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from mailroom.config.store import Kept, StoreConfig
from mailroom.gateways.store.disk import DiskStore
from mailroom.gateways.store.faults import Damaged, Missing, StoreAway

__all__ = ["Damaged", "DiskStore", "Missing", "Store", "StoreAway", "open_store"]


class Store(Protocol):
    """What every store does; a key is the SHA-256 of the bytes in 64 lower-case hex digits."""

    def put(self, content: bytes | Path) -> str:
        """Keep the bytes and return their key; the same bytes twice are kept once. Raises StoreAway."""

    def get(self, key: str) -> bytes:
        """The bytes, compared with their key. Raises Missing, Damaged or StoreAway."""

    def exists(self, key: str) -> bool:
        """Whether a document of that key is kept. Raises StoreAway."""

    def path_for_reading(self, key: str) -> AbstractContextManager[Path]:
        """A local file with the bytes, for as long as the context lasts; read only. Raises like get."""

    def verify(self) -> Iterator[tuple[str, bool]]:
        """Every key kept, and whether its bytes are still right; for the ledger and backups."""


def open_store(config: StoreConfig, data: Path) -> Store:
    """The store that store.toml asks for; a relative folder is below `data`."""
    if config.kept is Kept.DISK:
        return DiskStore(data / config.folder)
    # Here, because half a second goes by until boto3 is there, in every command.
    from mailroom.gateways.store.s3 import S3Store

    return S3Store(config)
