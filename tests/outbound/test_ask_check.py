"""Large files checked before they are handed in: noted on record as the check goes, taken up again, forgotten."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import ask_check
from mailroom.outbound.steps.ask_check import KEPT_FOR, ask_for_check, check_draft, sweep_checks
from mailroom.outbound.steps.check import examine
from mailroom.outbound.steps.plain_rows import write_rows
from mailroom.records.models import CheckStage, DraftCheck
from tests.outbound.leaflets import given, leaflet
from tests.outbound.lines import handed_in
from tests.outbound.machines import Clock, RememberingQueues
from tests.outbound.people import HEAD, customer, row, spreadsheet

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "general_letter"


def _ask(machines: OutboundMachines, path: Path, key: str = "k1", once: str = "o1", **said: str) -> DraftCheck:
    kept = {"file": machines.store.put(path), "filename": path.name, "document_class": KIND, "template": KIND, **said}
    return ask_for_check(machines, DraftCheck(draft_key=key, once=once, asked_by="7", **kept))


def _queues(machines: OutboundMachines) -> RememberingQueues:
    assert isinstance(machines.queues, RememberingQueues)
    return machines.queues


def _later(machines: OutboundMachines, **by: float) -> None:
    assert isinstance(machines.clock, Clock)
    machines.clock.later(**by)


def test_a_check_is_put_on_once_notes_how_far_it_is_and_keeps_what_it_found(
    machines: OutboundMachines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [customer(f"C{n}") for n in range(1, 5)]
    path = spreadsheet(tmp_path, *(row(p) for p in people[:3]), row(people[3], postcode="nowhere"))
    check = _ask(machines, path)
    assert _ask(machines, path).pk == check.pk
    assert _queues(machines).on == {f"draft-check-{check.pk}-1": (check.pk,)}
    noted: list[tuple[str, int, int]] = []
    monkeypatch.setattr(ask_check, "_EVERY", -1.0)
    real = machines.read_rows

    def reading(path: Path):  # type: ignore[no-untyped-def]
        for one in real(path):
            yield one
            noted.append(DraftCheck.objects.values_list("stage", "done", "total").get())

    object.__setattr__(machines, "read_rows", reading)
    assert check_draft(machines, check.pk) == "done"
    assert noted[:5] == [(CheckStage.ROWS, n, 6) for n in range(1, 6)]
    check.refresh_from_db()
    assert (check.found["letters"], check.found["count"]) == (3, 1)
    assert [(p["row"], p["column"]) for p in check.found["problems"]] == [(5, "postcode")]
    assert ["subject", "subject", True] in check.found["fields"]
    assert check_draft(machines, check.pk) == "gone"


def test_a_workbook_is_read_once_and_checked_row_for_row_like_the_same_rows_as_text(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    people = [customer(f"C{n}") for n in range(1, 4)]
    rows = [HEAD, row(people[0], message="Two\nlines; and, signs"), (), row(people[1], subject=""), (), row(people[2])]
    book = openpyxl.Workbook()
    for cells in rows:
        book.worksheets[0].append(cells)
    book.save(tmp_path / "letters.xlsx")
    check = _ask(machines, tmp_path / "letters.xlsx")
    check_draft(machines, check.pk)
    check.refresh_from_db()
    with machines.store.path_for_reading(check.rows) as copy:
        assert list(machines.read_rows(copy)) == list(machines.read_rows(tmp_path / "letters.xlsx"))
    direct = examine(machines, tmp_path / "letters.xlsx", machines.kind(KIND), KIND)
    assert (check.found["letters"], check.found["problems"]) == (2, list(direct.problems))
    assert [p["row"] for p in check.found["problems"]] == [4]
    mailing = handed_in(machines, tmp_path / "letters.xlsx")
    assert (mailing.status, mailing.problems) == ("refused", list(direct.problems))


@pytest.mark.parametrize("head", [("a;b;c;d", "e"), ("a", "b,c"), ("a\tb\tc", "d"), ("only",), ()])
def test_rows_written_as_text_are_read_back_whatever_signs_their_head_has(
    machines: OutboundMachines, tmp_path: Path, head: tuple[str, ...]
) -> None:
    rows = [(1, head), (2, ('say "x"', "1;2,3")), (9, ("Ŵyn", "last"))] if head else []
    write_rows(rows, tmp_path / "rows.csv")
    assert list(machines.read_rows(tmp_path / "rows.csv")) == rows


def test_rows_read_a_second_time_for_attachments_do_not_set_the_progress_back(
    machines: OutboundMachines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask_check, "_EVERY", -1.0)
    noted: list[tuple[str, int]] = []
    kept = ask_check._Noting.__call__

    def noting(self: ask_check._Noting, stage: CheckStage, done: int) -> None:
        kept(self, stage, done)
        noted.append(DraftCheck.objects.values_list("stage", "done").get())

    monkeypatch.setattr(ask_check._Noting, "__call__", noting)
    (file,) = given(machines, leaflet(tmp_path, "guide.pdf", ["How to pay"]))
    listing = machines.store.put(f'[["guide.pdf", "{file.document}", true, 9]]'.encode())
    check = _ask(machines, spreadsheet(tmp_path, row(customer("C1")), row(customer("C2"))), files=listing)
    assert check_draft(machines, check.pk) == "done"
    assert noted == [("rows", 1), ("rows", 2), ("rows", 3), ("rows", 3), ("rows", 3), ("rows", 3), ("files", 1)]


def test_a_draft_that_was_changed_takes_the_place_of_the_one_before(machines: OutboundMachines, tmp_path: Path) -> None:
    path = spreadsheet(tmp_path, row(customer("C1")))
    first, second = _ask(machines, path), _ask(machines, path, key="k2")
    other = _ask(machines, path, key="k3", once="o2")
    assert set(DraftCheck.objects.all()) == {second, other}
    assert check_draft(machines, first.pk) == "gone"


def test_a_file_that_cannot_be_read_is_told_and_not_tried_again(machines: OutboundMachines, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(b"\x00\x01nothing")
    check = _ask(machines, path)
    assert check_draft(machines, check.pk) == "done"
    check.refresh_from_db()
    assert check.found["count"] == 1 and "text file" in check.found["problems"][0]["message"]
    gone = _ask(machines, path, key="k2", once="o2", template="no_such")
    assert check_draft(machines, gone.pk) == "done"
    gone.refresh_from_db()
    assert "no_such.md is missing" in gone.found["problems"][0]["message"]


def test_a_check_that_a_dead_worker_left_is_put_on_again_until_it_was_tried_often_enough(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    check = _ask(machines, spreadsheet(tmp_path, row(customer("C1"))))
    assert sweep_checks(machines) == 0  # too soon: it may be on its way to the queue
    _later(machines, seconds=30)
    _queues(machines).unfinished = {f"draft-check-{check.pk}-1"}
    assert sweep_checks(machines) == 0
    _queues(machines).unfinished = set()
    assert [sweep_checks(machines) for _ in range(machines.attempts)] == [1] * (machines.attempts - 1) + [0]
    check.refresh_from_db()
    assert check.attempts == machines.attempts
    assert "never finished" in check.found["problems"][0]["message"]


def test_what_nobody_came_back_for_is_forgotten(machines: OutboundMachines, tmp_path: Path) -> None:
    _ask(machines, spreadsheet(tmp_path, row(customer("C1"))))
    _later(machines, seconds=KEPT_FOR.total_seconds() - 60)
    sweep_checks(machines)
    assert DraftCheck.objects.exists()
    _later(machines, seconds=120)
    sweep_checks(machines)
    assert not DraftCheck.objects.exists()
    assert dt.timedelta(days=3) == KEPT_FOR
