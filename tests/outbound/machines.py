"""Real machines for the outgoing steps: store, typesetter, PDF reading, linkage; queues and mail that remember."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailroom.config.customers import load_customers_config
from mailroom.config.document_classes import DocumentClass, DocumentClasses, load_document_classes
from mailroom.config.letter_templates import load_letter_templates
from mailroom.config.linkage import load_linkage_weights
from mailroom.config.outgoing import load_outgoing
from mailroom.config.printing import load_printing
from mailroom.gateways.linkage import match_in_bulk
from mailroom.gateways.spreadsheet import count_rows, read_rows
from mailroom.gateways.store import DiskStore
from mailroom.gateways.typesetter import Typesetter
from mailroom.outbound.letter_template import read_template
from mailroom.outbound.machines import OutboundMachines
from mailroom.values.outgoing_email import OutgoingEmail
from mailroom.wiring.outbound import LetterPdfs, PdfRepairs

SITE = Path(__file__).parents[2]
LONDON = ZoneInfo("Europe/London")
NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)


@dataclass
class RememberingQueues:
    """on: everything put on, by workflow id; unfinished: what the engine is said to hold still."""

    on: dict[str, tuple[object, ...]] = field(default_factory=dict)
    unfinished: set[str] = field(default_factory=set)

    def put_mailing(self, mailing_id: int, attempt: int) -> str:
        return self._put(f"mailing-{mailing_id}-{attempt}", mailing_id, attempt)

    def put_draft_check(self, check_id: int, attempt: int) -> str:
        return self._put(f"draft-check-{check_id}-{attempt}", check_id)

    def put_letter_emails(self, work: str) -> str:
        return self._put(work, work)

    def put_print_run(self, run_id: int, attempt: int) -> str:
        return self._put(f"print-run-{run_id}-{attempt}", run_id, attempt)

    def put_confirmation(self, contact_point_id: int, code: str, attempt: int) -> str:
        return self._put(f"confirm-{contact_point_id}-{code}-{attempt}", contact_point_id, code, attempt)

    def is_unfinished(self, workflow_id: str) -> bool:
        return workflow_id in self.unfinished

    def _put(self, workflow_id: str, *args: object) -> str:
        self.on[workflow_id] = args
        return workflow_id


@dataclass
class RememberingMail:
    """sent: every email handed over. faults: raised instead, one an attempt."""

    sent: list[OutgoingEmail] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def send(self, email: OutgoingEmail) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(email)


@dataclass
class Clock:
    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


def make_machines(data: Path, **changes: Any) -> OutboundMachines:
    printing = load_printing(SITE)
    count = itertools.count(1)
    made = OutboundMachines(
        store=DiskStore(data / "store"),
        mail=RememberingMail(),
        queues=RememberingQueues(),
        typesetter=Typesetter(printing, SITE),
        pdfs=LetterPdfs(),
        repairs=PdfRepairs(),
        read_rows=read_rows,
        count_rows=count_rows,
        match_people=partial(_match, load_linkage_weights(SITE)),
        clock=Clock(),
        local_time=lambda at: at.astimezone(LONDON),
        random=lambda size: (next(count) * 7_368_787).to_bytes(size, "big"),
        classes=load_document_classes(SITE),
        templates={code: read_template(source) for code, source in load_letter_templates(SITE).items()},
        printing=printing,
        outgoing=load_outgoing(SITE),
        customers=load_customers_config(SITE),
        attachments=data / "attachments",
        typefaces=SITE / "templates" / "letters",
        letters_page="https://wexmere.example/letters",
        mail_domain="wexmere.example",
        data=data,
    )
    return replace(made, **changes)


def _match(weights: Any, mentions: Any, records: Any) -> Any:
    return match_in_bulk(mentions, records, weights, 8.0, "300MB")


def with_class(machines: OutboundMachines, code: str, **changes: object) -> OutboundMachines:
    """The machines with one document class changed."""

    def changed(kind: DocumentClass) -> DocumentClass:
        return kind.model_copy(update=changes) if kind.code == code else kind

    classes = DocumentClasses(document_class=tuple(changed(k) for k in machines.classes.document_class))
    return replace(machines, classes=classes)
