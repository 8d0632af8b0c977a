"""A watch folder on disk: what lies in it, claiming a file by atomic rename, and a hint when something changed.

The directory scan is the truth. watchdog's events only wake the scanner early: on SMB and NFS shares they never come.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from threading import Event
from typing import Protocol

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from mailroom.errors import Retry


class FolderUnreachable(Retry):
    """The watch folder cannot be read: the share is off or its rights changed. It is looked at again by itself."""


class ClaimLost(Retry):
    """Somebody else took or removed the file between the look and the claim."""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as the directory scan found it. name: path below the folder; size in bytes; modified_ns since 1970."""

    name: str
    size: int
    modified_ns: int
    device: int
    inode: int
    is_link: bool


class Claimed(Protocol):
    """What a claim must know of the file it takes."""

    @property
    def name(self) -> str:
        """Path below the folder."""

    @property
    def size(self) -> int:
        """In bytes."""

    @property
    def inode(self) -> int:
        """Its number on the disk."""


def files_in(folder: Path, ignore: tuple[str, ...] = ()) -> tuple[SeenFile, ...]:
    """Every regular file and link below the folder, by name. Links are listed, never followed.

    Raises:
        FolderUnreachable: the folder itself cannot be listed.
    """
    try:
        return tuple(sorted(_walk(folder, "", ignore), key=lambda f: f.name))
    except OSError as broken:
        raise FolderUnreachable(
            f"watch folder {folder.name}: {broken.strerror}. Check the share; it is tried again by itself."
        ) from broken


def _walk(folder: Path, below: str, ignore: tuple[str, ...]) -> Iterator[SeenFile]:
    with os.scandir(folder / below) as entries:
        for entry in entries:
            name = f"{below}/{entry.name}" if below else entry.name
            if any(fnmatch(entry.name, pattern) for pattern in ignore):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(folder, name, ignore)
            else:
                seen = _look(entry, name)
                if seen:
                    yield seen


def _look(entry: os.DirEntry[str], name: str) -> SeenFile | None:
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
        return None
    return SeenFile(name, found.st_size, found.st_mtime_ns, found.st_dev, found.st_ino, stat.S_ISLNK(found.st_mode))


def claim(folder: Path, seen: Claimed, spool: Path, claim_name: str) -> Path:
    """Move the file out of everybody else's reach and return where it lies.

    First an atomic rename inside its own folder to a hidden name (two watchers: one wins, the other gets ClaimLost),
    then a move to the spool, which may be on another disk.

    Raises:
        ClaimLost: the file is no longer the one that was seen.
        FolderUnreachable: the share went away; the file is where it was or under its hidden name.
    """
    source = folder / seen.name
    hidden = source.with_name(f".mailroom-{claim_name}")
    try:
        source.rename(hidden)
        found = hidden.lstat()
        if (found.st_ino, found.st_size) != (seen.inode, seen.size):
            _put_back(hidden, source)
            raise ClaimLost(f"a file in {folder.name} changed while it was being taken. It is looked at again.")
        spool.mkdir(parents=True, exist_ok=True)
        return bring_to_spool(hidden, spool / claim_name)
    except FileNotFoundError:
        raise ClaimLost(f"a file in {folder.name} went away before it could be taken.") from None
    except OSError as broken:
        raise FolderUnreachable(f"watch folder {folder.name}: {broken.strerror}. It is tried again.") from broken


def bring_to_spool(hidden: Path, target: Path) -> Path:
    """Rename into the spool; across disks copy, fsync, then remove. Safe to repeat after a crash."""
    try:
        hidden.rename(target)
    except OSError as across:
        if across.errno != errno.EXDEV:
            raise
        copy = target.with_name(target.name + ".copy")
        shutil.copyfile(hidden, copy, follow_symlinks=False)
        with copy.open("rb") as handle:
            os.fsync(handle.fileno())
        copy.rename(target)
        hidden.unlink()
    return target


def hidden_name(folder: Path, name: str, claim_name: str) -> Path:
    """Where `claim` leaves a file between its two moves; looked at again after a crash."""
    return (folder / name).with_name(f".mailroom-{claim_name}")


def _put_back(hidden: Path, source: Path) -> None:
    """Give a changed file its name again without overwriting a newer one."""
    try:
        os.link(hidden, source)
    except FileExistsError:
        return
    hidden.unlink()


def move_aside(path: Path, folder: Path, name: str) -> Path:
    """Move a taken file to the dated done folder (or quarantine); never overwrites. Returns where it lies."""
    folder.mkdir(parents=True, exist_ok=True)
    flat = name.replace("/", "__")
    target = folder / flat
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{Path(flat).stem} ({number}){Path(flat).suffix}"
    shutil.move(path, target)
    return target


class _Wake(FileSystemEventHandler):
    def __init__(self, bell: Event) -> None:
        self._bell = bell

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._bell.set()


class Hints:
    """Sets `bell` when something changes in the folders; a folder that gives no events is simply never heard of."""

    def __init__(self, folders: tuple[Path, ...], bell: Event) -> None:
        self._observer = Observer()
        for folder in folders:
            self._observer.schedule(_Wake(bell), str(folder), recursive=True)

    def __enter__(self) -> Hints:
        self._observer.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._observer.stop()
        self._observer.join(timeout=5)
