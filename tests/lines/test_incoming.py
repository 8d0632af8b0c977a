"""The incoming line on the real engine, in real worker processes, with stations quick enough to test."""

from __future__ import annotations

from tests.lines.mailroom import Mailroom


def test_every_item_of_a_mixed_batch_ends_once_every_sheet_is_accounted_for_and_a_duplicate_is_recorded(
    mailroom: Mailroom,
) -> None:
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
    mailroom.drop("again.pdf", "doubt about this one", "unread")
    mailroom.wait(lambda: mailroom.is_done(4))
    assert mailroom.rows("select status from records_batch order by id desc limit 1") == [("duplicate",)]
    assert len(mailroom.rows("select id from records_item")) == 3
