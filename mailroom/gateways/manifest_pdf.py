"""The manifest as a PDF: many lines a page, drawn straight, because a flowing table of 70,000 rows takes minutes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Protocol

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM

_WIDTH, _HEIGHT = landscape(A4)
_LINE, _TOP, _LINES = 10.5, _HEIGHT - 27 * MM, 43
_SIZE = 7.5
_COLUMNS = (
    ("Piece", 12), ("File", 26), ("Sheet", 88), ("Sheets", 100), ("Envelope", 112), ("Format", 128), ("Stock", 150),
    ("Inserts", 166), ("Postcode", 188), ("Postage", 205), ("Proof needed", 223), ("g", 245), ("Cost", 254),
    ("Letters", 264),
)  # fmt: skip


class Row(Protocol):
    """One envelope."""

    @property
    def piece(self) -> str:
        """Its number."""

    @property
    def file(self) -> str:
        """The print file it is in."""

    @property
    def first_sheet(self) -> int:
        """In that file."""

    @property
    def sheets(self) -> int:
        """How many."""

    @property
    def envelope(self) -> str:
        """DL, C5, C4."""

    @property
    def format(self) -> str:
        """Standard or large print."""

    @property
    def stock(self) -> str:
        """The paper."""

    @property
    def inserts(self) -> str:
        """Leaflets."""

    @property
    def postcode(self) -> str:
        """Of the address."""

    @property
    def postage(self) -> str:
        """The class."""

    @property
    def weight_grams(self) -> float:
        """With envelope and inserts."""

    @property
    def pence(self) -> int:
        """Print and postage."""

    @property
    def letters(self) -> str:
        """Numbers of the letters in it."""

    @property
    def proof_needed(self) -> str:
        """'' where none is."""


class ManifestPdf:
    """Draws manifests in one pair of faces."""

    def __init__(self, regular: Path, bold: Path) -> None:
        """TrueType files."""
        for name, file in (("Manifest", regular), ("Manifest-Bold", bold)):
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, str(file)))

    def write(self, title: str, rows: Iterable[Row], to: Path) -> None:
        """One line an envelope, a heading on every page."""
        canvas = Canvas(
            str(to),
            pagesize=(_WIDTH, _HEIGHT),
            pageCompression=1,
            invariant=1,
            lang="en-GB",
            initialFontName="Manifest",  # type: ignore[arg-type]  # the stubs say number; it is a name
        )
        canvas.setTitle(title)
        waiting = iter(rows)
        number = 1
        while page := list(islice(waiting, _LINES)):
            _head(canvas, title, number)
            for line, row in enumerate(page):
                _row(canvas, row, _TOP - (line + 1) * _LINE, shaded=line % 2 == 1)
            canvas.showPage()
            number += 1
        canvas.save()


def _head(canvas: Canvas, title: str, page: int) -> None:
    canvas.setFont("Manifest-Bold", 13)
    canvas.drawString(12 * MM, _HEIGHT - 16 * MM, title)
    canvas.setFont("Manifest", 8)
    canvas.drawRightString(_WIDTH - 12 * MM, _HEIGHT - 16 * MM, f"Page {page}")
    canvas.setFont("Manifest-Bold", 7.5)
    for name, left in _COLUMNS:
        canvas.drawString(left * MM, _TOP + 2, name)
    canvas.setLineWidth(0.8)
    canvas.line(12 * MM, _TOP - 1.5, _WIDTH - 12 * MM, _TOP - 1.5)


def _row(canvas: Canvas, row: Row, y: float, *, shaded: bool) -> None:
    if shaded:
        canvas.setFillGray(0.95)
        canvas.rect(12 * MM, y - 2.6, _WIDTH - 24 * MM, _LINE, stroke=0, fill=1)
        canvas.setFillGray(0)
    first, _, more = row.letters.partition(" ")
    others = f" +{more.count(' ') + 1}" if more else ""
    values = (
        row.piece, row.file, str(row.first_sheet), str(row.sheets), row.envelope, row.format.replace("_", " "),
        row.stock, row.inserts, row.postcode, row.postage, row.proof_needed, f"{row.weight_grams:g}",
        f"£{row.pence / 100:.2f}", first + others,
    )  # fmt: skip
    for value, (_, left), (_, following) in zip(values, _COLUMNS, (*_COLUMNS[1:], ("", 285)), strict=True):
        if value:
            wide = stringWidth(value, "Manifest", _SIZE)
            canvas.setFont("Manifest", min(_SIZE, _SIZE * (following - left - 1.5) * MM / wide))
            canvas.drawString(left * MM, y, value)
