"""The incoming line on the real engine, in real worker processes, with stations quick enough to test."""

from __future__ import annotations

import random

from tests.lines.mailroom import Mailroom


def test_every_item_of_a_mixed_batch_ends_once_and_every_sheet_is_accounted_for(mailroom: Mailroom) -> None:
    mailroom.drop("a.pdf", "separator", "first letter", "second page", "blank", "separator", "another letter")
    mailroom.drop("b.pdf", "doubt about this one", "unread")
    mailroom.drop("c.pdf", "locked")
    mailroom.start()
    mailroom.wait(lambda: mailroom.is_done(3))
    assert sorted(mailroom.rows("select position, status from records_item")) == [
        (1, "review"),
        (1, "sent"),
        (2, "sent"),
    ]
    assert len(mailroom.emails()) == 2
    ledger = mailroom.ledger()
    assert ledger["balanced"], ledger
    (day,) = ledger["days"]
    assert [day[k] for k in ("fed", "item_pages", "separators", "blanks", "unread")] == [8, 4, 2, 1, 1]


def test_the_same_file_dropped_twice_is_recorded_twice_and_worked_once(mailroom: Mailroom) -> None:
    mailroom.drop("a.pdf", "a letter")
    mailroom.start()
    mailroom.wait(lambda: mailroom.is_done(1))
    mailroom.drop("b.pdf", "a letter")
    mailroom.wait(lambda: mailroom.is_done(2))
    assert sorted(mailroom.rows("select status from records_batch")) == [("cut",), ("duplicate",)]
    assert sum(mailroom.emails().values()) == 1


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
    mailroom.wait(lambda: mailroom.is_done(files), 120)
    assert len(mailroom.rows("select id from records_batch")) == files
    assert mailroom.rows("select status, count(*) from records_item group by 1") == [("sent", 2 * files)]
    arrived = mailroom.emails()
    assert len(arrived) == 2 * files
    again = {message_id: n for message_id, n in arrived.items() if n > 1}
    in_flight = 2 * kills  # emails_at_once in the worker that was killed
    assert sum(n - 1 for n in again.values()) <= in_flight, again
    ledger = mailroom.ledger()
    assert ledger["balanced"], ledger
    assert not list(mailroom.inbox.iterdir())


def test_workers_killed_at_random_moments_lose_nothing_and_repeat_nothing(mailroom: Mailroom) -> None:
    kill_and_resume(mailroom, kills=3, files=15)
