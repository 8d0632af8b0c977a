"""Kodak's patch sheets, drawn by the maker's measures: T is known however it was fed, and nothing else is T."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from mailroom.gateways.barcode import patch_on
from mailroom.gateways.image import flattened

Grey = np.ndarray[Any, np.dtype[np.uint8]]
DPI = 200
NARROW, WIDE = 0.08, 0.20
"""Inches. Four bars, two of each, a narrow gap between: Kodak's i5000 manual, 'bar pattern details'."""


def sheet(bars: str, length: float = 6.0) -> Grey:
    """A sheet with these bars from its leading edge, 'n' narrow and 'w' wide, as grey paper with some words below."""
    page = np.full((2339, 1654), 236, np.uint8)
    y, left = round(0.4 * DPI), round((1654 - length * DPI) / 2)
    for bar in bars:
        height = round((NARROW if bar == "n" else WIDE) * DPI)
        page[y : y + height, left : left + round(length * DPI)] = 35
        y += height + round(NARROW * DPI)
    for row in range(6):
        at = (200, 900 + 80 * row)
        cv2.putText(page, "PATCH SHEET, PLACE BETWEEN DOCUMENTS", at, cv2.FONT_HERSHEY_SIMPLEX, 1.4, 40, 3)
    return page


def seen(page: Grey) -> str:
    return patch_on(flattened(page), DPI)


def skewed(page: Grey) -> Grey:
    turn = cv2.getRotationMatrix2D((827, 1170), 0.8, 1.0)
    return np.asarray(cv2.warpAffine(page, turn, (1654, 2339), borderValue=236), dtype=np.uint8)


def grainy(page: Grey) -> Grey:
    noise = np.random.default_rng(3).normal(0, 18, page.shape)
    return np.clip(page * 0.7 + 40 + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("turns", range(4), ids=["upright", "left", "on its head", "right"])
@pytest.mark.parametrize("worse", [np.copy, skewed, grainy], ids=["clean", "skewed", "grainy"])
def test_a_patch_t_sheet_is_known_whichever_way_it_was_fed(worse: Callable[[Grey], Grey], turns: int) -> None:
    assert seen(np.ascontiguousarray(np.rot90(worse(sheet("nwnw")), turns))) == "T"


@pytest.mark.parametrize("bars", ["wwnn", "wnnw", "nwwn", "nnww"], ids=["patch 1", "patch 2", "patch 4", "patch 6"])
def test_another_patch_is_no_patch_t(bars: str) -> None:
    assert seen(sheet(bars)) == ""


@pytest.mark.parametrize("bars", ["nnnn", "wwww", "nwn", "nw"], ids=["narrow rules", "wide rules", "three", "two"])
def test_bars_at_the_head_of_a_letter_are_no_patch(bars: str) -> None:
    assert seen(sheet(bars)) == ""


def test_bars_that_stand_in_one_place_of_a_page_are_no_patch() -> None:
    """A chart or a small code on a letter would take the letter out of its item."""
    assert seen(sheet("nwnw", length=1.0)) == ""
    table = np.full((2339, 1654), 255, np.uint8)
    for row in range(40):
        table[100 + 50 * row : 104 + 50 * row, 120:1530] = 0
        table[100 + 50 * row : 140 + 50 * row, 120:1530][:, :: 200 + row] = 0
    assert seen(table) == ""
