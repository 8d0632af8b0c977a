"""Finding the names of people, and the part of the letter each stood in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol

from mailroom.inbound.closings import is_closing
from mailroom.inbound.found import place_of
from mailroom.values.confidence import Confidence
from mailroom.values.index_fields import FoundName, NameRole
from mailroom.values.page import PageReading
from mailroom.values.person_name import PersonName

_TITLES = {"mr", "mrs", "ms", "miss", "dr", "rev", "sir", "lady", "mx", "prof", "cllr", "councillor"}
_FIELD = re.compile(
    r"^(?:full |your |first |applicant'?s? |customer |tenant'?s? |claimant'?s? |owner'?s? )?(?:name(?:\(s\)|s)?|signed|"
    r"from|print name|name of [\w ]{3,20}|surname|signature)\s*[:.]\s*(.{3,45})$",
    re.IGNORECASE | re.MULTILINE,
)
_SUBJECT = re.compile(r"^(?:re|ref|subject|our client|patient|tenant|in respect of)\b[:. ]", re.IGNORECASE)
_WORD = re.compile(r"[A-Z][A-Za-z'’-]*\.?")
_NOT_NAMES = {"council", "district", "road", "street", "lane", "close", "avenue", "team", "department", "manager",
              "limited", "ltd", "solicitors", "sir", "madam", "office", "officer", "housing", "tax", "the", "dear",
              "house", "court", "date", "services", "service", "page", "tel", "email", "not", "blank"}  # fmt: skip
_INTRODUCTION = re.compile(
    r"^.*\b(?:my name (?:is|was)|mother|father|mum|dad|son|daughter|husband|wife|client|tenant|patient|"
    r"partner|brother|sister|nan|aunt|uncle)\b,?"
)
_PARTICLES = {"ap", "de", "den", "der", "di", "du", "la", "le", "van", "von", "al", "el", "bin", "da", "dos", "del"}
_CAPITAL = r"(?:[A-Z](?:\.[A-Z])+|[A-Z][A-Za-z'’-]*)\.?"
_RUN = re.compile(rf"{_CAPITAL}(?: (?:(?:{'|'.join(sorted(_PARTICLES))}) )*{_CAPITAL})+")
"""Words with capitals in a row on one line. Most are no names; a record that bears the same one shows which are."""
_HEAD_LINES, _TAIL_LINES = 4, 5
# A small l read for a capital I, where no English word has one: "lan", "lris", "lsaac".
_READ_FOR_I = re.compile(r"\bl(?=an\b|[bcdfghjkmnpqrstvwxz][a-z]{2})")
_WRITTEN_SMALL = re.compile(r"[A-Z][a-z'’-]+(?: [A-Za-z][a-z'’-]+){1,2}")
"""A line of its own at the head or foot of a letter whose capitals were not written, or not read: "Amanda sims"."""


class Language(Protocol):
    """Finds stretches of text that hold a person's name."""

    def people(self, text: str) -> tuple[tuple[int, int], ...]:
        """(start, end) of each, in order."""


_OWN_LINE = (NameRole.SENDER_BLOCK, NameRole.SIGNATURE, NameRole.FORM_FIELD)


def find_names(page: PageReading, language: Language) -> tuple[FoundName, ...]:
    """Names in order of appearance, each once in its surest role."""
    best: dict[str, tuple[int, FoundName]] = {}
    text = _READ_FOR_I.sub("I", page.text)
    for start, end, role, sure in _all(text, language):
        name = _person(text[start:end]) or (_person(text[start:end].title()) if role in _OWN_LINE else None)
        if name:
            found = FoundName(name, role, place_of(page, start, end), Confidence(sure))
            key = f"{role} {name.full.lower()}"
            if key not in best or best[key][1].confidence < sure:
                best[key] = (start, found)
    return tuple(found for _, found in sorted(best.values(), key=lambda f: f[0]))


def _all(text: str, language: Language) -> Iterator[tuple[int, int, NameRole, float]]:
    yield from _fields(text)
    yield from _signatures(text)
    yield from _titled(text, language)
    yield from _runs(text)


