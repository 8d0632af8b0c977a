"""Handing letters in: the original safe in the store first, then the mailing on record, then the work on the queue.

Four doors lead here: a spreadsheet with a template, one PDF with many letters, a folder older systems print to
(steps/folders.py), and single letters and emails from other systems. All end as a Mailing with its Letters.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from django.db import IntegrityError, transaction

from mailroom.config.document_classes import CutBy, DocumentClass
from mailroom.errors import Misconfigured, Reject
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.postal_address import LetterAddress
from mailroom.outbound.steps.check import (
    Examined,
    Found,
    as_problem,
    check_mailing,
    examine,
    examine_rows,
    put_letters,
    unusable,
)
from mailroom.outbound.submission import RowProblem, by_key, check_email
from mailroom.records.models import Event, Letter, Mailing, MailingStatus
from mailroom.values.working_days import add_working_days


@dataclass(frozen=True, slots=True)
class Handover:
    """What whoever hands letters in says about them.

    service '' means the class's own. again: the same file was handed in lately, and the person wants it to go again.
    idempotency_key: a key of this one handing-in; a second with the same key returns the same mailing.
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


@dataclass(frozen=True, slots=True)
class Single:
    """One letter or email from another system: a template with its values, or a finished PDF.

    email: the address of an email that has no paper twin; '' for a letter. client_reference: the system's own.
    customer_id: the customer number, where the system knows it.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    pdf: bytes = b""
    email: str = ""
    client_reference: str = ""
    customer_id: str = ""


class NotSound(Reject):
    """What was handed in has problems, so nothing was queued. problems: as Mailing.problems keeps them."""

    def __init__(self, problems: tuple[dict[str, object], ...]) -> None:
        super().__init__("; ".join(str(p["message"]) for p in problems))
        self.problems = problems


class KeyReused(Reject):
    """The same idempotency key came with other content. Use a fresh key for each letter."""


def receive(
    machines: OutboundMachines, path: Path, handover: Handover, filename: str = "", *, check_now: bool = False
) -> Mailing:
    """Take a file in. It is checked on the line, or at once; the file itself is left where it is.

    Raises:
        Retry: the store is full or away; nothing is recorded.
        Misconfigured: no such document class or template, or the template is another class's.
    """
    kind = _kind_of(machines, handover)
    digest = machines.store.put(path)
    known = _with_this_key(handover, kind, digest)
    if known is None:
        again = None if handover.again else _handed_in_before(machines, kind, digest)
        known = _record(machines, handover, kind, digest, filename or path.name, again, put_on=not check_now)
    if check_now and known.status == MailingStatus.CHECKING:
        check_mailing(machines, known.pk)
        known.refresh_from_db()
    return known


def submit_single(machines: OutboundMachines, single: Single, handover: Handover) -> Letter:
    """Take in one letter or email, checked before this returns.

    Raises:
        NotSound: with every problem; nothing is recorded.
        KeyReused: the idempotency key was used for something else.
        Retry, Misconfigured: as receive.
    """
    kind = _kind_of(machines, handover)
    asked = [handover.template, dict(single.values), single.email, single.customer_id]
    digest = machines.store.put(single.pdf or json.dumps(asked, sort_keys=True).encode())
    known = _with_this_key(handover, kind, digest)
    if known is not None:
        return known.letters.get()
    found = _examine_single(machines, single, kind, handover.template, digest)
    try:
        with transaction.atomic():
            mailing = Mailing.objects.create(
                **_columns(machines, handover, kind, digest),
                status=MailingStatus.AWAITING_APPROVAL if kind.needs_approval else MailingStatus.READY,
                letter_count=1,
            )
            put_letters(mailing, [found])
            mailing.letters.update(client_reference=single.client_reference[:1000])
            Event.record("mailing.taken_in", mailing, actor=handover.actor, source=handover.source)
            if mailing.status == MailingStatus.READY:
                transaction.on_commit(partial(machines.queues.put_mailing, mailing.pk, mailing.attempts))
    except IntegrityError:
        mailing = Mailing.objects.get(
            service=handover.service or kind.service, idempotency_key=handover.idempotency_key
        )
    return mailing.letters.get()


def _kind_of(machines: OutboundMachines, handover: Handover) -> DocumentClass:
    kind = machines.kind(handover.document_class)
    if handover.template:
        wanted = machines.template(handover.template).source.head.document_class
        if wanted != kind.code:
            raise Misconfigured(
                f"Template '{handover.template}' is for the document class '{wanted}', not '{kind.code}'. "
                "Choose the one that belongs to it."
            )
    return kind


def _with_this_key(handover: Handover, kind: DocumentClass, digest: str) -> Mailing | None:
    if handover.idempotency_key is None:
        return None
    service = handover.service or kind.service
    known = Mailing.objects.filter(service=service, idempotency_key=handover.idempotency_key).first()
    if known is not None and (known.original, known.document_class) != (digest, kind.code):
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
    digest: str,
    filename: str,
    before: Mailing | None,
    *,
    put_on: bool,
) -> Mailing:
    columns = _columns(machines, handover, kind, digest) | {"filename": filename[-255:]}
    if before is not None:
        columns |= {"status": MailingStatus.REFUSED, "problems": [as_problem(_same_file(before))]}
    try:
        with transaction.atomic():
            mailing = Mailing.objects.create(**columns)
            Event.record("mailing.taken_in", mailing, actor=handover.actor, source=handover.source)
            if put_on and before is None:
                transaction.on_commit(partial(machines.queues.put_mailing, mailing.pk, mailing.attempts))
    except IntegrityError:
        key = handover.idempotency_key
        return Mailing.objects.get(service=columns["service"], idempotency_key=key)
    return mailing


def _same_file(before: Mailing) -> RowProblem:
    return RowProblem(
        0,
        "",
        "same_file",
        f"The same file was handed in on {before.submitted_at:%d/%m/%Y} as {before.number}. "
        "Hand it in as 'again' if everybody should get a second letter.",
    )


def _columns(machines: OutboundMachines, handover: Handover, kind: DocumentClass, digest: str) -> dict[str, object]:
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


def _examine_single(
    machines: OutboundMachines, single: Single, kind: DocumentClass, template: str, digest: str
) -> Found:
    """The one letter. Raises NotSound."""
    if single.pdf:
        examined = _examine_pdf(machines, kind, digest)
    elif single.email:
        words = machines.template(template)
        found = Found(1, LetterAddress(()), single.email.lower(), fields=by_key(single.values))
        wrong = tuple(as_problem(p) for p in check_email(single.values, single.email, words))
        examined = Examined(1, wrong, len(wrong), lambda: iter((found,)))
    else:
        rows = ((1, tuple(single.values)), (2, tuple(single.values.values())))
        examined = examine_rows(machines, lambda: iter(rows), template)
    if not examined.is_sound:
        raise NotSound(tuple(p for p in examined.problems if not p.get("warning")))
    found = next(examined.letters())
    extra = {"customerid": single.customer_id} if single.customer_id else {}
    return replace(found, fields={**found.fields, **extra})


def _examine_pdf(machines: OutboundMachines, kind: DocumentClass, digest: str) -> Examined:
    """A file that is one letter, however many pages it has."""
    with machines.store.path_for_reading(digest) as path:
        try:
            pages = sum(1 for _ in machines.pdfs.read_letters(path, machines.printing.window))
        except Reject as unreadable:
            return unusable(unreadable)
        whole = kind.cut.model_copy(update={"by": CutBy.FIXED, "pages": pages})
        return examine(machines, path, kind.model_copy(update={"cut": whole}), "")
