"""What the machine's monitoring is told: every count right, nothing of anybody, and an answer whatever is down."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from mailroom.jobs import Jobs, run_step
from mailroom.records.folders_away import note_away
from mailroom.records.models import Delivery, Executor, Item, Page, WatchedFile
from mailroom.records.models.delivery import OVERTAKEN
from tests.web.machines import RememberingMachines
from tests.web.post import make_batch, make_customer, make_item

pytestmark = pytest.mark.django_db


def metrics() -> dict[str, float]:
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    found = re.findall(r"^(mailroom_\w+(?:\{[^}]*\})?) (\S+)$", answer.content.decode(), re.MULTILINE)
    return {name: float(value) for name, value in found}


def test_items_are_counted_by_where_they_stand_and_the_oldest_is_named_by_its_age() -> None:
    make_item(status="review")
    old = make_item(status="review")
    make_item(status="sent")
    Item.objects.filter(pk=old.pk).update(cut_at=timezone.now() - dt.timedelta(hours=2))
    found = metrics()
    assert found['mailroom_items{status="review"}'] == 2 and found['mailroom_items{status="sent"}'] == 1
    assert found['mailroom_items{status="undelivered"}'] == 0
    assert 7200 <= found['mailroom_item_oldest_seconds{status="review"}'] < 7300
    assert found['mailroom_item_oldest_seconds{status="cut"}'] == 0


def test_what_stands_still_is_seen() -> None:
    make_batch("quarantined")
    now = timezone.now()
    WatchedFile.objects.create(folder="scanner-1", name="x.pdf", first_seen=now, still_since=now, status="stuck")
    delivery = Delivery.objects.create(
        item=make_item(), sequence=11, team="waste", inbox="w@wexmere.example", message_id="<1>"
    )
    Delivery.objects.filter(pk=delivery.pk).update(created_at=now - dt.timedelta(minutes=5))
    Executor.objects.create(id="one", host="h", pid=1)
    found = metrics()
    assert found['mailroom_batches{status="quarantined"}'] == 1 and found['mailroom_files{status="stuck"}'] == 1
    assert found['mailroom_team_emails{status="queued"}'] == 1
    assert 300 <= found["mailroom_team_email_oldest_seconds"] < 400
    assert found["mailroom_workers"] == 1 and found['mailroom_jobs{queue="items"}'] == 3
    assert found['mailroom_print_runs{status="built"}'] == 0 == found['mailroom_letters{status="to_print"}']


def test_a_batch_that_does_not_balance_is_an_alarm_until_it_does() -> None:
    batch = make_item().batch
    assert metrics()["mailroom_ledger_unbalanced"] == 0
    page = Page.objects.filter(batch=batch, kind="item").first()
    assert page
    Page.objects.filter(pk=page.pk).update(item=None)
    assert metrics()["mailroom_ledger_unbalanced"] == 1
    page.delete()
    assert metrics()["mailroom_ledger_unbalanced"] == 1


def test_an_email_called_off_because_its_item_was_decided_anew_has_not_failed() -> None:
    for number, problem in enumerate((OVERTAKEN, "refused"), start=1):
        Delivery.objects.create(
            item=make_item(), sequence=11, team="waste", inbox="w@wexmere.example", message_id=f"<{number}>",
            status="failed", problem=problem,
        )  # fmt: skip
    assert metrics()['mailroom_team_emails{status="failed"}'] == 1


def test_pages_the_second_reader_did_not_answer_for_and_folders_out_of_reach_are_counted() -> None:
    batch = make_item().batch
    assert metrics()["mailroom_pages_read_once"] == 0 == metrics()["mailroom_folders_away"]
    Page.objects.filter(batch=batch, number=1).update(problem="Page 1 was read only once, and unsurely.")
    note_away("scanner-1", "Mount it.", timezone.now())
    assert metrics()["mailroom_pages_read_once"] == 1 == metrics()["mailroom_folders_away"]


def test_nothing_of_any_letter_or_person_is_told() -> None:
    make_item(customer=make_customer(), text="secret words")
    said = Client().get("/metrics").content.decode()
    assert "secret" not in said and "Thistlewood" not in said and "council_tax" not in said


def test_a_database_that_is_away_is_a_count_and_no_error(
    machines: RememberingMachines, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines.engine_is_away = True
    found = metrics()
    assert (found["mailroom_records_up"], found["mailroom_engine_up"]) == (1, 0)

    def away(_: object) -> Any:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("mailroom.web.operations.gauges", away)
    found = metrics()
    assert found["mailroom_records_up"] == 0 and "mailroom_workers" not in found


def test_the_seconds_of_each_step_are_counted_in_the_process_that_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(options: object, work: Callable[[], object]) -> object:
        return work()

    def read_a_page(number: int) -> int:
        return number

    monkeypatch.setattr("mailroom.jobs.DBOS.run_step", run)
    monkeypatch.setattr("mailroom.jobs.close_old_connections", lambda: None)
    assert run_step(read_a_page, 7) == 7
    assert metrics()['mailroom_step_seconds_count{step="read_a_page"}'] == 1


def test_an_engine_without_a_database_answers_with_retry(tmp_path: Any) -> None:
    from mailroom.errors import Retry

    with pytest.raises(Retry):
        Jobs(f"sqlite:///{tmp_path}/not/there.sqlite3").waiting()
