"""The filing copy of an item: a searchable PDF/A-2b that keeps the pixels as they came.

Scanned pages are carried over as they are (JPEG and fax codings are not touched) and given their words as text nobody
sees, each under its own picture. A born-digital page keeps its own text; one that PDF/A cannot hold (a font left out,
colours for printing presses) is drawn as a picture and treated like a scan. In place of a page so damaged that nobody
can draw it stands one that says so. Runs in a child process (sandbox.py).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import img2pdf
import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageCms

from mailroom.gateways.lost_page import DPI as LOST_PAGE_DPI
from mailroom.gateways.lost_page import lost_page
from mailroom.gateways.pdfa_left_behind import leave_behind
from mailroom.gateways.pdfa_rules import needs_drawing
from mailroom.gateways.picture_frame import A4_POINTS, LEAST_SIDE, framed, lossless, wrapped
from mailroom.gateways.scan_file import DAMAGE
from mailroom.gateways.text_layer import text_layer
from mailroom.values.page import PageReading, TextSource

_DRAWN_DPI = 200
_JPEG_QUALITY = 80


def filing_copy(
    source: Path, pages: Sequence[PageReading], title: str, created: dt.datetime, typeface: Path, output: Path
) -> None:
    """Write the item's pages, in order and upright, from the original to `output`.

    typeface: a TrueType file; its letters stand in the text layer.

    Raises:
        pikepdf.PdfError, OSError: the original as a whole cannot be read; it was checked when it was taken in.
    """
    is_pdf = _is_pdf(source)
    with ExitStack() as files:
        original = files.enter_context(_original(source, is_pdf, pages, typeface))
        copy = files.enter_context(pikepdf.new())
        drawn = []
        for place, reading in enumerate(pages):
            page = original.pages[reading.number - 1 if is_pdf else place]
            is_drawn = is_pdf and needs_drawing(page, original.Root.get("/OCProperties"))
            drawn.append(is_drawn)
            _append(
                copy, files.enter_context(_drawing(source, reading.number, typeface)).pages[0] if is_drawn else page
            )
        copy.remove_unreferenced_resources()
        _set_text(copy, pages, drawn, typeface)
        _declare(copy, title, created)
        copy.save(
            output,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            recompress_flate=False,
            fix_metadata_version=False,  # which the metadata does not say, and looking takes as long as writing it
            deterministic_id=True,
        )


def _is_pdf(source: Path) -> bool:
    with source.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def _original(source: Path, is_pdf: bool, pages: Sequence[PageReading], typeface: Path) -> pikepdf.Pdf:
    """The original PDF; or its pictures of the item's pages, in the item's order, wrapped without recoding."""
    if is_pdf:
        return pikepdf.open(source, suppress_warnings=True)
    frames = [_frame_or_note(source, reading, typeface) for reading in pages]
    original = pikepdf.open(io.BytesIO(wrapped(frames)))
    for page, reading in zip(original.pages, pages, strict=True):
        _scale(page, max(reading.width_pt, reading.height_pt))
    return original


def _scale(page: pikepdf.Page, long_side: float) -> None:
    """A photograph knows no size on paper, and would be a page of a square metre."""
    width, height = (float(n) for n in list(page.mediabox)[2:])
    scale = long_side / max(width, height)
    page.obj["/MediaBox"] = Array([0, 0, width * scale, height * scale])
    for box in ("/CropBox", "/TrimBox", "/ArtBox", "/BleedBox"):
        if box in page.obj:
            del page.obj[box]
    page.contents_add(f"q {scale:.6f} 0 0 {scale:.6f} 0 0 cm".encode("ascii"), prepend=True)
    page.contents_add(b"Q")


def _frame_or_note(source: Path, reading: PageReading, typeface: Path) -> bytes:
    try:
        return framed(source, reading.number)
    except DAMAGE:
        return lossless(lost_page(reading.number, typeface), (LOST_PAGE_DPI, LOST_PAGE_DPI))


def _drawing(source: Path, number: int, typeface: Path) -> pikepdf.Pdf:
    """The page as pypdfium2 draws it, as a JPEG on a page of the same size; a PDF of that one page."""
    try:
        picture, size = _drawn(source, number)
    except (pypdfium2.PdfiumError, *DAMAGE):
        picture, size = lost_page(number, typeface), A4_POINTS
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=_JPEG_QUALITY)
    layout = img2pdf.get_layout_fun(size)
    return pikepdf.open(io.BytesIO(img2pdf.convert(made.getvalue(), layout_fun=layout)))


def _drawn(source: Path, number: int) -> tuple[Image.Image, tuple[float, float]]:
    """Its picture and its size in points."""
    document = pypdfium2.PdfDocument(source)
    try:
        page = document[number - 1]
        width, height = (max(side, LEAST_SIDE) for side in page.get_size())
        return page.render(scale=_DRAWN_DPI / 72, may_draw_forms=True).to_pil().convert("RGB"), (width, height)
    finally:
        document.close()


def _append(copy: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """The page without what may not be in an archive: notes, actions, thumbnails, data of the program that made it."""
    copy.pages.append(page)
    leave_behind(copy.pages[-1].obj)


def _set_text(copy: pikepdf.Pdf, pages: Sequence[PageReading], drawn: Sequence[bool], typeface: Path) -> None:
    """Turn every page upright and lay its words under it, unless the page has its own."""
    own = [r.source is TextSource.OWN_TEXT and not d for r, d in zip(pages, drawn, strict=True)]
    sizes = [_upright(page, reading) for page, reading in zip(copy.pages, pages, strict=True)]
    layers = text_layer(copy, [() if o else r.words for o, r in zip(own, pages, strict=True)], sizes, typeface)
    for page, layer in zip(copy.pages, layers, strict=True):
        if layer is not None:
            _lay_under(page, layer)


def _upright(page: pikepdf.Page, reading: PageReading) -> tuple[float, float]:
    """Set the page's turn so that it shows upright, and return (width, height) in points as shown."""
    turn = (_turn(page.obj.get("/Rotate")) - reading.rotation) % 360
    page.obj["/Rotate"] = turn
    x0, y0, x1, y1 = (float(n) for n in page.cropbox)
    width, height = x1 - x0, y1 - y0
    return (height, width) if turn in (90, 270) else (width, height)


