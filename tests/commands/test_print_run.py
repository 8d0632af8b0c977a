"""The print unit's day by commands, on a data folder of its own: from a spreadsheet to posted, and one back."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from mailroom.__main__ import main
from mailroom.wiring.outbound import outbound_machines
from tests.outbound import people
from tests.outbound.lines import handed_in, run_line
from tests.outbound.machines import RememberingMail, RememberingQueues

pytestmark = pytest.mark.django_db


class Room:
    def __init__(self, data: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.data, self._capture = data, capture

    def mailroom(self, *arguments: str, code: int = 0) -> str:
        self._capture.readouterr()
        assert main([*arguments]) == code
        said = self._capture.readouterr()
        return said.out + said.err

    def json(self, *arguments: str, code: int = 0) -> Any:
        self._capture.readouterr()
        assert main([*arguments, "--json"]) == code
        return json.loads(self._capture.readouterr().out)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Room:
    monkeypatch.setenv("MAILROOM_DATA", str(tmp_path / "data"))
    machines = dataclasses.replace(outbound_machines(), queues=RememberingQueues(), mail=RememberingMail())
    who = [people.customer(f"C{n}", f"Ada{n}", f"Thorn{n}") for n in range(1, 7)]
    run_line(machines, handed_in(machines, people.spreadsheet(tmp_path, *(people.row(w) for w in who))))
    return Room(tmp_path / "data", capsys)


def test_a_run_goes_from_build_to_posted_by_commands_and_a_return_is_recorded(room: Room, tmp_path: Path) -> None:
    built = room.json("print-run", "build")
    run = built["number"]
    assert (built["letter_count"], built["status"]) == (6, "built")
    assert "No letter is ready" in room.mailroom("print-run", "build")
    room.mailroom("print-run", "export", run, str(tmp_path / "out"))
    assert {p.suffix for p in (tmp_path / "out").iterdir()} == {".pdf", ".csv"}
    (job,) = room.json("print-run", "release", run)
    assert job["status"] == "sent"
    (waiting,) = (room.data / "printer").glob("*.pdf")
    waiting.unlink()
    assert room.json("print-run", "resume", run)[0]["status"] == "done"
    assert "missing" in room.mailroom("print-run", "close", run, code=2)
    room.mailroom("print-run", "spoil", run, "P2")
    room.mailroom("print-run", "reprint", run, "P2", "--reason", "torn", "--as", "sam")
    assert "colleague" in room.mailroom("print-run", "reprint", run, "P2", "--agree", "--as", "sam", code=2)
    room.mailroom("print-run", "reprint", run, "P2", "--agree", "--as", "robin")
    reprinted = next((room.data / "printer").glob("*reprint*.pdf"))
    tray = tmp_path / "out" / f"{waiting.stem.removesuffix('-1')}.pdf"
    assert room.json("print-run", "reconcile", run, "--tray", str(tray), code=1)["good"] == 5
    assert room.json("print-run", "reconcile", run, "--tray", str(reprinted))["balances"]
    assert "6 letters are posted" in room.mailroom("print-run", "close", run)
    assert room.json("print-run", "list")[0]["status"] == "posted"
    assert room.json("print-run", "list", run)[0]["status"] == "done"
    back = room.json("returns", f"{run} P3", "--reason", "gone_away", "--tell")
    assert back["returned"][0]["address_stopped"]
    assert list(back["told"].values()) == [""]
    assert len(list((room.data / "emails").rglob("*.eml"))) == 1
    assert "counts as posted" in room.mailroom("returns", f"{run} P3", "--undo")
    assert "not noted as returned" in room.mailroom("returns", f"{run} P3", "--undo", code=1)
    assert "no mark of ours" in room.mailroom("returns", "R000099 P1", code=1)


def test_a_run_that_does_not_exist_is_told(room: Room) -> None:
    assert "no such run" in room.mailroom("print-run", "release", "R000999", code=2)


def test_counts_alone_can_close_a_run(room: Room) -> None:
    run = room.json("print-run", "build")["number"]
    room.mailroom("print-run", "release", run)
    (file,) = (name for name in room.mailroom("print-run", "list", run).split() if name.endswith(".pdf:"))
    assert room.json("print-run", "reconcile", run, "--count", f"{file.rstrip(':')}=5", code=1)["miscounted"]
    assert room.json("print-run", "reconcile", run, "--count", f"{file.rstrip(':')}=6")["balances"]
    room.mailroom("print-run", "close", run)


def test_letters_to_be_made_elsewhere_are_listed_without_a_name(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machines = dataclasses.replace(outbound_machines(), queues=RememberingQueues(), mail=RememberingMail())
    who = people.customer("C71", accessible_format="braille")
    run_line(machines, handed_in(machines, people.spreadsheet(tmp_path, people.row(who), name="braille.csv")))
    (one,) = room.json("print-run", "hand-offs")["letters"]
    assert (one["format"], one["status"]) == ("braille", "hand_off")
    said = room.mailroom("print-run", "hand-offs")
    assert one["letter"] in said and "1 open." in said and who.last_name not in said
