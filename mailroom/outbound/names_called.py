"""How somebody of a family name is called where it stands on a page, and whether the words there are a name at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailroom.outbound.names_printed import TITLES, Gap, Word

_MONTHS = frozenset({"april", "may", "june", "august"})
_NO_INITIAL = frozenset({"a", "i", "o"})
_W_LABELS = (
    "flat block band unit class room section part annex annexe schedule group option zone table form appendix box "
    "bay plot area plan paragraph question step stage vitamin hepatitis"
)
_LABELS = frozenset(_W_LABELS.split())
_W_ORDINARY = (
    "band bank banks best bill bills bird bishop black blue bond book brown bridge bush butler case castle church "
    "close cook court cross day dean down drew east english farm field fields ford forest fox french gate gold good "
    "grant gray green grey hall hand head heath high hill hope house hunt hunter king knight lane law light little "
    "long lord love major march marks marsh may mayor mills moor neighbour new north paid park parish pay place "
    "pool pope post pound price read rent rich rice right rose salmon short silver small south sharp snow spring "
    "steel stone street strong summer summers swift tax town wall walls water waters way wells west white wild "
    "winter wise wood woods young years"
)
_ORDINARY = frozenset(_W_ORDINARY.split())
_W_PLACES = (
    "street st road rd lane close avenue ave court house drive way place terrace crescent gardens grove square park "
    "hill hall mews row view walk rise green lodge cottage farm centre school surgery library building buildings "
    "hospital estate ward bridge quay trust foundation room suite stryd ffordd heol"
)
_PLACES = frozenset(_W_PLACES.split())
_SIGNED = re.compile(
    r"\b(?:yours\s+(?:sincerely|faithfully|truly)|(?:kind|best)\s+(?:regards|wishes)|yn\s+gywir|yn\s+ffyddlon|cofion)\b",
    re.IGNORECASE,
)
_EITHER = "messrs"
"""Stands for 'Mr & Mrs'."""
_SIGNATURE = 160
"""Characters after 'Yours sincerely' in which a signature and its office stand."""
_POSTS = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:officer|manager|director|head of|leader of|chief|mayor|councillor|adviser|advisor|"
    r"registrar|solicitor|clerk|surveyor|inspector|assistant|treasurer|swyddog|rheolwr|pennaeth|cyfarwyddwr)\b",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"(?:officer|contact|ask for|councillor|cllr|enquiries to|dealt with by|signed by|speak to|cysylltwch â|swyddog)"
    r"\s*(?:name)?\s*:?\s*(?:\b(?:mr|mrs|miss|ms|mx|dr)\b\.?\s*)?$",
    re.IGNORECASE,
)


def called(words: Sequence[Word], at: int, taken: frozenset[int]) -> Iterator[tuple[str, str]]:
    """How somebody of the family name at `at` may be called: title and given name or initial."""
    before: list[Word] = []
    lines = int(words[at].gap == Gap.LINE_END)
    title = ""
    index = at
    while index > 0 and len(before) < 4 and words[index].gap != Gap.BREAK:
        index -= 1
        if index in taken:
            break
        if words[index].folded in TITLES:
            of_a_couple = index > 0 and words[index - 1].folded in TITLES
            title = _EITHER if of_a_couple else words[index].folded
            break
        before.append(words[index])
        lines += words[index].gap == Gap.LINE_END
        if lines > 1 and words[index].gap == Gap.LINE_END:
            break
    if title:
        yield title, _first_name(before[-1], words[at]) if before else ""
    elif before:
        yield from _untitled(words, at, before)
    yield from _family_first(words, at)


def span_of_name(words: Sequence[Word], at: int) -> tuple[int, int]:
    """Where in the text the name around the family name at `at` begins and ends: titles and given names with it."""
    is_broken = at > 0 and words[at].gap == Gap.LINE_END
    first = at - 1 if is_broken else at
    while first > 0 and at - first < 4 and words[first].gap == Gap.SPACE:
        first -= 1
    family_first = first == at and next(_family_first(words, at), None) is not None
    return words[first].start, words[at + 1 if family_first else at].end


def is_a_place(words: Sequence[Word], at: int) -> bool:
    """'Howard' of 'David Howard House'."""
    after = words[at + 1] if at + 1 < len(words) else None
    return after is not None and after.gap == Gap.SPACE and after.folded in _PLACES


def is_of_the_council(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether the name ending here is an officer's: under 'Yours sincerely', beside a post, or 'please ask for'."""
    end = words[at].end
    first = at
    while first > 0 and at - first < 4 and words[first].gap == Gap.SPACE:
        first -= 1
    for begin in range(first, at + 1):
        if _ASKED_FOR.search(text[max(words[begin].start - 40, 0) : words[begin].start]):
            return True
    if _POSTS.match(text[end : end + 60].split("\n\n")[0]):
        return True
    return any(0 <= end - signed.end() <= _SIGNATURE for signed in _SIGNED.finditer(text))


def _first_name(word: Word, family: Word) -> str:
    """The first letter of initials in one ('Mr DJ Howard'), else the name."""
    initials = word.capitals and len(word.folded) <= 3 and not (family.capitals and set(word.folded) & set("aeiouy"))
    return word.folded[:1] if initials else word.folded


def _untitled(words: Sequence[Word], at: int, before: Sequence[Word]) -> Iterator[tuple[str, str]]:
    """Given names without a title: the word before, or the one before a middle name or initial on the same line."""
    for distance, word in enumerate(before[:3], 1):
        same_line = all(w.gap == Gap.SPACE for w in words[at - distance + 1 : at + 1])
        if distance > 1 and not same_line:
            return
        if word.folded not in _MONTHS and (len(word.folded) > 1 or _is_an_initial(words, at, distance)):
            yield "", word.folded


def _is_an_initial(words: Sequence[Word], at: int, distance: int) -> bool:
    """Whether a lone letter before a family name is a person's: not the A of 'A Brown bin', nor that of 'Flat B'."""
    first = at - distance
    label = words[first - 1].folded if first > 0 and words[first].gap != Gap.BREAK else ""
    return words[first].folded not in _NO_INITIAL and label not in _LABELS and words[at].folded not in _ORDINARY


def _family_first(words: Sequence[Word], at: int) -> Iterator[tuple[str, str]]:
    """'Howard, David'."""
    after = words[at + 1] if at + 1 < len(words) else None
    if after and after.start - words[at].end == 2 and after.gap == Gap.BREAK and len(after.folded) > 1:
        yield "", after.folded
