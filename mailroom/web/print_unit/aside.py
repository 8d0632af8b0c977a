"""Files in quarantine, each with the open wish to discard it and the email it came with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailroom.records import discarding
from mailroom.records.mailed_files import emails_beside
from mailroom.records.models import Batch, Event


@dataclass(frozen=True, slots=True)
class FileAside:
    """asked: who wants it discarded; None where nobody has asked. email: what it was attached to, if it was."""

    batch: Batch
    asked: Event | None
    email: Batch | None = None

    @property
    def reason_field(self) -> str:
        return f"reason-{self.batch.pk}"

    @property
    def again_field(self) -> str:
        return f"again-{self.batch.pk}"

    @property
    def agree_field(self) -> str:
        return f"agree-{self.batch.pk}"


def with_wishes(held: Iterable[Batch]) -> list[FileAside]:
    batches = list(held)
    wishes, emails = discarding.all_asked(batches), emails_beside(batches)
    return [FileAside(b, wishes.get(b.pk), emails.get(b.pk)) for b in batches]
