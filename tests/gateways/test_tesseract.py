"""Tesseract within the process and as a process a page: one contract, and the very same words."""

from __future__ import annotations

import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from mailroom.config.environment import example_site
from mailroom.gateways.ocr import libtesseract
from mailroom.gateways.ocr.libtesseract import LibTesseract, TesseractGaveUp, first_reader
from mailroom.gateways.ocr.tesseract import Tesseract
from mailroom.gateways.ocr.tesseract_table import TesseractMissing, TesseractTooSlow
from mailroom.gateways.sandbox import TookTooLong

pytestmark = pytest.mark.ocr

FACE = example_site() / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
LINES = ("Dear Sir or Madam,", "Council tax account 57328874", "The bins were not emptied on Tuesday 3 October.")


def page(lines: tuple[str, ...] = LINES) -> np.ndarray:
    paper = Image.new("L", (1200, 500), 255)
    pen, face = ImageDraw.Draw(paper), ImageFont.truetype(str(FACE), 36)
    for row, line in enumerate(lines):
        pen.text((80, 60 + 120 * row), line, fill=0, font=face)
    return np.asarray(paper)


def test_the_site_reads_within_the_process_where_the_library_is_installed() -> None:
    assert isinstance(first_reader("eng", 100), LibTesseract)


def test_without_the_library_a_process_a_page_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libtesseract, "_library", lambda: None)
    assert isinstance(first_reader("eng", 100), Tesseract)


def test_reading_within_the_process_loads_neither_pytesseract_nor_its_pandas() -> None:
    code = (
        "import sys; from mailroom.gateways.ocr.libtesseract import first_reader; first_reader('eng', 9);"
        "print([name for name in ('pytesseract', 'pandas') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_both_ways_read_the_same_words_at_the_same_places_with_the_same_confidence() -> None:
    within, beside = LibTesseract("eng", 100), Tesseract("eng", 100)
    words = within.recognise(page(), 200)
    assert words == beside.recognise(page(), 200)
    assert [" ".join(w.text for w in words if w.line == line) for line in range(3)] == list(LINES)


def test_a_page_reads_the_same_whatever_was_read_before_it() -> None:
    reader = LibTesseract("eng", 100)
    first = reader.recognise(page(), 200)
    reader.recognise(page(("Licence 4471", "Qzxv wrth")), 100)
    assert reader.recognise(page(), 200) == first
    assert reader.recognise(np.full((300, 300), 255, np.uint8), 200) == ()


def test_a_page_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(TesseractTooSlow, match="did not finish"):
        LibTesseract("eng", 0.001).recognise(np.vstack([page()] * 6), 200)


def test_a_page_is_told_to_stop_in_the_midst_of_recognition() -> None:
    """As the sandbox tells a child that has had its time of the processor."""

    def stop(*_: object) -> None:
        raise TookTooLong("It was stopped.")

    reader = LibTesseract("eng", 100)
    reader.recognise(page(), 200)
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, 0.3, 0.3)
    try:
        with pytest.raises(TookTooLong):
            reader.recognise(np.vstack([page()] * 12), 200)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    assert reader.recognise(page(), 200)


def test_a_picture_too_large_for_it_goes_to_a_person() -> None:
    with pytest.raises(TesseractGaveUp):
        LibTesseract("eng", 100).recognise(np.full((10, 40_000), 255, np.uint8), 200)


def test_a_language_that_is_not_installed_is_named() -> None:
    with pytest.raises(TesseractMissing, match="xyz"):
        LibTesseract("xyz", 100).recognise(page(), 200)


def test_welsh_is_read_where_the_site_names_it() -> None:
    welsh = ("Annwyl Syr neu Fadam,", "Rydym wedi symud tŷ ac mae'r dŵr", "Yn gywir, Siân Gwŷr")
    read = {
        language: " ".join(w.text for w in LibTesseract(language, 100).recognise(page(welsh), 200))
        for language in ("eng", "eng+cym")
    }
    assert all(word in read["eng+cym"].split() for word in ("Annwyl", "Rydym", "tŷ", "dŵr", "gywir,", "Siân"))
    assert "ŵ" not in read["eng"], "English alone has no such letter"


def blots() -> np.ndarray:
    """A picture that Leptonica complains about: strokes cut off at its edges."""
    chance, picture = np.random.default_rng(0), np.full((551, 2338), 255, np.uint8)
    for _ in range(600):
        y, x = chance.integers(0, 551), chance.integers(0, 2338)
        height, width = chance.integers(3, 30), chance.integers(2, 14)
        picture[y : y + height, x : x + width] = 0
    return picture


@pytest.mark.parametrize("picture", [np.full((300, 300), 255, np.uint8), blots()], ids=["nothing on it", "blots"])
def test_it_says_nothing_on_the_error_output(capfd: pytest.CaptureFixture[str], picture: np.ndarray) -> None:
    LibTesseract("eng", 100).recognise(picture, 200)
    assert capfd.readouterr().err == ""
