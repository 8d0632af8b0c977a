"""What a letter wants in one line, in its own words: its subject, or its first sentence that asks. Pure.

Nothing is put in words of ours, so that nobody takes a guess for what the letter says: where neither is found, or the
page was read badly, there is no line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailroom.inbound.letter_lines import Line, lines_of
from mailroom.inbound.sentences import either, sentences_of
from mailroom.values.page import PageReading

LONGEST = 140
"""Characters: one line of the team's list on a desktop, two to three on a phone."""
READ_WELL_ENOUGH = 0.6
"""Of a page's own confidence, the mean of its words. One with four words in ten in doubt is looked at, not quoted.

It does not tell misread handwriting, of which the reader is as sure as of print: the desks say what is handwritten.
"""
_SHORTEST = 3
"""Words of a sentence. 'May he?' says nothing to whoever has not read the letter."""
_WIDEST_HEADING = 0.75
"""Of the letter's widest line. The first line of a paragraph is about as wide as those below it."""
_LONGEST_CLOSING = 4
"""Words. 'Thank you for your letter of' begins a letter, 'Thank you' ends one."""
_TO = "(?:to|about|regarding|concerning|because|as|in|under|on|with)"
_WISH = "like|wish|want|need|ask|request|apply|appeal|object|complain|dispute|challenge"
_WISHING = "applying|appealing|objecting|complaining|asking|requesting|disputing|challenging"

_SUBJECT = re.compile(r"^\W*(?:re|subject|pwnc|parthed)\s*[:.\-–]\s*(?P<subject>\S.*)", re.IGNORECASE)
_ASKS = either(
    rf"(?:i|we)(?:'m| am|'re| are)? (?:write|writing|ringing|getting in touch|contacting you) {_TO}",
    rf"(?:i|we)(?:'d| would| should)? (?:{_WISH})",
    rf"(?:i|we)(?:'m| am|'re| are) (?:{_WISHING})",
    r"(?:could|can|would|will|may) (?:you|i|we|somebody|someone)",
    r"please",
    r"(?:i|we) (?:enclose|attach|confirm|return)",
    r"(?:a hoffech|allech chi|a allwch|hoffwn|ysgrifennaf|rwy'n ysgrifennu)",
)


def summary_line(pages: Sequence[PageReading]) -> str:
    """The letter's subject, or what it asks first; '' when it says neither, or cannot be read well enough."""
    first = next((page for page in pages if page.words), None)
    if first is None or first.confidence < READ_WELL_ENOUGH:
        return ""
    lines = lines_of(first)
    greeting = next((n for n, line in enumerate(lines) if line.greets), None)
    body = lines if greeting is None else _to_the_closing(lines[greeting + 1 :])
    return _cut(_subject_said(lines) or (_heading(body) if greeting is not None else "") or _asked(body, greeting))


def _to_the_closing(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    end = next((n for n, line in enumerate(lines) if line.closes and len(line.tokens) <= _LONGEST_CLOSING), len(lines))
    return lines[:end]


def _subject_said(lines: Sequence[Line]) -> str:
    """What stands behind 'Re:' or 'Subject:'."""
    found = next((m for line in lines if (m := _SUBJECT.match(line.text))), None)
    return found["subject"].strip() if found else ""


def _heading(body: Sequence[Line]) -> str:
    """The line between the salutation and the letter, where it is no sentence and the letter begins below it."""
    if len(body) < 2:
        return ""
    line, below = body[0], body[1].text.lstrip("\"'‘“( ")
    is_narrow = line.is_in_capitals or line.width < _WIDEST_HEADING * max(other.width for other in body)
    is_open = line.text.rstrip()[-1] not in ".,;:?!-" and below[:1].isupper()
    is_one = len(line.tokens) > 1 and is_narrow and is_open and not _ASKS.search(line.text.replace("’", "'"))
    return line.text.strip() if is_one else ""


def _asked(body: Sequence[Line], greeting: int | None) -> str:
    """The first sentence that asks. Without a salutation, one that begins with the asking: addresses come before it."""
    for sentence in sentences_of("\n".join(line.text for line in body)):
        found = _ASKS.search(sentence) if greeting is not None else _ASKS.match(sentence)
        is_question = sentence.endswith("?") and greeting is not None
        if len(sentence.split()) >= _SHORTEST and (found or is_question):
            return sentence
    return ""


def _cut(words: str) -> str:
    """At the end of a word."""
    if len(words) <= LONGEST:
        return words
    return words[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
