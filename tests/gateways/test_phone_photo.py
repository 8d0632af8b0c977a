"""Photos as phones make them: HEIC, and JPEGs with smaller pictures behind the first.

The two HEIC files were made once, by pillow-heif: nothing in the mailroom or its tests can write one. letter.heic lies
on its side and says to be turned; two.heic holds two pictures.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
from email.message import EmailMessage
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw

from mailroom.config.reading import Limits, ReadingConfig
from mailroom.config.site import load_site
from mailroom.gateways.email_pdf import lay_out
from mailroom.gateways.filing_pdf import filing_copy
from mailroom.gateways.scan_file import Incomplete, NotAScan, TooLarge, open_scan
from mailroom.values.page import PageKind, PageReading
from mailroom.wiring.reading import PageReader

PHOTOS = Path(__file__).parent / "photos"
LETTER = (PHOTOS / "letter.heic").read_bytes()
FACE = load_site().letter_typeface
MADE = dt.datetime(2026, 11, 27, 9, 0, tzinfo=dt.UTC)
SIDEWAYS = 6
"""Of EXIF's ways a camera is held: the picture is to be turned clockwise by a quarter."""


def written(folder: Path, content: bytes, name: str = "photo.heic") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def with_size_said(width: int, height: int) -> bytes:
    at = LETTER.index(b"ispe") + 8
    return LETTER[:at] + struct.pack(">II", width, height) + LETTER[at + 8 :]


