"""The incoming line on the real engine, in real worker processes, with stations quick enough to test."""

from __future__ import annotations

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
