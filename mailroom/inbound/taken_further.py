"""A complaint taken further, from sentences close by: an answer was had, and it is refused or is to be looked at again.

People who go to stage 2 seldom say "stage 2". A first complaint that threatens to go further speaks of no answer yet,
so it has only half of the shape. What is said here is one piece of evidence for the flags of `flags.toml`, weighed in
training like any phrase.
"""

from __future__ import annotations

from mailroom.inbound.sentences import either, sentences_of

NOT_ACCEPTED, ANOTHER_LOOK = "answer not accepted", "another look asked for"
_CLOSE = 4
"""Sentences between: what the answer said is told before it is refused."""

_ANSWER = (
    r"(?:repl(?:y|ies)|responses?|answers?|findings?|conclusions?|outcome|explanation|apology|investigation|verdict"
    r"|decision letter|(?:letter|e-?mail|call) back)"
)
_WHOSE = r"(?:your|his|her|their|the|its|this|that|an?|[A-Z][a-z]+['’]s)"
_SOMEBODY = r"(?:some|any)(?:one|body)"
_GAP, _SHORT = r"[^.!?\n]{0,80}?", r"[^.!?\n]{0,35}?"


_ANSWERED = either(
    rf"{_WHOSE}\s+(?:[\w-]+\s+){{0,3}}{_ANSWER}",
    r"(?:stage|step)\s+(?:1|one)\b(?!\s+(?:or|and)\b)",
    r"(?:you|he|she|they|council|officer|manager|department)\s+(?:have\s+|has\s+)?"
    r"['‘\"]?(?:replied|wrote back|wrote to say|written back|answered|responded|concluded|investigated)",
    rf"(?:had|got|received|have|with)\b{_SHORT}(?:letter|e-?mail|reply|answer|response)s?\s+(?:back|from)",
    rf"(?:letter|e-?mail)\b{_SHORT}(?:telling me|saying)",
    rf"complaint\b{_GAP}(?:upheld|answered|dismissed|rejected|closed|turned down|investigated)",
    r"(?:not|partly|partially|nor) upheld",
)
_STILL_WANTED = either(
    rf"(?:send|await(?:ing)?|wait(?:ed|ing)?|want|expect(?:ing)?|look(?:ing)? forward|need|no|without|never|any|get"
    rf"|not (?:had|got|received))\b{_SHORT}{_ANSWER}",
)
_REFUSED = either(
    r"(?:not|never|hardly|isn'?t|aren'?t|un|far from|nor)\s*(?:at all\s+|being\s+|very\s+|really\s+)?"
    r"(?:satisf(?:ied|actory|y)|happy|content|accept(?:ed|able|ing)?|agree(?:d|ing)?|convinced|good enough)",
    r"(?:not|isn'?t)\s+(?:prepared|willing|going|letting|leaving|dropping)\b"
    rf"{_SHORT}(?:leave|drop|let|accept|it|this|there)",
    r"(?:dissatisfied|disagree|unsatisfactory|inadequate|insulting|whitewash|brush(?:ed)?[- ]?off|fobbed|rubbish"
    r"|nonsense|untrue|not true)",
    r"(?:do|does|did|will|would|can|could)(?:\s+not|n'?t|not)\s+(?:even\s+|once\s+|bother to\s+)?"
    r"(?:accept|agree|answer|address|deal with|explain|mention|cover|touch|tackle|ask|speak|talk|ring|visit|look|read)",
    r"(?:has|have|had)(?:\s+not|n'?t)\s+(?:answered|addressed|dealt with|explained|mentioned|looked|asked|spoken)",
    r"(?:fail(?:s|ed)?|refus(?:es|ed))\s+to\s+(?:answer|address|deal|engage|explain|mention|look)",
    rf"(?:ignor(?:es|ed|ing)|nothing)\b{_SHORT}(?:about|point|question|complaint|evidence|half|part)",
)
_FURTHER = either(
    rf"(?:take|taken|taking|go|going|move|moved|push|pushed|refer|referred|pass(?:ed)?|put)\b{_SHORT}"
    r"(?:further|higher|next (?:stage|level|step)|(?:second|final) stage|stage (?:2|two)|up a level|up the line)",
    rf"escalat\w+{_SHORT}(?:complaint|this|it|matter|case)",
    rf"(?:complaint|this|it|matter|case)\b{_SHORT}(?:escalated|reviewed|reconsidered|re-?opened)",
    rf"(?:look(?:ed|s|ing)?\s+(?:at|into)|heard|gone into|considered)\b{_SHORT}(?:again|afresh|fresh eyes|second time)",
    rf"(?:review|reviewed|reconsider(?:ed)?|re-?open(?:ed)?)\b{_GAP}(?:complaint|reply|answer|response|decision|it)",
    r"(?:next|second|final)\s+stage",
    r"stage\s+(?:2|two)",
    rf"{_SOMEBODY}\s+(?:else|senior|more senior|higher|independent|above|who (?:has|had) (?:not|never|nothing))",
    rf"(?:chief executive|director|head of service|councillor|panel)\b{_SHORT}(?:read|look|review|decide|see|consider)",
)


def taken_further(text: str) -> tuple[str, ...]:
    """`NOT_ACCEPTED`, `ANOTHER_LOOK`, both or neither, said close to a sentence about an answer that was had."""
    sentences = sentences_of(text, ".!?:;")
    answered = [n for n, s in enumerate(sentences) if _ANSWERED.search(s) and not _STILL_WANTED.search(s)]
    near = {later for n in answered for later in range(max(0, n - 1), min(len(sentences), n + _CLOSE + 1))}
    shapes = ((NOT_ACCEPTED, _REFUSED), (ANOTHER_LOOK, _FURTHER))
    return tuple(said for said, shape in shapes if any(shape.search(sentences[n]) for n in near))
