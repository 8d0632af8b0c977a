"""Which of the words that spoke for a service say something to a clerk."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 4
_SMALL_WORDS = """
a about after again all also am an and another any are as at back be because been before being but by can could did do
does doing don down for from get go going got had has have having he her here him his how i if in into is it its just
like ll me more much my no not now of off on one only or our out over own please re said same she should so some such
than that the their them then there these they this those to too two under up us ve very was we went were what when
where which while who why will with would you your yours
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def telling(words: Iterable[str]) -> tuple[str, ...]:
    """The first four that differ, without small words around them. words: terms of up to three, strongest first."""
    told: list[str] = []
    for term in words:
        bare = _bare(term.split())
        if not bare or any(_within(bare, other) or _within(other, bare) for other in told):
            continue
        told.append(bare)
        if len(told) == MOST:
            break
    return tuple(told)


def _bare(term: list[str]) -> str:
    while term and term[0] in _SMALL:
        term = term[1:]
    while term and term[-1] in _SMALL:
        term = term[:-1]
    return " ".join(term)


def _within(part: str, whole: str) -> bool:
    return f" {part} " in f" {whole} "
