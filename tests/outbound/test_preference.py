from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.config.document_classes import DocumentClass
from mailroom.outbound.preference import (
    BOUNCES_BACK_TO_PAPER,
    ConsentGiven,
    Mailbox,
    RecipientFacts,
    decide_channel,
    still_counting,
)
from mailroom.outbound.replay import replay
from mailroom.values.channel import Channel, LetterFormat, Rule

TODAY = dt.date(2026, 3, 2)
BILL = DocumentClass(code="bill", name="Bill", service="council_tax", may_email=True, law="SI 2003/2604")
REMINDER = BILL.model_copy(update={"code": "reminder", "may_email": False})
SUMMONS = BILL.model_copy(update={"code": "summons", "needs_proof": True})
NEWS = BILL.model_copy(update={"code": "news", "paper_for_vulnerable": False, "shared_mailbox_is_fine": True})

YES = ConsentGiven("email", dt.date(2025, 1, 1), "clerk")
BOX = Mailbox("7", verified=True)
CONSENTED = RecipientFacts(matched=True, consents=(YES,), mailboxes=(BOX,))


def _with(**changes: object) -> RecipientFacts:
    values = {f: getattr(CONSENTED, f) for f in CONSENTED.__slots__} | changes
    return RecipientFacts(**values)  # type: ignore[arg-type]


LARGE = frozenset({LetterFormat.LARGE_PRINT})
BRAILLE = frozenset({LetterFormat.BRAILLE})

TABLE = [
    ("consent, verified address, nothing against it", CONSENTED, BILL, Channel.EMAIL, Rule.CONSENT),
    ("the law keeps the class on paper", CONSENTED, REMINDER, Channel.PRINT, Rule.LAW),
    ("the class needs proof of posting", CONSENTED, SUMMONS, Channel.PRINT, Rule.PROOF),
    ("the dead get nothing", _with(deceased=True), BILL, Channel.WITHHELD, Rule.DECEASED),
    ("the dead get no summons either", _with(deceased=True), SUMMONS, Channel.WITHHELD, Rule.DECEASED),
    ("gone away but consented to email", _with(gone_away=True), BILL, Channel.EMAIL, Rule.GONE_AWAY),
    ("gone away, class on paper", _with(gone_away=True), REMINDER, Channel.WITHHELD, Rule.GONE_AWAY),
    ("gone away, no consent", _with(gone_away=True, consents=()), BILL, Channel.WITHHELD, Rule.GONE_AWAY),
    ("no fixed abode, no email", _with(no_fixed_abode=True, mailboxes=()), BILL, Channel.WITHHELD, Rule.NO_FIXED_ABODE),
    ("large print beats consent to email", _with(formats=LARGE), BILL, Channel.PRINT, Rule.FORMAT),
    ("braille is handed off", _with(formats=BRAILLE), BILL, Channel.HAND_OFF, Rule.FORMAT),
    ("braille of a paper class is handed off", _with(formats=BRAILLE), REMINDER, Channel.HAND_OFF, Rule.LAW),
    ("a doubtful match prints", _with(matched=False), BILL, Channel.PRINT, Rule.DOUBTFUL_MATCH),
    ("no consent", _with(consents=()), BILL, Channel.PRINT, Rule.NO_CONSENT),
    ("consent without a source is none", _with(consents=(ConsentGiven("email", TODAY, ""),)), BILL, Channel.PRINT,
     Rule.NO_CONSENT),
    ("consent from tomorrow is none today", _with(consents=(ConsentGiven("email", TODAY + dt.timedelta(1), "clerk"),)),
     BILL, Channel.PRINT, Rule.NO_CONSENT),
    ("consent for another class is none for this", _with(consents=(ConsentGiven("email", TODAY, "clerk", "rent"),)),
     BILL, Channel.PRINT, Rule.NO_CONSENT),
    ("the newest choice wins", _with(consents=(ConsentGiven("post", TODAY, "item"), YES)), BILL, Channel.PRINT,
     Rule.NO_CONSENT),
    ("unverified address", _with(mailboxes=(Mailbox("7", verified=False),)), BILL, Channel.PRINT,
     Rule.UNVERIFIED_ADDRESS),
    ("two bounces", _with(mailboxes=(Mailbox("7", True, bounces=2),)), BILL, Channel.PRINT, Rule.BOUNCES),
    ("one bounce is not yet paper", _with(mailboxes=(Mailbox("7", True, bounces=1),)), BILL, Channel.EMAIL,
     Rule.CONSENT),
    ("a hard bounce", _with(mailboxes=(Mailbox("7", True, dead=True),)), BILL, Channel.PRINT, Rule.BOUNCES),
    ("a mailbox shared with another customer", _with(mailboxes=(Mailbox("7", True, shared=True),)), BILL,
     Channel.PRINT, Rule.HOUSEHOLD),
    ("a newsletter may go to a shared mailbox", _with(mailboxes=(Mailbox("7", True, shared=True),)), NEWS,
     Channel.EMAIL, Rule.CONSENT),
    ("vulnerable people keep paper", _with(vulnerable=True), BILL, Channel.PRINT, Rule.VULNERABLE),
    ("unless the class says otherwise", _with(vulnerable=True), NEWS, Channel.EMAIL, Rule.CONSENT),
]  # fmt: skip


