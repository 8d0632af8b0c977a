"""Money said to lie in the envelope, from the shape of a sentence: something of worth, and that it is enclosed.

Lists of whole phrases miss most of it ("£20 in with this for my rent"), and they hear the cheque that was posted in
March. What is said here is one piece of evidence for the flags of `flags.toml`, weighed in training like any phrase.
"""

from __future__ import annotations

import re

from mailroom.inbound.sentences import sentences_of

CASH_INSIDE = "cash said to be inside"
CHEQUE_INSIDE = "cheque said to be inside"

_SUM = r"(?:£ ?\d[\d,.]*|(?:five|ten|fifteen|twenty|thirty|forty|fifty|sixty|eighty|a hundred) (?:pounds|quid))"
_CHEQUE = r"(?:cheques?(?! ?(?:books?|cards?))|banker'?s draft|postal orders?|drawn on (?:my|our|the))"
_NOTES = (
    r"(?:cash|coins?|change|notes|tens|twenties|fives|(?:£ ?\d+|five|ten|twenty|fifty)[ -](?:pound )?notes?"
    r"|fivers?|tenners?|(?:five|ten|twenty)r?s|pound coins?)"
)
_INSIDE = (
    r"(?:enclos\w+|herewith|attach\w+|inside|in (?:with )?(?:this|here)\b|in (?:the|this|an?) (?:\w+ )?envelope"
    r"|with this (?:letter|form|note|slip|card)|with it\b|pinned|stapled|taped|folded|tucked|popped|slipped|find"
    r"|here(?: is|'s| are)|i(?:'ve| have) (?:put|sent)|i am sending|i send|i'?m sending)"
)
_ELSEWHERE = re.compile(
    r"\b(?:stop(?:ped)? (?:it|the cheque)|not been (?:presented|cashed|cleared|banked)|bounced|went missing|gone astray"
    r"|(?:posted|sent|gave|handed|paid|wrote) (?:you |it |them |him |her )?(?:a|an|my|the|in)\b[^.]{0,20}"
    r"\b(?:cheque|cash)\b[^.]{0,20}\b(?:on|in|last|ago|back)\b|will (?:send|bring|post)|i'll (?:send|bring|post)"
    r"|can i (?:pay|send|bring)|do you take|paid (?:in|by) c(?:ash|heque)|machine|stolen|robbed)\b",
    re.IGNORECASE,
)
_NEAR = r"[^.!?\n;]{0,70}?"


def _either_way(worth: str) -> re.Pattern[str]:
    """Worth before or behind the word that says it is enclosed; points within a sum do not end the sentence."""
    return re.compile(rf"(?<!\w)(?:{worth}\b{_NEAR}\b{_INSIDE}|{_INSIDE}\b{_NEAR}{worth}\b)", re.IGNORECASE)


_CHEQUE_INSIDE = _either_way(_CHEQUE)
_NOTES_INSIDE = _either_way(_NOTES)
_SUM_INSIDE = re.compile(
    rf"(?<!\w){_SUM} (?:in (?:with )?(?:this|here)|inside|(?:is )?(?:folded|tucked|taped)|here\b"
    r"|in (?:this|the) envelope)"
    rf"|\bthere'?s (?:about )?{_SUM} in (?:with|here|this)",
    re.IGNORECASE,
)
_CHEQUE_TICKED = re.compile(r"\[x\][^\n\[]{0,12}\bcheques?\b|\bby cheque,? (?:no|number)\b", re.IGNORECASE)
"""A form's choice, or the number of the cheque beside it."""
_POINT_IN_SUM = re.compile(r"(?<=\d)\.(?=\d)")


def money_inside(text: str) -> tuple[str, ...]:
    """`CASH_INSIDE`, `CHEQUE_INSIDE`, both or neither."""
    told = [s for s in sentences_of(_POINT_IN_SUM.sub(",", text)) if not _ELSEWHERE.search(s)]
    cheque = any(_CHEQUE_INSIDE.search(s) for s in told) or bool(_CHEQUE_TICKED.search(text))
    cash = any(_SUM_INSIDE.search(s) or (_NOTES_INSIDE.search(s) and not _CHEQUE_INSIDE.search(s)) for s in told)
    return (*((CASH_INSIDE,) if cash else ()), *((CHEQUE_INSIDE,) if cheque else ()))
