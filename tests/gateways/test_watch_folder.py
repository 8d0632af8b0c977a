from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailroom.gateways.watch_folder import (
    ClaimLost,
    FolderUnreachable,
    Hints,
    bring_to_spool,
    claim,
    files_in,
    hidden_name,
    move_aside,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inbox = tmp_path / "watch"
    inbox.mkdir()
    (inbox / "scan.pdf").write_bytes(b"%PDF-1.7")
    return inbox


def test_the_scan_lists_files_of_sub_folders_and_leaves_out_what_is_ignored(folder: Path) -> None:
    (folder / "parking").mkdir()
    (folder / "parking" / "b.tif").write_bytes(b"II*")
    (folder / ".hidden").write_bytes(b"")
    (folder / "half.part").write_bytes(b"")
    assert [f.name for f in files_in(folder, (".*", "*.part"))] == ["parking/b.tif", "scan.pdf"]


def test_a_link_is_listed_as_a_link_and_never_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x" * 50)
    (folder / "link.pdf").symlink_to(tmp_path / "secret")
    (folder / "loop").symlink_to(folder)
    links = {f.name: f for f in files_in(folder)}
    assert links["link.pdf"].is_link
    assert set(links) == {"link.pdf", "loop", "scan.pdf"}


def test_a_folder_that_vanished_is_trouble_that_passes(tmp_path: Path) -> None:
    with pytest.raises(FolderUnreachable):
        files_in(tmp_path / "gone")


def test_of_many_watchers_on_one_file_exactly_one_gets_it(folder: Path, tmp_path: Path) -> None:
    (seen,) = files_in(folder)
    start = threading.Barrier(8)

    def attempt(n: int) -> Path | None:
        start.wait()
        try:
            return claim(folder, seen, tmp_path / "spool", f"claim{n}.pdf")
        except ClaimLost:
            return None

    with ThreadPoolExecutor(8) as pool:
        won = [p for p in pool.map(attempt, range(8)) if p]
    assert len(won) == 1
    assert won[0].read_bytes() == b"%PDF-1.7"
    assert files_in(folder) == tuple(f for f in files_in(folder) if f.name != "scan.pdf")


def test_a_file_that_changed_since_the_look_is_not_taken_and_keeps_its_name(folder: Path, tmp_path: Path) -> None:
    (seen,) = files_in(folder)
    (folder / "scan.pdf").write_bytes(b"%PDF-1.7 and more")
    with pytest.raises(ClaimLost):
        claim(folder, seen, tmp_path / "spool", "x.pdf")
    assert (folder / "scan.pdf").read_bytes() == b"%PDF-1.7 and more"


def test_a_claim_cut_short_between_its_two_moves_can_be_finished(folder: Path, tmp_path: Path) -> None:
    hidden = hidden_name(folder, "scan.pdf", "claim1.pdf")
    (folder / "scan.pdf").rename(hidden)
    (tmp_path / "spool").mkdir()
    target = bring_to_spool(hidden, tmp_path / "spool" / "claim1.pdf")
    assert target.read_bytes() == b"%PDF-1.7"
    assert not hidden.exists()


def test_a_done_file_never_overwrites_another_of_its_name(folder: Path, tmp_path: Path) -> None:
    first = move_aside(folder / "scan.pdf", tmp_path / "done", "parking/scan.pdf")
    (folder / "scan.pdf").write_bytes(b"another")
    second = move_aside(folder / "scan.pdf", tmp_path / "done", "parking/scan.pdf")
    assert first.read_bytes() == b"%PDF-1.7"
    assert second.read_bytes() == b"another"


def test_a_change_in_a_local_folder_rings_the_bell(folder: Path) -> None:
    bell = threading.Event()
    with Hints((folder,), bell):
        (folder / "new.pdf").write_bytes(b"x")
        assert bell.wait(10)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a second file system")
def test_a_claim_across_file_systems_copies_whole_before_it_removes(folder: Path) -> None:
    (seen,) = files_in(folder)
    other = Path("/dev/shm")
    spool = other / f"mailroom-test-{os.getpid()}"
    taken = claim(folder, seen, spool, "c.pdf")
    assert taken.read_bytes() == b"%PDF-1.7"
    taken.unlink()
    spool.rmdir()
