"""What may go wrong in the store."""

from __future__ import annotations

import re

from mailroom.errors import Retry, Review

_KEY = re.compile(r"[0-9a-f]{64}")


class StoreAway(Retry):
    """The store is full or cannot be reached. Nothing was kept; the same call may succeed later."""


class Missing(Review):
    """No document of that key is in the store."""


class Damaged(Review):
    """A document no longer has the bytes it was stored with. Restore it from the backup."""


def missing(key: str) -> Missing:
    """The error for a key the store does not have."""
    return Missing(f"Document {key[:12]} is not in the store. Restore it from the backup.")


def damaged(key: str) -> Damaged:
    """The error for a document that is not what its key says."""
    return Damaged(f"Document {key[:12]} is damaged in the store. Restore it from the backup.")


def checked(key: str) -> str:
    """The key, if it is one; anything else could lead out of the store. Raises Missing."""
    if not _KEY.fullmatch(key):
        raise missing(key)
    return key
