"""Pictures opened as pages: the size of the paper, and pixels as a reader needs them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mailroom.config.reading import Limits
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
