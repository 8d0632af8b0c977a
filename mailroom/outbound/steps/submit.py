"""Handing letters in: the original safe in the store first, then the mailing on record, then the work on the queue.

Four doors lead here: a spreadsheet with a template, one PDF with many letters, a folder older systems print to
(steps/folders.py), and single letters and emails from other systems (steps/single.py). All end as a Mailing with its
Letters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from mailroom.config.document_classes import DocumentClass
from mailroom.errors import Misconfigured, Reject
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.attached import files_with, record_files, site_files, template_files
from mailroom.outbound.steps.check import check_mailing
from mailroom.outbound.steps.examined import as_problem
from mailroom.outbound.submission import RowProblem
from mailroom.records.models import Event, Mailing, MailingStatus
from mailroom.values.attachment import GivenFile
from mailroom.values.repair import Done
from mailroom.values.working_days import add_working_days


@dataclass(frozen=True, slots=True)
class Handover:
    """What whoever hands letters in says about them.

    service '' means the class's own. again: the same file was handed in lately, and the person wants it to go again.
    idempotency_key: a key of this one handing-in; a second with the same key returns the same mailing.
    files: its attachments, in the store already. site_files: the site's own that go with every letter, beside those
    that the template names. repaired: the store key of the PDF as it was mended before it was handed in; repairs: how.
    """

    document_class: str
    actor: str
    source: str
    title: str = ""
    template: str = ""
    service: str = ""
    scheduled_for: dt.datetime | None = None
    must_arrive: dt.date | None = None
    idempotency_key: str | None = None
    again: bool = False
    files: tuple[GivenFile, ...] = ()
    site_files: tuple[str, ...] = ()
    repaired: str = ""
    repairs: tuple[Done, ...] = ()


class SameName(Reject):
    """Two attachments have one name, so a row could not say which it means. Rename one."""


class KeyReused(Reject):
    """The same idempotency key came with other content. Use a fresh key for each letter."""


def receive(
    machines: OutboundMachines, path: Path, handover: Handover, filename: str = "", *, check_now: bool = False
) -> Mailing:
    """Take a file in. It is checked on the line, or at once; the file itself is left where it is.

    Raises:
        Retry: the store is full or away; nothing is recorded.
        Misconfigured: no such document class or template, or the template is another class's.
        SameName: two attachments are named alike.
    """
    kind = kind_of(machines, handover)
    digest = machines.store.put(path)
    files = all_files(machines, handover)
    known = with_this_key(handover, kind, digest, files)
    if known is None:
        again = None if handover.again else _handed_in_before(machines, kind, digest)
        known = _record(machines, handover, kind, (digest, filename or path.name), files, again, put_on=not check_now)
    if check_now and known.status == MailingStatus.CHECKING:
        check_mailing(machines, known.pk)
        known.refresh_from_db()
    return known


def kind_of(machines: OutboundMachines, handover: Handover) -> DocumentClass:
    """The document class named. Raises Misconfigured where there is none, or the template is another's."""
    kind = machines.kind(handover.document_class)
    if handover.template:
        wanted = machines.template(handover.template).source.head.document_class
        if wanted != kind.code:
            raise Misconfigured(
                f"Template '{handover.template}' is for the document class '{wanted}', not '{kind.code}'. "
                "Choose the one that belongs to it."
            )
    return kind


def all_files(machines: OutboundMachines, handover: Handover) -> tuple[GivenFile, ...]:
    """Every attachment: the template's, the site's, and those handed in. Raises Misconfigured or SameName."""
    own = (*template_files(machines, handover.template), *site_files(machines, handover.site_files))
    files = (*own, *handover.files)
    names = [file.key for file in files]
    if len(set(names)) < len(names):
        raise SameName("Two attachments have the same name. Give each its own; the template may bring one, too.")
    return files


def with_this_key(
    handover: Handover, kind: DocumentClass, digest: str, files: Sequence[GivenFile] = ()
) -> Mailing | None:
    """The mailing handed in under this idempotency key before. Raises KeyReused if that was something else."""
    if handover.idempotency_key is None:
        return None
    service = handover.service or kind.service
    known = Mailing.objects.filter(service=service, idempotency_key=handover.idempotency_key).first()
    if known is None:
        return None
    if (known.original, known.document_class, set(files_with(known))) != (digest, kind.code, set(files)):
        raise KeyReused(f"The idempotency key was used before, for {known.number}, with other content. Use a new key.")
    return known


def _handed_in_before(machines: OutboundMachines, kind: DocumentClass, digest: str) -> Mailing | None:
    since = machines.clock() - dt.timedelta(days=machines.outgoing.same_file_days)
    same = Mailing.objects.filter(original=digest, document_class=kind.code, submitted_at__gte=since)
    return same.exclude(status__in=(MailingStatus.REFUSED, MailingStatus.CANCELLED)).first()


def _record(
    machines: OutboundMachines,
    handover: Handover,
    kind: DocumentClass,
    original: tuple[str, str],
    files: Sequence[GivenFile],
    before: Mailing | None,
    *,
    put_on: bool,
) -> Mailing:
    """original: its store key and its name."""
    digest, filename = original
    row = columns(machines, handover, kind, digest) | {"filename": filename[-255:], "repaired": handover.repaired}
    row["repairs"] = [done.on_record(handover.actor, machines.clock()) for done in handover.repairs]
    if before is not None:
        row |= {"status": MailingStatus.REFUSED, "problems": [as_problem(_same_file(before))]}
    try:
        with transaction.atomic():
            mailing = Mailing.objects.create(**row)
            record_files(mailing, files)
            for done in handover.repairs:
                Event.record("mailing.repaired", mailing, actor=handover.actor, repair=done.code, was=digest)
            Event.record("mailing.taken_in", mailing, actor=handover.actor, source=handover.source)
            if put_on and before is None:
                transaction.on_commit(partial(machines.queues.put_mailing, mailing.pk, mailing.attempts))
    except IntegrityError:
        key = handover.idempotency_key
        return Mailing.objects.get(service=row["service"], idempotency_key=key)
    return mailing


def _same_file(before: Mailing) -> RowProblem:
    return RowProblem(
        0,
        "",
        "same_file",
        f"The same file was handed in on {before.submitted_at:%d/%m/%Y} as {before.number}. "
        "Hand it in as 'again' if everybody should get a second letter.",
    )


def columns(machines: OutboundMachines, handover: Handover, kind: DocumentClass, digest: str) -> dict[str, Any]:
    """A new mailing's columns, but its status."""
    now = machines.clock()
    template = machines.templates.get(handover.template)
    arrive = add_working_days(machines.today(), kind.arrive_within) if kind.arrive_within else None
    return {
        "service": handover.service or kind.service,
        "document_class": kind.code,
        "title": (handover.title or kind.name)[:200],
        "source": handover.source,
        "original": digest,
        "template": handover.template,
        "template_version": template.source.version if template else "",
        "submitted_by": handover.actor,
        "submitted_at": now,
        "needs_approval": kind.needs_approval,
        "scheduled_for": handover.scheduled_for,
        "must_arrive": handover.must_arrive or arrive,
        "idempotency_key": handover.idempotency_key,
    }
