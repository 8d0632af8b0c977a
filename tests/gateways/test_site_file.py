"""Files of the site changed in place."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.config.environment import example_site
from mailroom.gateways.site_file import (
    CannotBeWritten,
    ChangedUnderneath,
    alone_with,
    digest_of,
    put_in_place,
    with_values,
)

ROUTING = (example_site() / "config" / "routing.toml").read_text(encoding="utf-8")
CODES = sorted(tomllib.loads(ROUTING)["services"])


def test_only_the_named_key_changes_and_every_comment_stays() -> None:
    changed = with_values(ROUTING, {("teams", "waste", "inbox"): "bins@wexmere.example"})
    assert changed == ROUTING.replace('inbox = "waste@wexmere.example"', 'inbox = "bins@wexmere.example"')


def test_the_same_value_again_leaves_the_file_as_it_is_byte_for_byte() -> None:
    assert with_values(ROUTING, {("default_days",): 10, ("services", "hr", "days"): None}) == ROUTING


@given(
    st.sampled_from(CODES), st.integers(1, 366) | st.none(), st.floats(0.5, 1).map(lambda x: round(x, 4)) | st.none()
)
def test_whatever_is_set_or_removed_nothing_else_of_the_file_means_anything_else(
    code: str, days: int | None, threshold: float | None
) -> None:
    values = {("services", code, "days"): days, ("services", code, "threshold"): threshold}
    wanted = tomllib.loads(ROUTING)
    for name, value in (("days", days), ("threshold", threshold)):
        wanted["services"][code].pop(name, None)
        if value is not None:
            wanted["services"][code][name] = value
    assert tomllib.loads(with_values(ROUTING, values)) == wanted


def test_the_version_before_is_kept_and_people_who_could_read_the_file_still_can(tmp_path: Path) -> None:
    path = tmp_path / "routing.toml"
    path.write_bytes(b"a = 1\n")
    path.chmod(0o640)
    put_in_place(path, b"a = 2\n", digest_of(b"a = 1\n"))
    assert path.read_bytes() == b"a = 2\n" and path.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "routing.toml.previous").read_bytes() == b"a = 1\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["routing.toml", "routing.toml.previous"]


def test_a_file_that_changed_underneath_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "routing.toml"
    path.write_bytes(b"a = 3\n")
    with pytest.raises(ChangedUnderneath), alone_with(path):
        put_in_place(path, b"a = 2\n", digest_of(b"a = 1\n"))
    assert path.read_bytes() == b"a = 3\n"


def test_a_disk_that_fails_in_the_middle_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "routing.toml"
    path.write_bytes(b"a = 1\n")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotBeWritten, match="No space left"):
        put_in_place(path, b"a = 2\n", digest_of(b"a = 1\n"))
    assert path.read_bytes() == b"a = 1\n" and [p.name for p in tmp_path.iterdir()] == ["routing.toml"]
