"""The world out of order while the line runs, for real: nothing is lost, a clerk is told, and the line goes on."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateways.mail_server.conftest import Post, free_port, serving
from tests.lines.mailroom import Mailroom, open_mailroom


def logged(mailroom: Mailroom, words: str) -> bool:
    return any(words in path.read_text(errors="replace") for path in mailroom.data.glob("worker-*.log"))


def test_a_mail_server_that_defers_or_breaks_off_gets_each_email_once_and_a_refusal_is_shown_and_retried(
    mailroom: Mailroom,
) -> None:
    mailroom.post.at_rcpt = ["450 4.2.1 mailbox busy"]
    mailroom.post.at_data = ["451 4.3.0 try later"]
    mailroom.post.drop = 1
    for name in "abc":
        mailroom.drop(f"{name}.pdf", f"letter {name}")
    mailroom.start()
    mailroom.wait(lambda: mailroom.is_done(3))
    assert sorted(mailroom.emails().values()) == [1, 1, 1]
    assert mailroom.rows("select distinct status from records_item") == [("sent",)]

    mailroom.post.at_rcpt = ["550 5.1.1 no such mailbox"]
    mailroom.drop("d.pdf", "letter d")
    mailroom.wait(lambda: mailroom.is_done(4))
    mailroom.drop("e.pdf", "letter e")
    mailroom.wait(lambda: mailroom.is_done(5))
    assert mailroom.rows("select status from records_item order by id")[3:] == [("undelivered",), ("sent",)]
    ledger = mailroom.run("ledger")
    assert ledger.returncode == 1
    assert "could not be delivered" in ledger.stdout
    assert mailroom.run("retry", "--all").returncode == 0
    mailroom.wait(lambda: mailroom.is_done(5))
    assert len(mailroom.emails()) == 5
    assert mailroom.ledger()["balanced"]


@pytest.mark.slow
def test_a_mail_server_that_is_down_gets_the_emails_when_it_is_back(tmp_path: Path) -> None:
    away = Post(port=free_port())
    mailroom = open_mailroom(tmp_path, away)
    try:
        mailroom.drop("a.pdf", "a letter")
        mailroom.start()
        problem = "select problem from records_delivery where attempts > 1"
        mailroom.wait(lambda: any("did not answer" in row[0] for row in mailroom.rows(problem)))
        assert mailroom.rows("select status from records_item") == [("routed",)]
        with serving(away):
            mailroom.wait(lambda: mailroom.is_done(1))
        assert list(mailroom.emails().values()) == [1]
    finally:
        mailroom.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, for the store."""
    if os.geteuid() != 0:
        pytest.skip("needs root to make a small disk")
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False)
    if made.returncode:
        pytest.skip("this machine does not let a test mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_store_keeps_the_scans_waiting_and_takes_them_when_there_is_room(
    mailroom: Mailroom, small_disk: Path
) -> None:
    (mailroom.data / "site" / "config" / "store.toml").write_text(f'kept = "disk"\nfolder = "{small_disk}"\n')
    filler = small_disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb") as out:
        while True:
            out.write(b"x" * 4096)
            out.flush()
    mailroom.drop("a.pdf", "a letter that fits", "x" * 8000)
    mailroom.start()
    mailroom.wait(lambda: logged(mailroom, "The store cannot be written (No space left on device)"))
    assert mailroom.rows("select * from records_batch") == []
    filler.unlink()
    mailroom.wait(lambda: mailroom.is_done(1))
    assert list(mailroom.emails().values()) == [1]
    assert mailroom.ledger()["balanced"]


@pytest.mark.slow
def test_a_locked_database_holds_the_line_up_and_nothing_else(mailroom: Mailroom) -> None:
    mailroom.drop("a.pdf", "first letter")
    mailroom.start()
    mailroom.wait(lambda: mailroom.is_done(1))
    for name in ("records", "engine"):
        with contextlib.closing(sqlite3.connect(mailroom.data / f"{name}.sqlite3")) as rude:
            rude.execute("BEGIN EXCLUSIVE")
            mailroom.drop(f"{name}.pdf", f"letter while {name} is locked")
            time.sleep(3)
            rude.rollback()
    mailroom.wait(lambda: mailroom.is_done(3))
    assert sorted(mailroom.emails().values()) == [1, 1, 1]
    assert mailroom.ledger()["balanced"]


@pytest.mark.slow
def test_a_watch_folder_that_goes_away_is_missed_aloud_and_read_again_when_it_is_back(mailroom: Mailroom) -> None:
    elsewhere = mailroom.data / "share is off"
    mailroom.start()
    mailroom.drop("a.pdf", "a letter")
    mailroom.wait(lambda: mailroom.is_done(1))
    mailroom.inbox.rename(elsewhere)
    mailroom.wait(lambda: logged(mailroom, "watch folder scanner-1: No such file or directory. Check the share"))
    elsewhere.rename(mailroom.inbox)
    mailroom.drop("b.pdf", "another letter")
    mailroom.wait(lambda: mailroom.is_done(2))
    assert mailroom.rows("select distinct status from records_item") == [("sent",)]
