"""What a letter wants in one line: always its own words, or nothing."""

from __future__ import annotations

import dataclasses

import pytest

from mailroom.inbound.summary_line import LONGEST, READ_WELL_ENOUGH, summary_line
from mailroom.values.confidence import CERTAIN, Confidence
from tests.inbound.reading import page_of

TOP = "14 Larkspur Close\nWexmere\n3 March 2026\n"


def said(text: str, confidence: float = CERTAIN) -> str:
    return summary_line([dataclasses.replace(page_of(text), confidence=Confidence(confidence))])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Dear Sir\nRe: Garden waste, 14 Larkspur Close\nThe bin was left.", "Garden waste, 14 Larkspur Close"),
        ("From: A\nSubject: parking permit\nHello\nPlease renew it.", "parking permit"),
        ("Dear Madam\nCouncil Tax account 50318842\nI write about the bill that came for my flat.",
         "Council Tax account 50318842"),
        ("Dear Sir\nThank you for your letter. Could you tell me\nwhen the\nroof is mended?\nYours faithfully\nA B",
         "Could you tell me when the roof is mended?"),
        ("Dear Sir,\nThe bin is broken. I would like\na new one.\nYours faithfully", "I would like a new one."),
        ("Please cancel my permit. I have sold the car.", "Please cancel my permit."),
        ("Annwyl Syr\nMae'r bin wedi torri. A allwch chi anfon un newydd?", "A allwch chi anfon un newydd?"),
    ],
)  # fmt: skip
def test_the_line_is_the_letters_subject_or_else_its_first_sentence_that_asks(text: str, line: str) -> None:
    assert said(TOP + text if text.startswith(("Dear", "Annwyl")) else text) == line


@pytest.mark.parametrize(
    "text",
    [
        "Dear Sir\nThe weather has been fine. My sister came to tea.\nYours faithfully\nPlease turn over",
        "Dear Sir\nMay he?\nYours faithfully",
        "STATEMENT OF ACCOUNT\nBrightmere Staffing\nTo: the council, who would like this paid\nTotal due 12.00",
        "",
    ],
)
def test_a_letter_that_says_neither_has_no_line_rather_than_a_guess(text: str) -> None:
    assert said(text) == ""


def test_the_first_line_of_the_letter_itself_is_no_subject() -> None:
    letter = "Dear Sir\nI have lived here for years and the\nWexmere road floods. Please come and look.\nYours"
    assert said(letter) == "Please come and look."


def test_a_page_that_was_read_badly_is_not_quoted() -> None:
    letter = "Dear Sir\nPlease send a bill."
    assert said(letter, READ_WELL_ENOUGH) and not said(letter, READ_WELL_ENOUGH - 0.01)


def test_what_is_longer_than_a_line_of_the_list_ends_at_a_word() -> None:
    line = said("Dear Sir\nPlease " + "send a copy of it " * 20)
    assert len(line) <= LONGEST and line.endswith("…") and line.removesuffix("…").split()[-1] in "send a copy of it"


def test_pages_without_words_are_passed_over_and_no_page_is_no_line() -> None:
    assert summary_line([]) == ""
    assert summary_line([page_of(""), dataclasses.replace(page_of("Please ring me."), confidence=CERTAIN)])
