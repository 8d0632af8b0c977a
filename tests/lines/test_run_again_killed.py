"""A stage run again on a batch, or pages turned, while the worker is killed: it is gone on with, once, to the end."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.lines.mailroom import Mailroom

PAGES = ("separator", "one", "two", "three", "separator", "four", "five", "six", "blank")


def run_again(mailroom: Mailroom, stage: str) -> None:
    command = [sys.executable, "-m", "tests.lines.run_again", stage]
    subprocess.run(command, env=mailroom.environment, check=True, timeout=120, capture_output=True)


def versions(mailroom: Mailroom) -> list[tuple[str, int]]:
    return [
        (status, version)
        for status, version in mailroom.rows("select status, version from records_item order by position")
    ]


def settled(mailroom: Mailroom, before: int) -> bool:
    return mailroom.is_done(1) and all(version > before for _, version in versions(mailroom))


@pytest.mark.parametrize(
    "stage",
    [
        "turn",
        pytest.param("read", marks=pytest.mark.slow),
        pytest.param("cut", marks=pytest.mark.slow),
        pytest.param("decide", marks=pytest.mark.slow),
    ],
)
def test_a_stage_run_again_survives_the_death_of_its_worker(stage: str, mailroom: Mailroom) -> None:
    mailroom.environment["QUICK_SECONDS_A_PAGE"] = "0.3"
    mailroom.drop("a.pdf", *PAGES)
    worker = mailroom.start()
    mailroom.wait(lambda: mailroom.is_done(1))
    if stage == "cut":
        run_again(mailroom, "turn")
        mailroom.wait(lambda: settled(mailroom, 1))
    before = max(version for _, version in versions(mailroom))
    run_again(mailroom, stage)
    mailroom.wait_for_events(1, 1)
    worker.kill()
    worker.wait()
    mailroom.start()
    mailroom.wait(lambda: settled(mailroom, before))
    # One more where the worker died between its commit and the queue, and the sweep put the item on again.
    assert all(status == "sent" and before < version <= before + 2 for status, version in versions(mailroom))
    texts = [text for (text,) in mailroom.rows("select text from records_item order by position")]
    assert [text.count("at 270") for text in texts] == ([3, 3] if stage == "turn" else [0, 0])
    assert mailroom.ledger()["balanced"]
    assert not mailroom.rows("select 1 from records_page where reading = '' or turned")
    sent = "select count(*) from records_delivery d join records_item i on i.id = d.item_id"
    newest = f"{sent} where d.sequence >= 10 * i.version"
    assert mailroom.rows(f"{newest} and d.status = 'sent'") == mailroom.rows(newest) == [(2,)]
