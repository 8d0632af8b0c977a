"""A backup made while workers run is a pair that belongs together: what its records name is in its store."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.lines.mailroom import Mailroom
from tests.postgres import make_database


def restored_from_a_backup_made_at_work(mailroom: Mailroom, folder: Path, **databases: str) -> Mailroom:
    """A backup made in the midst of twenty batches, brought back into a data folder (and databases) of its own."""
    for n in range(20):
        mailroom.drop(f"{n}.pdf", "separator", f"letter {n}", f"more of it {n}")
    mailroom.start()
    mailroom.wait_for_events(30, 20)
    made = mailroom.run("backup", str(folder / "b.tar"))
    assert made.returncode == 0, made.stdout + made.stderr
    assert not mailroom.is_done(20), "it was to be made while letters were under way"
    back = folder / "back"
    there = Mailroom(back, mailroom.post, {**mailroom.environment, **databases, "MAILROOM_DATA": str(back)})
    done = there.run("restore", str(folder / "b.tar"))
    assert done.returncode == 0, done.stdout + done.stderr
    return there


def refuse_unless_all_is_there(there: Mailroom) -> None:
    checked = there.run("check", "--documents")
    assert "Documents: all " in checked.stdout, checked.stdout + checked.stderr
    filed = there.rows("select filed_as from records_item where filed_as <> ''")
    read = there.rows("select reading from records_page where reading <> ''")
    assert read, "letters were under way"
    kept = {path.name for path in (there.data / "store").glob("??/*")}
    assert {key for (key,) in [*filed, *read]} <= kept


def test_every_document_named_by_records_backed_up_at_work_is_in_the_same_backup(
    mailroom: Mailroom, tmp_path: Path
) -> None:
    refuse_unless_all_is_there(restored_from_a_backup_made_at_work(mailroom, tmp_path))


@pytest.mark.slow
def test_a_backup_of_postgresql_made_at_work_is_whole_and_its_work_is_gone_on_with(
    on_postgres: Mailroom, postgres: str, tmp_path: Path
) -> None:
    name = f"back{time.monotonic_ns()}"
    there = restored_from_a_backup_made_at_work(
        on_postgres,
        tmp_path,
        MAILROOM_DATABASE_URL=make_database(postgres, name),
        MAILROOM_ENGINE_URL=make_database(postgres, f"{name}_engine"),
    )
    refuse_unless_all_is_there(there)
    on_postgres.stop()
    batches = len(there.rows("select id from records_batch"))
    there.start()
    try:
        there.wait(lambda: there.is_done(batches))
    finally:
        there.stop()
    assert there.ledger()["balanced"]
    assert {status for (status,) in there.rows("select distinct status from records_item")} == {"sent"}
