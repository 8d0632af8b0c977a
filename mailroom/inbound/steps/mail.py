"""The mailbox round: emails to a shared mailbox become items; reports that ours did not arrive are acted on.

A message leaves the mailbox only after it is in the store and on record, and its claim names it for ever, so a crash
at any moment loses nothing and takes nothing in twice.
"""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from mailroom.errors import MailroomError
from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.read import quarantine
from mailroom.inbound.steps.take_in import Provenance, take_in
from mailroom.records.decisions_told import item_as_told
from mailroom.records.mailed_files import CAME_BY_EMAIL, claim_of_file
from mailroom.records.models import Batch, BatchStatus, Delivery, DeliveryStatus, Event, ItemStatus
from mailroom.values.bounces import Bounce, read_bounces
from mailroom.values.working_days import counts_as_received

log = logging.getLogger(__name__)


class Message(Protocol):
    """A message as the mailbox machine hands it over."""

    @property
    def claim(self) -> str: ...  # noqa: D102
    @property
    def arrived(self) -> dt.datetime: ...  # noqa: D102
    @property
    def raw(self) -> bytes: ...  # noqa: D102
    @property
    def problem(self) -> str: ...  # noqa: D102


class Attachment(Protocol):
    """A file that came with an email."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def content(self) -> bytes: ...  # noqa: D102


class AsScan(Protocol):
    """An email as pages, and the attachments that cannot be pages."""

    @property
    def pdf(self) -> bytes: ...  # noqa: D102
    @property
    def apart(self) -> Sequence[Attachment]: ...  # noqa: D102


class Mailbox(Protocol):
    """The mailbox machine: gateways/mailbox.py fits."""

    def poll(self, take: Callable[[Message], None]) -> int:
        """Hand over every waiting message; each is moved away once `take` returns."""


@dataclass(frozen=True)
class MailboxRound:
    """One mailbox. lay_out: turns an email into pages, where it can be timed out and limited in memory.

    bounced: told of every report that an email did not arrive; each says whether the email was its own.
    office_closes: what arrives later, or on a day off, counts as received on the next working day.
    """

    name: str
    service: str
    mailbox: Mailbox
    machines: Machines
    lay_out: Callable[[bytes], AsScan]
    bounced: Sequence[Callable[[Bounce], bool]]
    office_closes: dt.time = dt.time(17)

    def __call__(self) -> int:
        """Take in everything that waits. Returns how many messages there were.

        Raises:
            Retry: the mailbox or the store is away; the message is still in the mailbox.
            Misconfigured: the mailbox cannot be used as config/mail.toml says.
        """
        return self.mailbox.poll(self._take)

    def _take(self, message: Message) -> None:
        if message.problem:
            self._refuse(message)
            return
        bounces = read_bounces(message.raw)
        known = [any([told(bounce) for told in self.bounced]) for bounce in bounces]
        if bounces and all(known):
            return
        self._take_in(message)

    def _take_in(self, message: Message) -> None:
        """The email's pages as one item; what cannot be pages as files of their own, which say why they cannot."""
        kept = self.machines.store.put(message.raw)
        try:
            laid = self.lay_out(message.raw)
        except MailroomError as trouble:
            log.warning("mailbox %s: %s could not be laid out: %s", self.name, message.claim, trouble)
            self._one_file(message, "email.eml", message.raw, message.claim)
            return
        batch = self._one_file(message, "email.pdf", laid.pdf, message.claim)
        if not Event.objects.filter(kind=CAME_BY_EMAIL, subject_key=str(batch.pk)).exists():
            Event.record(CAME_BY_EMAIL, batch, email=kept, apart=len(laid.apart))
        for number, file in enumerate(laid.apart, start=1):
            self._one_file(message, file.name, file.content, claim_of_file(message.claim, number))

    def _one_file(self, message: Message, name: str, content: bytes, claim: str) -> Batch:
        provenance = Provenance(
            filename=PurePosixPath(name).name or "attachment",
            source=self.name,
            received=counts_as_received(timezone.localtime(message.arrived), self.office_closes),
            received_from="mailbox",
            policy="one_item",
            service=self.service,
            scanned_at=message.arrived,
            claim=claim,
        )
        with tempfile.TemporaryDirectory(prefix="mailroom-mail-") as folder:
            path = Path(folder) / "file"
            path.write_bytes(content)
            return take_in(path, provenance, self.machines)

    def _refuse(self, message: Message) -> None:
        """Too large to fetch: it is recorded, so that the ledger shows it, and waits in the mailbox's own folder."""
        batch = self._one_file(message, "email.eml", message.problem.encode(), message.claim)
        if BatchStatus(batch.status).is_in_flight:
            quarantine(batch, message.problem)


def team_email_bounced(bounce: Bounce) -> bool:
    """Mark the email to a team that did not arrive. False when it is none of the incoming line's."""
    delivery = Delivery.objects.filter(message_id=bounce.message_id).first() if bounce.message_id else None
    if delivery is None:
        return False
    if not bounce.is_final:
        Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.SENT).update(problem=f"Late: {bounce.reason}")
        return True
    with transaction.atomic():
        moved = Delivery.objects.filter(pk=delivery.pk).exclude(status=DeliveryStatus.BOUNCED)
        if not moved.update(status=DeliveryStatus.BOUNCED, problem=bounce.reason):
            return True
        item_as_told(delivery).filter(status__in=(ItemStatus.ROUTED, ItemStatus.SENT)).update(
            status=ItemStatus.UNDELIVERED,
            review_reasons=[f"The email to team {delivery.team} came back. {bounce.reason}"],
        )
        Event.record("delivery.bounced", delivery, item=delivery.item_id, status=bounce.status)
    return True
