"""A watch folder on disk: what lies in it, claiming a file by atomic rename, and a hint when something changed.

The directory scan is the truth. watchdog's events only wake the scanner early: on SMB and NFS shares they never come.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import count
from pathlib import Path
from typing import Protocol

from mailroom.errors import Retry
from mailroom.gateways.folder_mark import MARK, fill_mark, make_mark, read_mark


class FolderUnreachable(Retry):
    """The watch folder cannot be read: the share is off or its rights changed. It is looked at again by itself."""


class ClaimLost(Retry):
    """Somebody else took, changed or removed the file between the look and the claim."""


class HalfClaimed(Retry):
    """The file is claimed, under its hidden name, and could not be brought to the spool. The claim is to be kept."""


_HIDDEN = ".mailroom-"
_LONGEST_NAME, _ROOM_TO_COUNT = 255, 16
"""Bytes of a name on the usual disks, and what of them is kept for telling files of one name apart."""
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


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
    def inode(self) -> object:
        """Its number on the disk, of any type that compares with it."""


def files_in(folder: Path, ignore: tuple[str, ...] = ()) -> tuple[SeenFile, ...]:
    """Every regular file and link below the folder, by name. Links are listed, never followed.

    Raises:
        FolderUnreachable: the folder itself cannot be listed.
    """
    with _reaching(folder):
        return tuple(sorted(_walk(folder, "", ignore), key=lambda f: f.name))


@contextmanager
def _reaching(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as broken:
        raise FolderUnreachable(
            f"watch folder {folder.name}: {broken.strerror}. Check the share; it is tried again by itself."
        ) from broken


def _walk(folder: Path, below: str, ignore: tuple[str, ...]) -> Iterator[SeenFile]:
    with os.scandir(folder / below) as entries:
        for entry in entries:
            name = f"{below}/{entry.name}" if below else entry.name
            if entry.name.startswith(_HIDDEN) or _is_ignored(entry, ignore):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(folder, name, ignore)
            else:
                seen = _look(entry, name)
                if seen:
                    yield seen


def _walk_hidden(folder: Path, below: str, ignore: tuple[str, ...]) -> Iterator[str]:
    with os.scandir(folder / below) as entries:
        for entry in entries:
            name = f"{below}/{entry.name}" if below else entry.name
            if entry.is_dir(follow_symlinks=False):
                if not _is_ignored(entry, ignore):
                    yield from _walk_hidden(folder, name, ignore)
            elif entry.name.startswith(_HIDDEN) and not entry.name.startswith(MARK):
                yield name


def _is_ignored(entry: os.DirEntry[str], ignore: tuple[str, ...]) -> bool:
    return any(fnmatch(entry.name, pattern) for pattern in ignore)


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
        ClaimLost: the file is no longer the one that was seen; it lies in its folder still.
        FolderUnreachable: the share went away or allows no renaming; the file is where it was.
        HalfClaimed: it lies under its hidden name. The claim stands; `finish` goes on with it.
    """
    hidden = hidden_name(folder, seen.name, claim_name)
    try:
        (folder / seen.name).rename(hidden)
    except FileNotFoundError:
        raise ClaimLost(f"a file in {folder.name} went away before it could be taken.") from None
    except OSError as broken:
        raise FolderUnreachable(f"watch folder {folder.name}: {broken.strerror}. It is tried again.") from broken
    return _on_to_the_spool(folder, hidden, seen, spool, claim_name)


def finish(folder: Path, seen: Claimed, spool: Path, claim_name: str) -> Path | None:
    """Where a claim that was cut short has the file now: in the spool. None if it has come to nothing. Safe to repeat.

    Raises:
        ClaimLost: it lay under its hidden name, but was no longer the file that was seen, and was given back.
        HalfClaimed: it still lies under its hidden name.
    """
    target, hidden = spool / claim_name, hidden_name(folder, seen.name, claim_name)
    if target.exists():
        with suppress(OSError):
            hidden.unlink()  # copied whole, and not removed yet
        return target
    return _on_to_the_spool(folder, hidden, seen, spool, claim_name) if hidden.exists() else None


def _on_to_the_spool(folder: Path, hidden: Path, seen: Claimed, spool: Path, claim_name: str) -> Path:
    try:
        found = hidden.lstat()
        if (found.st_ino, found.st_size) != (seen.inode, seen.size) or _is_same(hidden, folder / seen.name):
            _put_under_a_free_name(hidden, folder / seen.name)
            raise ClaimLost(f"a file in {folder.name} changed while it was being taken. It is looked at again.")
        spool.mkdir(parents=True, exist_ok=True)
        return bring_to_spool(hidden, spool / claim_name)
    except OSError as broken:
        raise HalfClaimed(
            f"A file of {folder.name} was claimed but could not be brought in ({broken.strerror}). It lies in its "
            f"folder as {hidden.name}; it is brought in by itself when the spool and the share can be written."
        ) from broken


def bring_to_spool(hidden: Path, target: Path) -> Path:
    """Rename into the spool; across disks the copy is safe on its disk before the file goes. Safe to repeat."""
    try:
        hidden.rename(target)
    except OSError as across:
        if across.errno != errno.EXDEV:
            raise
        copy = _copied(hidden, target.with_name(target.name + ".copy"))
        copy.rename(target)
        _make_lasting(target.parent)
        hidden.unlink()
    return target


