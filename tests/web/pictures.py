"""Pages of PDFs as pictures, drawn in this process."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2 as pdfium

from mailroom.errors import Review
from mailroom.gateways.pdfium_turns import PDFIUM


def pdf_picture(path: Path, number: int, rotation: int, width: int) -> bytes:
    """Drawn in turn with whatever else in this process is at pdfium; the site's own are drawn in processes apart."""
    with PDFIUM:
        return _drawn(path, number, rotation, width)


def _drawn(path: Path, number: int, rotation: int, width: int) -> bytes:
    document = pdfium.PdfDocument(path)
    try:
        if not 1 <= number <= len(document):
            raise Review(f"There is no page {number}.")
        page = document[number - 1]
        file = io.BytesIO()
        page.render(scale=width / page.get_width(), rotation=rotation).to_pil().save(file, "PNG")
        return file.getvalue()
    finally:
        document.close()
