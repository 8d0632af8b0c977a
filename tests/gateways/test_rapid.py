"""RapidOCR as we set it: what its models are given is what its own settings give them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rapidocr import RapidOCR

from mailroom.gateways.ocr.rapid import Rapid

pytestmark = pytest.mark.ocr


def test_lines_are_found_from_the_same_numbers_as_by_its_own_settings_in_32_bits(tmp_path: Path) -> None:
    ours, its = (engine._load_det_model().get_preprocess() for engine in (Rapid(tmp_path)._engine, RapidOCR()))
    every_grey = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    assert ours.normalize(every_grey).dtype == np.float32
    assert np.array_equal(ours.normalize(every_grey), its.normalize(every_grey).astype(np.float32))


def test_a_grey_page_is_taken_for_one_whose_three_colours_are_the_same(tmp_path: Path) -> None:
    page = np.random.default_rng(3).integers(0, 256, (90, 70), dtype=np.uint8)
    taken = Rapid(tmp_path)._engine.load_img(page)
    assert np.array_equal(taken, np.repeat(page[:, :, None], 3, axis=2))
