"""Our own reply codes on an item: what they say of its service and its customer. Pure.

A code is evidence, not a command: people send our letters back to write of something else, or hand them to others.
What the letter itself says surely is held against it, and a contradiction goes to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailroom.values.answered_letter import AnsweredLetter
from mailroom.values.confidence import NO_IDEA, Confidence
from mailroom.values.decisions import Classification, CustomerMatch, ItemPages, MatchCandidate, MatchOutcome
from mailroom.values.reply_code import printed, reply_codes_in

_BY_CODE = Confidence(0.99)
"""One in a hundred of those who answer a letter is taken to write of something else; nothing has measured it yet."""


def reply_codes_on(item: ItemPages) -> tuple[str, ...]:
    """The sound codes on the item: those in its QR codes first, then those printed; each once."""
    return reply_codes_in((code.content for page in item.pages for code in page.barcodes), item.text)


def sorted_by_code(found: Classification, answered: AnsweredLetter) -> Classification:
    """The service of the letter it answers, unless its words surely belong to another: then a person decides."""
    why = f"reply code {printed(answered.code)} of our letter {answered.number}"
    if found.service == answered.service:
        return replace(found, sure=True, probability=max(found.probability, _BY_CODE), reasons=(why, *found.reasons))
    if found.sure:
        doubt = f"unsure: it carries the {why} from {answered.service}, but its words are of {found.service}"
        return replace(found, sure=False, runner_up=answered.service, reasons=(doubt, *found.reasons))
    ranked = ((answered.service, _BY_CODE), *(r for r in found.ranked if r[0] != answered.service))[:5]
    return replace(
        found,
        service=answered.service,
        probability=_BY_CODE,
        sure=True,
        reasons=(why,),
        runner_up=found.service,
        also=tuple(code for code in found.also if code != answered.service),
        ranked=ranked,
    )


def matched_by_code(found: CustomerMatch, answered: AnsweredLetter, objections: Sequence[str]) -> CustomerMatch:
    """The customer the letter went to, unless the item itself leads to somebody else or something speaks against them.

    objections: what the matching rules hold against that customer, in words.
    """
    customer = answered.customer_id
    if not customer or found.customer_id == customer:
        return found
    why = f"reply code {printed(answered.code)} of our letter {answered.number}"
    others = tuple(c for c in found.candidates if c.customer_id != customer)
    if found.outcome is not MatchOutcome.ONE and not objections:
        candidates = (MatchCandidate(customer, _BY_CODE, (why,)), *others)
        return CustomerMatch(MatchOutcome.ONE, customer, _BY_CODE, (why,), candidates)
    held = tuple(objections) or ("the item leads to another customer",)
    listed = next((c for c in found.candidates if c.customer_id == customer), MatchCandidate(customer, NO_IDEA, (why,)))
    doubt = f"{why} went to customer {customer}, but {'; '.join(held)}"
    return CustomerMatch(MatchOutcome.SEVERAL, "", found.probability, (doubt, *found.reasons), (listed, *others))
