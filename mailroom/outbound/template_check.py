"""What an editor should know of a letter template before it is used: fields, reading age, long sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailroom.config.document_classes import DocumentClasses
from mailroom.outbound.letter_template import LetterTemplate
from mailroom.outbound.plain_english import readability
from mailroom.values.letter_signs import LetterSigns, named

_SAMPLE = "example"
"""What stands in for a field while the words around it are judged."""


@dataclass(frozen=True, slots=True)
class TemplateReport:
    """problems stop its use; advice does not. reading_age: of its English words, in years."""

    code: str
    name: str
    needed: tuple[str, ...]
    sometimes: tuple[str, ...]
    reading_age: int
    has_welsh: bool
    problems: tuple[str, ...]
    advice: tuple[str, ...]


def check_template(template: LetterTemplate, classes: DocumentClasses, signs: LetterSigns) -> TemplateReport:
    """Read it as a clerk and as a reader would. signs: what letters can be printed with."""
    head = template.source.head
    fields = template.needed | template.asked
    body = template.fill(dict.fromkeys(fields, _SAMPLE))[-1]
    judged = readability(body.text)
    problems = []
    if classes.find(head.document_class) is None:
        problems.append(f"document_class '{head.document_class}' is not in config/document_classes.toml. Correct it.")
    if not body.text.strip():
        problems.append("It has no words.")
    problems += sign_problems(template.own_words, signs)
    advice = [f"Split this sentence: “{s}”" for s in judged.long_sentences]
    if judged.reading_age > head.reading_age_limit:
        told = f"Reading age {judged.reading_age}; the limit is {head.reading_age_limit}."
        advice.insert(0, f"{told} Use shorter words and sentences.")
    return TemplateReport(
        template.code, head.name, tuple(sorted(template.needed)), tuple(sorted(template.asked)),
        judged.reading_age, bool(template.welsh), tuple(problems), tuple(advice),
    )  # fmt: skip


def sign_problems(words: Iterable[str], signs: LetterSigns) -> Iterator[str]:
    """Each sign that would print as an empty box or backwards, once."""
    for sign in dict.fromkeys(sign for text in words for sign in signs.lacking(text)):
        yield f"{named(sign)} cannot be printed in a letter. Write it in words, or take it out."
