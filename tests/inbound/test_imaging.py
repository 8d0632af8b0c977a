"""One page from pixels to a reading, with the real readers: which way up, what is blank, what separates."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import segno
from PIL import Image, ImageDraw, ImageFont

from mailroom.config.environment import example_site
from mailroom.config.reading import Reading
from mailroom.errors import Review
from mailroom.gateways import barcode, image
from mailroom.gateways.ocr.libtesseract import first_reader
from mailroom.inbound.imaging import read_page
from mailroom.inbound.page_tools import PageTools
from mailroom.inbound.recognition import Grey
from mailroom.values.confidence import Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import PageKind, TextSource, Word

pytestmark = pytest.mark.ocr

FACE = example_site() / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
LINES = (
    "14 Harbour Lane, Stokeley, WX9 4TT",
    "Dear Sir or Madam,",
    "Council tax account 57328874",
    "We moved out of this house on the third of October and the keys were",
    "handed over at midday. Please make the account up to that date and send",
    "any credit to our new address, which is at the top of this letter.",
    "Yours faithfully, Margaret Oakes",
)


@dataclass(frozen=True)
class Raster:
    pixels: Grey
    width_pt: float = 595.0
    height_pt: float = 842.0
    own_words: tuple[Word, ...] = ()
    is_photo: bool = False


def paper() -> Image.Image:
    return Image.new("L", (1654, 2339), 245)


def letter() -> Image.Image:
    page, face = paper(), ImageFont.truetype(str(FACE), 40)
    pen = ImageDraw.Draw(page)
    for row, line in enumerate(LINES):
        pen.text((150, 200 + 90 * row), line, fill=20, font=face)
    return page


def tools() -> PageTools:
    settings = Reading(second_reader=False)
    return PageTools(image, barcode, first_reader("eng", 100), (), lambda c: c.startswith("MR1*"), settings)


def raster(page: Image.Image) -> Raster:
    width, height = page.size
    return Raster(np.asarray(page), width * 72 / 200, height * 72 / 200)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_read_whichever_way_it_was_fed(turn: int) -> None:
    turned = letter().rotate(-turn, expand=True, fillcolor=245)
    reading = read_page(1, raster(turned), tools())
    assert (reading.kind, reading.rotation) == (PageKind.ITEM, turn)
    assert "Council tax account 57328874" in reading.text
    assert reading.width_pt < reading.height_pt


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_a_person_turned_is_read_that_way_up_whatever_the_machine_thinks(turn: int) -> None:
    turned = (
        letter().rotate(1.5 - turn, expand=False, fillcolor=245)
        if turn in (0, 180)
        else letter().rotate(-turn, expand=True, fillcolor=245)
    )
    right = read_page(1, raster(turned), tools(), turn)
    assert right.rotation == turn and "Council tax account 57328874" in right.text
    wrong = read_page(1, raster(turned), tools(), (turn + 180) % 360)
    assert wrong.rotation == (turn + 180) % 360 and "Council tax account" not in wrong.text


def test_a_page_a_person_turned_is_never_called_blank() -> None:
    assert read_page(1, raster(paper()), tools()).kind is PageKind.BLANK
    assert read_page(1, raster(paper()), tools(), 90).kind is PageKind.ITEM


def test_a_crooked_page_is_straightened_and_its_boxes_lie_where_the_ink_is() -> None:
    reading = read_page(1, raster(letter().rotate(2, fillcolor=245)), tools())
    assert abs(abs(reading.skew) - 2) < 0.5
    word = next(w for w in reading.words if w.text == "57328874")
    ink = np.asarray(letter().rotate(2, fillcolor=245)) < 128
    rows = slice(int(word.box.y0 * ink.shape[0]), int(word.box.y1 * ink.shape[0]))
    columns = slice(int(word.box.x0 * ink.shape[1]), int(word.box.x1 * ink.shape[1]))
    assert ink[rows, columns].mean() > 0.08


def test_dust_and_a_crease_leave_a_side_blank() -> None:
    page = paper()
    pen = ImageDraw.Draw(page)
    pen.line((0, 1170, 1654, 1175), fill=200, width=3)
    for n in range(6):
        pen.ellipse((200 + 170 * n, 300 + 211 * n, 206 + 170 * n, 306 + 211 * n), fill=60)
    reading = read_page(1, raster(page), tools())
    assert reading.kind is PageKind.BLANK
    assert reading.words == ()


def test_streaks_of_a_dirty_scanner_and_folds_leave_a_side_blank() -> None:
    page = paper()
    pen = ImageDraw.Draw(page)
    for x in (90, 610, 1290):
        for n in range(60):
            pen.ellipse((x - n % 5, 40 + 37 * n, x + 8 + n % 7, 52 + 37 * n + n % 9), fill=30)
    for n in range(40):
        pen.line((1100 + n // 8, 90 + 50 * n, 1100 + n // 8, 125 + 50 * n), fill=60, width=2)
    assert read_page(1, raster(page), tools()).kind is PageKind.BLANK


def test_pale_pencil_is_not_taken_for_a_blank_side() -> None:
    page, face = paper(), ImageFont.truetype(str(FACE), 44)
    ImageDraw.Draw(page).text((200, 300), "The bin was not emptied on Tuesday", fill=155, font=face)
    assert image.ink_of(image.flattened(np.asarray(page)), 200).marks == 0, "nothing on it is dark"
    reading = read_page(1, raster(page), tools())
    assert reading.kind is PageKind.ITEM
    assert "emptied on Tuesday" in reading.text


def test_a_side_with_nothing_but_a_signature_is_not_blank() -> None:
    page = paper()
    pen = ImageDraw.Draw(page)
    for left, top in ((300, 1500), (420, 1490), (560, 1510)):
        pen.line([(left + 11 * n, top + (40 if n % 2 else 0) - 3 * n) for n in range(9)], fill=20, width=4)
    assert read_page(1, raster(page), tools()).kind is not PageKind.BLANK


def test_writing_that_shows_through_from_the_other_side_leaves_a_side_blank() -> None:
    through = letter().transpose(Image.Transpose.FLIP_LEFT_RIGHT).point(lambda level: 110 if level < 128 else 245)
    assert read_page(1, raster(through), tools()).kind is PageKind.BLANK


@pytest.mark.parametrize(("content", "kind"), [("MR1*WDC*S", PageKind.SEPARATOR), ("https://x.example", PageKind.ITEM)])
def test_only_a_code_of_ours_makes_a_page_a_separator(content: str, kind: PageKind) -> None:
    page = letter()
    code = np.asarray([[0 if cell else 245 for cell in row] for row in segno.make(content).matrix], dtype=np.uint8)
    page.paste(Image.fromarray(code).resize((320, 320), Image.Resampling.NEAREST), (1200, 1800))
    reading = read_page(1, raster(page), tools())
    assert reading.kind is kind
    assert [b.content for b in reading.barcodes] == [content]


def test_a_page_with_words_of_its_own_is_not_recognised_again() -> None:
    page = letter()
    own = read_page(1, raster(page), tools()).words
    given = Raster(np.asarray(page), own_words=own)
    assert read_page(1, given, tools()).source is TextSource.OWN_TEXT


@dataclass
class Said:
    """A reader that says what it is told to."""

    source: TextSource
    words: tuple[Word, ...]

    def recognise(self, page: Grey, dpi: int) -> tuple[Word, ...]:
        return self.words


def row(number: int, text: str, sure: float) -> tuple[Word, ...]:
    return tuple(
        Word(word, Box(0.1 + 0.1 * n, 0.1 * number, 0.19 + 0.1 * n, 0.1 * number + 0.05), Confidence(sure), number)
        for n, word in enumerate(text.split())
    )


@pytest.mark.parametrize(("written_sure", "kept"), [(0.6, TextSource.RAPIDOCR), (0.95, TextSource.TESSERACT)])
def test_a_form_whose_printed_labels_are_sure_is_read_again_for_what_was_written_on_it(
    written_sure: float, kept: TextSource
) -> None:
    labels = row(1, "Name and address of the person applying", 0.96)
    first = Said(TextSource.TESSERACT, labels + row(2, "Joon Smlth Harb Lane", written_sure))
    second = Said(TextSource.RAPIDOCR, labels + row(2, "John Smith Harbour Lane", 0.97))
    made = replace(tools(), first_reader=first, second_readers=(second,), settings=Reading())
    assert read_page(1, raster(letter()), made).source is kept


def test_a_speckled_photocopy_is_smoothed_before_it_is_read() -> None:
    page = np.asarray(letter()).copy()
    chance = np.random.default_rng(7)
    rows, columns = chance.integers(1, page.shape[0] - 1, 60_000), chance.integers(1, page.shape[1] - 1, 60_000)
    page[rows, columns] = 10
    assert "Council tax account 57328874" in read_page(1, raster(Image.fromarray(page)), tools()).text


def test_what_the_first_reader_made_of_stains_is_no_text_the_second_could_have_missed() -> None:
    stains = tuple(w for n in range(1, 9) for w in row(n, "ese~ Jiiii lqq;; wv", 0.2))
    first = Said(TextSource.TESSERACT, stains)
    second = Said(TextSource.RAPIDOCR, row(2, "John Smith Harbour Lane", 0.97))
    made = replace(tools(), first_reader=first, second_readers=(second,), settings=Reading())
    assert read_page(1, raster(letter()), made).source is TextSource.RAPIDOCR


@dataclass
class TopReader:
    """Makes sense only of a portrait page whose ink is in its upper half, as the letter's is."""

    pages: list[bytes] = field(default_factory=list)
    source = TextSource.RAPIDOCR

    def recognise(self, page: Grey, dpi: int) -> tuple[Word, ...]:
        self.pages.append(hashlib.sha256(repr(page.shape).encode() + page.tobytes()).digest())
        half = page.shape[0] // 2
        is_upright = page.shape[0] > page.shape[1] and (page[:half] < 128).sum() > (page[half:] < 128).sum()
        return (
            tuple(w for n in range(1, 7) for w in row(n, "Please send me one more caddy", 0.95)) if is_upright else ()
        )


