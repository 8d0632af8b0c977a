"""A backup is proved by restoring it: the records, every document, and the key that signs links."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import CharField

from mailroom.config.environment import Environment, read_environment
from mailroom.config.store import StoreConfig
from mailroom.errors import Misconfigured
from mailroom.gateways.store import Store, open_store
from mailroom.records.documents_named import _PLACES
from mailroom.wiring import backup
from mailroom.wiring.backup import NotABackup, back_up, restore
from mailroom.wiring.restored_numbers import SKIPPED
from tests.fresh_records import lay_records, migrate
from tests.postgres import make_database, postgres_server

pytestmark = pytest.mark.django_db


def environment(folder: Path, **variables: str) -> Environment:
    return read_environment({"MAILROOM_DATA": str(folder), **variables})


def store_of(folder: Path) -> Store:
    return open_store(StoreConfig(), folder)


def mailroom(folder: Path, *command: str, code: int = 0, **variables: str) -> str:
    env = {**os.environ, "MAILROOM_DATA": str(folder), **variables}
    done = subprocess.run(
        [sys.executable, "-m", "mailroom", *command], env=env, capture_output=True, text=True, input="a long phrase 9\n"
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_what_was_backed_up_is_there_again_by_the_commands(tmp_path: Path) -> None:
    live, back, file = tmp_path / "live", tmp_path / "back", tmp_path / "b.tar"
    lay_records(live)
    mailroom(live, "accounts", "add", "clerk", "--role", "print_unit")
    key = store_of(live).put(b"%PDF-1.7 a letter")
    mailroom(live, "backup", str(file))
    assert "1 documents" in mailroom(back, "restore", str(file))
    assert store_of(back).get(key) == b"%PDF-1.7 a letter"
    assert (back / "secret_key").read_text() == (live / "secret_key").read_text()
    with closing(sqlite3.connect(back / "records.sqlite3")) as records:
        assert records.execute("SELECT username FROM auth_user").fetchall() == [("clerk",)]


def test_numbers_given_after_the_backup_are_never_given_again_after_a_restore(tmp_path: Path) -> None:
    live, back = tmp_path / "live", tmp_path / "back"
    lay_records(live)
    scan(live, tmp_path / "monday.pdf")
    mailroom(live, "backup", str(tmp_path / "b.tar"))
    tuesday = scan(live, tmp_path / "tuesday.pdf")
    mailroom(back, "restore", str(tmp_path / "b.tar"))
    wednesday = scan(back, tmp_path / "wednesday.pdf")
    assert (tuesday, wednesday) == (2, SKIPPED + 2)
    with closing(sqlite3.connect(back / "records.sqlite3")) as records:
        numbers = dict(records.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    assert numbers["records_printrun"] == SKIPPED, "no run was on record, but R000001 may have been printed since"


def scan(folder: Path, path: Path, **variables: str) -> int:
    """A scan taken in; the number of its batch."""
    path.write_text(path.name)
    taken = mailroom(folder, "intake", "--json", str(path), **variables)
    return int(json.loads(taken)["batch"].removeprefix("B"))


def test_a_restore_cut_short_is_simply_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live, back = small(tmp_path / "live"), environment(tmp_path / "back")
    back_up(tmp_path / "b.tar", live, store_of(live.data), _now())

    def dies(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power_cut:
        power_cut.setattr(backup, "skip_in_sqlite", dies)
        with pytest.raises(KeyboardInterrupt):
            restore(tmp_path / "b.tar", back, store_of(back.data))
    restore(tmp_path / "b.tar", back, store_of(back.data))
    assert (back.data / "records.sqlite3").exists()


def small(folder: Path) -> Environment:
    made = environment(folder)
    with closing(sqlite3.connect(folder / "records.sqlite3")) as records:
        records.execute("CREATE TABLE item (id)")
        records.commit()
    return made


def test_a_restore_never_writes_over_records(tmp_path: Path) -> None:
    live = small(tmp_path / "live")
    back_up(tmp_path / "b.tar", live, store_of(live.data), _now())
    with pytest.raises(Misconfigured, match="empty data folder"):
        restore(tmp_path / "b.tar", live, store_of(live.data))


def test_a_damaged_document_in_a_backup_is_found_at_the_restore(tmp_path: Path) -> None:
    live = small(tmp_path / "live")
    key = store_of(live.data).put(b"a letter")
    back_up(tmp_path / "b.tar", live, store_of(live.data), _now())
    content = (tmp_path / "b.tar").read_bytes()
    (tmp_path / "bad.tar").write_bytes(content.replace(b"a letter", b"A LETTER"))
    with pytest.raises(NotABackup, match=key):
        restore(tmp_path / "bad.tar", environment(tmp_path / "back"), store_of(tmp_path / "back"))


def spoil(folder: Path, content: bytes, by: bytes | None) -> None:
    """The document that begins so is overwritten, or goes."""
    (path,) = [p for p in (folder / "store").rglob("*") if p.is_file() and p.read_bytes() == content]
    path.chmod(0o600)
    path.unlink() if by is None else path.write_bytes(by)


def test_documents_that_records_name_and_the_store_lacks_are_named_at_the_backup_and_by_check(tmp_path: Path) -> None:
    live = tmp_path / "live"
    lay_records(live)
    for name in ("kept.pdf", "lost.pdf", "bad.pdf"):
        scan(live, tmp_path / name)
    whole = mailroom(live, "backup", str(tmp_path / "whole.tar"))
    assert "3 documents" in whole
    assert "all 3 that the records name are there" in mailroom(live, "check", "--documents")
    spoil(live, b"lost.pdf", None)
    spoil(live, b"bad.pdf", b"BAD.PDF")
    told = mailroom(live, "backup", str(tmp_path / "b.tar"), code=1)
    checked = mailroom(live, "check", "--documents", code=1)
    for lost in ("batch B000002: its original (", "batch B000003: its original ("):
        assert lost in told and lost in checked
    assert "is missing" in told and "is damaged" in told and "B000001" not in told
    assert "mailroom restore FILE --documents" in told and "mailroom restore FILE --documents" in checked
    with tarfile.open(tmp_path / "b.tar") as tar:
        kept = {tar.extractfile(m).read() for m in tar if m.name.startswith("store/")}  # type: ignore[union-attr]
    assert b"kept.pdf" in kept and not kept & {b"lost.pdf", b"bad.pdf", b"BAD.PDF"}
    mailroom(live, "restore", str(tmp_path / "whole.tar"), "--documents")
    assert "all 3 that the records name" in mailroom(live, "check", "--documents")


def test_every_key_of_the_store_that_a_record_holds_is_looked_for() -> None:
    """A new column for a key must be named in records/documents_named.py; these are keys of other kinds."""
    others = {
        "event.subject_key",
        "executor.id",
        "watchedfile.claimed_by",
        "consent.source_key",
        "telling.fact_key",
        "sitechange.before",
        "sitechange.after",
        "scandevice.key_digest",
        "apinotification.digest",
        "draftcheck.once",
        "draftcheck.draft_key",
    }
    columns = {
        f"{model._meta.model_name}.{field.name}"
        for model in apps.get_app_config("records").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, CharField) and field.max_length == 64
    }
    looked_at = {f"{rows.model._meta.model_name}.{column}" for rows, names, _ in _PLACES for column in names}
    assert columns - others - looked_at == set()


def test_another_file_is_no_backup(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        tar.add(__file__, "x")
    for file in (tmp_path / "x.tar", Path(__file__)):
        with pytest.raises(NotABackup):
            restore(file, environment(tmp_path / "back"), store_of(tmp_path / "back"))


@pytest.mark.postgres
@pytest.mark.slow
def test_postgresql_comes_back_too(tmp_path: Path) -> None:
    with postgres_server() as server:
        live, back = (make_database(server, name) for name in ("live", "back"))
        migrate(MAILROOM_DATA=str(tmp_path / "live"), MAILROOM_DATABASE_URL=live)
        mailroom(tmp_path / "live", "accounts", "add", "clerk", MAILROOM_DATABASE_URL=live)
        scan(tmp_path / "live", tmp_path / "lost.pdf", MAILROOM_DATABASE_URL=live)
        spoil(tmp_path / "live", b"lost.pdf", None)
        told = mailroom(tmp_path / "live", "backup", str(tmp_path / "b.tar"), code=1, MAILROOM_DATABASE_URL=live)
        assert "batch B000001: its original" in told
        mailroom(tmp_path / "back", "restore", str(tmp_path / "b.tar"), MAILROOM_DATABASE_URL=back)
        import psycopg

        with psycopg.connect(back) as door:
            assert door.execute("SELECT username FROM auth_user").fetchall() == [("clerk",)]
        assert scan(tmp_path / "back", tmp_path / "a.pdf", MAILROOM_DATABASE_URL=back) > SKIPPED
        with pytest.raises(Misconfigured, match="has records already"):
            restore(
                tmp_path / "b.tar",
                environment(tmp_path / "other", MAILROOM_DATABASE_URL=back),
                store_of(tmp_path / "other"),
            )
        assert not (tmp_path / "other" / "store").exists()


def _now() -> dt.datetime:
    from django.utils import timezone

    return timezone.now()


def test_a_file_that_is_no_backup_is_not_written_over_by_one(tmp_path: Path) -> None:
    live, slip, file = tmp_path / "live", tmp_path / "customers.csv", tmp_path / "b.tar"
    lay_records(live)
    slip.write_text("customer_id,last_name\nC1,Doe\n")
    mailroom(live, "backup", str(slip), code=2)
    assert slip.read_text() == "customer_id,last_name\nC1,Doe\n"
    mailroom(live, "backup", str(file))
    mailroom(live, "backup", str(file))
