"""Backup and restore: the records, every document of the store, the secret key and the site, in one tar file.

The records are copied first and the store after them. Documents are only ever added, so whatever the copied records
name is in the copied store, although the mailroom goes on working meanwhile. The engine's database is left out: the
records' status is the truth, and the sweep puts unfinished work on again.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import dj_database_url

from mailroom.config.environment import Environment
from mailroom.errors import Misconfigured, Reject
from mailroom.gateways.store import Store
from mailroom.wiring.restored_numbers import has_records, skip_in_postgresql, skip_in_sqlite

_FORMAT = 1
_SITE = ("classifiers", "config", "templates")


class NotABackup(Reject):
    """The file is no backup of this program, or part of it is damaged. Use another one."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup holds, or a restore brought back."""

    documents: int
    records_bytes: int


def back_up(target: Path, environment: Environment, store: Store, now: dt.datetime) -> Copied:
    """Write the backup; it appears under its name only when it is whole.

    Raises:
        Misconfigured: pg_dump is missing or refused.
        MailroomError: a document of the store is missing or damaged.
    """
    part = target.with_name(target.name + ".part")
    try:
        copied = _write(part, target.parent, environment, store, now)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return copied


def _write(part: Path, beside: Path, environment: Environment, store: Store, now: dt.datetime) -> Copied:
    with tempfile.TemporaryDirectory(prefix="mailroom-backup-", dir=beside) as folder:
        records = Path(folder) / "records"
        kind = _copy_records(environment.database_url, records)
        with part.open("wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            facts = {"format": _FORMAT, "made_at": now.isoformat(), "records": kind}
            _add(tar, "backup.json", json.dumps(facts).encode())
            tar.add(records, "records")
            _add(tar, "secret_key", environment.secret_key.encode())
            for name in _SITE:
                tar.add(environment.site / name, f"site/{name}", filter=_without_models)
            count = 0
            for key, is_whole in store.verify():
                if not is_whole:
                    raise NotABackup(f"document {key} of the store is damaged. Bring it back from an earlier backup.")
                _add(tar, f"store/{key}", store.get(key))
                count += 1
            tar.close()
            file.flush()
            os.fsync(file.fileno())  # a power cut must not leave half a backup under the name of a whole one
        return Copied(count, records.stat().st_size)


def restore(source: Path, environment: Environment, store: Store) -> Copied:
    """Bring a backup back into an empty data folder (and, with PostgreSQL, an empty database).

    The records come last: a restore cut short is simply run again. Their numbers go on with a gap.

    Raises:
        Misconfigured: there are records already, or the backup's kind of database is not the one set.
        NotABackup: the file is not one, or a document in it is damaged.
    """
    try:
        with tarfile.open(source) as tar, tempfile.TemporaryDirectory(prefix="mailroom-restore-") as folder:
            return _restore(tar, Path(folder), environment, store)
    except (tarfile.TarError, KeyError, json.JSONDecodeError) as broken:
        raise NotABackup(f"{source.name} is not a backup of the mailroom ({type(broken).__name__}).") from broken


def _restore(tar: tarfile.TarFile, folder: Path, environment: Environment, store: Store) -> Copied:
    facts = json.loads(_read(tar, "backup.json"))
    if facts["format"] != _FORMAT:
        raise NotABackup(f"the backup has format {facts['format']}; this program reads {_FORMAT}.")
    _refuse_records_there(facts["records"], environment.database_url)
    records = folder / "records"
    with _open(tar, "records") as packed, records.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    count = 0
    for key, content in _documents(tar):
        if store.put(content) != key:
            raise NotABackup(f"document {key} in the backup is damaged.")
        count += 1
    _keep_key(environment.data / "secret_key", _read(tar, "secret_key"))
    _bring_records_back(records, environment.database_url)
    return Copied(count, records.stat().st_size)


def _documents(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in tar:
        if member.isfile() and member.name.startswith("store/"):
            yield member.name.removeprefix("store/"), _read(tar, member.name)


def _copy_records(url: str, target: Path) -> str:
    """A consistent copy while others write. Returns its kind."""
    if not url.startswith("sqlite"):
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}", url)
        return "postgresql"
    with closing(sqlite3.connect(_file_of(url))) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    return "sqlite"


def _refuse_records_there(kind: str, url: str) -> None:
    """Before anything is written: nobody's records are mixed with others, or written over."""
    if (kind == "sqlite") != url.startswith("sqlite"):
        raise Misconfigured(f"the backup is of {kind}. Set MAILROOM_DATABASE_URL to an empty database of that kind.")
    if kind == "sqlite" and _file_of(url).exists():
        raise Misconfigured(f"{_file_of(url)} is there already. Restore into an empty data folder (MAILROOM_DATA).")
    if kind == "postgresql" and has_records(url):
        raise Misconfigured("the database of MAILROOM_DATABASE_URL has records already. Restore into an empty one.")


def _bring_records_back(records: Path, url: str) -> None:
    if not url.startswith("sqlite"):
        _run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={url}", str(records))
        skip_in_postgresql(url)
        return
    target = _file_of(url)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(target.name + ".restoring")
    half.unlink(missing_ok=True)
    with closing(sqlite3.connect(records)) as copy, closing(sqlite3.connect(half)) as fresh:
        copy.backup(fresh)
    skip_in_sqlite(half)
    half.rename(target)


def _keep_key(path: Path, key: bytes) -> None:
    """The links already sent are signed with this key."""
    path.touch(mode=0o600)
    path.write_bytes(key)


def _file_of(url: str) -> Path:
    return Path(str(dj_database_url.parse(url)["NAME"]))


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise Misconfigured(f"{command[0]} is missing. Install the PostgreSQL client programs.") from None
    except subprocess.CalledProcessError as failed:
        raise Misconfigured(f"{command[0]} refused: {failed.stderr.strip()[-400:]}") from failed


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    with _open(tar, name) as file:
        return file.read()


def _open(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    file = tar.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _without_models(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Trained models are made anew by `mailroom train`."""
    return None if "/model/" in member.name else member
