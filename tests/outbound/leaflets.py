"""Attachments for tests: real PDFs with embedded type, inside the printable area."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.given_files import keep_file
from mailroom.values.attachment import GivenFile
from tests.outbound.print_floor import REGULAR


def leaflet(folder: Path, name: str, *pages: Sequence[str], left: float = 60) -> Path:
    """A PDF with a page for each list of lines."""
    if "Leaflet" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Leaflet", str(REGULAR)))
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(str(path), pagesize=(595.28, 841.89), initialFontName="Leaflet")  # type: ignore[arg-type]
    for lines in pages:
        canvas.setFont("Leaflet", 12)
        for n, words in enumerate(lines):
            canvas.drawString(left, 760 - 16 * n, words)
        canvas.showPage()
    canvas.save()
    return path


def picture(folder: Path, name: str) -> Path:
    """A PDF that is a picture without words."""
    drawn = folder / "grey.png"
    Image.new("L", (200, 100), 128).save(drawn)
    path = folder / name
    canvas = Canvas(str(path), pagesize=(595.28, 841.89))
    canvas.drawImage(str(drawn), 100, 500)
    canvas.save()
    return path


def given(machines: OutboundMachines, *paths: Path, everybody: bool = True) -> tuple[GivenFile, ...]:
    """Put in the store, as a door does."""
    return tuple(keep_file(machines, path, path.name, everybody=everybody).file for path in paths)
