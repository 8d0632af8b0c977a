"""Names that other machines allow: none of them keeps a file, or the files beside it, from being taken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailroom.__main__ import main
from mailroom.gateways.watch_folder import MARK
from mailroom.records.models import Batch, WatchedFile
from tests.lines.watched_folders import Scene, scene

__all__ = ["scene"]
pytestmark = pytest.mark.django_db(transaction=True)
DEEP = "/".join(("d" * 200, "e" * 200, "f" * 200 + ".pdf"))


@pytest.mark.parametrize(
    ("name", "filename"),
    [
        (b"caf\xe9.pdf", "caf%E9.pdf"),
        (b"\xe9t\xe9/b.pdf", "b.pdf"),
        (b"two\nlines.pdf", "two%0Alines.pdf"),
        (b"x" * 251 + b".pdf", "x" * 251 + ".pdf"),
        (DEEP.encode(), "f" * 200 + ".pdf"),
        (b"parking/2026-11-20/" + b"y" * 251 + b".pdf", "y" * 251 + ".pdf"),
        (b"-rf.pdf", "-rf.pdf"),
        (" \u202e.pdf".encode(), " \u202e.pdf"),
    ],
)
def test_a_file_of_any_name_is_taken_like_the_others_and_comes_to_the_done_folder(
    scene: Scene, name: bytes, filename: str
) -> None:
    scene.drop("good.pdf", "good\nEND")
    odd = scene.folder / os.fsdecode(name)
    odd.parent.mkdir(parents=True, exist_ok=True)
    odd.write_text("odd\nEND")
    os.utime(odd, (scene.now.timestamp() - 120,) * 2)
    watcher = scene.watcher()
    for _ in range(4):
        watcher.look()
        scene.after(4)
    assert {b.filename for b in Batch.objects.all()} == {"good.pdf", filename}
    assert {f.status for f in WatchedFile.objects.all()} == {"taken"}
    assert [p.name for p in scene.folder.rglob("*") if p.is_file()] == [MARK]
    done = scene.data / "done" / "2026-11-25" / "scanner-1"
    assert sorted(p.read_text() for p in done.iterdir()) == ["good\nEND", "odd\nEND"]


def test_a_file_whose_name_is_no_text_keeps_it_while_its_scanner_may_be_writing(scene: Scene) -> None:
    odd = scene.folder / os.fsdecode(b"caf\xe9.part")
    odd.write_text("half")
    os.utime(odd, (scene.now.timestamp() - 5,) * 2)
    scene.watcher().look()
    assert odd.exists()


def test_a_hidden_file_whose_name_is_no_text_stops_nothing(scene: Scene) -> None:
    (scene.folder / os.fsdecode(b".mailroom-\xe9.pdf")).write_text("x\nEND")
    scene.drop("good.pdf", "good\nEND")
    watcher = scene.watcher()
    for _ in range(3):
        watcher.look()
        scene.after(4)
    assert [b.filename for b in Batch.objects.all()] == ["good.pdf"]


def test_two_files_of_one_long_name_both_come_to_the_done_folder(scene: Scene) -> None:
    watcher = scene.watcher()
    for words in ("one", "two"):
        scene.drop("z" * 251 + ".pdf", f"{words}\nEND")
        for _ in range(3):
            watcher.look()
            scene.after(4)
    assert len(list((scene.data / "done" / "2026-11-25" / "scanner-1").iterdir())) == 2
    assert scene.alarms() == []


def test_a_file_given_by_hand_may_have_a_name_that_is_no_text(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.pdf")
    odd.write_bytes(b"PK\x03\x04 no PDF")
    assert main(["intake", "--json", str(odd)]) == 0
    assert Batch.objects.get().filename == "caf%E9.pdf"
