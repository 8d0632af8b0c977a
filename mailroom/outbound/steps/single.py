"""One letter or email from another system: checked before anything is recorded, then on the line like any mailing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from django.db import IntegrityError, transaction

from mailroom.config.document_classes import CutBy, DocumentClass
from mailroom.errors import Reject
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.postal_address import LetterAddress, address_from
from mailroom.outbound.steps.attached import record_files
from mailroom.outbound.steps.check import examine, examine_rows, letter_of, put_letters
from mailroom.outbound.steps.check_pdf import paper_rule
from mailroom.outbound.steps.examined import Examined, Found, as_problem, unusable
from mailroom.outbound.steps.submit import Handover, all_files, columns, kind_of, with_this_key
from mailroom.outbound.submission import RowProblem, by_key, check_email, column_key, unprintable
from mailroom.records.models import Event, Letter, Mailing, MailingStatus
from mailroom.values.attachment import GivenFile


@dataclass(frozen=True, slots=True)
class Single:
    """One letter or email from another system: a template with its values, or a finished PDF.

    lines: the address as it goes in the window; () to take it from the values, as a spreadsheet's row. email: the
    address of an email that has no paper twin; '' for a letter. client_reference: the system's own. customer_id: the
    customer number, where the system knows it. reply_to, unsubscribe_url: of an email, as Letter keeps them.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    pdf: bytes = b""
    email: str = ""
    client_reference: str = ""
    customer_id: str = ""
    reply_to: str = ""
    unsubscribe_url: str = ""


class NotSound(Reject):
    """What was handed in has problems, so nothing was queued. problems: as Mailing.problems keeps them."""

    def __init__(self, problems: tuple[dict[str, object], ...]) -> None:
        super().__init__("; ".join(str(p["message"]) for p in problems))
        self.problems = problems


@dataclass(frozen=True)
class CheckedSingle:
    """One that may be taken in. known: the mailing it was taken in as before, under the same idempotency key.

    files: the attachments that its template brings; an email without a paper twin has none.
    """

    single: Single
    handover: Handover
    kind: DocumentClass
    digest: str
    found: Found | None
    known: Mailing | None = None
    files: tuple[GivenFile, ...] = ()


def submit_single(machines: OutboundMachines, single: Single, handover: Handover) -> Letter:
    """Take in one letter or email, checked before this returns. Raises as check_single."""
    return take_in_single(machines, check_single(machines, single, handover))


def check_single(machines: OutboundMachines, single: Single, handover: Handover) -> CheckedSingle:
    """Check one letter or email and record nothing; measuring a PDF takes a while, so no transaction waits for it.

    Raises:
        NotSound: with every problem.
        KeyReused: the idempotency key was used for something else.
        Retry, Misconfigured: as receive.
    """
    kind = kind_of(machines, handover)
    digest = _keep(machines, single, handover)
    files = () if single.email else all_files(machines, handover)
    known = with_this_key(handover, kind, digest, files)
    found = None if known else _examine_single(machines, single, kind, handover.template, digest)
    return CheckedSingle(single, handover, kind, digest, found, known, files)


def take_in_single(machines: OutboundMachines, checked: CheckedSingle) -> Letter:
    """Record it and put it on the line."""
    if checked.found is None:
        assert checked.known is not None
        return checked.known.letters.get()
    single, handover, kind = checked.single, checked.handover, checked.kind
    try:
        with transaction.atomic():
            mailing = Mailing.objects.create(
                **columns(machines, handover, kind, checked.digest),
                status=MailingStatus.AWAITING_APPROVAL if kind.needs_approval else MailingStatus.READY,
                letter_count=1,
            )
            record_files(mailing, checked.files, _page_counts(machines, checked.files))
            put_letters(mailing, [checked.found])
            mailing.letters.update(
                client_reference=single.client_reference[:1000],
                reply_to=single.reply_to,
                unsubscribe_url=single.unsubscribe_url,
            )
            Event.record("mailing.taken_in", mailing, actor=handover.actor, source=handover.source)
            if mailing.status == MailingStatus.READY:
                transaction.on_commit(partial(machines.queues.put_mailing, mailing.pk, mailing.attempts))
    except IntegrityError:
        mailing = Mailing.objects.get(
            service=handover.service or kind.service, idempotency_key=handover.idempotency_key
        )
    return mailing.letters.get()


def unsaved_letter(machines: OutboundMachines, checked: CheckedSingle) -> Letter:
    """The letter as it would be recorded, to be looked at."""
    if checked.found is None:
        assert checked.known is not None
        return checked.known.letters.get()
    row = columns(machines, checked.handover, checked.kind, checked.digest)
    return letter_of(Mailing(**row), checked.found)


def _page_counts(machines: OutboundMachines, files: Sequence[GivenFile]) -> dict[str, int]:
    """By store key. The site's own files were measured by `templates check`, so their pages are only counted here."""
    counts = {}
    for file in files:
        with machines.store.path_for_reading(file.document) as path:
            counts[file.document] = machines.pdfs.count_pages(path)
    return counts


def _keep(machines: OutboundMachines, single: Single, handover: Handover) -> str:
    """What was asked, in the store: the PDF, or the values."""
    asked = [handover.template, dict(single.values), single.lines, single.email, single.customer_id]
    return machines.store.put(single.pdf or json.dumps(asked, sort_keys=True).encode())


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
    elif single.lines:
        examined = _examine_lines(machines, single, template)
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


def _examine_lines(machines: OutboundMachines, single: Single, template: str) -> Examined:
    """Values and an address that are given apart."""
    words, rule = machines.template(template), paper_rule(machines)
    address = address_from(single.lines, rule.areas, abroad=rule.abroad)
    values = by_key(single.values)
    reference = values.get("reference", "") or values.get("accountnumber", "")
    missing = (RowProblem(0, n, "missing_field", "The template needs a value here.") for n in words.missing(values))
    given = {column_key(name): name for name in single.values}
    boxes = unprintable(0, values, given, words, rule.signs)
    wrong = (*missing, *boxes, *(RowProblem(0, "address", p.code, str(p)) for p in address.problems))
    found = Found(1, address, reference=reference, fields=values)
    return Examined(1, tuple(as_problem(p) for p in wrong), len(wrong), lambda: iter((found,)))
