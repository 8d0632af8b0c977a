"""What 'tell us once' needs of the outside world, by shape. wiring/web_notices.py sets the real one."""

from __future__ import annotations

from typing import Protocol

from mailroom.errors import Misconfigured


class Notices(Protocol):
    def tell(self, telling_id: int) -> None:
        """Email the service its notice and note how that went. Call it after the commit. Never raises for bad mail."""


_notices: list[Notices] = []


def use(made: Notices) -> None:
    """Set the one in use from here on."""
    _notices[:] = [made]


def notices() -> Notices:
    """The one in use. Raises Misconfigured if none was set."""
    if not _notices:
        raise Misconfigured("The web pages were started without the mailroom. Start them with `mailroom run`.")
    return _notices[0]
