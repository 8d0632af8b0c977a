"""A file of the site, changed in place: comments and order stay as they were written, and the version before is kept.

The file is replaced at once or not at all; nobody ever reads half of it. `routing.toml.previous` beside `routing.toml`
is the version before the last change.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit

from mailroom.errors import Review

Value = str | int | float | None
Key = tuple[str, ...]
KEPT = ".previous"


class ChangedUnderneath(Review):
    """Somebody changed the file after it was looked at. Look at it as it is now, then make the change again."""


class CannotBeWritten(Review):
    """The folder of the site is read-only here. Change the file where it is kept."""


def digest_of(content: bytes) -> str:
    """What tells one version of a file from another: its SHA-256."""
    return hashlib.sha256(content).hexdigest()


def with_values(text: str, values: Mapping[Key, Value]) -> str:
    """The TOML text with these keys set, or removed where the value is None. Everything else stays as written."""
    document = tomlkit.parse(text)
    for key, value in values.items():
        table: MutableMapping[str, Any] = document
        for part in key[:-1]:
            table = table.setdefault(part, tomlkit.table())
        if value is None:
            table.pop(key[-1], None)
        elif table.get(key[-1]) != value:
            table[key[-1]] = value
    return tomlkit.dumps(document)


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Keep other processes that change files of this folder waiting."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def put_in_place(path: Path, content: bytes, based_on: str) -> None:
    """Replace the file, which must still be the version `based_on`, and keep that version beside it.

    Raises:
        ChangedUnderneath: it is another version by now.
        CannotBeWritten: the folder may not be written to.
    """
    before = path.read_bytes()
    if digest_of(before) != based_on:
        raise ChangedUnderneath(f"{path.name} was changed while you were working on it. Look at it, then try again.")
    try:
        _write(path.with_name(path.name + KEPT), before, path)
        _write(path, content, path)
    except OSError as refused:
        why = f"{path.name} could not be written ({refused.strerror}). Change it where it is kept."
        raise CannotBeWritten(why) from refused


def _write(target: Path, content: bytes, like: Path) -> None:
    """The whole file or none of it, on the disk before it takes the other's name, open to the same people."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".mailroom-", suffix=".part")
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(like, half)
        half.replace(target)
    except OSError:
        half.unlink(missing_ok=True)
        raise
