from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateways.mail_server.conftest import Post, serving
from tests.gateways.mailbox.conftest import imap
from tests.lines.mailroom import Mailroom, open_mailroom
from tests.postgres import make_database, postgres_server


@pytest.fixture
def post() -> Iterator[Post]:
    with serving() as running:
        yield running


@pytest.fixture
def mailroom(tmp_path: Path, post: Post) -> Iterator[Mailroom]:
    room = open_mailroom(tmp_path, post)
    try:
        yield room
    finally:
        room.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_server() as address:
        yield address


@pytest.fixture
def on_postgres(tmp_path: Path, post: Post, postgres: str) -> Iterator[Mailroom]:
    name = f"test{time.monotonic_ns()}"
    addresses = {
        "MAILROOM_DATABASE_URL": make_database(postgres, name),
        "MAILROOM_ENGINE_URL": make_database(postgres, f"{name}_engine"),
    }
    room = open_mailroom(tmp_path, post, **addresses)
    try:
        yield room
    finally:
        room.stop()


__all__ = ["imap", "mailroom", "on_postgres", "post"]
