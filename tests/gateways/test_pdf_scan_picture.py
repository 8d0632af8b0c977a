"""A scanned PDF page's picture is taken as the scanner made it; whatever else a page holds, it looks as when drawn."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import img2pdf
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from mailroom.config.reading import Limits
from mailroom.gateways.scan_file import open_scan

WIDTH, HEIGHT = 1654, 2339


def paper(mode: str) -> Image.Image:
    """Dark masses that no turning, cropping, inverting or masking leaves as they are."""
    page = Image.new("L", (WIDTH, HEIGHT), 240)
    pen = ImageDraw.Draw(page)
    pen.rectangle((100, 150, 900, 500), fill=30)
    pen.rectangle((1200, 1800, 1500, 2200), fill=90)
    return page.convert(mode, dither=Image.Dither.NONE)


def scan(mode: str, form: str, folder: Path, dpi: int = 200) -> Path:
    raw, path = io.BytesIO(), folder / "scan.pdf"
    options = {"compression": "group4"} if form == "TIFF" else {}
    paper(mode).save(raw, form, dpi=(dpi, dpi), **options)
    path.write_bytes(img2pdf.convert(raw.getvalue()))
    return path


def drawn(path: Path) -> np.ndarray:
    document = pypdfium2.PdfDocument(path)
    pixels = np.array(document[0].render(scale=0.5, grayscale=True).to_numpy(), copy=True)
    document.close()
    return pixels


def looks_as_drawn(path: Path) -> bool:
    wanted = drawn(path).astype(int)
    pixels = open_scan(path, Limits()).page(1, 200).pixels
    small = cv2.resize(pixels, (wanted.shape[1], wanted.shape[0]), interpolation=cv2.INTER_AREA)
    return bool(np.abs(small - wanted).mean() < 2.5)


@pytest.mark.parametrize(("mode", "form"), [("1", "TIFF"), ("1", "PNG"), ("L", "PNG"), ("L", "JPEG"), ("RGB", "JPEG")])
def test_a_scanned_page_comes_with_the_pixels_the_scanner_made(mode: str, form: str, tmp_path: Path) -> None:
    path = scan(mode, form, tmp_path, dpi=300)
    pixels = open_scan(path, Limits()).page(1, 200).pixels
    assert pixels.shape == (HEIGHT, WIDTH)
    expected = np.asarray(paper(mode).convert("L"), dtype=int)
    assert np.abs(pixels - expected).mean() < 1
    assert looks_as_drawn(path)


def _turn(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    page.rotate(90, relative=False)


def _crop(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    page.cropbox = [0, 300, 595, 842]


def _invert(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    next(iter(page.get_images().values())).Decode = [1, 0]


def _mask(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    half = np.zeros((HEIGHT, WIDTH), np.uint8)
    half[:, : WIDTH // 2] = 255
    mask = pdf.make_stream(half.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=WIDTH)
    mask.Height, mask.BitsPerComponent, mask.ColorSpace = HEIGHT, 8, pikepdf.Name.DeviceGray
    next(iter(page.get_images().values())).SMask = mask


def _write_over(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    page.contents_add(b"q 0 g 50 50 300 300 re f Q")


def _shrink(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    page.contents_add(b"q 0.4 0 0 0.4 100 100 cm", prepend=True)
    page.contents_add(b"Q")


def _mirror(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    page.contents_add(b"q -1 0 0 1 595.44 0 cm", prepend=True)
    page.contents_add(b"Q")


def _colour_by_palette(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    turned_about = bytes(255 - n for n in range(256) for _ in range(3))
    picture = next(iter(page.get_images().values()))
    picture.ColorSpace = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 255, turned_about])


def _note(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    look = pdf.make_stream(b"0 g 0 0 300 300 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    look.BBox = [0, 0, 300, 300]
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[50, 50, 350, 350], F=4)
    note.AP = pikepdf.Dictionary(N=look)
    page.obj.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))


@pytest.mark.parametrize(
    "change", [_turn, _crop, _invert, _mask, _write_over, _shrink, _mirror, _colour_by_palette, _note]
)
def test_a_page_that_is_more_than_its_picture_looks_as_when_drawn(
    change: Callable[[pikepdf.Pdf, pikepdf.Page], None], tmp_path: Path
) -> None:
    path = scan("L", "PNG", tmp_path)
    plain = drawn(path)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        change(pdf, pdf.pages[0])
        pdf.save(path)
    changed = drawn(path)
    assert changed.shape != plain.shape or np.abs(changed.astype(int) - plain).mean() > 2.5, "the change shows"
    assert looks_as_drawn(path)


def test_a_coarse_scan_is_drawn_larger_for_its_small_letters(tmp_path: Path) -> None:
    path = scan("L", "PNG", tmp_path, dpi=100)
    assert open_scan(path, Limits()).page(1, 200).pixels.shape[1] == pytest.approx(2 * WIDTH, abs=2)
