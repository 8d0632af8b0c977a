from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateways.mail_server.conftest import Post, serving
from tests.gateways.mailbox.conftest import imap
from tests.lines.mailroom import Mailroom, open_mailroom


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


__all__ = ["imap", "mailroom", "post"]
