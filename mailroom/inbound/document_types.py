"""What kind of document an item is: the text model's estimate, held against what the pages themselves show."""

from __future__ import annotations

from mailroom.values.decisions import ItemPages
from mailroom.values.email_heads import heads_of_an_email
from mailroom.values.page import PageReading, TextSource

EMAIL, LETTER, HANDWRITTEN = "email_print", "letter", "handwritten"
HEADS_OF_AN_EMAIL = 2
"""From so many different heads on. Of 1,422 whole examples that are no emails 5 have two, of 298 that are 214."""
SURE_OF_PRINT = 0.91
"""Above this confidence a page that the reader of print read is print. Of 103 scanned pages of letters it read 67: 66
typed, all above it, and one written by hand, at it; the second reader read 34 written by hand and two typed."""
_HEAD_LINES = 12
_BY_HAND = (TextSource.RAPIDOCR, TextSource.MERGED)


def document_type(item: ItemPages, estimated: str) -> str:
    """The estimate, unless the pages show another.

    The heads of an email make a letter an email; without any of them it is none, however briefly it is written. Pages
    that only the reader of handwriting could read make a letter handwritten; pages that were never paper, or that the
    reader of print is sure of, do not, however homely their words.
    """
    written = [p for p in item.pages if p.words]
    if not written:
        return estimated
    heads = heads_of_an_email(written[0].text.split("\n")[:_HEAD_LINES])
    if estimated == LETTER and heads >= HEADS_OF_AN_EMAIL:
        return EMAIL
    if estimated == EMAIL and heads == 0:
        estimated = LETTER
    if estimated == HANDWRITTEN and all(map(_is_print, written)):
        return LETTER
    by_hand = sum(p.source in _BY_HAND for p in written)
    return HANDWRITTEN if estimated == LETTER and by_hand * 2 > len(written) else estimated


def _is_print(page: PageReading) -> bool:
    if page.source is TextSource.TESSERACT:
        return page.confidence > SURE_OF_PRINT
    return page.source is TextSource.OWN_TEXT
