"""PDFs of an older system for tests: letters made for another window, in fonts that the file does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM

ADDRESS = ("Mrs Alison Rawlinson", "83 Church Lane", "Stokeley", "WX10 9WU")
OTHER = ("Mr David Howard", "18 Station Road", "Stokeley", "WX11 0DA")


def old_letter(path: Path, *, right: float = 0, down: float = 0, face: str = "Helvetica", pages: int = 2) -> Path:
    """One letter, made for our window but printed so many millimetres away from it."""
    return old_letters(path, (ADDRESS,), right=right, down=down, face=face, pages=pages)


def old_letters(
    path: Path,
    addresses: Sequence[Sequence[str]] = (ADDRESS, OTHER),
    *,
    right: float = 0,
    down: float = 0,
    face: str = "Helvetica",
    pages: int = 2,
) -> Path:
    """A letter for each address."""
    canvas = Canvas(str(path), pagesize=(210 * MM, 297 * MM))
    for number, address in enumerate(addresses, 1):
        for page in range(1, pages + 1):
            canvas.setFont(face, 10)
            if page == 1:
                for n, line in enumerate(address):
                    canvas.drawString((28 + right) * MM, (297 - 46 - down - 4.5 * n) * MM, line)
                canvas.drawString((26 + right) * MM, (297 - 104 - down) * MM, f"Our ref: AB{number:06d}")
            for n in range(10):
                y = (297 - 110 - down - 6 * n) * MM
                canvas.drawString((26 + right) * MM, y, f"Dear resident, line {n} of the text.")
            canvas.drawString((26 + right) * MM, (297 - 260 - down) * MM, f"Page {page} of {pages}")
            canvas.showPage()
    canvas.save()
    return path
