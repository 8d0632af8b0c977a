"""Which way a letter goes: the law, then the person's needs, then the person's choice, then post.

A chain of rules, each a function from the case to a verdict or None ("not mine, ask the next"). The first verdict
settles it. The chain is pure, so a past run can be decided again under other settings (replay.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mailroom.config.document_classes import DocumentClass
from mailroom.values.channel import Channel, ChannelDecision, LetterFormat, Rule

RULE_VERSION = 3
"""Raised whenever a rule or their order changes; stored with every decision."""

BOUNCES_BACK_TO_PAPER = 2
"""Conwy and Gwynedd end e-billing after two undelivered emails (their published e-billing terms)."""

PAPER, BY_EMAIL, STOP = "post", "email", "stop"
GIVEN = "given"
"""The key of an address that came with the letter itself and is on no record."""


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """One row of the consent register. document_class '' means every class; source '' is not a consent.

    order: its place in the register, which tells two rows of one day apart.
    """

    choice: str
    given_on: dt.date
    source: str
    document_class: str = ""
    order: int = 0


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An email address of the customer, by its key; the address itself never comes here.

    bounces: undelivered emails in a row that still count. shared: the same address is on another customer's record.
    """

    key: str
    verified: bool
    bounces: int = 0
    dead: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """What the records know of the person a letter is for, as far as the channel depends on it.

    matched: the record is surely this person's. Of a doubtful match the facts still count against sending (a
    death, a format), never for it. formats: every accessible format asked for.
    """

    matched: bool
    deceased: bool = False
    gone_away: bool = False
    no_fixed_abode: bool = False
    formats: frozenset[LetterFormat] = frozenset()
    consents: tuple[ConsentGiven, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    vulnerable: bool = False
    welsh: bool = False


@dataclass(frozen=True, slots=True)
class _Case:
    facts: RecipientFacts
    kind: DocumentClass
    on: dt.date
    passed: list[str] = field(default_factory=list)

    @property
    def format(self) -> LetterFormat:
        """The one format to make. One made elsewhere wins over large print: it is the narrower need."""
        asked = _formats_asked(self)
        elsewhere = sorted(f for f in asked if f.is_made_elsewhere)
        if elsewhere:
            return elsewhere[0]
        return LetterFormat.LARGE_PRINT if LetterFormat.LARGE_PRINT in asked else LetterFormat.STANDARD

    @property
    def usable(self) -> tuple[Mailbox, ...]:
        """Mailboxes that are proven and alive, best first."""
        good = (m for m in self.facts.mailboxes if m.verified and not m.dead and m.bounces < BOUNCES_BACK_TO_PAPER)
        return tuple(sorted(good, key=lambda m: (m.shared, m.bounces, m.key)))


@dataclass(frozen=True, slots=True)
class _Verdict:
    channel: Channel
    rule: Rule
    reason: str
    email_key: str = ""


def still_counting(undelivered: int, known_days: Sequence[dt.date], since: dt.date) -> int:
    """Of so many undelivered emails in a row those that came back on `since` or later; one of no known day counts."""
    return undelivered - sum(day < since for day in known_days)


def decide_channel(facts: RecipientFacts, kind: DocumentClass, on: dt.date) -> ChannelDecision:
    """The one channel and format for this person, this document class, on this date."""
    case = _Case(facts, kind, on)
    for rule in _RULES:
        verdict = rule(case)
        if verdict is not None:
            return ChannelDecision(
                channel=verdict.channel,
                format=case.format,
                rule=verdict.rule,
                rule_version=RULE_VERSION,
                reasons=(*case.passed, verdict.reason),
                email_key=verdict.email_key,
                bilingual=facts.welsh,
            )
    raise AssertionError("the last rule always answers")


def decide_asked_email(facts: RecipientFacts, mailbox: Mailbox) -> ChannelDecision:
    """An email a service sends to an address given for the matter: it has no paper twin, so it goes or is withheld."""
    if facts.deceased:
        channel, rule, why = Channel.WITHHELD, Rule.DECEASED, "The person has died: nothing is sent in their name."
    elif mailbox.dead:
        channel, rule, why = Channel.WITHHELD, Rule.BOUNCES, "Emails to this address came back: the service is told."
    else:
        channel, rule, why = Channel.EMAIL, Rule.ASKED, "The service sends an email to the address given for this."
    key = mailbox.key if channel is Channel.EMAIL else ""
    return ChannelDecision(channel, LetterFormat.STANDARD, rule, RULE_VERSION, (why,), key, facts.welsh)


def _deceased(case: _Case) -> _Verdict | None:
    if case.facts.deceased:
        return _Verdict(Channel.WITHHELD, Rule.DECEASED, "The person has died: nothing is sent in their name.")
    return None


def _stopped(case: _Case) -> _Verdict | None:
    latest = _latest_channel_choice(case)
    if latest is None or latest.choice != STOP:
        return None
    said = f"on {latest.given_on:%d/%m/%Y} (source: {latest.source})"
    return _Verdict(Channel.WITHHELD, Rule.STOPPED, f"The person asked {said} to get no more letters of this class.")


def _cannot_be_posted(case: _Case) -> _Verdict | None:
    """Post would not arrive. Email may still go if every rule of email is met."""
    facts = case.facts
    if not (facts.gone_away or facts.no_fixed_abode):
        return None
    rule = Rule.GONE_AWAY if facts.gone_away else Rule.NO_FIXED_ABODE
    why = "Post came back from this address" if facts.gone_away else "The person has no fixed abode"
    against = next((v for r in _EMAIL_GATES if (v := r(case)) is not None), None)
    if against is None and case.format is LetterFormat.STANDARD:
        return _Verdict(Channel.EMAIL, rule, f"{why}; they consented to email, so it is emailed.", case.usable[0].key)
    if against is not None:
        case.passed.append(against.reason)
    return _Verdict(Channel.WITHHELD, rule, f"{why}: nothing is sent; the service is told.")


def _law(case: _Case) -> _Verdict | None:
    if case.kind.may_email:
        return None
    return _Verdict(Channel.PRINT, Rule.LAW, f"{case.kind.name} stays on paper ({case.kind.law}).")


def _proof(case: _Case) -> _Verdict | None:
    if not case.kind.needs_proof:
        case.passed.append(f"{case.kind.name} may be emailed ({case.kind.law}).")
        return None
    return _Verdict(Channel.PRINT, Rule.PROOF, f"{case.kind.name} needs proof of posting, so it is posted.")


def _format(case: _Case) -> _Verdict | None:
    if case.format is LetterFormat.STANDARD:
        return None
    words = case.format.replace("_", " ")
    return _Verdict(Channel.PRINT, Rule.FORMAT, f"The person asked for {words}, so that is what they get.")


def _doubtful_match(case: _Case) -> _Verdict | None:
    if case.facts.matched:
        return None
    return _Verdict(
        Channel.PRINT, Rule.DOUBTFUL_MATCH, "No customer record is surely this person's: nothing is disclosed by email."
    )


def _consent(case: _Case) -> _Verdict | None:
    latest = _latest_channel_choice(case)
    if latest is None:
        return _Verdict(Channel.PRINT, Rule.NO_CONSENT, "No consent to email for this class is on record.")
    said = f"on {latest.given_on:%d/%m/%Y} (source: {latest.source})"
    if latest.choice != BY_EMAIL:
        return _Verdict(Channel.PRINT, Rule.NO_CONSENT, f"The person chose post {said}.")
    case.passed.append(f"The person consented to email {said}.")
    return None


def _verified(case: _Case) -> _Verdict | None:
    if any(m.verified for m in case.facts.mailboxes):
        return None
    return _Verdict(Channel.PRINT, Rule.UNVERIFIED_ADDRESS, "No email address of theirs is verified.")


def _bounces(case: _Case) -> _Verdict | None:
    if case.usable:
        return None
    return _Verdict(
        Channel.PRINT,
        Rule.BOUNCES,
        f"Emails to them came back ({BOUNCES_BACK_TO_PAPER}, or one hard): paper again.",
    )


def _household(case: _Case) -> _Verdict | None:
    if not case.usable[0].shared or case.kind.shared_mailbox_is_fine:
        return None
    return _Verdict(Channel.PRINT, Rule.HOUSEHOLD, "Their email address is also somebody else's on our records.")


def _vulnerable(case: _Case) -> _Verdict | None:
    if not (case.facts.vulnerable and case.kind.paper_for_vulnerable):
        return None
    return _Verdict(Channel.PRINT, Rule.VULNERABLE, "Marked vulnerable: letters of this class stay on paper.")


def _email(case: _Case) -> _Verdict | None:
    return _Verdict(Channel.EMAIL, Rule.CONSENT, "The address is verified and its emails arrive.", case.usable[0].key)


_EMAIL_GATES: tuple[Callable[[_Case], _Verdict | None], ...] = (
    _law, _proof, _doubtful_match, _consent, _verified, _bounces, _household, _vulnerable,
)  # fmt: skip


def _on_paper(rule: Callable[[_Case], _Verdict | None]) -> Callable[[_Case], _Verdict | None]:
    """A rule whose 'print' becomes the hand-off list when the format is made elsewhere: no ordinary copy goes."""

    def checked(case: _Case) -> _Verdict | None:
        verdict = rule(case)
        if verdict is None or verdict.channel is not Channel.PRINT or not case.format.is_made_elsewhere:
            return verdict
        return _Verdict(Channel.HAND_OFF, verdict.rule, f"{verdict.reason} It goes on the hand-off list.")

    return checked


_RULES: tuple[Callable[[_Case], _Verdict | None], ...] = (
    _deceased,
    _stopped,
    _cannot_be_posted,
    *(_on_paper(r) for r in (_law, _proof, _format, *_EMAIL_GATES[2:])),
    _email,
)


def _applies(given: ConsentGiven, case: _Case) -> bool:
    """Whether a row is valid and speaks of this class by this date."""
    return bool(given.source) and given.given_on <= case.on and given.document_class in ("", case.kind.code)


def _latest_channel_choice(case: _Case) -> ConsentGiven | None:
    """The newest choice wins; of two made at once the one for this class, and of those the one for paper."""
    choices = (PAPER, BY_EMAIL, STOP) if case.kind.unsubscribe else (PAPER, BY_EMAIL)
    asked = [c for c in case.facts.consents if c.choice in choices and _applies(c, case)]
    return max(asked, key=lambda c: (c.given_on, c.order, c.document_class != "", c.choice != BY_EMAIL), default=None)


def _formats_asked(case: _Case) -> set[LetterFormat]:
    """Formats on the record, and those asked for since the person last said that ordinary letters are fine again."""
    known = {f.value for f in LetterFormat}
    rows = [c for c in case.facts.consents if c.choice in known and _applies(c, case)]
    asked: set[LetterFormat] = set()
    for row in sorted(rows, key=lambda c: (c.given_on, c.order, c.choice != LetterFormat.STANDARD)):
        asked = set() if row.choice == LetterFormat.STANDARD else {*asked, LetterFormat(row.choice)}
    return (asked | set(case.facts.formats)) - {LetterFormat.STANDARD}
