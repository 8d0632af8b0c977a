"""The rules that keep an item off a record: each named, each saying in words what it objects to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailroom.config.customers import MatchingPolicy
from mailroom.inbound.match_reasons import Scored, lead, live_together
from mailroom.values.index_fields import IndexFields, NameRole

_WRITERS = (NameRole.SIGNATURE, NameRole.SENDER_BLOCK, NameRole.FORM_FIELD)
_SURE_OF_A_PERSON = {"references", "nino", "email"}
"""What leads to one person even on an item that gives no name."""


_INDEPENDENT_LEADS = 2
"""With so many things leading to one record, an initial is enough beside a family name that was misread."""


@dataclass(frozen=True, slots=True)
class Case:
    """The best candidate beside everything else, as the rules see it. twins: other records of the same person."""

    fields: IndexFields
    best: Scored
    twins: tuple[Scored, ...]
    others: tuple[Scored, ...]
    probability: float
    policy: MatchingPolicy


def name_alone_never_suffices(case: Case) -> str:
    """An address, a contact, a birthday or a reference must lead to the person too."""
    return "" if case.best.score.support else "only a name leads to a customer; that never suffices"


def family_name_must_agree(case: Case) -> str:
    """Whatever else leads to a record, a different family name stops it: a digit may be misread."""
    levels = case.best.score.levels
    if "family" not in levels:
        sure = _SURE_OF_A_PERSON.intersection(case.best.score.support)
        return "" if sure else "no name was found that could confirm the customer"
    initial_will_do = levels.get("given") == "initial" and len(case.best.score.support) >= _INDEPENDENT_LEADS
    given_is_sure = levels.get("given") in ("same", "nickname", "close") or initial_will_do
    misread = levels["family"] == "near" and given_is_sure
    if case.best.score.family_agrees or misread:
        return ""
    return f"{lead(case.best, case.fields)} leads to a customer whose family name is not on the item"


def another_family_name(case: Case) -> str:
    """As family_name_must_agree, for a customer a reply code leads to: an answer without any name may be theirs."""
    return family_name_must_agree(case) if "family" in case.best.score.levels else ""


def given_name_must_not_differ(case: Case) -> str:
    """Relatives share family name, address and telephone; the given name tells them apart."""
    score = case.best.score
    if score.levels.get("given") == "other" or score.levels.get("sex") == "other":
        return "the given name or title is another: perhaps a relative at the same address"
    if score.levels.get("middle") == "other" and not {"nino", "birth", "references"}.intersection(score.support):
        return "the middle name is another: perhaps a relative of the same name"
    return ""


def family_name_and_address_are_a_household(case: Case) -> str:
    """Without a given name or an initial, the family name at an address may be anyone of the family."""
    score = case.best.score
    if "given" in score.levels or "family" not in score.levels or set(score.support) - {"place"}:
        return ""
    return "no given name: the family name and the address fit a whole household"


def facts_for_life_must_not_differ(case: Case) -> str:
    """A date of birth or National Insurance number that is another's stops it."""
    wrong = case.best.score.contradictions
    words = {"nino": "National Insurance number", "birth": "date of birth"}
    return f"the {words[wrong[0]]} on record is another" if wrong else ""


def must_be_sure_among_all(case: Case) -> str:
    """Two who fit about equally (father and son, joint holders) are a tie; one who fits badly may be nobody's."""
    if case.probability >= case.policy.attach_above:
        return ""
    rivals = [s for s in case.others if s.share >= 0.1]
    if not rivals:
        return f"the best record fits with only {case.probability:.0%} probability"
    if any(live_together(case.best.facts, s.facts) for s in rivals):
        return f"{len(rivals) + 1} customers at one address fit, such as relatives or joint holders"
    return f"{len(rivals) + 1} customers fit what is on the item"


def references_must_not_lead_elsewhere(case: Case) -> str:
    """A reference of somebody else's, outside the household, means two people are on the item."""
    holders = [s for s in case.others if s.score.levels.get("references") == "same"]
    if "references" in case.best.score.support or not holders:
        return ""
    if all(live_together(case.best.facts, s.facts) for s in holders):
        return ""
    return f"{lead(holders[0], case.fields)} leads to another customer than the name and address"


def writer_and_subject_must_be_told_apart(case: Case) -> str:
    """Two customers are named with particulars of their own: writer and carer, landlord and tenant, neighbours."""
    best_writes = case.best.name is not None and case.best.name.role in _WRITERS
    for other in case.others:
        if other.name is None or case.best.name is None or other.name.record == case.best.name.record:
            continue
        full = other.score.family_agrees and other.score.given_agrees and other.score.support
        if not full or other.score.name_disagrees or other.score.contradictions:
            continue
        only_mentioned = other.name.role is NameRole.BODY and "references" not in other.score.support
        if not (best_writes and only_mentioned):
            return "two customers are named, perhaps a writer and the person it is about"
    return ""


def the_dead_do_not_write(case: Case) -> str:
    """A signature of somebody on record as deceased: the wrong record, or the wrong date on it."""
    signed = case.best.name is not None and case.best.name.role is NameRole.SIGNATURE
    return "the record says this customer has died, yet the item is signed in their name" if (
        case.best.facts.deceased and signed and case.best.score.given_agrees
    ) else ""  # fmt: skip


RULES: tuple[Callable[[Case], str], ...] = (
    name_alone_never_suffices,
    family_name_must_agree,
    given_name_must_not_differ,
    family_name_and_address_are_a_household,
    facts_for_life_must_not_differ,
    must_be_sure_among_all,
    references_must_not_lead_elsewhere,
    writer_and_subject_must_be_told_apart,
    the_dead_do_not_write,
)
"""Each returns its objection in words, or ''."""

AGAINST_A_CODE: tuple[Callable[[Case], str], ...] = (
    another_family_name,
    given_name_must_not_differ,
    facts_for_life_must_not_differ,
    references_must_not_lead_elsewhere,
    writer_and_subject_must_be_told_apart,
    the_dead_do_not_write,
)
"""What a reply code does not settle: it says which of several who fit is meant, never that a misfit fits."""
