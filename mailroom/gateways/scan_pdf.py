"""PDF scans: checked with pikepdf, rendered and read with pypdfium2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from mailroom.config.reading import Limits
from mailroom.gateways.pdf_drawing import PDF_DAMAGE, is_misdrawn
from mailroom.gateways.pdf_picture import Grey, own_pixels, plain_pictures
from mailroom.gateways.pdf_words import own_words
from mailroom.gateways.scan_file import DAMAGE, Active, Incomplete, Locked, RasterPage, TooLarge, check_size

_WHITE = 250
_A_SCANS_SHARE = 0.25
"""Of the page; letterheads and signatures are smaller, and a damaged one takes no words away."""
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
                self._plain = dict(plain_pictures(pdf))
        except pikepdf.PasswordError:
            raise Locked("The PDF is password-protected. Ask the sender for an open copy.") from None
        except PDF_DAMAGE as broken:
            raise Incomplete("The PDF is cut off or damaged: it cannot be read to its end. Scan it again.") from broken
        if not self.page_count:
            raise Incomplete("The PDF has no pages.")

    def page(self, number: int, dpi: int) -> RasterPage:
        """One page in grey: drawn, or the pixels of the picture that is all of it, which takes half the time or less.

        A born-digital page gives its own words as well.
        """
        document = pypdfium2.PdfDocument(self._path)
        try:
            page = document[number - 1]
            width, height = page.get_size()
            words = own_words(page)
            plain = self._plain.get(number)
            taken = own_pixels(page, plain, dpi) if plain else None
            pixels = _drawn(page, dpi) if taken is None else taken
            spoilt = self._is_spoilt(page, number, pixels)
            page.close()
        finally:
            document.close()
        return RasterPage(pixels, width, height, words, is_spoilt=spoilt)

    def _is_spoilt(self, page: pypdfium2.PdfPage, number: int, pixels: Grey) -> bool:
        """Whether the page is not drawn whole: pdfium leaves white what it cannot decode or follow, and says nothing.

        Every JPEG as large as a scan is looked at for its end. Other pictures are decoded once more where nothing was
        drawn. A page that is no scan is drawn by instructions, which are followed once more.
        """
        pictures = list(page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,)))
        scans = [picture for picture in pictures if _is_as_large_as_a_scan(picture, page)]
        nothing = int(pixels.min()) >= _WHITE
        if any(map(_is_cut_off, scans)) or (nothing and any(map(_is_undecodable, pictures))):
            return True
        return not scans and is_misdrawn(self._path, number, nothing)


def _drawn(page: pypdfium2.PdfPage, dpi: int) -> Grey:
    scale = min(dpi / 72, 12_000 / max(*page.get_size(), 1))
    grey = {"force_bitmap_format": pdfium.FPDFBitmap_Gray} if _is_grey(page) else {"grayscale": True}
    pixels = np.array(page.render(scale=scale, may_draw_forms=True, **grey).to_numpy(), copy=True)
    return pixels[:, :, 0] if pixels.ndim == 3 else pixels


def _is_as_large_as_a_scan(picture: pypdfium2.PdfImage, page: pypdfium2.PdfPage) -> bool:
    left, bottom, right, top = picture.get_bounds()
    width, height = page.get_size()
    return bool((right - left) * (top - bottom) >= _A_SCANS_SHARE * width * height)


def _is_cut_off(picture: pypdfium2.PdfImage) -> bool:
    if "DCTDecode" not in picture.get_filters():
        return False
    content = bytes(picture.get_data(decode_simple=True))
    return content.startswith(b"\xff\xd8") and b"\xff\xd9" not in content[-65536:]


def _is_undecodable(picture: pypdfium2.PdfImage) -> bool:
    try:
        picture.get_bitmap()
    except pypdfium2.PdfiumError:
        return True
    return False


def _is_grey(page: pypdfium2.PdfPage) -> bool:
    """Whether all that is on it is grey pictures: pdfium draws the same pixels then without its pass that greys them.

    That pass takes two thirds of the time (28 and 10 ms for a side of A4 scanned in grey at 200 dots an inch), or a
    seventh of a side in black and white.
    """
    things = page.get_objects()
    return pdfium.FPDFPage_GetAnnotCount(page) == 0 and all(_is_grey_picture(thing) for thing in things)


def _is_grey_picture(thing: pypdfium2.PdfObject) -> bool:
    if not isinstance(thing, pypdfium2.PdfImage):
        return False
    try:
        said = thing.get_metadata()
    except pypdfium2.PdfiumError:
        return False  # one that cannot be opened is not drawn, whichever way is taken
    return bool(said.bits_per_pixel in (1, 8) and said.colorspace == pdfium.FPDF_COLORSPACE_DEVICEGRAY)


def _check(pdf: pikepdf.Pdf, pages: int, limits: Limits) -> None:
    if pages > limits.max_pages:
        raise TooLarge(f"The file has {pages:,} pages; the limit is {limits.max_pages:,}. Scan it in smaller batches.")
    names = _keys(pdf.Root.get("/Names"))
    if "/EmbeddedFiles" in names or "/AF" in pdf.Root:
        raise Active("The PDF carries other files inside it. Ask the sender for a plain PDF, or print and scan it.")
    if "/JavaScript" in names or any(_is_bad(action) for action in _actions(pdf.Root)):
        raise Active(
            "The PDF carries a script or starts a program. Ask the sender for a plain PDF, or print and scan it."
        )
    for page in pdf.pages:
        _check_page(page, limits)


def _check_page(page: pikepdf.Page, limits: Limits) -> None:
    """What a page says of itself may be of any kind; what no reader could act on does no harm and is passed over."""
    if _longest_side(page) > limits.max_page_points:
        raise TooLarge("A page of the PDF is larger than A0. Scan it again.")
    for size in _picture_sizes(page):
        check_size(size, limits)
    if any(_is_bad(action) for action in _actions(page.obj)):
        raise Active("A page of the PDF starts a program. Ask the sender for a plain PDF, or print and scan it.")
    notes = page.obj.get("/Annots")
    for note in notes if isinstance(notes, pikepdf.Array) else ():
        if _keys(note) and (note.get("/Subtype") == "/FileAttachment" or any(_is_bad(a) for a in _actions(note))):
            raise Active("The PDF carries an attachment or starts a program. Print it and scan the paper.")


def _longest_side(page: pikepdf.Page) -> float:
    """Points; 0 where the page gives no size that makes sense, and is drawn as US Letter."""
    try:
        x0, y0, x1, y1 = (float(edge) for edge in page.mediabox)
    except DAMAGE:
        return 0.0
    return max(abs(x1 - x0), abs(y1 - y0))


def _picture_sizes(page: pikepdf.Page) -> Iterator[tuple[int, int]]:
    """(width, height) in pixels of the pictures among the page's resources, its own or handed down."""
    if "/Resources" in page.obj and not _keys(page.obj["/Resources"]):
        return
    for picture in page.get_images().values():
        try:
            yield int(picture.get("/Width", 0)), int(picture.get("/Height", 0))
        except DAMAGE:
            continue  # without a size in numbers it cannot be drawn


def _actions(holder: Any) -> Iterator[Any]:
    for key in ("/OpenAction", "/A"):
        if key in holder:
            yield holder[key]
    triggers = holder.get("/AA")
    yield from (triggers[key] for key in _keys(triggers))


def _is_bad(action: Any) -> bool:
    return isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in _BAD_ACTIONS


def _keys(thing: Any) -> frozenset[str]:
    """None where it is no dictionary."""
    return frozenset(thing.keys()) if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream) else frozenset()