def _turn(said: object) -> int:
    """Degrees: 0, 90, 180 or 270. What is no quarter turn is taken as pdfium does, which drew the page to be read."""
    try:
        quarters = int(float(said) / 90)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return 0
    return quarters % 4 * 90


def _lay_under(page: pikepdf.Page, layer: pikepdf.Object) -> None:
    x0, y0, x1, y1 = (float(n) for n in page.cropbox)
    matrix = {
        0: (1, 0, 0, 1, x0, y0),
        90: (0, 1, -1, 0, x1, y0),
        180: (-1, 0, 0, -1, x1, y1),
        270: (0, -1, 1, 0, x0, y1),
    }[int(page.obj["/Rotate"])]
    name = page.add_resource(layer, Name.XObject, prefix="Words")
    numbers = " ".join(f"{n:.4f}" for n in matrix)
    page.contents_add(b"q", prepend=True)
    page.contents_add(f"Q q {numbers} cm {name} Do Q".encode("ascii"))


@cache
def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _declare(copy: pikepdf.Pdf, title: str, created: dt.datetime) -> None:
    """What makes it PDF/A-2b: the metadata that says so, and the colours its numbers mean."""
    profile = copy.make_stream(_srgb(), N=3, Alternate=Name.DeviceRGB)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB",
        Info="sRGB",
        DestOutputProfile=profile,
    )
    copy.Root.OutputIntents = Array([copy.make_indirect(intent)])
    with copy.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as metadata:
        metadata["pdfaid:part"] = "2"
        metadata["pdfaid:conformance"] = "B"
        metadata["dc:title"] = title
        metadata["xmp:CreateDate"] = created.isoformat(timespec="seconds")
        metadata["xmp:CreatorTool"] = "Mailroom"
