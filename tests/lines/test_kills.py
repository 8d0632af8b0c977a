"""Workers killed at random moments while files flow: nothing is lost, nothing is done twice."""

from __future__ import annotations

import random
import time

import pytest

from mailroom.gateways.watch_folder import MARK
from tests.lines.mailroom import Mailroom


def kill_and_resume(mailroom: Mailroom, kills: int, files: int, workers: int = 1) -> None:
    """Files flow while workers are killed at random moments; then everything must be right."""
    chance = random.Random(20261125)
    running = [mailroom.start() for _ in range(workers)]
    dropped = 0
    for kill in range(kills):
        while dropped < files * (kill + 1) // kills:
            pages = [f"letter {dropped} page {n}" for n in range(chance.randint(1, 3))]
            mailroom.drop(f"{dropped}.pdf", "separator", *pages, "separator", f"second letter of {dropped}", "blank")
            dropped += 1
        mailroom.wait_for_events(chance.randint(1, 60), dropped)
        victim = chance.randrange(workers)
        running[victim].kill()
        running[victim].wait()
        running[victim] = mailroom.start()
    mailroom.wait(lambda: mailroom.is_done(files))
    assert len(mailroom.rows("select id from records_batch")) == files
    assert mailroom.rows("select status, count(*) from records_item group by 1") == [("sent", 2 * files)]
    arrived = mailroom.emails()
    assert len(arrived) == 2 * files
    again = {message_id: n for message_id, n in arrived.items() if n > 1}
    in_flight = 2 * kills  # emails_at_once in the worker that was killed
    assert sum(n - 1 for n in again.values()) <= in_flight, again
    ledger = mailroom.ledger()
    assert ledger["balanced"], ledger
    assert [p.name for p in mailroom.inbox.iterdir()] == [MARK]


def test_workers_killed_at_random_moments_lose_nothing_and_repeat_nothing(mailroom: Mailroom) -> None:
    kill_and_resume(mailroom, kills=2, files=10)


@pytest.mark.slow
def test_thirty_kills_while_a_hundred_files_flow(mailroom: Mailroom) -> None:
    kill_and_resume(mailroom, kills=30, files=100)


@pytest.mark.slow
@pytest.mark.postgres
def test_thirty_kills_of_two_workers_on_postgresql_while_a_hundred_files_flow(on_postgres: Mailroom) -> None:
    kill_and_resume(on_postgres, kills=30, files=100, workers=2)


@pytest.mark.slow
@pytest.mark.postgres
def test_two_workers_on_postgresql_share_the_work_and_one_may_die(on_postgres: Mailroom) -> None:
    kill_and_resume(on_postgres, kills=1, files=10, workers=2)


@pytest.mark.slow
def test_an_item_that_kills_its_workers_goes_to_a_person_and_the_post_after_it_goes_on(mailroom: Mailroom) -> None:
    mailroom.drop("bad.pdf", "stop")
    for _ in range(9):
        worker = mailroom.start()
        while worker.poll() is None and not mailroom.is_done(1):
            time.sleep(0.2)
        if worker.poll() is None:
            break
    assert mailroom.rows("select status from records_item") == [("review",)]
    assert "again and again" in mailroom.rows("select review_reasons from records_item")[0][0]
    mailroom.drop("good.pdf", "a letter")
    mailroom.wait(lambda: mailroom.is_done(2))
    assert mailroom.rows("select status from records_item order by id") == [("review",), ("sent",)]


@pytest.mark.slow
def test_on_sqlite_a_second_worker_process_says_what_to_do(mailroom: Mailroom) -> None:
    mailroom.drop("a.pdf", "a letter")
    mailroom.start()
    mailroom.wait(lambda: mailroom.is_done(1))
    second = mailroom.start()
    mailroom.wait(lambda: second.poll() is not None)
    assert second.returncode != 0
    assert "another worker is running on this SQLite database" in mailroom.tail()
