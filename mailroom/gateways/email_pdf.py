"""An email as one PDF to read like a letter: its words first, then the scans and pictures that came with it.

What cannot become pages (a locked PDF, a Word file, winmail.dat) is handed back beside it, never dropped. Runs where it
can be timed out and limited in memory, as everything that opens strangers' files does (sandbox.py).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.reading import Limits
from mailroom.errors import Reject
from mailroom.gateways.email_text import EmailText, MailedFile, take_apart
from mailroom.gateways.pdf_drawing import PDF_DAMAGE
from mailroom.gateways.picture_frame import framed, wrapped
from mailroom.gateways.scan_file import DAMAGE, open_scan

_WIDTH, _HEIGHT, _MARGIN = 595.0, 842.0, 56.0
_SIZE, _LEADING = 11.0, 15.0
_NO_PAGES: tuple[type[Exception], ...] = (Reject, *PDF_DAMAGE)
_A_PAGES_LEAST_SIDE, _A_BANNERS_LENGTH = 300, 3_000
"""Pixels. Photographs and screenshots of letters are larger; banners of signatures are at most 250 high."""
_POINTS_A_PIXEL = 0.75
_MOST_LINES = 20_000
"""400 pages of text: a longer body is no letter, and is cut with a line saying so; the email itself is kept."""


@dataclass(frozen=True, slots=True)
class EmailAsScan:
    """pdf: the item. apart: attachments that are not in it, to be taken in as files of their own."""

    pdf: bytes
    apart: tuple[MailedFile, ...]


def lay_out(raw: bytes, typeface: Path, limits: Limits) -> EmailAsScan:
    """Turn any email into pages. typeface: a TrueType file with the characters the council's languages need."""
    email = take_apart(raw)
    files = [file for part in _all(email) for file in part.files if not file.is_decoration]
    with tempfile.TemporaryDirectory(prefix="mailroom-email-") as folder, pikepdf.new() as item:
        small = [(file, picture) for file in files if file.is_shown and (picture := _small(file.content))]
        _append(item, _set_words(_lines(email), [picture for _, picture in small], typeface))
        rest = [file for file in files if not file.words and all(file is not shown for shown, _ in small)]
        apart = tuple(file for file in rest if not _appended(item, file, Path(folder), limits))
        made = BytesIO()
        item.save(made, deterministic_id=True)
    return EmailAsScan(made.getvalue(), apart)


def _all(email: EmailText) -> Iterator[EmailText]:
    yield email
    for inner in email.inner:
        yield from _all(inner)


def _lines(email: EmailText) -> Iterator[str]:
    for number, part in enumerate(_all(email)):
        if number:
            yield from ("", "An email was attached to this one:", "")
        yield from (f"{name}: {value}" for name, value in part.headers)
        yield from (f"Attached: {file.name}" for file in part.files if not file.is_decoration)
        yield ""
        yield from (part.body or "(The email has no text.)").split("\n")
        for file in part.files:
            if file.words and not file.is_decoration:
                yield from ("", f"{file.name} says:", "", *file.words.split("\n"))


def _small(content: bytes) -> Image.Image | None:
    """A picture too small to be a page, such as a banner or a badge under somebody's name; None for any other."""
    try:
        with Image.open(BytesIO(content)) as picture:
            if min(picture.size) >= _A_PAGES_LEAST_SIDE or max(picture.size) > _A_BANNERS_LENGTH:
                return None
            return picture.convert("RGB")
    except DAMAGE:
        return None


def _set_words(lines: Iterator[str], pictures: Sequence[Image.Image], typeface: Path) -> bytes:
    face = f"email-{typeface.stem}"
    pdfmetrics.registerFont(TTFont(face, typeface))
    made = BytesIO()
    page = Canvas(made, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    for start, chunk in enumerate(_pages(list(_wrapped(lines, face)))):
        if start:
            page.showPage()
        text = page.beginText(_MARGIN, _HEIGHT - _MARGIN)
        text.setFont(face, _SIZE, _LEADING)
        for line in chunk:
            text.textLine(line)
        page.drawText(text)
    if pictures:
        _set_pictures(page, pictures, face)
    page.save()
    return made.getvalue()


def _set_pictures(page: Canvas, pictures: Sequence[Image.Image], face: str) -> None:
    """One below the other, on pages behind the words."""
    room = 0.0
    for picture in pictures:
        scale = min(_POINTS_A_PIXEL, (_WIDTH - 2 * _MARGIN) / picture.width)
        width, height = picture.width * scale, picture.height * scale
        if room < height:
            page.showPage()
            page.setFont(face, _SIZE)
            page.drawString(_MARGIN, _HEIGHT - _MARGIN, "Small pictures that the email shows in its text:")
            room = _HEIGHT - 2 * _MARGIN - 2 * _LEADING
        page.drawImage(ImageReader(picture), _MARGIN, _MARGIN + room - height, width, height)
        room -= height + _LEADING


def _wrapped(lines: Iterator[str], face: str) -> Iterator[str]:
    shown = 0
    for line in lines:
        clean = "".join(c if c.isprintable() else " " for c in line)
        for piece in _fitted(clean, face) or [""]:
            if shown == _MOST_LINES:
                yield "(The email goes on. It was too long to be set as pages; the original is kept.)"
                return
            shown += 1
            yield piece


def _fitted(line: str, face: str) -> list[str]:
    """Broken at spaces; a word wider than the page (a link, a blob) is broken anywhere."""
    longest = 90
    words = " ".join(word[i : i + longest] for word in line.split(" ") for i in range(0, max(len(word), 1), longest))
    fitted: list[str] = simpleSplit(words, face, _SIZE, _WIDTH - 2 * _MARGIN)
    return fitted


def _pages(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    a_page = int((_HEIGHT - 2 * _MARGIN) / _LEADING)
    for first in range(0, max(len(lines), 1), a_page):
        yield lines[first : first + a_page]


def _appended(item: pikepdf.Pdf, file: MailedFile, folder: Path, limits: Limits) -> bool:
    """Add an attachment's pages; False when it is not one that can be read like post."""
    path = folder / "attachment"
    path.write_bytes(file.content)
    try:
        count = open_scan(path, limits).page_count
        is_pdf = b"%PDF-" in file.content[:1024]
        _append(item, file.content if is_pdf else wrapped([framed(path, number + 1) for number in range(count)]))
    except _NO_PAGES:
        return False
    return True


def _append(item: pikepdf.Pdf, pages: bytes) -> None:
    with pikepdf.open(BytesIO(pages)) as source:
        item.pages.extend(source.pages)
