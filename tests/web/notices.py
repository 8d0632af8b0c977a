from __future__ import annotations

from django.utils import timezone

from mailroom.records.tell_us_once import note_sent


class RememberingNotices:
    """Services told, by the key of the telling."""

    def __init__(self) -> None:
        self.told: list[int] = []

    def tell(self, telling_id: int) -> None:
        self.told.append(telling_id)
        note_sent(telling_id, timezone.now())
