"""What a file of the site says now."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from mailroom.config import fresh
from mailroom.config.fresh import Fresh
from mailroom.errors import Misconfigured


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "LOOK_EVERY", 0.0)


def number_in(path: Path) -> Fresh[int]:
    def load() -> int:
        try:
            return int(path.read_text())
        except ValueError:
            raise Misconfigured(f"{path}: not a number. Correct it.") from None

    return Fresh(load, lambda: (path,))


def put(path: Path, text: str) -> None:
    beside = path.with_suffix(".part")
    beside.write_text(text)
    beside.replace(path)


def test_a_changed_file_is_read_again_without_a_new_start(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("1")
    value = number_in(path)
    assert value() == 1
    put(path, "2")
    assert value() == 2


def test_a_file_that_became_wrong_or_went_away_leaves_in_force_what_it_said_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x"
    path.write_text("1")
    value = number_in(path)
    put(path, "one")
    with caplog.at_level(logging.ERROR):
        assert (value(), value()) == (1, 1)
    assert caplog.text.count("stays in force") == 1
    path.unlink()
    assert value() == 1
    put(path, "3")
    assert value() == 3


def test_a_file_that_is_wrong_at_the_start_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("one")
    with pytest.raises(Misconfigured):
        number_in(tmp_path / "x")


def test_files_are_looked_at_once_a_second_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "LOOK_EVERY", 1.0)
    looks: list[int] = []
    value = Fresh(lambda: 1, lambda: looks.append(1) or [tmp_path])  # type: ignore[func-returns-value]
    for _ in range(1000):
        value()
    assert len(looks) <= 2
