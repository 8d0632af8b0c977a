"""RapidOCR with its characters cut down to ours reads the same, letter for letter, in less memory."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from mailroom.config.environment import example_site
from mailroom.gateways.ocr import latin_model, rapid
from mailroom.gateways.ocr.rapid import Rapid

pytestmark = pytest.mark.ocr

FACE = example_site() / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
LINES = (
    "Annwyl Syr, mae'r dŵr yn y tŷ yn oer",
    "Please pay £1,234.50 (not €99) by 3/11/2026",
    "Ms Zoë O'Brien & Señor Núñez, 14 Harbour Lane",
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readers")


def page() -> np.ndarray:
    sheet, face = Image.new("L", (1200, 700), 250), ImageFont.truetype(str(FACE), 44)
    for row, line in enumerate(LINES):
        ImageDraw.Draw(sheet).text((60, 80 + 150 * row), line, fill=20, font=face)
    return np.asarray(sheet)


def read(models: Path) -> list[str]:
    return [word.text for word in Rapid(models).recognise(page(), 200)]


def test_the_cut_model_reads_what_the_whole_one_reads(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = read(models)
    assert {"£1,234.50", "(not", "€99)", "3/11/2026"} <= set(cut)
    monkeypatch.setattr(rapid, "latin_model", lambda folder: None)
    assert read(models) == cut


def test_every_letter_sign_and_figure_of_our_languages_is_kept() -> None:
    welsh = "âêîôûŵŷäëïöüẅÿáéíóúẃýàèìòùẁỳ"
    for character in welsh + welsh.upper() + "0123456789£€&@#%½¼¾°–—‘’“”…•✓✔☐☑×÷±™":
        assert latin_model.is_kept(character), character
    assert not any(latin_model.is_kept(character) for character in "中あ한Жع")


def test_it_is_made_once_and_kept(models: Path) -> None:
    made = latin_model.latin_model(models)
    assert made is not None
    written = made.stat().st_mtime_ns
    assert latin_model.latin_model(models) == made
    assert made.stat().st_mtime_ns == written
    assert list(models.iterdir()) == [made], "nothing half written is left"
    assert made.stat().st_size < 0.7 * latin_model.wheel_model("rec").stat().st_size


def test_where_it_cannot_be_kept_the_whole_model_reads_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way of the folder")
    with caplog.at_level(logging.WARNING):
        assert latin_model.latin_model(tmp_path / "file" / "readers") is None
    assert "whole model" in caplog.text
    assert "€99)" in read(tmp_path / "file" / "readers")


def test_a_model_built_otherwise_is_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latin_model, "wheel_model", lambda kind: latin_model_of_another_kind())
    assert latin_model.latin_model(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def latin_model_of_another_kind() -> Path:
    import rapidocr

    return next((Path(rapidocr.__file__).parent / "models").glob("*det*.onnx"))
