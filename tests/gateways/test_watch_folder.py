from __future__ import annotations

import errno
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailroom.gateways.folder_events import Hints
from mailroom.gateways.watch_folder import (
    MARK,
    ClaimLost,
    FolderUnreachable,
    HalfClaimed,
    bring_to_spool,
    claim,
    claim_of,
    files_in,
    find_mark,
    finish,
    give_back,
    hidden_in,
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


def test_reading_a_local_folder_does_not_ring_the_bell_for_another_look(folder: Path) -> None:
    bell = threading.Event()
    with Hints((folder,), bell):
        for seen in files_in(folder):
            (folder / seen.name).read_bytes()
        time.sleep(1)
        assert not bell.is_set()
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


def test_a_claim_whose_spool_cannot_be_written_is_kept_and_finished_when_it_can(folder: Path, tmp_path: Path) -> None:
    (seen,) = files_in(folder)
    spool = tmp_path / "spool"
    spool.write_text("in the way")
    with pytest.raises(HalfClaimed, match=r"lies in its folder as \.mailroom-x\.pdf"):
        claim(folder, seen, spool, "x.pdf")
    assert hidden_in(folder) == (".mailroom-x.pdf",)
    assert claim_of(".mailroom-x.pdf") == "x.pdf"
    assert files_in(folder) == ()
    spool.unlink()
    taken = finish(folder, seen, spool, "x.pdf")
    assert taken is not None
    assert taken.read_bytes() == b"%PDF-1.7"
    assert finish(folder, seen, spool, "x.pdf") == taken
    assert hidden_in(folder) == ()


def test_a_file_replaced_while_it_was_claimed_gets_a_name_like_its_own_and_both_are_seen(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (seen,) = files_in(folder)
    (folder / "scan.pdf").write_bytes(b"%PDF-1.7 and more")
    really = Path.rename

    def rename(self: Path, target: Path) -> Path:
        moved = really(self, target)
        (folder / "scan.pdf").write_bytes(b"the next scan")
        return moved

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(ClaimLost):
        claim(folder, seen, tmp_path / "spool", "x.pdf")
    assert {f.name: (folder / f.name).read_bytes() for f in files_in(folder)} == {
        "scan (2).pdf": b"%PDF-1.7 and more",
        "scan.pdf": b"the next scan",
    }
    assert hidden_in(folder) == ()


def test_a_claim_cut_short_on_a_file_that_changed_since_is_given_back_not_taken(folder: Path, tmp_path: Path) -> None:
    (seen,) = files_in(folder)
    hidden = hidden_name(folder, "scan.pdf", "x.pdf")
    (folder / "scan.pdf").rename(hidden)
    hidden.write_bytes(b"the scanner went on writing")
    with pytest.raises(ClaimLost):
        finish(folder, seen, tmp_path / "spool", "x.pdf")
    assert [f.name for f in files_in(folder)] == ["scan.pdf"]


def test_a_giving_back_cut_short_between_its_two_halves_leaves_one_file(folder: Path, tmp_path: Path) -> None:
    (seen,) = files_in(folder)
    os.link(folder / "scan.pdf", hidden_name(folder, "scan.pdf", "x.pdf"))
    with pytest.raises(ClaimLost):
        finish(folder, seen, tmp_path / "spool", "x.pdf")
    assert [p.name for p in folder.iterdir()] == ["scan.pdf"]


def test_a_copy_to_another_disk_cut_short_before_the_file_went_is_finished(folder: Path, tmp_path: Path) -> None:
    (seen,) = files_in(folder)
    hidden = hidden_name(folder, "scan.pdf", "x.pdf")
    (folder / "scan.pdf").rename(hidden)
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "x.pdf").write_bytes(hidden.read_bytes())
    assert finish(folder, seen, tmp_path / "spool", "x.pdf") == tmp_path / "spool" / "x.pdf"
    assert hidden_in(folder) == ()


def test_claims_and_the_mark_are_no_files_whatever_is_ignored(folder: Path) -> None:
    (folder / ".mailroom-x.pdf").write_bytes(b"")
    (folder / MARK).write_bytes(b"")
    (folder / "parking").mkdir()
    (folder / "parking" / ".mailroom-y.pdf").write_bytes(b"")
    assert [f.name for f in files_in(folder, ())] == ["scan.pdf"]
    assert hidden_in(folder) == (".mailroom-x.pdf", "parking/.mailroom-y.pdf")
    assert give_back(folder, ".mailroom-x.pdf", "scan.pdf") == "scan (2).pdf"


@pytest.fixture
def across(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every rename and link out of a watch folder crosses disks; returns what is done to the disk, in order."""
    done: list[str] = []
    rename, unlink = Path.rename, Path.unlink

    def renamed(self: Path, target: Path) -> Path:
        if self.parent.name == "watch" and target.parent.name != "watch":
            raise OSError(errno.EXDEV, "another disk")
        done.append(f"name {target.name}")
        return rename(self, target)

    def linked(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    def unlinked(self: Path, missing_ok: bool = False) -> None:
        done.append(f"remove {self.name}")
        unlink(self, missing_ok=missing_ok)

    def synced(handle: int) -> None:
        done.append(f"lasting {Path(f'/proc/self/fd/{handle}').readlink().name}")

    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(os, "link", linked)
    monkeypatch.setattr(Path, "unlink", unlinked)
    monkeypatch.setattr(os, "fsync", synced)
    return done


def test_across_disks_the_copy_and_its_name_outlast_a_power_cut_before_the_file_goes(
    folder: Path, tmp_path: Path, across: list[str]
) -> None:
    (seen,) = files_in(folder)
    claim(folder, seen, tmp_path / "spool", "x.pdf")
    assert across == [
        "name .mailroom-x.pdf", "lasting x.pdf.copy", "name x.pdf", "lasting spool", "remove .mailroom-x.pdf",
    ]  # fmt: skip


def test_a_copy_that_finds_no_room_leaves_nothing_behind_and_the_file_where_it_was(
    folder: Path, tmp_path: Path, across: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path, copy: Path, follow_symlinks: bool = True) -> None:
        copy.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    (seen,) = files_in(folder)
    with pytest.raises(HalfClaimed, match="No space left"):
        claim(folder, seen, tmp_path / "spool", "x.pdf")
    assert list((tmp_path / "spool").iterdir()) == []
    assert hidden_in(folder) == (".mailroom-x.pdf",)


@pytest.mark.parametrize("links", [True, False])
def test_of_many_that_file_under_one_name_at_once_none_overwrites_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:

        def no_links(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "no links here")

        monkeypatch.setattr(os, "link", no_links)
    start = threading.Barrier(8)
    for n in range(8):
        (tmp_path / f"spooled{n}").write_text(f"letter {n}")

    def file_away(n: int) -> Path:
        start.wait()
        return move_aside(tmp_path / f"spooled{n}", tmp_path / "done", "scan.pdf")

    with ThreadPoolExecutor(8) as pool:
        filed = list(pool.map(file_away, range(8)))
    assert [p.read_text() for p in filed] == [f"letter {n}" for n in range(8)]
    assert len(list((tmp_path / "done").iterdir())) == 8


def test_a_file_put_where_it_lies_already_stays(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_text("the only one")
    assert move_aside(tmp_path / "scan.pdf", tmp_path, "scan.pdf").read_text() == "the only one"


def test_an_empty_folder_is_marked_only_if_it_is_ours_or_by_hand_or_when_a_file_lies_in_it(tmp_path: Path) -> None:
    share = tmp_path / "share"
    (share / "parking").mkdir(parents=True)
    with pytest.raises(FolderUnreachable, match=r"it is empty and has no mark .mailroom-folder yet.* Mount it"):
        find_mark(share, (), is_ours=False)
    assert not (share / MARK).exists()
    (share / "parking" / "scan.pdf").write_bytes(b"the share is mounted")
    first = find_mark(share, (), is_ours=False)
    assert first and (share / MARK).read_text() == first == find_mark(share, (first,), is_ours=False)
    (share / MARK).unlink()
    assert find_mark(share, (first,), is_ours=False) not in {first, None}, "cleared away, and scans go on"
    (share / "parking" / "scan.pdf").unlink()
    (share / MARK).write_text("")
    by_hand = find_mark(share, (), is_ours=False)
    assert by_hand and (share / MARK).read_text() == by_hand
    (share / MARK).unlink()
    for is_ours in (True, False):
        with pytest.raises(FolderUnreachable, match="is missing and it is empty"):
            find_mark(share, (by_hand,), is_ours)
    assert find_mark(share, (), is_ours=True)
    assert [p.name for p in share.iterdir() if p.name.startswith(".")] == [MARK]
    assert hidden_in(share) == ()


def test_an_earlier_folder_of_the_same_path_is_not_taken_for_the_one_looked_at_last(tmp_path: Path) -> None:
    """The mount point got a mark before the share was ever mounted; now the share is off again."""
    (tmp_path / MARK).write_text("mount point")
    with pytest.raises(FolderUnreachable, match="not the folder that was looked at last"):
        find_mark(tmp_path, ("mount point", "share"), is_ours=False)
    assert find_mark(tmp_path, ("share", "mount point"), is_ours=False) == "mount point"
    assert find_mark(tmp_path, ("mount point", "share", "mount point"), is_ours=False) == "mount point"


@pytest.mark.parametrize("links", [True, False])
def test_of_two_who_mark_a_folder_at_once_both_get_the_words_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"x")
    really = os.link

    def link(half: Path, mark: Path) -> None:
        if not (tmp_path / MARK).exists():
            (tmp_path / MARK).write_text("the other's")
        if not links:
            raise OSError(errno.EPERM, "no links here")
        really(half, mark)

    monkeypatch.setattr(os, "link", link)
    assert find_mark(tmp_path, (), is_ours=False) == "the other's"
    assert sorted(p.name for p in tmp_path.iterdir()) == [MARK, "scan.pdf"]


def test_a_folder_that_may_not_be_written_in_has_no_mark_but_one_put_there_by_hand_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    (tmp_path / "scan.pdf").write_bytes(b"x")
    with monkeypatch.context() as share:
        share.setattr(os, "open", read_only)
        assert find_mark(tmp_path, (), is_ours=False) is None
    (tmp_path / MARK).touch()
    monkeypatch.setattr(os, "open", read_only)
    assert find_mark(tmp_path, (), is_ours=False) == ""
    with pytest.raises(FolderUnreachable, match="No such file"):
        find_mark(tmp_path / "gone", (), is_ours=False)
