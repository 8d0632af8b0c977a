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
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from mailroom.config.environment import Environment
from mailroom.errors import Misconfigured, Reject
from mailroom.gateways.store import Damaged, Missing, Store
from mailroom.records.documents_named import are_up_to_date, documents_named
from mailroom.wiring.document_tally import Lacking, Tally, open_tally
from mailroom.wiring.records_copy import copy_records, file_of, run_tool
from mailroom.wiring.restored_numbers import has_records, skip_in_postgresql, skip_in_sqlite

_FORMAT = 1
_SITE = ("classifiers", "config", "templates")


class NotABackup(Reject):
    """The file is no backup of this program, or part of it is damaged. Use another one."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup holds, or a restore brought back.

    lacking: documents that are not in the backup although its records name them, or because they are damaged.
    is_compared: whether the records could be asked which documents they name; those of an earlier release cannot.
    """

    documents: int
    records_bytes: int
    lacking: tuple[Lacking, ...] = ()
    is_compared: bool = True


def back_up(target: Path, environment: Environment, store: Store, now: dt.datetime) -> Copied:
    """Write the backup; it appears under its name only when it is written to its end.

    A document that is missing or damaged does not stop it: one lost letter is no reason to risk all others.

    Raises:
        Misconfigured: pg_dump is missing or refused.
        StoreAway: the store cannot be reached.
        NotABackup: a file of that name is there and is none; it is left as it is.
    """
    if target.is_file():
        _refuse_another_file(target)
    part = target.with_name(target.name + ".part")
    try:
        copied = _write(part, target.parent, environment, store, now)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return copied


def _write(part: Path, beside: Path, environment: Environment, store: Store, now: dt.datetime) -> Copied:
    with (
        tempfile.TemporaryDirectory(prefix="mailroom-backup-", dir=beside) as folder,
        open_tally(Path(folder) / "tally") as tally,
    ):
        records = Path(folder) / "records"
        kind, is_compared = copy_records(environment.database_url, records, partial(_note_named, tally))
        with part.open("wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            facts = {"format": _FORMAT, "made_at": now.isoformat(), "records": kind}
            _add(tar, "backup.json", json.dumps(facts).encode())
            tar.add(records, "records")
            _add(tar, "secret_key", environment.secret_key.encode())
            for name in _SITE:
                tar.add(environment.site / name, f"site/{name}", filter=_without_models)
            count = _add_documents(tar, store, tally)
            tar.close()
            file.flush()
            os.fsync(file.fileno())  # a power cut must not leave half a backup under the name of a whole one
        return Copied(count, records.stat().st_size, tuple(tally.lacking()), is_compared)


def _note_named(tally: Tally, using: str) -> bool:
    if not are_up_to_date(using):
        return False
    tally.name(documents_named(using))
    return True


def _add_documents(tar: tarfile.TarFile, store: Store, tally: Tally) -> int:
    """Every document that is whole. Returns how many."""
    count = 0
    for key, is_whole in store.verify():
        if is_whole:
            try:
                _add(tar, f"store/{key}", store.get(key))
            except (Damaged, Missing):
                is_whole = False
            else:
                count += 1
        tally.keep(key, is_whole)
    return count


def restore(source: Path, environment: Environment, store: Store) -> Copied:
    """Bring a backup back into an empty data folder (and, with PostgreSQL, an empty database).

    The records come last: a restore cut short is simply run again. Their numbers go on with a gap.

    Raises:
        Misconfigured: there are records already, or the backup's kind of database is not the one set.
        NotABackup: the file is not one, or a document in it is damaged.
    """
    with _opened(source) as tar, tempfile.TemporaryDirectory(prefix="mailroom-restore-") as folder:
        return _restore(tar, Path(folder), environment, store)


def _restore(tar: tarfile.TarFile, folder: Path, environment: Environment, store: Store) -> Copied:
    facts = _facts(tar)
    _refuse_records_there(facts["records"], environment.database_url)
    records = folder / "records"
    with _open(tar, "records") as packed, records.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    count = _store_documents(tar, store)
    _keep_key(environment.data / "secret_key", _read(tar, "secret_key"))
    _bring_records_back(records, environment.database_url)
    return Copied(count, records.stat().st_size)


def _facts(tar: tarfile.TarFile) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(_read(tar, "backup.json"))
    if facts["format"] != _FORMAT:
        raise NotABackup(f"the backup has format {facts['format']}; this program reads {_FORMAT}.")
    return facts


def bring_documents_back(source: Path, store: Store) -> Copied:
    """Put every document of a backup in the store where it is missing or damaged. Records are left as they are.

    Raises:
        NotABackup: the file is not one, or a document in it is damaged.
    """
    with _opened(source) as tar:
        _facts(tar)
        return Copied(_store_documents(tar, store), 0)


def _store_documents(tar: tarfile.TarFile, store: Store) -> int:
    count = 0
    for key, content in _documents(tar):
        if store.put(content) != key:
            raise NotABackup(f"document {key} in the backup is damaged.")
        count += 1
    return count


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source) as tar:
            yield tar
    except (tarfile.TarError, KeyError, json.JSONDecodeError) as broken:
        raise NotABackup(f"{source.name} is not a backup of the mailroom ({type(broken).__name__}).") from broken


def _refuse_another_file(target: Path) -> None:
    """An earlier backup gives way to the new one; a file of another kind was named by a slip."""
    try:
        with _opened(target) as tar:
            tar.getmember("backup.json")
    except NotABackup as another:
        raise NotABackup(
            f"{target.name} is there and is no backup. It was left as it is: name another file."
        ) from another


def _documents(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in tar:
        if member.isfile() and member.name.startswith("store/"):
            yield member.name.removeprefix("store/"), _read(tar, member.name)


def _refuse_records_there(kind: str, url: str) -> None:
    """Before anything is written: nobody's records are mixed with others, or written over."""
    if (kind == "sqlite") != url.startswith("sqlite"):
        raise Misconfigured(f"the backup is of {kind}. Set MAILROOM_DATABASE_URL to an empty database of that kind.")
    if kind == "sqlite" and file_of(url).exists():
        raise Misconfigured(f"{file_of(url)} is there already. Restore into an empty data folder (MAILROOM_DATA).")
    if kind == "postgresql" and has_records(url):
        raise Misconfigured("the database of MAILROOM_DATABASE_URL has records already. Restore into an empty one.")


def _bring_records_back(records: Path, url: str) -> None:
    if not url.startswith("sqlite"):
        run_tool("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={url}", str(records))
        skip_in_postgresql(url)
        return
    target = file_of(url)
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
