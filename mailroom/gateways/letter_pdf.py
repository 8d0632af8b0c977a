"""Reading letters' PDFs in bulk with pdfium: the words of each page and of its address window."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from mailroom.config.printing import MM, Area
from mailroom.errors import Reject
from mailroom.gateways.pdfium_turns import PDFIUM
from mailroom.values.letter_page import LetterPage, PdfProblem
from mailroom.values.repair import PageLine

WINDOW_GROWN = 3.0
"""Millimetres around the window in which words still count as in it (Notify's own figure)."""


class UnreadableLetter(Reject):
    """The file is not a PDF that can be read. Make it again."""

    problem = PdfProblem.UNREADABLE


class LockedLetter(Reject):
    """The PDF needs a password. Save it without one."""

    problem = PdfProblem.ENCRYPTED


def open_letters(path: Path) -> pdfium.PdfDocument:
    """The file, opened; close it after use. Raises LockedLetter or UnreadableLetter."""
    with PDFIUM:
        try:
            return pdfium.PdfDocument(path)
        except pdfium.PdfiumError as refused:
            if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD or "password" in str(refused).lower():
                raise LockedLetter(f"{path.name}: {PdfProblem.ENCRYPTED}") from None
            raise UnreadableLetter(f"{path.name}: {PdfProblem.UNREADABLE}") from None


@contextmanager
def opened_letters(path: Path) -> Iterator[pdfium.PdfDocument]:
    """The same for a block; it is closed in turn. What the block does with it, it does in turn itself (PDFIUM)."""
    pdf = open_letters(path)
    try:
        yield pdf
    finally:
        with PDFIUM:
            pdf.close()


def read_letters(path: Path, window: Area, first: int = 1, count: int = 0) -> Iterator[LetterPage]:
    """Words and window of `count` pages from page `first` (0: all), one page in memory at a time.

    Raises:
        LockedLetter, UnreadableLetter: the file cannot be opened.
    """
    with opened_letters(path) as pdf:
        with PDFIUM:
            pages = len(pdf)
        last = min(first - 1 + count, pages) if count else pages
        for index in range(first - 1, last):
            with PDFIUM:
                read = _read(pdf[index], index + 1, window)
            yield read


def count_pages(path: Path) -> int:
    """How many pages the file has. Raises LockedLetter or UnreadableLetter."""
    with PDFIUM, opened_letters(path) as pdf:
        return len(pdf)


def cut_out(path: Path, first: int, count: int) -> bytes:
    """A PDF of `count` pages from page `first`. Raises LockedLetter or UnreadableLetter."""
    with PDFIUM, opened_letters(path) as whole:
        part = pdfium.PdfDocument.new()
        try:
            part.import_pages(whole, list(range(first - 1, first - 1 + count)))
            content = io.BytesIO()
            part.save(content)
            return content.getvalue()
        finally:
            part.close()


def join(parts: Sequence[Path], to: Path) -> None:
    """One PDF with the pages of all of them, in order. Raises LockedLetter or UnreadableLetter."""
    with ExitStack() as opened, pikepdf.new() as whole:
        for part in parts:
            try:
                whole.pages.extend(opened.enter_context(pikepdf.open(part)).pages)
            except pikepdf.PasswordError:
                raise LockedLetter(f"{part.name}: {PdfProblem.ENCRYPTED}") from None
            except pikepdf.PdfError:
                raise UnreadableLetter(f"{part.name}: {PdfProblem.UNREADABLE}") from None
        whole.save(to, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


def _read(page: pdfium.PdfPage, number: int, window: Area) -> LetterPage:
    width, height = page.get_size()
    words = page.get_textpage()
    try:
        text = words.get_text_range()
        lines = _window_lines(words, window.grown(WINDOW_GROWN), height)
        return LetterPage(number, width, height, text.replace("\r\n", "\n"), lines, _smallest(words))
    finally:
        words.close()
        page.close()


def _window_lines(words: pdfium.PdfTextPage, area: Area, height: float) -> tuple[str, ...]:
    """Lines touching the area, top first whatever order the file has them in.

    A line is what stands within half its height of the same level: name and initials drawn apart are one line.
    """
    return tuple(line.text for line in _lines(words, area, height))


def lines_on(path: Path, area: Area) -> Iterator[tuple[PageLine, ...]]:
    """For every page the lines that touch the area, top first, and where they stand.

    Raises:
        LockedLetter, UnreadableLetter: the file cannot be opened.
    """
    with opened_letters(path) as pdf:
        for index in range(len(pdf)):
            with PDFIUM:
                page = pdf[index]
                words = page.get_textpage()
                found = _lines(words, area, page.get_height())
                words.close()
                page.close()
            yield found


def _lines(words: pdfium.PdfTextPage, area: Area, height: float) -> tuple[PageLine, ...]:
    lines: list[tuple[float, list[PageLine]]] = []
    for number in range(words.count_rects()):
        left, bottom, right, top = words.get_rect(number)
        if not (left < area.right * MM and right > area.left * MM):
            continue
        if not (height - top < area.bottom * MM and height - bottom > area.top * MM):
            continue
        text = words.get_text_bounded(left, bottom, right, top).strip()
        part = PageLine(text, left / MM, (height - top) / MM, right / MM, (height - bottom) / MM)
        middle = (top + bottom) / 2
        same = next((parts for level, parts in lines if abs(level - middle) < (top - bottom) / 2), None)
        if same is None:
            lines.append((middle, [part]))
        else:
            same.append(part)
    lines.sort(key=lambda line: -line[0])
    return tuple(_one(parts) for _, parts in lines)


def _one(parts: Sequence[PageLine]) -> PageLine:
    """Parts on one level as one line, from left to right."""
    ordered = sorted(parts, key=lambda part: (part.left, part.text))
    return PageLine(
        " ".join(part.text for part in ordered if part.text),
        min(p.left for p in parts),
        min(p.top for p in parts),
        max(p.right for p in parts),
        max(p.bottom for p in parts),
    )


def _smallest(words: pdfium.PdfTextPage) -> float:
    """The smallest type on the page in points, by every eighth character: type changes by lines, not by letters."""
    handle = words.raw
    sizes = (pdfium_c.FPDFText_GetFontSize(handle, n) for n in range(0, words.count_chars(), 8))
    return min((s for s in sizes if s > 1.0), default=0.0)
