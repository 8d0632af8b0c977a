"""The words of an email set on pages, and behind them the small pictures that it shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path

from PIL import Image
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.gateways.letter_file import signs_of

_WIDTH, _HEIGHT, _MARGIN = 595.0, 842.0, 56.0
_SIZE, _LEADING = 11.0, 15.0
_POINTS_A_PIXEL = 0.75
_MOST_LINES = 20_000
"""400 pages of text: a longer body is no letter, and is cut with a line saying so; the email itself is kept."""
_BOX = "□"
"""Stands for a letter that the typeface lacks."""


def words_set(lines: Iterable[str], pictures: Sequence[Image.Image], typeface: Path) -> bytes:
    """A PDF of the lines, then of the pictures. typeface: a TrueType file."""
    face = f"email-{typeface.stem}"
    pdfmetrics.registerFont(TTFont(face, typeface))
    made = BytesIO()
    page = Canvas(made, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    for start, chunk in enumerate(_pages(list(_wrapped(_drawable(lines, face), face)))):
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


def _drawable(lines: Iterable[str], face: str) -> list[str]:
    """The lines with a stand-in for each sign that the typeface lacks; a first line says whose letters those are."""
    kept, signs = list(islice(lines, _MOST_LINES + 1)), signs_of(face)
    lacking = signs.lacking("".join(kept))
    instead = {ord(sign): _stand_in(sign) for sign in lacking}
    shown = [signs.shown(line.translate(instead)) for line in kept]
    scripts = sorted({_script(sign) for sign in lacking if _is_letter(sign)})
    if not scripts:
        return shown
    note = f"(Letters that this page cannot show stand as {_BOX}: {', '.join(scripts)}. Read them in the email itself.)"
    return [note, "", *shown]


def _stand_in(sign: str) -> str:
    """Its name for a picture such as a smile; nothing for what only colours the one before it."""
    if unicodedata.category(sign) == "Sk":
        return ""
    name = unicodedata.name(sign, "")
    is_picture = unicodedata.category(sign) == "So" and name and sign != "\ufffd"
    return f"[{name.lower()}]" if is_picture else _BOX


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN" and bool(unicodedata.name(sign, ""))


def _script(sign: str) -> str:
    """As the sign's name begins: 'ARABIC LETTER ALEF', 'CJK UNIFIED IDEOGRAPH-4F60'."""
    first = unicodedata.name(sign).split()[0]
    return "Chinese" if first == "CJK" else first.title()


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


def _wrapped(lines: Iterable[str], face: str) -> Iterator[str]:
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
    yield from (lines[i : i + a_page] for i in range(0, max(len(lines), 1), a_page))
