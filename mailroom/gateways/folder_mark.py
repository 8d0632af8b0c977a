"""The mark in a watch folder: a small file whose words differ from folder to folder.

By it a folder is told from the empty place of a share that is not mounted, and from another folder at the same path,
as where two machines do not mount the same share.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path

MARK = ".mailroom-folder"
"""What Mailroom puts into every watch folder: an empty mount point has none."""

_LONGEST = 200


def read_mark(folder: Path) -> str | None:
    """Its words; '' for an empty one, put there by hand or by an earlier release; None where there is none."""
    try:
        return (folder / MARK).read_text(encoding="utf-8", errors="replace")[:_LONGEST].strip()
    except FileNotFoundError:
        return None


def make_mark(folder: Path) -> str | None:
    """Put a mark of its own into a folder; of two who do at once, both get the words of one. None: not writable."""
    words = uuid.uuid4().hex
    try:
        half = _written_aside(folder, words)
    except OSError:
        return read_mark(folder)
    try:
        os.link(half, folder / MARK)
    except FileExistsError:
        return read_mark(folder)
    except OSError:  # a disk without links
        if not (folder / MARK).exists():
            half.replace(folder / MARK)
    finally:
        half.unlink(missing_ok=True)
    return read_mark(folder)


def fill_mark(folder: Path) -> str:
    """Give an empty mark words of its own. Returns what it says then; '' where Mailroom may not write."""
    with suppress(OSError):
        _written_aside(folder, uuid.uuid4().hex).replace(folder / MARK)
    return read_mark(folder) or ""


def _written_aside(folder: Path, words: str) -> Path:
    half = folder / f"{MARK}.{words}"
    handle = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    try:
        os.write(handle, words.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    return half