@pytest.mark.parametrize(("says", "facts", "kind", "channel", "rule"), TABLE, ids=[row[0] for row in TABLE])
def test_the_table_of_rules(
    says: str, facts: RecipientFacts, kind: DocumentClass, channel: Channel, rule: Rule
) -> None:
    decision = decide_channel(facts, kind, TODAY)
    assert (decision.channel, decision.rule) == (channel, rule), decision.reasons
    assert decision.rule_version >= 1


def test_a_large_print_asker_gets_large_print_even_of_a_class_the_law_keeps_on_paper() -> None:
    assert decide_channel(_with(formats=LARGE), REMINDER, TODAY).format is LetterFormat.LARGE_PRINT


def test_the_reasons_name_the_law_and_the_consent_with_its_date_and_source() -> None:
    reasons = " ".join(decide_channel(CONSENTED, BILL, TODAY).reasons)
    assert "SI 2003/2604" in reasons
    assert "01/01/2025" in reasons
    assert "clerk" in reasons


def test_a_replay_tells_what_e_billing_consenting_customers_would_have_changed() -> None:
    past = [(CONSENTED, REMINDER, TODAY), (_with(consents=()), REMINDER, TODAY)]
    result = replay(past, lambda facts, kind: (facts, kind.model_copy(update={"may_email": True})))
    assert result.before == {Channel.PRINT: 2}
    assert result.changed == {(Channel.PRINT, Channel.EMAIL): 1}


DATES = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))
CONSENTS = st.builds(
    ConsentGiven,
    choice=st.sampled_from(["email", "post", "large_print", "braille"]),
    given_on=DATES,
    source=st.sampled_from(["", "clerk", "item", "import"]),
    document_class=st.sampled_from(["", "bill", "news", "rent"]),
)
MAILBOXES = st.builds(
    Mailbox,
    key=st.sampled_from(["1", "2"]),
    verified=st.booleans(),
    bounces=st.integers(0, 4),
    dead=st.booleans(),
    shared=st.booleans(),
)
FACTS = st.builds(
    RecipientFacts,
    matched=st.booleans(),
    deceased=st.booleans(),
    gone_away=st.booleans(),
    no_fixed_abode=st.booleans(),
    formats=st.frozensets(st.sampled_from(LetterFormat), max_size=3),
    consents=st.lists(CONSENTS, max_size=4).map(tuple),
    mailboxes=st.lists(MAILBOXES, max_size=3).map(tuple),
    vulnerable=st.booleans(),
    welsh=st.booleans(),
)
CLASSES = st.builds(
    DocumentClass,
    code=st.sampled_from(["bill", "news"]),
    name=st.just("A letter"),
    service=st.just("council_tax"),
    may_email=st.booleans(),
    law=st.just("an Act"),
    needs_proof=st.booleans(),
    paper_for_vulnerable=st.booleans(),
    shared_mailbox_is_fine=st.booleans(),
)


@given(FACTS, CLASSES, DATES)
def test_whatever_the_records_say_no_promise_to_a_reader_is_broken(
    facts: RecipientFacts, kind: DocumentClass, on: dt.date
) -> None:
    decision = decide_channel(facts, kind, on)
    assert isinstance(decision.channel, Channel)
    wants_large = LetterFormat.LARGE_PRINT in facts.formats
    if decision.channel is Channel.PRINT and wants_large:
        assert decision.format is LetterFormat.LARGE_PRINT
    if facts.formats - {LetterFormat.STANDARD} and decision.channel in (Channel.PRINT, Channel.EMAIL):
        assert decision.format is not LetterFormat.STANDARD
    if facts.deceased:
        assert decision.channel is Channel.WITHHELD
    if facts.gone_away or facts.no_fixed_abode:
        assert decision.channel in (Channel.WITHHELD, Channel.EMAIL)
    if decision.channel is Channel.EMAIL:
        _email_was_allowed(decision.email_key, facts, kind, on)


def _email_was_allowed(key: str, facts: RecipientFacts, kind: DocumentClass, on: dt.date) -> None:
    """Written apart from the rules on purpose: the rows are read again, the plain way."""
    assert kind.may_email and not kind.needs_proof and facts.matched
    rows = [c for c in facts.consents if c.source and c.given_on <= on and c.document_class in ("", kind.code)]
    channel_rows = [c for c in rows if c.choice in ("email", "post")]
    newest = max(c.given_on for c in channel_rows)
    assert any(c.choice == "email" and c.given_on == newest for c in channel_rows)
    boxes = [m for m in facts.mailboxes if m.key == key]
    assert any(m.verified and not m.dead and m.bounces < BOUNCES_BACK_TO_PAPER for m in boxes)


SINCE = dt.date(2025, 9, 4)


@pytest.mark.parametrize(
    ("undelivered", "known", "count"),
    [
        (0, (), 0),
        (2, (SINCE, SINCE + dt.timedelta(9)), 2),
        (2, (SINCE - dt.timedelta(1), SINCE + dt.timedelta(9)), 1),
        (2, (SINCE - dt.timedelta(9), SINCE - dt.timedelta(1)), 0),
        (2, (SINCE - dt.timedelta(1),), 1),
        (2, (), 2),  # from before days were kept
    ],
)
def test_an_undelivered_email_counts_until_it_is_too_old_and_one_of_no_known_day_always(
    undelivered: int, known: tuple[dt.date, ...], count: int
) -> None:
    assert still_counting(undelivered, known, SINCE) == count
