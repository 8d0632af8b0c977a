"""Separator sheets: printed, scanned badly, read back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from mailroom.config.mailroom import CuttingPolicy
from mailroom.config.separation import SeparationConfig
from mailroom.inbound.separation import counted, separate, sheet_on
from mailroom.inbound.separator_code import SheetKind, decode, encode
from mailroom.inbound.sheets import SheetOrder
from mailroom.values.geometry import Box
from mailroom.values.page import Barcode, PageKind, PageReading
from mailroom.wiring.sheets import SheetPrinter
from tests.inbound.reading import codes_on

SITE = Path(__file__).parents[2]
CONFIG = SeparationConfig()
RECEIVED = dt.date(2026, 11, 24)
Grey = np.ndarray[Any, np.dtype[np.uint8]]


def printed(order: SheetOrder, folder: Path, dpi: int = 200, both_sides: bool = True) -> list[Grey]:
    SheetPrinter(SITE).write(order, folder / "sheets.pdf", both_sides)
    document = pdfium.PdfDocument(folder / "sheets.pdf")
    pictures = [np.array(page.render(scale=dpi / 72).to_pil().convert("L")) for page in document]
    document.close()
    return pictures


def skewed(picture: Grey, degrees: float) -> Grey:
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(picture, turn, (width, height), borderValue=255), dtype=np.uint8)


def noisy(picture: Grey, seed: int) -> Grey:
    """Faint toner on grey paper, grain, and one line in fifty lost to a streak."""
    chance = np.random.default_rng(seed)
    grey = picture.astype(np.float32) * 0.55 + 70 + chance.normal(0, 22, picture.shape)
    grey[:, :: picture.shape[1] // 12] = 60
    return np.clip(cv2.GaussianBlur(grey, (0, 0), 0.8), 0, 255).astype(np.uint8)


def without_corner(picture: Grey) -> Grey:
    """A third of the sheet torn off or covered by a note."""
    torn = picture.copy()
    torn[: picture.shape[0] // 3] = 255
    torn[:, : picture.shape[1] // 3] = 255
    return torn


DAMAGE = {
    "clean": lambda p: p,
    "skewed": lambda p: skewed(p, 3.2),
    "noisy": lambda p: noisy(p, 1),
    "upside down": lambda p: np.ascontiguousarray(np.rot90(p, 2)),
    "sideways": lambda p: np.ascontiguousarray(np.rot90(p)),
    "torn": without_corner,
    "all of it": lambda p: noisy(skewed(np.ascontiguousarray(np.rot90(p, 2)), -2.5), 2),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_printed_sheet_is_read_back_whatever_the_scanner_does_to_it(damage: str, tmp_path: Path) -> None:
    order = SheetOrder("7K2M9Q", 2, "council_tax", "Council tax", RECEIVED, "Print unit, scanner 1", True, 2)
    sides = printed(order, tmp_path)
    assert len(sides) == 6
    for number, side in enumerate(sides):
        codes = [decode(c.content, "WDC") for c in codes_on(DAMAGE[damage](side))]
        found = {c for c in codes if c}
        assert len(found) == 1, (damage, number)
        (code,) = found
        assert code.kind is (SheetKind.HEADER if number < 2 else SheetKind.SEPARATOR)
        assert (code.service, code.received, code.number) == ("council_tax", RECEIVED, number // 2)
        assert code.expected == (2 if number < 2 else None)


def test_each_side_carries_four_codes_of_two_kinds(tmp_path: Path) -> None:
    for side in printed(SheetOrder("7K2M9Q", 1), tmp_path):
        assert sorted(c.symbology for c in codes_on(side)) == ["datamatrix", "datamatrix", "qrcode", "qrcode"]


def test_a_code_alone_on_a_page_is_found_where_it_stands(tmp_path: Path) -> None:
    """Only the part of a page with ink on it is searched; places are still parts of the whole page."""
    side = printed(SheetOrder("7K2M9Q", 1), tmp_path)[0]
    whole = codes_on(side)[0]
    height, width = side.shape
    left, right, top, bottom = (
        round(n) for n in (whole.box.x0 * width, whole.box.x1 * width, whole.box.y0 * height, whole.box.y1 * height)
    )
    alone = np.full_like(side, 255)
    alone[top - 4 : bottom + 4, left - 4 : right + 4] = side[top - 4 : bottom + 4, left - 4 : right + 4]
    (found,) = codes_on(alone)
    assert found.content == whole.content
    assert (found.box.x0, found.box.y0) == pytest.approx((whole.box.x0, whole.box.y0), abs=0.003)
    assert codes_on(np.full_like(side, 255)) == ()


def page(number: int, *codes: str, kind: PageKind = PageKind.ITEM) -> PageReading:
    marks = tuple(Barcode("qrcode", c, Box(0, 0, 0.2, 0.2)) for c in codes)
    return PageReading(number, kind, 595, 842, barcodes=marks)


def ours(number: int, job: str = "7K2M9Q", **said: Any) -> str:
    from mailroom.inbound.separator_code import SheetCode

    return encode(SheetCode("WDC", said.pop("kind", SheetKind.SEPARATOR), job, number, 9, **said))


def test_only_our_own_undamaged_codes_split_a_batch() -> None:
    good = ours(1)
    foreign = (
        "https://example.org/pay",
        "MR1*XYZ*S*7K2M9Q*1*9*****00000000",
        good[:-1] + ("0" if good[-1] != "0" else "1"),
    )
    assert sheet_on(page(1, good), CONFIG, "WDC") is not None
    for code in foreign:
        assert sheet_on(page(1, code), CONFIG, "WDC") is None


def test_a_duplex_sheet_starts_one_item_not_two() -> None:
    pages = [page(1, ours(1)), page(2, ours(1)), page(3), page(4), page(5, ours(2)), page(6, ours(2)), page(7), page(8)]
    cut = separate(pages, CuttingPolicy.SHEETS, CONFIG, "WDC")
    assert [[p.number for p in item.pages] for item in cut.items] == [[3, 4], [7, 8]]
    assert [p.number for p in cut.apart] == [1, 2, 5, 6]


def test_the_header_counts_and_says_when_an_item_is_missing() -> None:
    header = ours(0, kind=SheetKind.HEADER, expected=3)
    pages = [page(1, header), page(2, ours(1)), page(3), page(4, ours(2)), page(5)]
    cut = separate(pages, CuttingPolicy.SHEETS, CONFIG, "WDC")
    assert (len(cut.items), cut.expected_items) == (2, 3)
    assert "The batch header says 3 items; 2 were found." in cut.doubts[0]


def test_a_missing_number_is_noticed_but_sheets_of_two_printings_are_no_gap() -> None:
    gap = separate([page(1, ours(1)), page(2), page(3, ours(3)), page(4)], CuttingPolicy.SHEETS, CONFIG, "WDC")
    assert "Separator sheet 2 was not found" in gap.doubts[0]
    mixed = [page(1, ours(1)), page(2), page(3, ours(7, job="ZZZZZZ")), page(4)]
    assert separate(mixed, CuttingPolicy.SHEETS, CONFIG, "WDC").doubts == ()


def test_a_count_entered_by_hand_is_held_against_the_cut() -> None:
    cut = separate([page(1, ours(1)), page(2), page(3, ours(2)), page(4)], CuttingPolicy.SHEETS, CONFIG, "WDC")
    assert counted(cut, None) == cut
    assert counted(cut, 2).doubts == ()
    wrong = counted(cut, 5)
    assert wrong.expected_items == 5 and "5 items were counted by hand; 2 were found" in wrong.doubts[0]


@pytest.mark.parametrize("order", [{"count": 0}, {"count": 501}, {"count": 1, "expected": 0}])
def test_an_order_nobody_could_print_is_refused(order: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        SheetOrder("7K2M9Q", **order)


@pytest.mark.parametrize("ink", [0, 178])
@pytest.mark.parametrize(
    ("kind", "turn"),
    [("QRCode", 0), ("QRCode", 45), ("DataMatrix", 0), ("DataMatrix", 45), ("Code128", 0), ("Code128", 90)],
)
def test_a_small_code_among_text_is_found_however_pale_and_turned(kind: str, turn: int, ink: int) -> None:
    code = zxingcpp.create_barcode("WX9-4471-2", getattr(zxingcpp.BarcodeFormat, kind))
    mark = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=3, add_quiet_zones=True)))
    page = Image.new("L", (1654, 2339), 255)
    for row in range(40):
        ImageDraw.Draw(page).text((120, 300 + 40 * row), "Please send me one more caddy for the kitchen.", fill=ink)
    page.paste(mark.rotate(turn, expand=True, fillcolor=255), (1000, 700))
    (found,) = codes_on(np.asarray(page.point(lambda level: max(level, ink))))
    assert found.content == "WX9-4471-2"
    assert found.box.x0 * 1654 == pytest.approx(1000, abs=mark.width)
