"""Whose record an item belongs on: one customer, several it could be, or nobody.

Every candidate is scored with the name and the address of the item that fit it best. The best one is attached when it
is sure among all records and no rule below objects; a rule that objects is the reason a clerk reads.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mailroom.config.customers import MatchingPolicy
from mailroom.inbound.match_reasons import Scored, is_same_person, reasons
from mailroom.inbound.matching_rules import AGAINST_A_CODE, RULES, Case
from mailroom.inbound.mentions import Mentions, NameMention, mentions_of, spelt_as
from mailroom.values.confidence import NO_IDEA, Confidence
from mailroom.values.customer_facts import CustomerFacts
from mailroom.values.decisions import CustomerMatch, MatchCandidate, MatchOutcome
from mailroom.values.index_fields import IndexFields
from mailroom.values.linkage_record import LinkageRecord, Nicknames, records_of
from mailroom.values.person_match import PairScore, shares


class Scorer(Protocol):
    """Weighs one mention against one record."""

    def score(self, mention: LinkageRecord, record: LinkageRecord) -> PairScore:
        """Weight in bits and levels, as person_match.PairScore."""


@dataclass(frozen=True, slots=True)
class MatchingKnowledge:
    """policy: when a match is sure. customers: how many records there are. nicknames: short forms of given names."""

    policy: MatchingPolicy
    customers: int
    nicknames: Nicknames = dataclasses.field(default_factory=dict)


def match(
    fields: IndexFields, candidates: Sequence[CustomerFacts], scorer: Scorer, knowledge: MatchingKnowledge
) -> CustomerMatch:
    """Decide. The probability is that of the best candidate against all others and against nobody on record."""
    ranked = _ranked(fields, candidates, scorer, knowledge)
    listed = tuple(_listed(s, fields) for s in ranked if s.share >= knowledge.policy.list_above)
    listed = listed[: knowledge.policy.list_at_most]
    if not listed:
        return CustomerMatch(MatchOutcome.NOBODY, "", NO_IDEA, ("nothing on the item leads to a customer on record",))
    return _decide(_case(fields, ranked, knowledge.policy), listed)


def objections_to(
    customer_id: str,
    fields: IndexFields,
    candidates: Sequence[CustomerFacts],
    scorer: Scorer,
    knowledge: MatchingKnowledge,
) -> tuple[str, ...]:
    """What on the item speaks against a customer whose reply code it carries; they must be among the candidates."""
    ranked = _ranked(fields, candidates, scorer, knowledge)
    theirs = [s for s in ranked if s.facts.customer_id == customer_id]
    if not theirs:
        return ("the customer it went to is no longer on record",)
    case = _case(fields, [*theirs, *(s for s in ranked if s not in theirs)], knowledge.policy)
    return tuple(doubt for rule in AGAINST_A_CODE if (doubt := rule(case)))


def _ranked(
    fields: IndexFields, candidates: Sequence[CustomerFacts], scorer: Scorer, knowledge: MatchingKnowledge
) -> list[Scored]:
    """Every candidate with its share of the probability, the best first. Records merged into others are left out."""
    mentions = mentions_of(fields, knowledge.nicknames)
    scored = [_score(facts, mentions, scorer, knowledge.nicknames) for facts in candidates if not facts.merged_into]
    share = shares((s.score for s in scored), knowledge.customers, knowledge.policy.on_record_share)
    return sorted(
        (dataclasses.replace(s, share=share[s.facts.customer_id]) for s in scored),
        key=lambda s: (-s.share, -len(s.facts.references), s.facts.customer_id),
    )


def _score(facts: CustomerFacts, mentions: Mentions, scorer: Scorer, nicknames: Nicknames) -> Scored:
    """With the name and the address that fit this customer best."""
    records = records_of(facts, nicknames)
    names = [(scorer.score(n.record, records[0]), n) for n in mentions.names]
    borne = [(score.weight, n) for score, n in names if score.levels.get("family") != "other" or not n.may_be_none]
    borne += _turned(mentions, records[0], scorer, nicknames)
    name = max(borne, key=lambda b: b[0], default=(0.0, None))[1]
    pairs = [(spelt_as(place, record), record) for place in mentions.places for record in records]
    place, record = max(pairs, key=lambda p: scorer.score(*p).weight, default=(None, records[0]))
    return Scored(facts, scorer.score(mentions.joined(name.record if name else None, place), record), name)


def _turned(
    mentions: Mentions, record: LinkageRecord, scorer: Scorer, nicknames: Nicknames
) -> list[tuple[float, NameMention]]:
    """The names that are the record's own, both parts in full, when read with the family name in front."""
    whole = (n for n in mentions.names if n.record.given == record.family and not n.record.middle)
    scored = ((scorer.score(n.record, record), n) for n in (name.turned(nicknames) for name in whole))
    return [(s.weight, n) for s, n in scored if (s.levels.get("family"), s.levels.get("given")) == ("same", "same")]


def _case(fields: IndexFields, ranked: Sequence[Scored], policy: MatchingPolicy) -> Case:
    best = ranked[0]
    twins = tuple(s for s in ranked[1:] if is_same_person(best.facts, s.facts))
    others = tuple(s for s in ranked[1:] if s not in twins)
    return Case(fields, best, twins, others, min(best.share + sum(t.share for t in twins), 1.0), policy)


def _decide(case: Case, listed: tuple[MatchCandidate, ...]) -> CustomerMatch:
    doubts = tuple(doubt for rule in RULES if (doubt := rule(case)))
    probability = Confidence(case.probability)
    if not doubts:
        why = (*reasons(case.best, case.fields), *_notes(case))
        return CustomerMatch(MatchOutcome.ONE, case.best.facts.customer_id, probability, why, listed)
    plausible = [c for c in listed if c.probability >= case.policy.list_above]
    nobody = not case.best.score.support and case.probability < 0.5
    outcome = MatchOutcome.NOBODY if nobody or not plausible else MatchOutcome.SEVERAL
    return CustomerMatch(outcome, "", probability, doubts, listed)


def _listed(scored: Scored, fields: IndexFields) -> MatchCandidate:
    return MatchCandidate(scored.facts.customer_id, Confidence(min(scored.share, 1.0)), reasons(scored, fields))


def _notes(case: Case) -> tuple[str, ...]:
    """What a clerk should know although the match is sure."""
    notes = [f"{t.facts.customer_id} seems to be the same person kept twice" for t in case.twins if t.share > 0]
    if case.best.facts.deceased:
        notes.append("the record says this customer has died")
    return tuple(notes)
