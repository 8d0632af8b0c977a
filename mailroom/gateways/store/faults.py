"""What may go wrong in the store."""

from __future__ import annotations

from mailroom.errors import Retry, Review


class StoreAway(Retry):
    """The store is full or cannot be reached. Nothing was kept; the same call may succeed later."""


class Missing(Review):
    """No document of that key is in the store."""


class Damaged(Review):
    """A document no longer has the bytes it was stored with. Restore it from the backup."""
