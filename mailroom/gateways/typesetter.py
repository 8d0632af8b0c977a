"""Setting letters: words in, a PDF out, many letters to a file.

What is the same in every letter (letterhead, paragraphs without fields) is drawn once as a form and then only placed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from mailroom.config.printing import MM, Printing
from mailroom.errors import Misconfigured
from mailroom.gateways.letter_file import LetterFile, signs_of
from mailroom.gateways.letter_tags import LetterTags, TaggedPage
from mailroom.gateways.pdf_structure import with_structure
from mailroom.gateways.typesetter_flow import Faces, Flowed, Measure
from mailroom.gateways.typesetter_page import (
    COLUMN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PANEL,
    PANEL_HEIGHT,
    LetterPage,
    PageStyle,
    Placed,
    long_date,
    our_ref,
)
from mailroom.values.letter_body import LetterToSet
from mailroom.values.letter_signs import LetterSigns
from mailroom.values.reply_code import printed

FIRST_TOP, NEXT_TOP, BOTTOM = 97 * MM, 22 * MM, 278 * MM


class FontMissing(Misconfigured):
    """A typeface named in config/printing.toml is not there or is not TrueType."""


@dataclass(frozen=True, slots=True)
class SetPages:
    """Where a letter is in the file: its first page, from 1, and how many it has."""

    first_page: int
    page_count: int


class Typesetter:
    """Sets letters in a council's style. Faces are registered once for the process."""

    def __init__(self, printing: Printing, site: Path) -> None:
        """site: the folder of the council's site, whose templates/letters holds the typefaces. Raises FontMissing."""
        letters_folder = site / "templates" / "letters"
        self._printing = printing
        self._faces = Faces(
            _register(letters_folder / printing.type.regular), _register(letters_folder / printing.type.bold)
        )
        self._style = PageStyle.of(printing, self._faces)

    @property
    def signs(self) -> LetterSigns:
        """What can be printed in ordinary and in large letters, which are of the same typefaces."""
        return signs_of(self._faces.regular, self._faces.bold)

    def write(self, letters: Iterable[LetterToSet], to: Path, title: str = "Letter") -> tuple[SetPages, ...]:
        """Set the letters one after the other into one PDF; returns where each is."""
        file = self._file(to, title)
        places: list[SetPages] = []
        for letter in letters:
            first = file.page_count + 1
            pages = self._paginate(letter)
            for number, page in enumerate(pages, 1):
                LetterPage(file, self._style, letter).draw(page, number, len(pages))
            places.append(SetPages(first, len(pages)))
        file.save()
        return tuple(places)

    def write_tagged(self, letter: LetterToSet, to: Path, title: str) -> SetPages:
        """One letter as a PDF for screens: reading programs are told what is a heading, a list, a table (PDF/UA-1)."""
        file, tags = self._file(to, title), LetterTags()
        pages = self._paginate(letter)
        for number, page in enumerate(pages, 1):
            TaggedPage(file, self._style, letter, tags).draw(page, number, len(pages))
        file.save()
        to.write_bytes(with_structure(to.read_bytes(), tags.marks))
        return SetPages(1, len(pages))

    def _file(self, to: Path, title: str) -> LetterFile:
        file = LetterFile(to, (PAGE_WIDTH, PAGE_HEIGHT), self._faces.regular)
        file.canvas.setTitle(title)
        file.canvas.setSubject(title)
        file.canvas.setAuthor(self._printing.letterhead.council)
        return file

    def page_count(self, letter: LetterToSet) -> int:
        """How many pages the letter will have, without drawing it."""
        return len(self._paginate(letter))

    def _measure(self, letter: LetterToSet) -> Measure:
        style = self._printing.type
        return Measure(self._faces, COLUMN, style.large_size if letter.large else style.size)

    def _paginate(self, letter: LetterToSet) -> list[list[Placed]]:
        """The letter's blocks on pages."""
        measure = self._measure(letter)
        flowed: list[Flowed] = []
        if letter.large and letter.from_lines:
            dated = long_date(letter.dated, letter.bodies[0].language)
            flowed.append(measure.plain([*letter.from_lines, dated, *our_ref(letter)]))
        for number, body in enumerate(letter.bodies):
            if number:
                flowed.append(Flowed((), 0.0, new_page=True))
            flowed += replace(measure, language=body.language).flow(body.blocks)
        if letter.sign_off:
            flowed.append(measure.plain(letter.sign_off, before=measure.size))
        if letter.large and not letter.from_lines:
            flowed.append(measure.plain(_WIDE_GAP.split(self._printing.letterhead.foot), before=measure.size))
        if letter.reply_code:
            flowed.append(_panel(measure, letter, self._printing.letterhead.reply_page))
        return _pages(flowed)


