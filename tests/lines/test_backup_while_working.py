"""A backup made while workers run is a pair that belongs together: what its records name is in its store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.lines.mailroom import Mailroom


def test_every_document_named_by_records_backed_up_at_work_is_in_the_same_backup(
    mailroom: Mailroom, tmp_path: Path
) -> None:
    for n in range(20):
        mailroom.drop(f"{n}.pdf", "separator", f"letter {n}", f"more of it {n}")
    mailroom.start()
    mailroom.wait_for_events(30, 20)
    made = mailroom.run("backup", str(tmp_path / "b.tar"))
    assert made.returncode == 0, made.stdout + made.stderr
    assert not mailroom.is_done(20), "it was to be made while letters were under way"
    back = tmp_path / "back"
    there = Mailroom(back, mailroom.post, {**mailroom.environment, "MAILROOM_DATA": str(back)})
    assert there.run("restore", str(tmp_path / "b.tar")).returncode == 0
    checked = there.run("check", "--documents")
    assert "Documents: all " in checked.stdout, checked.stdout + checked.stderr
    with closing(sqlite3.connect(back / "records.sqlite3")) as records:
        filed = records.execute("select filed_as from records_item where filed_as <> ''").fetchall()
        read = records.execute("select reading from records_page where reading <> ''").fetchall()
    assert read, "letters were under way"
    kept = {path.name for path in (back / "store").glob("??/*")}
    assert {key for (key,) in [*filed, *read]} <= kept
