"""The store on disk: write aside, fsync, read back, compare the hash, rename, fsync the folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailroom.gateways.store.faults import StoreAway, checked, damaged, missing


class DiskStore:
    """Files below one folder, in 256 sub-folders by the first two digits of the key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes | Path) -> str:
        """Keep the bytes and return their SHA-256 in hex. Bytes already kept are not written again.

        A kept file that has gone bad is put right by the same bytes arriving once more.

        Raises:
            StoreAway: the disk is full or cannot be written; no partial file is left behind.
        """
        key = _hash(content)
        place = self._place(key)
        if place.exists() and _hash(place) == key:
            self._make_lasting(place.parent)
            return key
        half = place.with_name(f".{key}.{uuid.uuid4().hex}")
        try:
            self._make_folder(place.parent)
            self._write(content, half)
            if _hash(half) != key:
                raise StoreAway("The disk gave back other bytes than were written. Nothing was kept; check the disk.")
            half.replace(place)
            _sync_folder(place.parent)
        except OSError as full:
            raise StoreAway(
                f"The store cannot be written ({full.strerror}). Free some space; it is tried again."
            ) from full
        finally:
            half.unlink(missing_ok=True)
        return key

    def get(self, key: str) -> bytes:
        """The bytes, compared with their key. Raises Missing or Damaged."""
        with self.path_for_reading(key) as path:
            content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != key:
            raise damaged(key)
        return content

    def exists(self, key: str) -> bool:
        """Whether a document of that key is kept."""
        return self._place(key).exists()

    @contextmanager
    def path_for_reading(self, key: str) -> Iterator[Path]:
        """The file itself; read only. Raises Missing."""
        place = self._place(key)
        if not place.exists():
            raise missing(key)
        yield place

    def verify(self) -> Iterator[tuple[str, bool]]:
        """Every key kept, and whether its bytes are still right."""
        for path in sorted(self._folder.glob("??/*")):
            if not path.name.startswith("."):
                yield path.name, _hash(path) == path.name

    def _place(self, key: str) -> Path:
        return self._folder / checked(key)[:2] / key

    def _make_folder(self, folder: Path) -> None:
        """A folder made just before a power cut must be there after it, like the file in it."""
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._folder)

    @staticmethod
    def _make_lasting(folder: Path) -> None:
        """Whoever put the bytes there may have died before their name was on the disk, and a power cut may follow."""
        try:
            _sync_folder(folder)
        except OSError as broken:
            raise StoreAway(f"The store does not answer ({broken.strerror}). It is tried again.") from broken

    @staticmethod
    def _write(content: bytes | Path, target: Path) -> None:
        with target.open("wb") as out:
            if isinstance(content, bytes):
                out.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())
        target.chmod(0o440)


def _hash(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