_WIDE_GAP = re.compile(r"\s{2,}")
"""Between the parts of the letterhead's foot, which are lines of their own in large print."""


def _pages(flowed: Sequence[Flowed]) -> list[list[Placed]]:
    """Fill pages downwards: headings stay with what follows, whole blocks are not parted, others part by lines."""
    pages: list[list[Placed]] = [[]]
    y = FIRST_TOP
    for number, block in enumerate(flowed):
        if block.new_page:
            if pages[-1]:
                pages.append([])
                y = NEXT_TOP
            continue
        before = block.before if pages[-1] else 0.0
        if y + before + _must_fit(flowed, number) > BOTTOM and pages[-1]:
            pages.append([])
            y, before = NEXT_TOP, 0.0
        if y + before + block.height <= BOTTOM:
            pages[-1].append(Placed(block, y + before, number))
            y += before + block.height
            continue
        for line in block.lines:
            if y + before + line.height > BOTTOM:
                pages.append([])
                y, before = NEXT_TOP, 0.0
            part = replace(block, lines=(line,), key=None, height=line.height)
            pages[-1].append(Placed(part, y + before, number))
            y, before = y + before + line.height, 0.0
    return pages if pages[-1] or len(pages) == 1 else pages[:-1]


def _must_fit(flowed: Sequence[Flowed], number: int) -> float:
    """How much of a block must fit on a page to begin it there: all of it if whole, else two lines."""
    block = flowed[number]
    if block.with_next and number + 1 < len(flowed):
        follower = flowed[number + 1]
        return block.height + follower.before + _must_fit(flowed, number + 1)
    if block.whole and block.height < BOTTOM - NEXT_TOP:
        return block.height
    return sum(line.height for line in block.lines[:2])


def _panel(measure: Measure, letter: LetterToSet, page: str) -> Flowed:
    """The words of the reply panel; it is as high as its QR at least."""
    narrow = Measure(measure.faces, COLUMN - 28 * MM, measure.size if letter.large else 10.0)
    code = printed(letter.reply_code)
    invite = (
        "Would you rather have letters like this by email? Scan the code and tell us. You can change back any time."
    )
    words = [*([invite] if letter.opt_in else []), f"Or go to {page} and type {code}." if letter.opt_in else ""]
    words.append(f"When you write to us about this letter, please quote {code}.")
    flowed = narrow.plain([w for w in words if w], before=measure.size)
    height = max(flowed.height + 6 * MM, PANEL_HEIGHT)
    return Flowed(flowed.lines, flowed.before, whole=True, key=PANEL, height=height)


def _register(path: Path) -> str:
    """Register a typeface under its file's name and return that. Raises FontMissing."""
    name = path.stem
    if name not in pdfmetrics.getRegisteredFontNames():
        try:
            pdfmetrics.registerFont(TTFont(name, str(path)))
        except (TTFError, OSError) as broken:
            raise FontMissing(
                f"{path}: this typeface cannot be used ({broken}). Put a TrueType file there or correct [type] in "
                "config/printing.toml."
            ) from None
    return name
