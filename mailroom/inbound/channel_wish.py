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
_NO = r"(?:not|no|nothing|no more|never|stop|without|don'?t|do not|can'?t|cannot|instead of|rather than|won'?t|off)"
_WANT = (
    r"(?:please|pls|could|can|would|prefer(?:red)?|rather|sooner|like|want|just|only|send|switch|change|happy"
    r"|keep|carry)"
)
_LASTING = r"(?:from now on|in future|from here on|always|as before|like before|as usual|any ?more|instead|please|only)"
_SENDING = r"(?:send(?:ing)?|write|writing|go(?:ing)? back|go(?:ing)? on|keep|carry on|continue|want|have|get)"
_AS_EVER = r"(?:(?:as|like) (?:before|always|usual|ever|(?:you|we|i|it) (?:always|used to|did|have|were)))"
_GAP, _SHORT = r"[^.!?\n]{0,70}?", r"[^.!?\n]{0,30}?"


_MAILBOX = r"(?:[\w.+-]+ ?@ ?[\w-]+(?:\.[\w-]+)+)"
_EMAIL_NOT_POST = either(
    rf"(?:repl(?:y|ies)|answers?|remittances?|mail|respond)\b{_SHORT}"
    rf"\b(?:here|back|to (?:me|this e-?mail|this address)|(?:to )?{_MAILBOX})\b{_GAP}\b{_NO}\b{_SHORT}\b{_PAPER}",
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
_PLEASE = (
    r"(?:please|pls|plz|kindly|can you|could you|would you|you (?:can|could|may)|i(?:'d| would| should)|just|only)"
)
_ANSWER = (
    r"(?:repl(?:y|ies)|answers?|send|mail|e-?mail(?: me)?|respond|response|write (?:back|to me)|get back|remittance)"
)
_ANSWER_BY_EMAIL = either(
    rf"{_PLEASE}\b{_SHORT}\b{_ANSWER}\b{_GAP}"
    rf"(?:\b(?:by|via|on|as an?|to (?:my|this|the)|over) e-?mail\b|{_MAILBOX})",
    rf"{_ANSWER}\b{_SHORT}\b(?:by|via) e-?mail\b{_GAP}(?:{_MAILBOX}|\bplease|\bwill do|\bwould|\bis fine)",
    r"e-?mail me (?:back|the|your|a|an|on|at|when|if|with|as|instead|here)\b(?! of)",
    rf"e-?mail\b{_GAP}\buse (?:only )?(?:that|this|it)(?: only| one)?\b",
    r"(?:only|just) use (?:this|that|my|the) e-?mail",
    r"(?:use|write to) only (?:this|that|my|the) (?:new )?e-?mail",
)
_TOLD_OF = re.compile(
    r"\b(?:i|we|he|she|they|you|who|was|were|somebody|someone)(?: have| had|'ve|'d)? "
    r"(?:just |only |already |also |then )?(?:sent|replied|answered|wrote|emailed|e-mailed|said|asked|told)\b",
    re.IGNORECASE,
)
"""What was sent, or said, is no wish for what is to come."""
_BOX = r"[\[(] ?[x✓✔] ?[\])][ \t]*(?:by |send it by )?"
_EMAIL_TICKED = re.compile(_BOX + r"e-?mail\b", re.IGNORECASE)
_POST_TICKED = re.compile(_BOX + r"(?:post|letter|paper|in writing|on paper)\b", re.IGNORECASE)
"""A form's choice of ways to be answered; where both are ticked, no wish."""
_VOTE = re.compile(r"\b(?:vot(?:e|es|ing)|postal)\b", re.IGNORECASE)
"""To vote by post is another wish."""
_WITHOUT = re.compile(
    r"\b(?:i|we|i'?ve|we'?ve|she|he|mother|mum|mam|dad|father)\b[^.!?]{0,25}?"
    r"(?:\b(?:no|not|never|cannot|nor|without)|(?:do|have|ca|wo|sha|would)n't|\b(?:dont|cant|havent|wont))\b[^.!?]{0,35}?"
    r"\b(?:computers?|internet|e-?mails?|smart ?-?phone|web ?site|on-?line|app|portal|lap ?top|tablet|go digital"
    r"|creat\w+ an account)\b"
    r"|\b(?:nothing|no more|not|never|none) (?:by|on|over|through) (?:the |a |my )?"
    r"(?:computer|internet|e-?mail|web|screen|line)\b"
    r"|\bnone of \w+ [^.!?]{0,25}?\b(?:computer|internet|e-?mail|smart ?-?phone)s?\b"
    r"|\bthere is (?:still )?an? letter ?-?box\b|\bpen and paper\b|\b(?:have|has|got|own) no (?:machine|computer)\b",
    re.IGNORECASE,
)
_ONLY_TODAY = re.compile(r"\b(?:had|received|got|seen|had back|log(?:ged)? in|find)\b", re.IGNORECASE)
"""An email that did not come, or a page that was not found, says nothing of how somebody lives."""


def channel_wishes(text: str) -> tuple[str, ...]:
    """`ASKS_FOR_EMAIL`, `ASKS_FOR_POST`, `WITHOUT_SCREEN`: those that are said; a sentence asks for one way at most."""
    sentences = sentences_of(text)
    wishes = {_wish(s) for s in sentences if not _VOTE.search(s)} | _ticked(text)
    if any(_WITHOUT.search(s) and not _ONLY_TODAY.search(s) for s in sentences):
        wishes.add(WITHOUT_SCREEN)
    return tuple(wish for wish in (ASKS_FOR_EMAIL, ASKS_FOR_POST, WITHOUT_SCREEN) if wish in wishes)


def _wish(sentence: str) -> str:
    """A contrast says more than a mere wish, so it is looked for first."""
    if _EMAIL_NOT_POST.search(sentence):
        return ASKS_FOR_EMAIL
    if _POST.search(sentence):
        return ASKS_FOR_POST
    if _FROM_NOW_ON_EMAIL.search(sentence):
        return ASKS_FOR_EMAIL
    return ASKS_FOR_EMAIL if _ANSWER_BY_EMAIL.search(sentence) and not _TOLD_OF.search(sentence) else ""


def _ticked(text: str) -> set[str]:
    email, post = _EMAIL_TICKED.search(text), _POST_TICKED.search(text)
    if bool(email) == bool(post):
        return set()
    return {ASKS_FOR_EMAIL if email else ASKS_FOR_POST}
