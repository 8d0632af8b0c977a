"""The outgoing line behind the interface for other systems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from mailroom.api import machines as door
from mailroom.api.callbacks import tell
from mailroom.api.forgetting import forget
from mailroom.api.markdown import as_markdown
from mailroom.config.api import ApiConfig
from mailroom.config.document_classes import DocumentClass, EmailCarries
from mailroom.config.environment import Environment, read_environment
from mailroom.config.letter_templates import TemplateHead, TemplateSource
from mailroom.config.site import Site, load_site
from mailroom.gateways.callback import post_callback
from mailroom.gateways.sealing import Seal
from mailroom.outbound.emailing import EmailAsked, EmailFrom, compose_email
from mailroom.outbound.letter_template import LetterTemplate, read_template
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.compose import whole_pdf
from mailroom.outbound.steps.single import (
    CheckedSingle,
    NotSound,
    Single,
    check_single,
    take_in_single,
    unsaved_letter,
)
from mailroom.outbound.steps.submit import Handover
from mailroom.records.models import Letter
from mailroom.values.working_days import add_working_days, working_day_from
from mailroom.wiring.outbound import outbound_machines

ARRIVES_AT = dt.time(16, 0)
"""The hour answers give for the day of arrival (Notify's)."""


def api_seal(secret_key: str) -> Seal:
    """What API keys are sealed with."""
    return Seal(secret_key, "mailroom.api.keys")


@dataclass(frozen=True)
class ReadWords:
    """Fits mailroom.api.machines.Words."""

    template: LetterTemplate
    sent_by: EmailFrom
    kind: DocumentClass | None

    @property
    def fields(self) -> Mapping[str, bool]:
        """Its fields; whether every letter needs them."""
        return {**dict.fromkeys(self.template.asked, False), **dict.fromkeys(self.template.needed, True)}

    def missing(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Fields these values lack."""
        return self.template.missing(values)

    def fill(self, values: Mapping[str, str]) -> door.Filled:
        """The words with the values in their places."""
        bodies = self.template.fill(values)
        return door.Filled(bodies[-1].subject, as_markdown(bodies))

    def as_email(self, values: Mapping[str, str]) -> str:
        """The HTML of an email without a paper twin; '' for a template whose class is gone."""
        if self.kind is None:
            return ""
        asked = EmailAsked(
            message_id="",
            recipient="",
            reference="",
            bodies=self.template.fill(values),
            sign_off=self.template.source.head.sign_off,
            date=dt.datetime.now(dt.UTC),
        )
        in_the_body = self.kind.model_copy(update={"email_carries": EmailCarries.BODY})
        return compose_email(asked, in_the_body, self.sent_by).html


@dataclass(frozen=True)
class CheckedSubmission:
    """Fits mailroom.api.machines.Checked."""

    outbound: OutboundMachines
    checked: CheckedSingle

    def take_in(self) -> Letter:
        """Record it and put it on the line."""
        return take_in_single(self.outbound, self.checked)

    def pdf(self) -> bytes:
        """The PDF a letter would have."""
        letter = unsaved_letter(self.outbound, self.checked)
        return whole_pdf(self.outbound, letter, self.checked.files) if letter.address_lines else b""


def introduce_api() -> None:
    """Set the interface's machines. Raises Misconfigured."""
    site, environment = load_site(), read_environment()
    door.use(ApiDoor(outbound_machines(site, environment), site, environment))


def api_rounds(outbound: OutboundMachines, site: Site) -> list[Callable[[], object]]:
    """What a worker does again and again: tell systems what became of their post; forget what need not be kept."""
    machines = ApiDoor(outbound, site, read_environment())
    return [partial(tell, machines, post_callback), partial(forget, machines)]


class ApiDoor:
    """Fits mailroom.api.machines.ApiMachines."""

    def __init__(self, outbound: OutboundMachines, site: Site, environment: Environment) -> None:
        self._outbound, self._site, self._environment = outbound, site, environment
        self._seal = api_seal(environment.secret_key)

    @property
    def config(self) -> ApiConfig:
        """config/api.toml."""
        return self._site.api

    @property
    def sender(self) -> str:
        """The address emails come from."""
        return self._outbound.outgoing.email.sender

    @property
    def public_url(self) -> str:
        """Where people reach the site."""
        return self._environment.public_url

    @property
    def staff_domains(self) -> frozenset[str]:
        """Mail domains of the council's own people."""
        return frozenset(self._site.routing.allowed_domains)

    def now(self) -> dt.datetime:
        """The time."""
        return self._outbound.clock()

    def local(self, at: dt.datetime) -> dt.datetime:
        """That time at the council."""
        return self._outbound.local_time(at)

    def kind(self, code: str) -> DocumentClass:
        """A document class."""
        return self._outbound.kind(code)

    def templates(self) -> Mapping[str, door.Template]:
        """The site's templates."""
        return {code: _as_template(template.source) for code, template in self._outbound.templates.items()}

    def read(self, code: str, subject: str, words: str) -> ReadWords:
        """Read the words of a version; the head, but for its subject, is the file's own of today."""
        known = self._outbound.templates.get(code)
        head = known.source.head if known else TemplateHead(name=code, document_class="", subject=subject)
        source = TemplateSource(code, head.model_copy(update={"subject": subject}), words, "")
        kind = self._outbound.classes.find(head.document_class)
        return ReadWords(read_template(source), self._sent_by(), kind)

    def check(self, submission: door.Submission) -> CheckedSubmission:
        """Check it and record nothing."""
        try:
            checked = check_single(self._outbound, _single(submission), self._handover(submission))
        except NotSound as refused:
            raise door.NotAccepted(_problems(refused)) from None
        return CheckedSubmission(self._outbound, checked)

    def pdf(self, letter: Letter) -> bytes:
        """The letter's PDF."""
        return whole_pdf(self._outbound, letter)

    def latest_arrival(self, handed_in: dt.datetime, postage: str) -> dt.datetime:
        """Posted on the working day after the cut-off it makes, there by the slow end of its class's promise."""
        local = self.local(handed_in)
        posted = self._posted_on(local)
        slowest = next((c.slowest_days for c in self._site.postage.postage_class if c.code == postage), 0)
        day = add_working_days(posted, slowest) if slowest else posted
        return dt.datetime.combine(day, ARRIVES_AT, local.tzinfo)

    def keep(self, content: bytes) -> str:
        """Put bytes in the store."""
        return self._outbound.store.put(content)

    def fetch(self, key: str) -> bytes:
        """The bytes."""
        return self._outbound.store.get(key)

    def seal(self, secret: str) -> str:
        """The secret so that only this site can read it."""
        return self._seal.seal(secret)

    def unseal(self, sealed: str) -> str:
        """The secret again."""
        return self._seal.unseal(sealed)

    def _posted_on(self, local: dt.datetime) -> dt.date:
        """The day of the print run that a letter handed in then makes."""
        day = local.date()
        in_time = local.time() <= self._site.printing.run.cut_off
        return working_day_from(day if in_time else day + dt.timedelta(days=1))

    def _handover(self, submission: door.Submission) -> Handover:
        kind = self._outbound.kind(submission.document_class)
        arrive = None
        if submission.urgent:
            arrive = self.latest_arrival(self.now(), "first").date()
        template = self._outbound.templates.get(submission.template)
        return Handover(
            document_class=submission.document_class,
            actor=submission.actor,
            source="api",
            title=template.source.head.name if template else kind.name,
            template=submission.template,
            service=submission.service,
            scheduled_for=submission.scheduled_for,
            must_arrive=arrive,
        )

    def _sent_by(self) -> EmailFrom:
        email, head = self._outbound.outgoing.email, self._outbound.printing.letterhead
        return EmailFrom(email.sender, email.sender_name, head.council, head.colour, self._outbound.letters_page)


def _as_template(source: TemplateSource) -> door.Template:
    head = source.head
    return door.Template(
        source.code,
        source.version,
        head.name,
        head.subject,
        source.words,
        head.document_class,
        "\n".join(head.from_lines),
    )


def _single(submission: door.Submission) -> Single:
    return Single(
        values=submission.values,
        lines=submission.lines,
        pdf=submission.pdf,
        email=submission.email,
        client_reference=submission.reference,
        reply_to=submission.reply_to,
        unsubscribe_url=submission.unsubscribe_url,
    )


def _problems(refused: NotSound) -> tuple[door.Problem, ...]:
    """A PDF's problems keep their page; values and addresses have none."""
    return tuple(
        door.Problem(str(p["code"]), str(p["message"]), "", int(str(p["row"])))
        if p["column"] == "page"
        else door.Problem(str(p["code"]), str(p["message"]), str(p["column"]))
        for p in refused.problems
    )