def camera_jpeg(path: Path) -> Path:
    """A sheet marked in its upper left corner, as a camera held sideways keeps it, and a small picture behind it."""
    sheet = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(sheet).rectangle((0, 0, 200, 200), fill="black")
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    sideways = sheet.rotate(90, expand=True)
    sideways.save(path, "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40))], exif=exif)
    return path


def filed(source: Path, output: Path) -> pikepdf.Pdf:
    page = open_scan(source, Limits()).page(1, 200)
    reading = PageReading(1, PageKind.ITEM, page.width_pt, page.height_pt)
    filing_copy(source, [reading], "Item B000001-01", MADE, FACE, output)
    return pikepdf.open(output)


def emailed(path: Path) -> bytes:
    message = EmailMessage()
    message.set_content("See my photo.")
    message.add_attachment(path.read_bytes(), maintype="image", subtype="any", filename=path.name)
    laid = lay_out(message.as_bytes(), FACE, Limits())
    assert laid.apart == ()
    return laid.pdf


def pages_drawn(pdf: bytes, folder: Path) -> list[np.ndarray]:  # type: ignore[type-arg]
    scan = open_scan(written(folder, pdf, "drawn.pdf"), Limits())
    return [scan.page(number + 1, 72).pixels for number in range(scan.page_count)]


def words_end_above_the_last_third(pixels: np.ndarray) -> bool:  # type: ignore[type-arg]
    """As they do on the letter held the right way up, and no other way."""
    rows, columns = pixels.shape
    dark = pixels < 110
    return rows > columns and bool(dark[: rows // 3].any()) and not dark[rows * 2 // 3 :].any()


def marked_at_the_upper_left(pixels: np.ndarray) -> bool:  # type: ignore[type-arg]
    rows, columns = pixels.shape
    dark = np.argwhere(pixels < 100).mean(axis=0)
    return rows > columns and dark[0] < rows / 3 and dark[1] < columns / 3


def test_a_phones_photo_stands_the_way_up_it_was_taken_and_is_as_long_as_a4() -> None:
    scan = open_scan(PHOTOS / "letter.heic", Limits())
    page = scan.page(1, 200)
    assert (scan.page_count, page.pixels.shape, page.is_photo) == (1, (1754, 1240), True)
    assert (page.width_pt, page.height_pt) == (pytest.approx(595, abs=1), 842)
    assert words_end_above_the_last_third(page.pixels)


@pytest.mark.ocr
def test_the_words_of_a_phones_photo_are_read(tmp_path: Path) -> None:
    with PageReader(ReadingConfig(), (), FACE, tmp_path, children=1) as reader:
        page = reader.read(PHOTOS / "letter.heic", 1)
    assert (page.kind, page.rotation) == (PageKind.ITEM, 0)
    assert "give me the single person discount" in page.text
    assert "My account number is 50318842." in page.text


def test_every_picture_of_a_photo_file_is_a_page() -> None:
    scan = open_scan(PHOTOS / "two.heic", Limits())
    assert scan.page_count == 2
    assert scan.page(1, 200).pixels.shape != scan.page(2, 200).pixels.shape


@pytest.mark.parametrize("keep", [30, 300, 0.4, 0.9, len(LETTER) - 1])
def test_a_photo_that_is_still_being_copied_or_cut_off_is_not_taken_for_whole(keep: float, tmp_path: Path) -> None:
    cut = LETTER[: int(keep if keep > 1 else keep * len(LETTER))]
    with pytest.raises(Incomplete, match="cut off or damaged"):
        open_scan(written(tmp_path, cut), Limits())


def test_a_photo_without_its_pixels_is_not_taken_for_a_blank_one(tmp_path: Path) -> None:
    with pytest.raises(Incomplete, match="cut off or damaged"):
        open_scan(written(tmp_path, LETTER[: LETTER.index(b"mdat") - 4]), Limits())


def test_a_photo_of_more_pixels_than_the_limit_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="60,000 by 60,000 pixels"):
        open_scan(written(tmp_path, with_size_said(60_000, 60_000)), Limits())


@pytest.mark.parametrize("said", [(100, 100), (12_000, 12_000)])
def test_a_photo_of_other_pixels_than_it_says_is_not_drawn(said: tuple[int, int], tmp_path: Path) -> None:
    scan = open_scan(written(tmp_path, with_size_said(*said)), Limits())
    with pytest.raises((RuntimeError, ValueError), match=r"[Ii]mage size"):
        scan.page(1, 200)


@pytest.mark.parametrize("name", ["photo.jpg", "photo.pdf"])
def test_a_photo_under_another_name_is_said_to_be_one(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotAScan, match=r"is a photo in a phone's own format \(HEIC\). Give it its right name"):
        open_scan(written(tmp_path, LETTER, name), Limits())


def test_a_film_is_no_photo(tmp_path: Path) -> None:
    with pytest.raises(NotAScan, match="This is a film"):
        open_scan(written(tmp_path, b"\0\0\0\x18ftypisom" + bytes(2000), "a.heic"), Limits())


def test_a_phones_photo_is_filed_with_all_its_pixels_and_not_ten_times_as_large(tmp_path: Path) -> None:
    copy = filed(PHOTOS / "letter.heic", tmp_path / "filed.pdf")
    (picture,) = copy.pages[0].get_images().values()
    assert (picture.Width, picture.Height, picture.Filter) == (1240, 1754, "/DCTDecode")
    assert (tmp_path / "filed.pdf").stat().st_size < 10 * len(LETTER)


def test_a_phones_photo_in_an_email_is_a_page_of_its_item(tmp_path: Path) -> None:
    words, photo = pages_drawn(emailed(PHOTOS / "letter.heic"), tmp_path)
    assert words_end_above_the_last_third(photo)
    assert words.shape == (842, 595)


def test_a_cameras_jpeg_with_a_small_picture_behind_it_is_one_page_filed_upright_and_as_it_is_coded(
    tmp_path: Path,
) -> None:
    source = camera_jpeg(tmp_path / "photo.jpg")
    assert open_scan(source, Limits()).page_count == 1
    copy = filed(source, tmp_path / "filed.pdf")
    (picture,) = copy.pages[0].get_images().values()
    assert picture.read_raw_bytes() in source.read_bytes()
    (page,) = pages_drawn((tmp_path / "filed.pdf").read_bytes(), tmp_path)
    assert marked_at_the_upper_left(page)


def test_a_cameras_jpeg_in_an_email_is_one_upright_page_and_keeps_its_coding(tmp_path: Path) -> None:
    source = camera_jpeg(tmp_path / "photo.jpg")
    pdf = emailed(source)
    _, page = pages_drawn(pdf, tmp_path)
    assert marked_at_the_upper_left(page)
    with pikepdf.open(io.BytesIO(pdf)) as item:
        (picture,) = item.pages[1].get_images().values()
        assert picture.read_raw_bytes() in source.read_bytes()
