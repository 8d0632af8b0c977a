"""Pages of PDFs as pictures, drawn in this process."""

from __future__ import annotations

import io
from pathlib import Path
from threading import Lock

import pypdfium2 as pdfium

from mailroom.errors import Review

_ONE_AT_A_TIME = Lock()
"""pdfium may not be used by two threads at once; the site's own pictures are drawn in processes of their own."""


def pdf_picture(path: Path, number: int, rotation: int, width: int) -> bytes:
    with _ONE_AT_A_TIME:
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
