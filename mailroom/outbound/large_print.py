"""The words of a letter that came as a PDF, as blocks that can be set large. Pure; no word is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from mailroom.outbound.preflight import page_of
from mailroom.values.letter_body import Block, BlockKind, LetterBody, Run
from mailroom.values.letter_page import LetterPage

_FULL = 0.75
"""A line at least this long, as a share of the page's longest, runs on into the next; shorter ones are lines of their
own (an address, a row of a table, the end of a paragraph)."""

_BULLET = re.compile(r"^\s*[•▪●◦‣∙■►➢➤\uf0b7\uf0a7\uf0d8\uf06e\uf076*-]\s+(?P<words>.+)$")
"""The last few are the bullets of Symbol and Wingdings, which have no number of their own in Unicode."""
_AT_LINE_ENDS = str.maketrans({"\ufffe": "-", "\x02": "-"})
"""What pdfium gives for a hyphen that parts a word between lines. Kept as one: it may be that of 'well-known'."""
_ENDS = (".", "?", "!", ":")


def reflowed(pages: Sequence[LetterPage], subject: str, *, window: bool = True) -> LetterBody:
    """The pages' words in their order; the address in the window, if page 1 has one, is left to the window."""
    blocks = [block for page in pages for block in _blocks(page, first=window and page.number == pages[0].number)]
    return LetterBody(subject, tuple(blocks))


def words_to_set(text: str) -> str:
    """A page's text with the signs it is set in: bullets before a line are of our own typeface."""
    lines = (_BULLET.sub(r"\g<words>", line) for line in text.translate(_AT_LINE_ENDS).splitlines())
    return "\n".join(lines)


def _blocks(page: LetterPage, *, first: bool) -> Iterator[Block]:
    lines = [" ".join(line.split()) for line in page.text.translate(_AT_LINE_ENDS).splitlines()]
    kept = list(_without_window(lines, page.window if first else ()))
    longest = max((len(line) for line in kept), default=0)
    paragraph: list[str] = []
    for line in kept:
        if not line or _is_page_number(line):
            yield from _close(paragraph)
        elif found := _BULLET.match(line):
            yield from _close(paragraph)
            yield Block(BlockKind.BULLET, (Run(found["words"]),))
        else:
            paragraph.append(line)
            if len(line) < _FULL * longest or line.endswith(_ENDS):
                yield from _close(paragraph)
    yield from _close(paragraph)


def _close(paragraph: list[str]) -> Iterator[Block]:
    if paragraph:
        yield Block(BlockKind.PARAGRAPH, (Run(" ".join(paragraph)),))
        paragraph.clear()


def _is_page_number(line: str) -> bool:
    """'Page 1 of 3' alone on its line: the large letter has page numbers of its own."""
    return len(line) < 20 and page_of(line) is not None


def _without_window(lines: Iterable[str], window: Sequence[str]) -> Iterator[str]:
    """The lines but each line of the address once, in whatever order the file has them."""
    left = [" ".join(w.split()) for w in window]
    for line in lines:
        if line in left:
            left.remove(line)
        else:
            yield line
