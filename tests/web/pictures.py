"""Pages of PDFs as pictures, drawn in this process."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2 as pdfium

from mailroom.errors import Review


def pdf_picture(path: Path, number: int, rotation: int, width: int) -> bytes:
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
