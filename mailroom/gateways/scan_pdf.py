"""PDF scans: checked with pikepdf, rendered and read with pypdfium2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2

from mailroom.config.reading import Limits
from mailroom.errors import Reject
from mailroom.gateways.pdf_words import own_words
from mailroom.gateways.scan_file import Active, Incomplete, Locked, RasterPage, TooLarge, check_size

_BAD_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE"}


class PdfScan:
    """A PDF, scanned, born-digital or mixed."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Parse to the last page. Raises Incomplete, Locked, TooLarge, Active."""
        self._path = path
        try:
            with pikepdf.open(path, attempt_recovery=False, suppress_warnings=True) as pdf:
                self.page_count = len(pdf.pages)
                _check(pdf, self.page_count, limits)
        except pikepdf.PasswordError:
            raise Locked("The PDF is password-protected. Ask the sender for an open copy.") from None
        except Reject:
            raise
        except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, OverflowError) as broken:
            raise Incomplete("The PDF is cut off or damaged: it cannot be read to its end. Scan it again.") from broken
        if not self.page_count:
            raise Incomplete("The PDF has no pages.")

    def page(self, number: int, dpi: int) -> RasterPage:
        """Render one page to grey; a born-digital page gives its own words as well."""
        document = pypdfium2.PdfDocument(self._path)
        try:
            page = document[number - 1]
            width, height = page.get_size()
            words = own_words(page)
            scale = min(dpi / 72, 12_000 / max(width, height, 1))
            bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=True)
            pixels = np.array(bitmap.to_numpy(), copy=True)
            if pixels.ndim == 3:
                pixels = pixels[:, :, 0]
            page.close()
        finally:
            document.close()
        return RasterPage(pixels, width, height, words)


def _check(pdf: pikepdf.Pdf, pages: int, limits: Limits) -> None:
    if pages > limits.max_pages:
        raise TooLarge(f"The file has {pages:,} pages; the limit is {limits.max_pages:,}. Scan it in smaller batches.")
    names = pdf.Root.get("/Names", pikepdf.Dictionary())
    if "/EmbeddedFiles" in names or "/AF" in pdf.Root:
        raise Active("The PDF carries other files inside it. Ask the sender for a plain PDF, or print and scan it.")
    if "/JavaScript" in names or any(_is_bad(action) for action in _actions(pdf.Root)):
        raise Active(
            "The PDF carries a script or starts a program. Ask the sender for a plain PDF, or print and scan it."
        )
    for page in pdf.pages:
        _check_page(page, limits)


def _check_page(page: pikepdf.Page, limits: Limits) -> None:
    box = [float(n) for n in page.mediabox]
    if max(box[2] - box[0], box[3] - box[1]) > limits.max_page_points:
        raise TooLarge("A page of the PDF is larger than A0. Scan it again.")
    for image in page.get_images().values():
        check_size((int(image.get("/Width", 0)), int(image.get("/Height", 0))), limits)
    if any(_is_bad(action) for action in _actions(page.obj)):
        raise Active("A page of the PDF starts a program. Ask the sender for a plain PDF, or print and scan it.")
    for note in page.obj.get("/Annots", pikepdf.Array()):
        if note.get("/Subtype") == "/FileAttachment" or any(_is_bad(action) for action in _actions(note)):
            raise Active("The PDF carries an attachment or starts a program. Print it and scan the paper.")


def _actions(holder: Any) -> Iterator[Any]:
    for key in ("/OpenAction", "/A"):
        if key in holder:
            yield holder[key]
    triggers = holder.get("/AA")
    if triggers is not None:
        yield from triggers.values()


def _is_bad(action: Any) -> bool:
    return isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in _BAD_ACTIONS