def test_a_page_the_first_reader_makes_nothing_of_is_turned_by_the_second() -> None:
    first = Said(TextSource.TESSERACT, ())
    second = TopReader()
    made = replace(tools(), first_reader=first, second_readers=(second,), settings=Reading())
    reading = read_page(1, raster(letter().rotate(180)), made)
    assert (reading.rotation, reading.source) == (180, TextSource.RAPIDOCR)
    assert len(second.pages) == len(set(second.pages)) == 2  # each way up once, what it said kept


@dataclass
class Away:
    """A second reader that gives no answer."""

    source = TextSource.RAPIDOCR

    def recognise(self, page: Grey, dpi: int) -> tuple[Word, ...]:
        raise Review("The second reader did not read it: it was busy for 120 seconds.")


@pytest.mark.parametrize("rotation", [None, 0])
def test_a_page_the_second_reader_gave_no_answer_for_says_that_its_first_reading_was_kept(
    rotation: int | None,
) -> None:
    first = Said(TextSource.TESSERACT, row(2, "Joon Smlth Harb Lane", 0.7))
    made = replace(tools(), first_reader=first, second_readers=(Away(),), settings=Reading())
    reading = read_page(4, raster(letter()), made, rotation)
    assert (reading.kind, reading.source) == (PageKind.ITEM, TextSource.TESSERACT)
    assert reading.problem.startswith("Page 4 was read only once, and unsurely.")
    assert "busy for 120 seconds" in reading.problem


