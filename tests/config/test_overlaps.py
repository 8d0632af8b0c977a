"""Folders that lie in one another are refused, however their paths are written and wherever their links lead."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from mailroom.config.environment import read_environment
from mailroom.config.folders_apart import refuse_overlaps
from mailroom.config.site import load_site
from mailroom.errors import Misconfigured
from tests.commands.site import own_site

SPOOL = {"spool": PurePosixPath("spool")}
STORE = {"store": PurePosixPath("store")}


def look(data: Path, watched: str | Path) -> None:
    refuse_overlaps(data, {"watch folder 'a'": PurePosixPath(watched), **SPOOL}, STORE)


@pytest.mark.parametrize("path", ["spool", "spool/in", "watch/../spool", "./spool", "watch/../spool/in", "store/ab"])
def test_a_watch_folder_that_is_or_lies_in_what_mailroom_keeps_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="overlap"):
        look(tmp_path, path)


@pytest.mark.parametrize("below", ["spool", "spool/in", "store", "watch/../store/ab"])
def test_an_absolute_path_into_the_data_folder_is_the_same_place_as_a_relative_one(below: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="overlap"):
        look(tmp_path, tmp_path / below)


@pytest.mark.parametrize("below", ["spool", "spool/in", "store"])
def test_a_link_into_the_data_folder_is_the_place_it_leads_to(below: str, tmp_path: Path) -> None:
    (tmp_path / "data" / below).mkdir(parents=True)
    (tmp_path / "scans").symlink_to(tmp_path / "data" / below)
    with pytest.raises(ValueError, match=f"which is .*/data/{below}"):
        look(tmp_path / "data", tmp_path / "scans")


def test_a_data_folder_that_is_a_link_is_the_place_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "disk-2" / "store").mkdir(parents=True)
    (tmp_path / "data").symlink_to(tmp_path / "disk-2")
    with pytest.raises(ValueError, match="overlap"):
        look(tmp_path / "data", tmp_path / "disk-2" / "store")


@pytest.mark.parametrize("path", ["data", "data/", "data/watch/..", ""])
def test_a_watch_folder_that_is_or_holds_the_data_folder_is_refused(path: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(ValueError, match=r"overlap|holds the data folder"):
        look(tmp_path / "data", tmp_path / path)


def test_the_data_folder_is_not_to_be_watched_even_where_all_it_keeps_lies_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds the data folder"):
        refuse_overlaps(tmp_path / "data", {"watch folder 'a'": PurePosixPath(tmp_path)}, {})


def test_links_that_lead_in_a_circle_are_named(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(ValueError, match="leads in a circle"):
        look(tmp_path / "data", tmp_path / "a")


@pytest.mark.parametrize("path", ["spool-2", "watch/a", "/srv/scans"])
def test_folders_beside_one_another_are_allowed(path: str, tmp_path: Path) -> None:
    look(tmp_path, path)


@pytest.mark.parametrize(
    ("kept", "called"),
    [
        ("store", "folder of store.toml"),
        ("emails", "emails of mail.toml"),
        ("letter-emails", "emails of outgoing.toml"),
        ("printer", "printer 'print-unit'"),
        ("print-work", "Mailroom's own folder print-work"),
        ("model", "Mailroom's own folder model"),
        ("done", "done"),
    ],
)
def test_a_site_that_would_take_mailrooms_own_files_in_as_post_is_refused(
    kept: str, called: str, tmp_path: Path
) -> None:
    site = own_site(tmp_path)
    site.change("config/mailroom.toml", '"watch/reception"', f'"{read_environment().data / kept}"')
    with pytest.raises(Misconfigured, match=f"(?s)mailroom.toml.*'reception'.*{called}.*overlap; move one"):
        load_site(site.folder)


def test_the_site_itself_is_not_to_be_watched(tmp_path: Path) -> None:
    site = own_site(tmp_path)
    site.change("config/mailroom.toml", '"watch/reception"', f'"{site.folder / "config"}"')
    with pytest.raises(Misconfigured, match="the site"):
        load_site(site.folder)


def test_the_data_folder_may_lie_beside_the_sites_folders_as_in_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = own_site(tmp_path)
    monkeypatch.setenv("MAILROOM_DATA", str(site.folder / "var"))
    assert load_site(site.folder).mailroom.folders
