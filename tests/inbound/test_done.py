from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from mailroom.config.mailroom import Intake
from mailroom.gateways.store import DiskStore
from mailroom.inbound.steps.done import Cleaning, clean_done
from tests.inbound.line_machines import NOON, line_machines


@pytest.fixture
def machines(tmp_path: Path) -> Any:
    class Config:
        intake = Intake(keep_done_days=30)

    return line_machines(store=DiskStore(tmp_path / "store"), config=Config(), data=tmp_path)


def done(machines: Any, days_ago: int, name: str, content: bytes, stored: bool = True) -> Path:
    day = NOON.date() - dt.timedelta(days=days_ago)
    path: Path = machines.data / "done" / day.isoformat() / "scanner-1" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if stored:
        machines.store.put(content)
    return path


def test_a_source_goes_after_its_days_when_the_store_has_the_same_bytes(machines: Any) -> None:
    old, young = done(machines, 31, "a.pdf", b"old"), done(machines, 30, "b.pdf", b"young")
    assert clean_done(machines) == Cleaning(removed=1, kept=0)
    assert not old.parent.parent.exists()
    assert young.exists()


def test_a_source_the_store_does_not_have_or_has_damaged_is_kept_for_ever(machines: Any) -> None:
    never_stored = done(machines, 90, "a.pdf", b"never stored", stored=False)
    damaged = done(machines, 90, "b.pdf", b"damaged later")
    key = machines.store.put(b"damaged later")
    (in_store,) = (machines.data / "store").glob(f"??/{key}")
    in_store.chmod(0o600)
    in_store.write_bytes(b"rotten")
    assert clean_done(machines) == Cleaning(removed=0, kept=2)
    assert never_stored.exists()
    assert damaged.exists()


def test_a_folder_that_is_no_day_is_left_alone(machines: Any) -> None:
    own = machines.data / "done" / "keep these"
    own.mkdir(parents=True)
    (own / "a.pdf").write_bytes(b"x")
    assert clean_done(machines) == Cleaning(0, 0)
    assert (own / "a.pdf").exists()
