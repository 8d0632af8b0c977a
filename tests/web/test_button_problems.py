"""What a single button could not do is said at that button, which the summary on top links to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailroom.errors import Retry
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as steps
from mailroom.records.models import Letter, Mailing, PrintRun
from mailroom.wiring.letter_drafts import DraftDesk
from mailroom.wiring.web_letters import LetterDesk
from mailroom.wiring.web_print_runs import PrintRunDesk
from mailroom.wiring.web_returns import ReturnsDesk
from tests.outbound import print_floor as floor
from tests.outbound.lines import handed_in, run_line
from tests.outbound.people import HEAD, customer, row, spreadsheet
from tests.web.error_summary import errors_of
from tests.web.post import make_item
from tests.web.test_mailings import DOOR, choose, sheet

pytestmark = pytest.mark.django_db
WHY = "The store is away. Try again in a minute."
Broken = Callable[[type, str], None]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Broken:
    """Of a desk, one thing that cannot be done at the moment."""

    def breaks(desk: type, deed: str) -> None:
        def refuse(*args: Any, **kwargs: Any) -> None:
            raise Retry(WHY)

        monkeypatch.setattr(desk, deed, refuse)

    return breaks


@pytest.fixture
def leader(signed_in: Callable[..., Client], outgoing: OutboundMachines) -> Client:
    return signed_in("team_leader", outgoing.kind("general_letter").service)


@pytest.fixture
def mailing(outgoing: OutboundMachines, tmp_path: Path) -> Mailing:
    return run_line(outgoing, handed_in(outgoing, spreadsheet(tmp_path, row(customer("C1"))), title="New bins"))


def test_of_a_mailing(mailing: Mailing, leader: Client, broken: Broken) -> None:
    for do, status in (("approve", "awaiting_approval"), ("pause", "ready"), ("resume", "paused"), ("cancel", "ready")):
        Mailing.objects.update(status=status)
        broken(LetterDesk, do)
        answer = leader.post(f"/mailings/{mailing.number}/act/", {"do": do})
        assert answer.status_code == 422 and errors_of(answer) == {f"do-{do}": WHY}
        assert "data-fragment" not in answer.content.decode(), "figures that come anew would take the words away"


def test_of_the_day_of_a_mailing_in_the_part_that_is_open_then(
    mailing: Mailing, leader: Client, broken: Broken
) -> None:
    Letter.objects.update(status="queued")
    broken(LetterDesk, "schedule")
    answer = leader.post(f"/mailings/{mailing.number}/act/", {"do": "schedule"})
    assert errors_of(answer) == {"do-schedule": WHY}


def test_a_button_that_is_gone_is_not_linked_to_and_the_page_says_in_a_banner_why_nothing_was_done(
    mailing: Mailing, leader: Client
) -> None:
    Mailing.objects.update(status="cancelled")
    answer = leader.post(f"/mailings/{mailing.number}/act/", {"do": "pause"}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain and "There is a problem" not in page and 'role="alert"' in page


def test_of_one_letter(mailing: Mailing, leader: Client, broken: Broken) -> None:
    letter = mailing.letters.get()
    broken(LetterDesk, "cancel_letter")
    assert errors_of(leader.post(f"/letters/{letter.number}/cancel/")) == {"do-cancel": WHY}


def test_of_handing_in_and_of_looking_at_the_letters(leader: Client, broken: Broken) -> None:
    choose(leader, sheet(row(customer("C1"))), DOOR)
    broken(DraftDesk, "hand_in")
    assert errors_of(leader.post("/mailings/new/hand-in/", {"title": "New bins"})) == {"do-hand-in": WHY}
    broken(DraftDesk, "preview")
    answer = leader.get("/mailings/new/letters/1/").content.decode()
    assert f'href="#do-preview">{WHY}' in answer and 'id="do-preview" aria-describedby="do-preview-error"' in answer


def test_of_columns_matched_by_hand(leader: Client, broken: Broken) -> None:
    choose(leader, sheet(row(customer("C1")), head=tuple("Betreff" if h == "subject" else h for h in HEAD)), DOOR)
    broken(DraftDesk, "with_columns")
    assert errors_of(leader.post("/mailings/new/columns/", {"field-subject": "Betreff"})) == {"do-columns": WHY}


@pytest.fixture
def unit(signed_in: Callable[..., Client]) -> Client:
    return signed_in("print_unit")


@pytest.fixture
def run(print_floor: PrintMachines) -> PrintRun:
    floor.letters(floor.mailing(), 2)
    made = steps.build_run(print_floor, floor.CUT_OFF, "somebody")
    assert made
    return made


def pressed(client: Client, run: PrintRun, do: str, **said: str) -> dict[str, str]:
    return errors_of(client.post(f"/print-runs/{run.number}/act/", {"do": do, **said}))


def test_of_building_a_run(unit: Client, print_floor: PrintMachines, broken: Broken) -> None:
    broken(PrintRunDesk, "build")
    assert errors_of(unit.post("/print-runs/build/")) == {"do-build": WHY}


def test_of_a_run(unit: Client, run: PrintRun, broken: Broken) -> None:
    broken(PrintRunDesk, "release")
    assert pressed(unit, run, "release") == {"do-release": WHY}
    PrintRun.objects.update(status="building", problem="No price.")
    broken(PrintRunDesk, "build_again")
    assert pressed(unit, run, "again") == {"do-again": WHY}


def test_of_a_run_at_the_printers(unit: Client, run: PrintRun, broken: Broken) -> None:
    unit.post(f"/print-runs/{run.number}/act/", {"do": "release"})
    run.jobs.update(problem="Paper jam", status="stopped")
    broken(PrintRunDesk, "resume")
    assert pressed(unit, run, "resume") == {"do-resume": WHY}
    for file in steps.files_of(run):
        said = {"do": "count", "file": file.name, "pieces": str(file.pieces)}
        unit.post(f"/print-runs/{run.number}/act/", said)
    broken(PrintRunDesk, "close")
    assert pressed(unit, run, "close") == {"do-close": WHY}


def test_of_a_reprint_at_its_own_row(
    unit: Client, run: PrintRun, broken: Broken, signed_in: Callable[..., Client]
) -> None:
    unit.post(f"/print-runs/{run.number}/act/", {"do": "release"})
    for piece in ("P1", "P2"):
        unit.post(f"/print-runs/{run.number}/act/", {"do": "ask", "piece": piece, "reason": "torn"})
    broken(PrintRunDesk, "withdraw_reprint")
    for back in ("", "scan"):
        assert pressed(unit, run, "withdraw", piece="2", back=back) == {"do-withdraw-2": WHY}
    broken(PrintRunDesk, "agree_reprint")
    second = signed_in("print_unit", name="second")
    assert pressed(second, run, "agree", piece="1") == {"do-agree-1": WHY}


def test_of_an_undone_return_at_its_row_and_on_its_day(unit: Client, run: PrintRun, broken: Broken) -> None:
    letter = run.letters.first()
    assert letter
    Letter.objects.filter(pk=letter.pk).update(
        status="returned", returned_at=timezone.now() - dt.timedelta(days=3), return_reason="gone_away"
    )
    day = timezone.localdate() - dt.timedelta(days=3)
    page = unit.get(f"/returns/?day={day}").content.decode()
    assert f"/returns/{letter.number}/undo/?day={day}&amp;page=1" in page
    broken(ReturnsDesk, "take_back")
    answer = unit.post(f"/returns/{letter.number}/undo/?day={day}&page=1")
    assert errors_of(answer) == {f"do-undo-{letter.pk}": WHY}


def test_of_a_letter_that_came_back_while_it_is_in_review(
    print_floor: PrintMachines, signed_in: Callable[..., Client], broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.letters(floor.mailing(), 1)
    made = steps.build_run(print_floor, floor.CUT_OFF, "somebody")
    assert made
    item = make_item(status="review")
    item.decision["came_back"] = ["R1 P1"]
    item.save()
    monkeypatch.setattr(ReturnsDesk, "find", lambda desk, mark: list(made.letters.all()))
    broken(ReturnsDesk, "record")
    answer = signed_in("team_leader", "council_tax").post(f"/review/{item.number}/came-back/", {"reason": "refused"})
    assert errors_of(answer) == {"do-came-back": WHY}
