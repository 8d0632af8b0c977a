"""Measuring a letter's PDF for preflight, and showing what is wrong on a picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from mailroom.config.printing import Area
from mailroom.gateways.letter_pdf import UnreadableLetter, opened_letters, read_letters
from mailroom.gateways.pdf_layers import hides_something
from mailroom.gateways.pdfium_turns import PDFIUM
from mailroom.values.geometry import Box
from mailroom.values.letter_page import LetterPage, PdfFinding, PdfProblem

MEASURED_AT = 100
"""Dots an inch: a hairline of 0.25 mm is still a dot wide."""

SLACK = 1.0
"""Millimetres by which the printable areas are grown before ink outside counts (Notify's own figure)."""

_NEAR = 4.0
"""Millimetres between dots of ink that count as one thing when a box is drawn around it."""


def measure_letter(
    path: Path, window: Area, first_page: Sequence[Area], later_pages: Sequence[Area], first: int = 1, count: int = 0
) -> Iterator[LetterPage]:
    """Pages with everything preflight asks: words, window, ink outside, blank pages, fonts not embedded.

    first, count: the letter's pages in the file; the pages that come out are numbered from 1.

    Raises:
        LockedLetter, UnreadableLetter: the file cannot be opened.
    """
    for page in measure_letters(path, window, first_page, later_pages, (first,), first, count):
        yield replace(page, number=page.number - first + 1)


def measure_letters(
    path: Path,
    window: Area,
    first_page: Sequence[Area],
    later_pages: Sequence[Area],
    starts: Collection[int],
    first: int = 1,
    count: int = 0,
) -> Iterator[LetterPage]:
    """The same for a file with many letters, in one pass; pages keep their number in the file.

    starts: the pages on which a letter begins.
    """
    with opened_letters(path) as pdf:
        within = _within(path)
        for page in read_letters(path, window, first, count):
            areas = first_page if page.number in starts else later_pages
            ink = ink_on(pdf, page.number - 1)
            outside = tuple(_boxes(_covered(ink, areas)))
            missing, hides = within[page.number - 1] if page.number <= len(within) else ((), False)
            yield replace(
                page,
                blank=not ink.any(),
                outside=outside,
                unembedded=missing,
                hides=hides,
                ink=float(ink.mean()),
            )


def ink_on(pdf: pdfium.PdfDocument, index: int) -> np.ndarray:
    """The page as dots, True where it is not white."""
    with PDFIUM:
        page = pdf[index]
        bitmap = page.render(scale=MEASURED_AT / 72, grayscale=True)
        dark: np.ndarray = bitmap.to_numpy().squeeze() < 250
        bitmap.close()
        page.close()
    return dark


def _covered(ink: np.ndarray, areas: Iterable[Area]) -> np.ndarray:
    """The ink that is left when the printable areas are covered with white."""
    left = ink.copy()
    dots = MEASURED_AT / 25.4
    for area in (a.grown(SLACK) for a in areas):
        left[int(area.top * dots) : int(area.bottom * dots) + 1, int(area.left * dots) : int(area.right * dots) + 1] = 0
    return left


def _boxes(ink: np.ndarray) -> Iterator[Box]:
    """A box around every group of dots, as fractions of the page."""
    if not ink.any():
        return
    reach = int(_NEAR * MEASURED_AT / 25.4) | 1
    near = cv2.dilate(ink.astype(np.uint8), np.ones((reach, reach), np.uint8))
    count, groups = cv2.connectedComponents(near)
    height, width = ink.shape
    for group in range(1, count):
        ys, xs = np.nonzero(ink & (groups == group))
        yield Box(
            float(xs.min()) / width,
            float(ys.min()) / height,
            float(xs.max() + 1) / width,
            float(ys.max() + 1) / height,
        )


def _within(path: Path) -> list[tuple[tuple[str, ...], bool]]:
    """For every page the fonts named but not in the file, and whether it hides something in a layer.

    Raises UnreadableLetter: some readers cannot open it.
    """
    try:
        with pikepdf.open(path) as pdf:
            layers = pdf.Root.get("/OCProperties")
            lacking = (set(_fonts_lacking(page.obj.get("/Resources"), 0)) for page in pdf.pages)
            return [
                (tuple(sorted(fonts)), hides_something(page, layers))
                for page, fonts in zip(pdf.pages, lacking, strict=True)
            ]
    except pikepdf.PdfError:
        raise UnreadableLetter(f"{path.name}: {PdfProblem.UNREADABLE}") from None


def _fonts_lacking(resources: pikepdf.Object | None, depth: int) -> Iterator[str]:
    """Names of fonts without a font file, in the forms a page draws too (not deeper than five forms in forms)."""
    if resources is None or depth > 5:
        return
    for font in resources.get("/Font", {}).values():
        if not is_embedded(font):
            yield str(font.get("/BaseFont", "unnamed")).lstrip("/")
    for drawn in resources.get("/XObject", {}).values():
        if drawn.get("/Subtype") == "/Form":
            yield from _fonts_lacking(drawn.get("/Resources"), depth + 1)


def is_embedded(font: pikepdf.Object) -> bool:
    """Whether the file holds the font itself."""
    if font.get("/Subtype") == "/Type3":
        return True
    holder = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
    descriptor = holder.get("/FontDescriptor")
    return descriptor is not None and any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def picture_of(
    path: Path, page: int, findings: Iterable[PdfFinding], allowed: Sequence[Area], dpi: int = 80
) -> Image.Image:
    """The page with what must stay empty in pale red and every bad place boxed in red. page: in the file, from 1."""
    with PDFIUM, opened_letters(path) as pdf:
        image = pdf[page - 1].render(scale=dpi / 72).to_pil().convert("RGBA")
    veil = Image.new("RGBA", image.size, (255, 0, 0, 40))
    draw = ImageDraw.Draw(veil)
    for area in allowed:
        draw.rectangle([v * dpi / 25.4 for v in (area.left, area.top, area.right, area.bottom)], fill=(0, 0, 0, 0))
    for box in (f.box for f in findings if f.box is not None):
        edges = (
            box.x0 * image.width - 4,
            box.y0 * image.height - 4,
            box.x1 * image.width + 4,
            box.y1 * image.height + 4,
        )
        draw.rectangle(edges, outline=(212, 0, 0, 255), width=3)
    return Image.alpha_composite(image, veil).convert("RGB")
