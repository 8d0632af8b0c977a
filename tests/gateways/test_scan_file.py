"""Pictures opened as pages: the size of the paper, and pixels as a reader needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.reading import Limits
from mailroom.gateways.picture_frame import lossless, wrapped
from mailroom.gateways.scan_file import RasterPage, open_scan


def fax(path: Path, dpi: tuple[int, int]) -> RasterPage:
    """A page of 8.5 by 11 inches with a square of an inch on it."""
    picture = Image.new("1", (round(8.5 * dpi[0]), 11 * dpi[1]), 1)
    ImageDraw.Draw(picture).rectangle((dpi[0], dpi[1], 2 * dpi[0] - 1, 2 * dpi[1] - 1), fill=0)
    picture.save(path, "TIFF", compression="group4", dpi=dpi)
    return open_scan(path, Limits()).page(1, 200)


@pytest.mark.parametrize("dpi", [(204, 98), (204, 196), (204, 391), (200, 200)])
def test_a_fax_has_the_shape_of_its_paper_however_high_its_pixels_are(dpi: tuple[int, int], tmp_path: Path) -> None:
    page = fax(tmp_path / "fax.tif", dpi)
    assert (page.width_pt, page.height_pt) == (pytest.approx(612, abs=1), pytest.approx(792, abs=1))
    rows, columns = np.nonzero(page.pixels < 128)
    assert np.ptp(columns) / np.ptp(rows) == pytest.approx(1, abs=0.06)
    assert page.pixels.shape[1] / page.pixels.shape[0] == pytest.approx(8.5 / 11, abs=0.05)


def test_a_resolution_down_the_page_that_no_scanner_has_is_taken_as_that_across(tmp_path: Path) -> None:
    page = fax(tmp_path / "fax.tif", (200, 3))
    assert page.height_pt == pytest.approx(33 * 72 / 200)


def pdf_of(mode: str, path: Path, text: str = "") -> Path:
    picture = Image.effect_noise((500, 700), 90).convert(mode)
    if mode == "1":
        path.write_bytes(wrapped([lossless(picture, (180, 180))]))
        return path
    ImageDraw.Draw(picture).rectangle((100, 200, 300, 240), fill="black" if mode == "L" else "orange")
    picture.save(path.with_suffix(".jpg"), quality=90)
    canvas = Canvas(str(path), pagesize=(200, 280))
    canvas.drawImage(str(path.with_suffix(".jpg")), 0, 0, 200, 280)
    canvas.setFillColorRGB(0.9, 0.2, 0.1)
    canvas.drawString(20, 20, text)
    canvas.save()
    return path


@pytest.mark.parametrize(
    ("mode", "text", "is_greyed"), [("1", "", False), ("L", "", False), ("L", "Red", True), ("RGB", "", True)]
)
def test_only_a_page_with_colours_is_greyed_and_its_pixels_are_as_if_every_page_were(
    mode: str, text: str, is_greyed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pdf_of(mode, tmp_path / "scan.pdf", text)
    greyed = pypdfium2.PdfDocument(path)[0].render(scale=200 / 72, grayscale=True).to_numpy()
    asked: list[bool] = []
    render = pypdfium2.PdfPage.render

    def watched(*args: Any, **how: Any) -> Any:
        asked.append(how.get("grayscale", False))
        return render(*args, **how)

    monkeypatch.setattr(pypdfium2.PdfPage, "render", watched)
    drawn = open_scan(path, Limits()).page(1, 200).pixels
    assert asked == [is_greyed]
    assert np.array_equal(drawn, greyed.reshape(drawn.shape))
