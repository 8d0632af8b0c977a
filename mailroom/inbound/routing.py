"""The routing station: a decision table from what is known of an item to the team that must answer it.

Each rule that can hold an item back is a named function giving its reason, or ''; the decision names those that fired.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from mailroom.config.due_dates import Answerable, answer_by
from mailroom.config.route_policy import Policy, copies_of, policy_of
from mailroom.config.routing import RoutingConfig
from mailroom.values.decisions import Classification, CustomerMatch, Disposition, MatchOutcome, RoutingDecision
from mailroom.values.page import PageKind, PageReading


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """All the routing station may look at.

    rescan_of: number of an item this one seems to be a second scan of. came_back: that it is our letter, returned.
    """

    classification: Classification
    match: CustomerMatch
    pages: tuple[PageReading, ...]
    received: dt.date
    cut_doubts: tuple[str, ...] = ()
    rescan_of: str = ""
    by_email: bool = False
    came_back: str = ""


def route(facts: ItemFacts, table: RoutingConfig) -> RoutingDecision:
    """Send when every rule is content; otherwise review with every reason. The team and the date are set either way.

    Raises:
        UnknownService: routing.toml has no line for the item's service.
    """
    found = facts.classification
    policy = policy_of(found.service, found.doc_type, found.flag_codes, table)
    team = policy.team
    held = [(rule.__name__, why) for rule in HOLDING_RULES if (why := rule(facts, policy))]
    deadline = answer_by(
        Answerable(found.service, found.flag_codes, found.doc_type, facts.received, facts.by_email), table
    )
    return RoutingDecision(
        disposition=Disposition.REVIEW if held else Disposition.SEND,
        service=found.service,
        team=team,
        inbox=table.teams[team].inbox,
        reasons=(*(tuple(why for _, why in held) or (*found.reasons, deadline.reason)), *_remarks(facts.pages)),
        received=facts.received,
        due=deadline.due,
        attach=policy.attach,
        marks=policy.marks,
        copies=copies_of(policy, team, found.also, table),
        priority=policy.priority,
        rules=tuple(name for name, _ in held),
    )


def _remarks(pages: Sequence[PageReading]) -> tuple[str, ...]:
    """What the readers said of pages that were read all the same; it holds nothing back."""
    return tuple(p.problem for p in pages if p.problem and p.kind is not PageKind.UNREAD)


def has_unread_page(facts: ItemFacts, policy: Policy) -> str:
    """A page nobody could read may hold the one sentence that matters."""
    return " ".join(p.problem for p in facts.pages if p.kind is PageKind.UNREAD)


def has_no_text(facts: ItemFacts, policy: Policy) -> str:
    """Nothing to decide on."""
    return "" if any(p.text.strip() for p in facts.pages) else "No words were read on any page. Look at the picture."


def cut_is_in_doubt(facts: ItemFacts, policy: Policy) -> str:
    """The batch may have been cut in the wrong place, so two people's letters may be one item."""
    return " ".join(facts.cut_doubts)


def service_is_unsure(facts: ItemFacts, policy: Policy) -> str:
    """Never a forced guess: the classifier's own threshold, and the stricter one of the table if it has one."""
    found = facts.classification
    if found.sure and found.probability >= policy.service.threshold:
        return ""
    return f"Not sure enough of the service: {'; '.join(found.reasons) or 'nothing on it names one'}"


def customer_is_in_doubt(facts: ItemFacts, policy: Policy) -> str:
    """Several people could be meant: attaching to the wrong one would show a letter to a stranger."""
    if facts.match.outcome is not MatchOutcome.SEVERAL or not policy.waits_for_customer:
        return ""
    ids = [c.customer_id for c in facts.match.candidates[:3]]
    whom = f"any of customers {', '.join(ids)}" if len(ids) > 1 else f"customer {ids[0]}, but that is not sure"
    return f"Could be about {whom}: {'; '.join(facts.match.reasons)}"


def customer_is_needed(facts: ItemFacts, policy: Policy) -> str:
    """Some services cannot work without knowing whose account it is."""
    nobody = facts.match.outcome is MatchOutcome.NOBODY
    if not (nobody and policy.service.needs_customer and policy.waits_for_customer):
        return ""
    why = "; ".join(facts.match.reasons) or "nothing on it leads to one"
    return f"No customer was found, and the service needs one: {why}"


def looks_like_a_rescan(facts: ItemFacts, policy: Policy) -> str:
    """The same paper fed twice would start two clocks."""
    return f"Looks like item {facts.rescan_of} scanned again. Is it the same letter?" if facts.rescan_of else ""


def is_our_letter_come_back(facts: ItemFacts, policy: Policy) -> str:
    """No more post may go to that address, and the service must be told: a person confirms it."""
    return facts.came_back


def always_needs_a_person(facts: ItemFacts, policy: Policy) -> str:
    """The table wants a person to look at every item of this kind."""
    if not any(change.review for change in policy.overrides):
        return ""
    kinds = ", ".join((facts.classification.doc_type, *facts.classification.flag_codes))
    return f"The routing table has a person look at every item like this one ({kinds})."


HOLDING_RULES = (
    has_unread_page,
    has_no_text,
    cut_is_in_doubt,
    service_is_unsure,
    customer_is_in_doubt,
    customer_is_needed,
    looks_like_a_rescan,
    is_our_letter_come_back,
    always_needs_a_person,
)
