"""Print runs from the pages: real steps, a real hot folder, no JavaScript."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from django.test import Client

from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as steps
from mailroom.records.models import Event, Letter, PrintRun
from mailroom.values.sheet_mark import SheetMark
from tests.outbound import print_floor as floor
from tests.web.error_summary import errors_of

pytestmark = pytest.mark.django_db


def marks_of(run: PrintRun) -> list[str]:
    return [
        SheetMark("WDC", run.pk, p.number, n, p.sheets, p.reprints).payload
        for p in run.pieces.order_by("number")
        for n in range(1, p.sheets + 1)
    ]


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in("print_unit")


@pytest.fixture
def run(print_floor: PrintMachines) -> PrintRun:
    floor.letters(floor.mailing(), 4)
    made = steps.build_run(print_floor, floor.CUT_OFF, "somebody")
    assert made
    return made


def act(client: Client, run: PrintRun, do: str, **said: str) -> str:
    return str(client.post(f"/print-runs/{run.number}/act/", {"do": do, **said}, follow=True).content.decode())


def wrong(client: Client, run: PrintRun, do: str, **said: str) -> list[str]:
    """The fields of a form that cannot be done; each still holds what was typed."""
    answer = client.post(f"/print-runs/{run.number}/act/", {"do": do, **said})
    assert answer.status_code == 422 and "data-fragment" not in answer.content.decode()
    for typed in set(said.values()) - {said.get("file")}:
        assert f'value="{typed}"' in answer.content.decode()
    return list(errors_of(answer))


def scan(client: Client, run: PrintRun, mark: str, do: str = "scan") -> dict[str, object]:
    answer = client.post(f"/print-runs/{run.number}/scan/", {"mark": mark, "do": do}, headers={"X-Fragment": "scan"})
    return dict(answer.json())


def standing(client: Client, run: PrintRun) -> dict[str, object]:
    return dict(client.get(f"/print-runs/{run.number}/scan/", headers={"X-Fragment": "standing"}).json())


def work(print_floor: PrintMachines) -> None:
    """What a worker does with the runs that were asked for."""
    for made in PrintRun.objects.filter(status__in=("asked", "building")):
        steps.build_asked(print_floor, made.pk, made.attempts)


def at(time: str) -> dict[str, str]:
    return {"cut_off-day": "2", "cut_off-month": "3", "cut_off-year": "2026", "cut_off-time": time}


def test_a_cut_off_that_cannot_be_read_builds_nothing(client: Client, print_floor: PrintMachines) -> None:
    answer = client.post("/print-runs/build/", at("teatime"))
    assert answer.status_code == 422 and list(errors_of(answer)) == ["cut_off-time"]
    assert not PrintRun.objects.exists()


def test_a_run_is_asked_for_at_once_and_the_page_says_how_far_it_is(client: Client, print_floor: PrintMachines) -> None:
    floor.letters(floor.mailing(), 3)
    assert "letters wait for paper" in client.get("/print-runs/").content.decode()
    page = client.post("/print-runs/build/", at("15:00"), follow=True).content.decode()
    assert "Waiting for a worker" in page and "Look again" in page
    assert "Release to the printers" not in page
    PrintRun.objects.update(stage="composing", done=1000, total=3000)
    page = client.get(f"/print-runs/{PrintRun.objects.get().number}/").content.decode()
    assert "Letters set: 1,000 of 3,000" in page and '<progress class="build-progress" max="3000" value="1000"' in page
    work(print_floor)
    page = client.get(f"/print-runs/{PrintRun.objects.get().number}/").content.decode()
    assert "Built, not released" in page and "Release to the printers" in page and "<progress" not in page
    assert Letter.objects.filter(status="in_run").count() == 3


def test_an_empty_run_and_one_that_stopped_say_so(client: Client, print_floor: PrintMachines) -> None:
    client.post("/print-runs/build/", at("14:00"))
    work(print_floor)
    page = client.get(f"/print-runs/{PrintRun.objects.get().number}/").content.decode()
    assert "No letter was ready for paper by then" in page
    floor.letters(floor.mailing(), 1)
    client.post("/print-runs/build/", at("15:00"))
    stopped = PrintRun.objects.latest("pk")
    PrintRun.objects.filter(pk=stopped.pk).update(problem="config/postage.toml: no price.")
    page = client.get(f"/print-runs/{stopped.number}/").content.decode()
    assert "Building stopped" in page and "config/postage.toml: no price." in page
    assert "is put on again" in act(client, stopped, "again")
    work(print_floor)
    stopped.refresh_from_db()
    assert (stopped.status, stopped.problem) == ("built", "")


def test_a_run_is_looked_at_released_scanned_off_and_closed(client: Client, run: PrintRun, tmp_path: Path) -> None:
    name = next(n for n in run.outputs if n.endswith(".pdf"))
    answer = client.get(f"/print-runs/{run.number}/files/{name}")
    assert "attachment" in answer["Content-Disposition"] and "sandbox" in answer["Content-Security-Policy"]
    assert len(pdfium.PdfDocument(io.BytesIO(answer.content))) > 0
    assert Event.objects.filter(kind="print_run.downloaded").exists()
    assert "is released to the printers" in act(client, run, "release")
    assert list((tmp_path / "printer").iterdir())
    *most, last = marks_of(run)
    for mark in most:
        said = scan(client, run, mark)
        assert said["good"] is True and standing(client, run)["balances"] is False
    assert "does not balance" in act(client, run, "close").lower() or PrintRun.objects.get().status != "posted"
    assert scan(client, run, last)["good"] is True
    assert standing(client, run) == {"done": 4, "left": 0, "balances": True}
    assert "Its letters are posted" in act(client, run, "close")
    assert set(Letter.objects.values_list("status", flat=True)) == {"posted"}


def test_what_is_wrong_with_a_scan_is_said_and_can_be_taken_back(client: Client, run: PrintRun) -> None:
    act(client, run, "release")
    mark = marks_of(run)[0]
    assert scan(client, run, "rubbish")["good"] is False
    assert scan(client, run, mark)["good"] is True
    assert scan(client, run, mark)["good"] is False
    assert scan(client, run, mark, "take_back")["good"] is True
    assert scan(client, run, SheetMark("WDC", 999, 1, 1, 1).payload)["good"] is False
    page = client.post(f"/print-runs/{run.number}/scan/", {"mark": "rubbish"}).content.decode()
    assert "Stop" in page and "autofocus" in page


def test_a_reprint_needs_a_second_person(client: Client, run: PrintRun, signed_in: Callable[..., Client]) -> None:
    act(client, run, "release")
    assert "noted as spoiled" in act(client, run, "spoil", piece="P2", back="scan")
    assert wrong(client, run, "ask", piece="P2") == ["why"]
    assert wrong(client, run, "ask") == ["piece", "why"]
    assert wrong(client, run, "spoil") == wrong(client, run, "spoil", piece="P99") == ["piece"]
    assert "A colleague has to agree" in act(client, run, "ask", piece="P2", reason="torn by the enveloper")
    assert "a colleague has to agree" in act(client, run, "agree", piece="2")
    assert run.pieces.get(number=2).reprints == 0
    second = signed_in("print_unit", name="second")
    assert "printed again, with a mark of its own" in act(second, run, "agree", piece="2")
    assert run.pieces.get(number=2).reprints == 1


def test_counts_can_be_entered_instead_and_bad_ones_are_refused(client: Client, run: PrintRun) -> None:
    act(client, run, "release")
    assert wrong(client, run, "count", file=steps.files_of(run)[0].name, pieces="lots") == ["pieces"]
    for file in steps.files_of(run):
        assert "as a number" in act(client, run, "count", file=file.name, pieces="lots")
        assert "counted" in act(client, run, "count", file=file.name, pieces=str(file.pieces))
    assert "Close: it is posted" in client.get(f"/print-runs/{run.number}/").content.decode()


def test_a_run_is_taken_apart_with_a_reason_before_it_is_released(client: Client, run: PrintRun) -> None:
    assert wrong(client, run, "abandon") == ["reason"]
    assert "is taken apart" in act(client, run, "abandon", reason="wrong paper")
    assert set(Letter.objects.values_list("status", flat=True)) == {"to_print"}
    assert "Choose what to do" in act(client, run, "explode")


def test_a_run_that_stopped_is_carried_on_from_a_sheet_that_is_named_or_the_field_says_what_it_lacks(
    client: Client, run: PrintRun
) -> None:
    act(client, run, "release")
    run.jobs.update(problem="Paper jam", status="stopped")
    file = steps.files_of(run)[0].name
    assert wrong(client, run, "resume", file=file, sheet="three") == ["sheet"]
    assert wrong(client, run, "resume", file=file, sheet="999999") == ["sheet"]


def test_after_an_error_the_hand_scanners_field_does_not_take_the_reader_from_it(client: Client, run: PrintRun) -> None:
    act(client, run, "release")
    answer = client.post(f"/print-runs/{run.number}/act/", {"do": "spoil", "back": "scan"}).content.decode()
    assert "autofocus" not in answer and f'action="/print-runs/{run.number}/scan/" data-scan' in answer


def test_the_refresh_sends_the_figures_only(client: Client, run: PrintRun) -> None:
    part = client.get(f"/print-runs/{run.number}/", headers={"X-Fragment": "run"}).content.decode()
    assert "<html" not in part and "Built, not released" in part