def hidden_name(folder: Path, name: str, claim_name: str) -> Path:
    """Where `claim` leaves a file between its two moves; looked at again after a crash."""
    return (folder / name).with_name(f"{_HIDDEN}{claim_name}")


def hidden_in(folder: Path, ignore: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Claims' hidden files below the folder, by their paths below it. Raises FolderUnreachable."""
    with _reaching(folder):
        return tuple(sorted(_walk_hidden(folder, "", ignore)))


def claim_of(hidden: str) -> str:
    """The claim a hidden file belongs to."""
    return Path(hidden).name.removeprefix(_HIDDEN)


def give_back(folder: Path, hidden: str, name: str) -> str:
    """Give a hidden file a name again, that one or one like it; nothing is overwritten. Returns its path below.

    Raises:
        ClaimLost: it is gone, or not ours to rename.
    """
    try:
        return str(_put_under_a_free_name(folder / hidden, folder / name).relative_to(folder))
    except OSError as broken:
        raise ClaimLost(f"a hidden file of {folder.name} could not be given back ({broken.strerror}).") from broken


def find_mark(folder: Path, known: Sequence[str], is_ours: bool) -> str | None:
    """The words of the folder's mark, by which it is told from any other at its path; None if it may not have one.

    A folder without a mark is given one when files lie in it. An empty one may be the place of a share that is not
    mounted, so it gets none, unless it is ours and was never marked. An empty mark is a person's word that this is
    the right folder. known: the words it had on record, the latest last.

    Raises:
        FolderUnreachable: it cannot be read; it is empty and without a mark; or its mark is one from before.
    """
    with _reaching(folder):
        mark = read_mark(folder)
        if mark is None:
            folder.stat()
            if not (is_ours and not known) and not any(_walk(folder, "", ())):
                raise FolderUnreachable(_unmarked(folder, bool(known)))
            return make_mark(folder)
        if not mark:
            return fill_mark(folder)
    if mark in known[:-1] and mark != known[-1]:
        raise FolderUnreachable(
            f"watch folder {folder.name}: this is not the folder that was looked at last, but an earlier one of this "
            f"path, as where a share is not mounted, or not on this machine. Mount it. If this is the right folder, "
            f"delete {MARK} in it and put an empty file of that name there."
        )
    return mark


def _unmarked(folder: Path, had_one: bool) -> str:
    what = f"its mark {MARK} is missing and it is empty" if had_one else f"it is empty and has no mark {MARK} yet"
    return (
        f"watch folder {folder.name}: {what}, as where a share is not mounted. Mount it. If this is the right folder, "
        f"put an empty file named {MARK} in it, or the first scan."
    )


def move_aside(path: Path, folder: Path, name: str) -> Path:
    """Move a taken file to the dated done folder (or quarantine); never overwrites. Returns where it lies."""
    folder.mkdir(parents=True, exist_ok=True)
    target = _short_enough(folder / name.replace("/", "__"), _ROOM_TO_COUNT)
    try:
        return _put_under_a_free_name(path, target)
    except OSError as across:
        if across.errno != errno.EXDEV:
            raise
    copy = _copied(path, folder / f"{_HIDDEN}{uuid.uuid4().hex}.copy")
    placed = _put_under_a_free_name(copy, target)
    _make_lasting(folder)
    path.unlink()
    return placed


def _put_under_a_free_name(path: Path, wanted: Path) -> Path:
    """Rename on one disk to that name, or to the first like it that nobody has; never over another file."""
    for number in count(1):
        target = wanted if number == 1 else _numbered(wanted, number)
        try:
            os.link(path, target, follow_symlinks=False)
        except FileExistsError:
            if not _is_same(path, target):
                continue
            if path.lstat().st_nlink < 2:
                return target  # it has that name already, however it is spelt
        except OSError as no_links:
            if no_links.errno not in _NO_LINKS:
                raise
            if _reserved_for(path, target):
                return target
            continue
        path.unlink()
        return target
    raise AssertionError("numbers do not end")


def _numbered(wanted: Path, number: int) -> Path:
    short = _short_enough(wanted, _ROOM_TO_COUNT)
    return short.with_name(f"{short.stem} ({number}){short.suffix}")


def _short_enough(path: Path, less: int) -> Path:
    """With as much of its name as a disk allows, less some bytes; its ending is kept."""
    ending = os.fsencode(path.suffix)[:_ROOM_TO_COUNT]
    stem = os.fsencode(path.stem)[: _LONGEST_NAME - less - len(ending)]
    return path.with_name(os.fsdecode(stem) + os.fsdecode(ending))


def _reserved_for(path: Path, target: Path) -> bool:
    """For disks without links: an empty file keeps the name until the file itself goes over it."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    try:
        path.replace(target)
    except OSError:
        target.unlink(missing_ok=True)
        raise
    return True


def _is_same(path: Path, other: Path) -> bool:
    """Whether both names are of one file, as between the two halves of a rename by link."""
    try:
        return os.path.samestat(path.lstat(), other.lstat())
    except FileNotFoundError:
        return False


def _copied(path: Path, copy: Path) -> Path:
    """A whole copy that outlasts a power cut, or none."""
    try:
        shutil.copyfile(path, copy, follow_symlinks=False)
        with copy.open("rb") as handle:
            os.fsync(handle.fileno())
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    with suppress(OSError):
        shutil.copystat(path, copy)
    return copy


def _make_lasting(folder: Path) -> None:
    """A new name outlasts a power cut only once its folder is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
