"""A form or letter that nobody signed: an empty line for the signature, or a sentence that says so."""

from __future__ import annotations

import re

from mailroom.inbound.sentences import sentences_of

UNSIGNED = "signature left blank"
_NEXT_FIELD = r"(?:date|dated|name|print|position|capacity|office|for office|please|return|witness|helper|n\.?b)\b"
_BLANK = r"[(\[<][ \t]*(?:left |still )?(?:blank|empty|not signed|unsigned|none|nothing)"
_EMPTY_LINE = re.compile(
    r"^[ \t]*(?:[a-z'’() -]{1,40}[ -])?(?:signed|sign(?: in the box| here| below)?|signatures?(?:\(s\))?)\b"
    r"[^:\n]{0,45}:"
    rf"[ \t._…-]*(?:{_BLANK}|\n+[ \t]*{_NEXT_FIELD}|[ \t]+date\b|\n*\Z)"
    rf"|\bsignatures?\b[^:.\n]{{0,30}}{_BLANK}",
    re.IGNORECASE | re.MULTILINE,
)
"""A line for the signature with nothing on it, the next field or the end behind it."""
_RULE = r"(?:_{4,}|[.…]{4,}|(?:\. ){3,}\.|-{5,}|\[ {4,}\])"
_EMPTY_RULE = re.compile(
    r"^[ \t]*(?:[\w'’(),/]+ ){0,4}?(?:signed|sign(?: here| below)?|signatures?(?:\(s\))?)\b[^\n_.…\[]{0,45}?"
    rf"[: \tXx1]{{0,12}}{_RULE}[ \t_.…]*"
    r"(?:$|(?:date|dated|print|name|position|2|and)\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""The same with a rule of points or underscores; a date may stand behind it on the line, a name on it may not."""
_NOT = r"(?:not|never|n['’]t|nt|cannot|forgot(?:ten)? to|omitted to|neglected to|unable to|without)"
_HOLDERS = r"(?:his|her|their|my|our|an?)"
_TOLD = re.compile(
    rf"\b\w*{_NOT}\b(?: yet| actually| been)?[ \t]+(?:sign|signing|signed)\b(?! (?:for|up|off|over|on|in|as)\b)"
    rf"|\b\w*{_NOT}\b(?: yet)?[ \t]+(?:put|giv(?:e|ing)|done) {_HOLDERS} (?:own )?(?:name|mark|signature)\b(?! on\b)"
    r"|\b(?:still|sent|back|returned|am leaving it) unsigned\b|^unsigned\b"
    r"|\bsignature\b[^.!?\n]{0,40}\b(?:left (?:blank|empty)|missing|to follow|omitted)"
    r"|\b(?:come|be|call) (?:in |by )?(?:on \w+ )?to sign\b",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\byou(?:r \w+)?\b[^.!?\n]{0,15}\b(?:not|never|forgot)\b|\bi (?:have )?never signed\b", re.IGNORECASE
)
"""The council that did not sign, or an agreement the writer denies."""


def is_unsigned(text: str) -> bool:
    """Whether the item lies empty where it wants a signature, or says that it is not signed."""
    if _EMPTY_LINE.search(text) or _EMPTY_RULE.search(text):
        return True
    return any(_TOLD.search(s) and not _OF_OTHERS.search(s) for s in sentences_of(text, ".!?;"))
