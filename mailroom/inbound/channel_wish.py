"""How the writer wants to be written to, from the shape of a sentence: one way asked for, the other refused.

Lists of whole phrases miss most of it, because people word it in their own way ("just email me, the post here gets
lost"). What is said here is one piece of evidence for the flags of `flags.toml`, weighed in training like any phrase.
"""

from __future__ import annotations

import re

from mailroom.inbound.sentences import either, sentences_of

ASKS_FOR_EMAIL = "email asked for"
ASKS_FOR_POST = "post asked for"
WITHOUT_SCREEN = "without a screen"

_EMAIL = r"(?:e-?mail(?:s|ed|ing)?|online|text(?:s|ed)?|pdf|electronic(?:ally)?|portal)"
_SCREEN = r"(?:e-?mail(?:s|ed|ing)?|online|app|portal|internet|web ?site|computer|screen|texts?|e-?statements?|digital)"
_PAPER = r"(?:post(?:s|ed|ing)?|paper(?:work)?|letters?|print(?:s|ed|ing|-?outs?)?|envelopes?|postman|letterbox)"
_NO = r"(?:not|no|no more|never|stop|without|don'?t|do not|can'?t|cannot|instead of|rather than|won'?t|off)"
_WANT = (
    r"(?:please|pls|could|can|would|prefer(?:red)?|rather|sooner|like|want|just|only|send|switch|change|happy"
    r"|keep|carry)"
)
_LASTING = r"(?:from now on|in future|from here on|always|as before|like before|as usual|any ?more|instead|please|only)"
_SENDING = r"(?:send(?:ing)?|write|writing|go(?:ing)? back|go(?:ing)? on|keep|carry on|continue|want|have|get)"
_AS_EVER = r"(?:(?:as|like) (?:before|always|usual|ever|(?:you|we|i|it) (?:always|used to|did|have|were)))"
_GAP, _SHORT = r"[^.!?\n]{0,70}?", r"[^.!?\n]{0,30}?"


_EMAIL_NOT_POST = either(
    rf"{_EMAIL}\b{_GAP}\b{_NO}\b{_SHORT}\b{_PAPER}",
    rf"{_NO}\b{_SHORT}\b{_PAPER}\b{_GAP}\b{_EMAIL}",
)
_POST = either(
    rf"{_PAPER}\b{_GAP}\b{_NO}\b{_SHORT}\b{_SCREEN}",
    rf"{_NO}\b{_SHORT}\b{_SCREEN}\b{_GAP}[,;.]?{_SHORT}\b(?:{_WANT}\b{_SHORT}\b)?{_PAPER}",
    rf"{_WANT}\b{_SHORT}\b(?:on paper|by post|in the post|through the letterbox|paper (?:cop|form|bill|one)\w*)",
    rf"{_SENDING}\b{_GAP}\b{_PAPER}\b{_GAP}\b(?:{_AS_EVER}|instead)",
    rf"{_SENDING}\b{_GAP}\b(?:bills?|forms?|notices?|statements?|copies)\b{_GAP}\b{_AS_EVER}",
)
_FROM_NOW_ON_EMAIL = either(
    rf"{_WANT}\b{_SHORT}\b{_EMAIL}\b{_SHORT}\b{_LASTING}",
    rf"(?:correspondence|letters?|bills?|statements?|notices?|decisions?|everything|reminders?)\b{_SHORT}"
    r"\b(?:electronically|e-?mailed|(?:by|as an?|to my|to this) e-?mail)",
)
_VOTE = re.compile(r"\b(?:vot(?:e|es|ing)|postal)\b", re.IGNORECASE)
"""To vote by post is another wish."""
_WITHOUT = re.compile(
    r"\b(?:i|we|i'?ve|we'?ve|she|he|mother|mum|mam|dad|father)\b[^.!?]{0,25}?"
    r"(?:\b(?:no|not|never|cannot|nor|without)|(?:do|have|ca|wo|sha|would)n't|\b(?:dont|cant|havent|wont))\b[^.!?]{0,35}?"
    r"\b(?:computers?|internet|e-?mails?|smart ?-?phone|web ?site|on-?line|app|portal|lap ?top|tablet|go digital)\b",
    re.IGNORECASE,
)
_ONLY_TODAY = re.compile(r"\b(?:had|received|got|seen|had back|log(?:ged)? in|find)\b", re.IGNORECASE)
"""An email that did not come, or a page that was not found, says nothing of how somebody lives."""


def channel_wishes(text: str) -> tuple[str, ...]:
    """`ASKS_FOR_EMAIL`, `ASKS_FOR_POST`, `WITHOUT_SCREEN`: those that are said; a sentence asks for one way at most."""
    sentences = sentences_of(text)
    wishes = {_wish(s) for s in sentences if not _VOTE.search(s)}
    if any(_WITHOUT.search(s) and not _ONLY_TODAY.search(s) for s in sentences):
        wishes.add(WITHOUT_SCREEN)
    return tuple(wish for wish in (ASKS_FOR_EMAIL, ASKS_FOR_POST, WITHOUT_SCREEN) if wish in wishes)


def _wish(sentence: str) -> str:
    """A contrast says more than a mere wish, so it is looked for first."""
    if _EMAIL_NOT_POST.search(sentence):
        return ASKS_FOR_EMAIL
    if _POST.search(sentence):
        return ASKS_FOR_POST
    return ASKS_FOR_EMAIL if _FROM_NOW_ON_EMAIL.search(sentence) else ""
