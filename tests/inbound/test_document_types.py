from __future__ import annotations

from dataclasses import replace

import pytest

from mailroom.inbound.document_types import document_type
from mailroom.values.confidence import CERTAIN, Confidence
from mailroom.values.decisions import ItemPages
from mailroom.values.page import TextSource
from tests.inbound.reading import item_of, page_of

NOTE = "Hello\nthe bins were not emptied again\nthanks, Jo"
EMAIL = "From: Jo Bloggs\nSent: 3 May 2026\nSubject: bins\n\nThe bins were not emptied again"


def read_by(source: TextSource, text: str = NOTE, confidence: float = 0.95) -> ItemPages:
    return ItemPages(1, (replace(page_of(text), source=source, confidence=Confidence(confidence)),), CERTAIN)


def test_a_short_note_without_the_heads_of_an_email_is_a_letter() -> None:
    assert document_type(item_of(NOTE), "email_print") == "letter"


def test_from_sent_and_subject_make_an_email_of_a_letter() -> None:
    assert document_type(item_of(EMAIL), "letter") == "email_print"


def test_a_form_with_heads_like_an_emails_stays_a_form() -> None:
    assert document_type(item_of("Date: 3 May\nTo: Licensing\nNotice of event"), "form") == "form"


@pytest.mark.parametrize(
    ("source", "estimated", "true"),
    [
        (TextSource.OWN_TEXT, "handwritten", "letter"),
        (TextSource.TESSERACT, "handwritten", "letter"),
        (TextSource.TEXTRACT, "handwritten", "handwritten"),
        (TextSource.RAPIDOCR, "letter", "handwritten"),
        (TextSource.RAPIDOCR, "email_print", "handwritten"),
    ],
)
def test_who_could_read_the_pages_says_whether_a_hand_wrote_them(source: TextSource, estimated: str, true: str) -> None:
    assert document_type(read_by(source), estimated) == true


def test_a_page_the_reader_of_print_is_not_sure_of_may_be_written_by_hand() -> None:
    assert document_type(read_by(TextSource.TESSERACT, confidence=0.8), "handwritten") == "handwritten"
