"""Files that are nowhere, given up by two people; and files that lie where no record looks for them."""

from __future__ import annotations

import datetime as dt
import os
import uuid

import pytest

from mailroom.__main__ import main
from mailroom.gateways import watch_folder
from mailroom.inbound.steps.found_again import take_in_spooled
from mailroom.inbound.steps.strays import name_strays
from mailroom.inbound.steps.watch import Watcher
from mailroom.records import lost_files
from mailroom.records.discarding import SecondPersonNeeded
from mailroom.records.lost_files import NotLost
from mailroom.records.models import Batch, Event, WatchedFile
from tests.inbound.line_machines import NOON
from tests.lines.watched_folders import Scene, scene

__all__ = ["scene"]
pytestmark = pytest.mark.django_db(transaction=True)
CLAIM = f"{uuid.uuid4().hex}.pdf"


def vanished(scene: Scene) -> tuple[WatchedFile, Watcher]:
    """A file that went away while it was claimed, long enough ago to be an alarm."""
    path = scene.drop("a.pdf")
    watcher = scene.watcher()
    watcher.look()
    WatchedFile.objects.update(status="claimed", claimed_as=CLAIM, claimed_by=watcher.me)
    path.unlink()
    watcher.look()
    scene.after(901)
    return WatchedFile.objects.get(), watcher


def test_a_file_that_is_nowhere_is_given_up_by_two_people_and_the_ledger_balances_and_says_so(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    file, watcher = vanished(scene)
    assert main(["lost-file"]) == 1
    assert f"{file.number} scanner-1/a.pdf: It is neither" in capsys.readouterr().out
    assert main(["lost-file", file.number]) == 2, "no reason"
    assert main(["lost-file", file.number, "--agree", "--as", "anna"]) == 1, "nobody asked"
    assert main(["lost-file", file.number, "--reason", "scanned again as B000012", "--as", "anna"]) == 0
    watcher.look()
    assert main(["lost-file", file.number, "--agree", "--as", "anna"]) == 1, "the same person"
    assert scene.alarms() and main(["ledger"]) == 1
    capsys.readouterr()
    assert main(["lost-file", file.number, "--agree", "--as", "bob"]) == 0
    watcher.look()
    assert scene.alarms() == []
    capsys.readouterr()
    assert main(["ledger"]) == 0
    said = capsys.readouterr().out
    assert "scanner-1/a.pdf: scanned again as B000012 (asked for by anna, agreed by bob)" in said
    assert Event.objects.filter(kind="watched_file.given_up", actor="bob").count() == 1
    assert main(["lost-file"]) == 0


def test_a_file_that_lies_in_the_spool_or_was_brought_in_cannot_be_given_up(scene: Scene) -> None:
    file, watcher = vanished(scene)
    lost_files.ask(file.number, "gone", "anna")
    scene.spool.mkdir()
    (scene.spool / CLAIM).write_text("a letter\nEND")
    assert watcher.look().taken == 1
    with pytest.raises(NotLost):
        lost_files.agree(file.number, "bob")
    for number in ("F999999", "B1", "F", "٣", "1" * 30):
        with pytest.raises(NotLost):
            lost_files.ask(number, "gone", "anna")


def test_a_file_given_up_that_turns_up_all_the_same_is_taken_in(scene: Scene) -> None:
    file, _ = vanished(scene)
    lost_files.ask(file.number, "gone", "anna")
    with pytest.raises(SecondPersonNeeded):
        lost_files.agree(file.number, "anna")
    lost_files.agree(file.number, "bob")
    scene.spool.mkdir()
    (scene.spool / CLAIM).write_text("a letter\nEND")
    assert take_in_spooled(scene.machines, watch_folder.move_aside) == 1
    assert Batch.objects.get().filename == f"found-again-{CLAIM}"


def test_a_file_given_up_that_turns_up_in_its_folder_is_taken_in(scene: Scene) -> None:
    file, watcher = vanished(scene)
    lost_files.ask(file.number, "gone", "anna")
    lost_files.agree(file.number, "bob")
    scene.drop(f".mailroom-{CLAIM}")
    for _ in range(3):
        watcher.look()
        scene.after(4)
    assert Batch.objects.get().filename == "a.pdf"


def test_files_in_the_spool_that_no_record_names_are_alarms_until_somebody_takes_them_away(scene: Scene) -> None:
    held, letters = f"{uuid.uuid4().hex}.pdf", f"{uuid.uuid4().hex}.csv"
    (scene.spool / "letters").mkdir(parents=True)
    (scene.spool / "scans" / "arriving-1").mkdir(parents=True)
    strays = [scene.spool / "letters" / letters, scene.spool / f"{CLAIM}.copy", scene.spool / os.fsdecode(b"caf\xe9")]
    for path in (*strays, scene.spool / held, scene.spool / CLAIM, scene.spool / "scans" / "arriving-1" / "x"):
        path.write_text("x")
    WatchedFile.objects.create(
        folder="scanner-1", name="b.pdf", claimed_as=held, status="claimed", first_seen=NOON, still_since=NOON
    )
    scene.now = dt.datetime.now(dt.UTC)
    assert name_strays(scene.machines) == 0, "they may be on their way"
    scene.now += dt.timedelta(hours=2)
    assert name_strays(scene.machines) == name_strays(scene.machines) == 3, "a scan on no record is taken by itself"
    said = {f.name: f.problem for f in WatchedFile.objects.filter(status="stuck")}
    assert set(said) == {f"letters/{letters}", f"{CLAIM}.copy", "caf%E9"}
    assert "print folder again" in said[f"letters/{letters}"] and "print folder" not in said["caf%E9"]
    assert all(path.exists() for path in strays)
    for path in strays:
        path.unlink()
    assert name_strays(scene.machines) == 0
    assert not WatchedFile.objects.filter(status="stuck").exists()