def test_a_side_the_second_reader_gave_no_answer_for_is_not_called_blank() -> None:
    dusty = Image.new("L", (1654, 2339), 250)
    for n in range(16):
        ImageDraw.Draw(dusty).rectangle((100 + 90 * n, 300 + 110 * n, 112 + 90 * n, 322 + 110 * n), fill=20)
    silent = Said(TextSource.TESSERACT, ())
    nobody = replace(tools(), first_reader=silent, second_readers=(Said(TextSource.RAPIDOCR, ()),), settings=Reading())
    assert read_page(1, raster(dusty), nobody).kind is PageKind.BLANK
    assert read_page(1, raster(dusty), replace(nobody, second_readers=(Away(),))).kind is PageKind.ITEM


def test_a_black_and_white_page_read_as_it_is_gets_soft_edges_and_a_grey_one_stays_as_it_came() -> None:
    fax, grey = np.full((2339, 1654), 255, np.uint8), np.full((2339, 1654), 250, np.uint8)
    fax[100:200, 100:200] = grey[100:200, 100:200] = 0
    assert 0 < image.at_dpi(fax, 595.44, 200)[150, 99] < 255
    assert np.array_equal(image.at_dpi(grey, 595.44, 200), grey)


def test_speckle_in_one_part_of_a_page_is_counted_as_much_as_all_over_it() -> None:
    dots = [(200 + 12 * (n % 100), 300 + 12 * (n // 100)) for n in range(3000)]
    page = np.full((2339, 1654), 255, np.uint8)
    page[150:1900:60, 200:1400] = 0  # lines of ink elsewhere, clean
    for x, y in dots:
        page[y : y + 2, x : x + 2] = 0
    away_from_the_edges = (1654 - 160) * (2339 - 160) / (1654 * 2339)
    assert image.ink_of(page, 200).dust == pytest.approx(3000 / away_from_the_edges, rel=0.02)


def test_pale_writing_on_a_side_with_a_little_dark_ink_is_still_looked_for() -> None:
    page, face = paper(), ImageFont.truetype(str(FACE), 44)
    ImageDraw.Draw(page).text((200, 300), "The bin was not emptied on Tuesday", fill=155, font=face)
    ImageDraw.Draw(page).text((200, 600), "Smith", fill=20, font=face)
    assert image.ink_of(image.flattened(np.asarray(page)), 200).company > 12