def _fields(text: str) -> Iterator[tuple[int, int, NameRole, float]]:
    for m in _FIELD.finditer(text):
        yield m.start(1), m.end(1), NameRole.FORM_FIELD, 0.9


def _signatures(text: str) -> Iterator[tuple[int, int, NameRole, float]]:
    """The first name-like line of the three after a closing."""
    lines, at, wait = text.split("\n"), 0, 0
    for number, line in enumerate(lines):
        bare = line.strip(" ,.!-").lower()
        if wait and _person(line):
            yield at, at + len(line), NameRole.SIGNATURE, 0.85
            wait = 0
        elif is_closing(bare) or bare == "signed":
            wait = 3
        elif number == len(lines) - 1 and len(line.split()) in (2, 3, 4) and _person(line):
            yield at, at + len(line), NameRole.SIGNATURE, 0.6
        else:
            wait = max(wait - 1, 0)
        at += len(line) + 1


def _titled(text: str, language: Language) -> Iterator[tuple[int, int, NameRole, float]]:
    greeting = re.compile(r"\bdear\s+$", re.IGNORECASE)
    for start, end in language.people(text):
        line = text[text.rfind("\n", 0, start) + 1 : end]
        if greeting.search(text[max(0, start - 8) : start]):
            continue
        if _SUBJECT.match(line):
            yield start, end, NameRole.SUBJECT, 0.85
        elif line.strip() == text[start:end].strip() and start < len(text) / 5:
            yield start, end, NameRole.SENDER_BLOCK, 0.75
        else:
            yield start, end, NameRole.BODY, 0.65


def _runs(text: str) -> Iterator[tuple[int, int, NameRole, float]]:
    """Every two to four words with capitals in a row, and the pairs in them; on a line of its own at the head or the
    foot of the page, the name of the writer.
    """
    lines, at = text.split("\n"), 0
    for number, line in enumerate(lines):
        bare = line.strip(" ,.")
        near_head, near_tail = number < _HEAD_LINES, len(lines) - number <= _TAIL_LINES
        if (near_head or near_tail) and _WRITTEN_SMALL.fullmatch(bare):
            start = at + line.index(bare)
            yield start, start + len(bare), NameRole.SENDER_BLOCK if near_head else NameRole.SIGNATURE, 0.4
        for run in _RUN.finditer(line):
            whole = run.group() == bare
            head, tail = whole and near_head, whole and near_tail
            role = NameRole.SENDER_BLOCK if head else NameRole.SIGNATURE if tail else NameRole.BODY
            for start, end in _windows(run.group()):
                yield at + run.start() + start, at + run.start() + end, role, 0.6 if head or tail else 0.4
        at += len(line) + 1


def _windows(run: str) -> Iterator[tuple[int, int]]:
    """The whole of a short run, and every two words of it next to each other."""
    words = [(m.start(), m.end()) for m in re.finditer(r"\S+", run)]
    if len(words) <= 4:
        yield 0, len(run)
    if len(words) > 2:
        for (start, middle), (_, end) in pairwise(words):
            if start == 0 or len(run[start:middle].strip(".")) > 1:
                yield start, end


def _person(text: str) -> PersonName | None:
    """The name in a short stretch, or None where it is not one."""
    stretch = _INTRODUCTION.sub("", text)
    stretch = re.split(r"[,(\d]", stretch.strip(" .:;*_-"), maxsplit=1)[0]
    words = [w.strip(".") for w in re.sub(r"(?<=\b[A-Z])\.(?=[A-Z])", ". ", stretch).split()]
    title = ""
    if words and words[0].lower() in _TITLES:
        title, words = words[0].title(), words[1:]
    if not 1 <= len(words) <= 4 or (len(words) == 1 and not title) or any(w.lower() in _NOT_NAMES for w in words):
        return None
    if not all(_WORD.fullmatch(w) or w in _PARTICLES for w in words) or len(words[-1]) < 2:
        return None
    tidy = [w.title() if w.isupper() and len(w) > 2 else w for w in words]
    first = next((n for n, w in enumerate(tidy) if w in _PARTICLES and n), len(tidy) - 1)
    return PersonName(" ".join(tidy[first:]), tuple(tidy[:first]), title)
