"""A machine that is set up wrongly is told what is wrong and what to do, by whatever command is run first."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db.utils import OperationalError, ProgrammingError

from mailroom.gateways.unusable_database import why_unusable


def _ledger(tmp_path: Path, **variables: str) -> str:
    environment = {**os.environ, "MAILROOM_DATA": str(tmp_path / "data"), **variables}
    done = subprocess.run([sys.executable, "-m", "mailroom", "ledger"], env=environment, capture_output=True, text=True)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_data_folder_that_is_a_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = _ledger(tmp_path, MAILROOM_DATA=str(tmp_path / "file"))
    assert "MAILROOM_DATA" in told and "can be written" in told


def test_a_site_that_is_no_folder_is_refused_by_name(tmp_path: Path) -> None:
    told = _ledger(tmp_path, MAILROOM_SITE=str(tmp_path / "nowhere"))
    assert "MAILROOM_SITE" in told and "mailroom init" in told


@pytest.mark.parametrize("name", ["MAILROOM_DATABASE_URL", "MAILROOM_ENGINE_URL"])
def test_a_database_of_another_kind_is_refused_and_its_password_not_shown(name: str, tmp_path: Path) -> None:
    told = _ledger(tmp_path, **{name: "mysql://clerk:hush@host/mailroom"})
    assert name in told and "postgresql://" in told and "hush" not in told


def test_a_database_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    told = _ledger(tmp_path, MAILROOM_DATABASE_URL="postgresql://clerk:hush@127.0.0.1:1/mailroom")
    assert "nothing answers" in told and "MAILROOM_DATABASE_URL" in told and "hush" not in told


def test_a_damaged_database_file_says_so_and_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "records.sqlite3"
    file.write_bytes(b"not a database at all, though of some length" * 50)
    before = file.read_bytes()
    assert "mailroom restore" in _ledger(tmp_path)
    assert file.read_bytes() == before


def test_a_table_that_should_be_there_is_a_fault_of_the_program() -> None:
    with closing(sqlite3.connect(":memory:")) as empty, pytest.raises(sqlite3.OperationalError) as told:
        empty.execute("select * from item")
    assert why_unusable(OperationalError(str(told.value))) == ""
    assert why_unusable(ProgrammingError('relation "item" does not exist\nLINE 1: ...')) == ""
