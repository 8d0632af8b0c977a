"""Pictures as people send them: WebP, GIF and BMP beside PNG, and those that are transparent, wide, or move."""

from __future__ import annotations

import datetime as dt
import io
from email.message import EmailMessage
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw

from mailroom.config.reading import Limits, ReadingConfig
from mailroom.config.site import load_site
from mailroom.errors import Reject
from mailroom.gateways import scan_file
from mailroom.gateways.email_pdf import EmailAsScan, lay_out
from mailroom.gateways.filing_pdf import filing_copy
from mailroom.gateways.scan_file import Incomplete, NotAScan, TooLarge, open_scan
from mailroom.values.page import PageKind, PageReading
from mailroom.wiring.reading import PageReader
from tests.gateways.verapdf import needs_verapdf, verdict
from tests.inbound.hostile import moving_picture

FACE = load_site().letter_typeface
MADE = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
KINDS = ("webp", "gif", "bmp", "png")
SIDEWAYS = 6  # of the Exif tag Orientation: the camera was held so that the picture is to be turned clockwise


def screenshot(size: tuple[int, int] = (900, 500)) -> Image.Image:
    """Wider than high, with a word at the left and a band of colours."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    ImageDraw.Draw(picture).rectangle((20, 20, 300, 120), fill=(10, 20, 30))
    return picture


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    made = io.BytesIO()
    how = {"lossless": True, **how} if kind == "webp" else how
    (picture.quantize(64) if kind == "gif" and picture.mode == "RGB" else picture).save(made, kind, **how)
    return made.getvalue()


def written(folder: Path, content: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def filed(source: Path, output: Path) -> Path:
    page = open_scan(source, Limits()).page(1, 200)
    reading = PageReading(1, PageKind.ITEM, page.width_pt, page.height_pt)
    filing_copy(source, [reading], "Item B000001-01", MADE, FACE, output)
    return output


def pixels_of(pdf: Path) -> Image.Image:
    with pikepdf.open(pdf) as opened:
        (picture,) = opened.pages[0].get_images().values()
        return pikepdf.PdfImage(picture).as_pil_image().convert("RGB")


def emailed(*files: tuple[str, bytes]) -> EmailAsScan:
    message = EmailMessage()
    message.set_content("See my pictures.")
    for name, content in files:
        message.add_attachment(content, maintype="image", subtype="any", filename=name)
    return lay_out(message.as_bytes(), FACE, Limits())


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_a_page_of_its_own_shape_and_is_filed_without_loss(kind: str, tmp_path: Path) -> None:
    source = written(tmp_path, saved(screenshot(), kind), f"a.{kind}")
    scan = open_scan(source, Limits())
    page = scan.page(1, 200)
    assert (scan.page_count, page.pixels.shape) == (1, (500, 900))
    assert (page.width_pt, page.height_pt) == (842, pytest.approx(468, abs=1))
    copy = filed(source, tmp_path / "filed.pdf")
    with Image.open(source) as original:
        assert ImageChops.difference(pixels_of(copy), original.convert("RGB")).getbbox() is None
    with pikepdf.open(copy) as opened:
        assert [float(n) for n in opened.pages[0].mediabox] == [0, 0, 842, pytest.approx(468, abs=1)]
        with opened.open_metadata() as said:
            assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("2", "B")


@needs_verapdf
@pytest.mark.parametrize("kind", KINDS)
def test_verapdf_finds_nothing_to_say_about_a_filed_picture(kind: str, tmp_path: Path) -> None:
    source = written(tmp_path, saved(screenshot(), kind), f"a.{kind}")
    told = verdict(filed(source, tmp_path / "filed.pdf"), "2b")
    assert told.startswith("PASS"), told


def test_pictures_in_an_email_are_pages_of_its_item_in_their_own_shape() -> None:
    laid = emailed(*((f"a.{kind}", saved(screenshot(), kind)) for kind in KINDS))
    assert laid.apart == ()
    with pikepdf.open(io.BytesIO(laid.pdf)) as item:
        sizes = [[round(float(n)) for n in page.mediabox] for page in item.pages]
    assert sizes == [[0, 0, 595, 842], *([[0, 0, 842, 468]] * len(KINDS))]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("keep", [10, 40, 0.5, 0.98, -8])
def test_a_picture_that_is_still_being_copied_or_cut_off_is_not_taken_for_whole(
    kind: str, keep: float, tmp_path: Path
) -> None:
    whole = saved(screenshot(), kind)
    at = int(keep if keep > 1 else keep * len(whole)) if keep > 0 else len(whole) + int(keep)
    with pytest.raises(Incomplete, match="cut off or damaged") if at > 30 else pytest.raises(Reject):
        open_scan(written(tmp_path, whole[:at], f"a.{kind}"), Limits())


def test_a_packed_bmp_without_its_end_is_not_taken_for_whole(tmp_path: Path) -> None:
    head = saved(Image.new("L", (8, 2)), "bmp")[:1078]
    packed = bytearray(head + b"\x08\x00\x00\x00\x08\x07\x00\x01")
    packed[30] = 1  # run-length coded, eight bits
    page = open_scan(written(tmp_path, bytes(packed), "a.bmp"), Limits()).page(1, 200)
    assert sorted(np.unique(page.pixels)) == [0, 7]
    with pytest.raises(Incomplete, match="cut off or damaged"):
        open_scan(written(tmp_path, bytes(packed[:-4]), "b.bmp"), Limits())


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_picture_that_moves_is_set_aside_and_not_filed_as_its_first_moment(kind: str, tmp_path: Path) -> None:
    moving = moving_picture(kind)
    with pytest.raises(NotAScan, match="a moving picture of 3 moments"):
        open_scan(written(tmp_path, moving, f"a.{kind.lower()}"), Limits())
    (apart,) = emailed(("clip", moving)).apart
    assert apart.content == moving


@pytest.mark.parametrize("head", [b"VP8X" + bytes(8) + b"\xff\x3f\0" * 2, b"VP8L" + bytes(4) + b"\x2f\xff\xff\xff\x0f"])
def test_a_webp_of_more_pixels_than_the_limit_is_refused_before_room_is_made_for_them(
    head: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_file, "open_picture", lambda path: pytest.fail("it was opened"))
    huge = b"RIFF\x40\0\0\0WEBP" + head + bytes(60)
    with pytest.raises(TooLarge, match="16,384 by 16,384 pixels"):
        open_scan(written(tmp_path, huge, "a.webp"), Limits())


@pytest.mark.parametrize("kind", ["BMP", "GIF", "TIFF"])
def test_a_picture_of_more_pixels_than_the_limit_is_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="900 by 500 pixels"):
        open_scan(written(tmp_path, saved(screenshot(), kind.lower()), "a"), Limits(max_pixels=449_999))


def transparent(kind: str) -> bytes:
    """Black words on nothing, where nothing is black."""
    picture = Image.new("RGBA", (300, 424), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((50, 50, 250, 80), fill=(0, 0, 0, 255))
    if kind == "gif":
        flat = Image.new("P", picture.size, 0)
        flat.putpalette([0, 0, 0] * 2)
        flat.paste(1, mask=picture.getchannel("A"))
        return saved(flat, kind, transparency=0)
    return saved(picture if kind != "png-grey" else picture.convert("LA"), kind.partition("-")[0], exact=True)


@pytest.mark.parametrize("kind", ["gif", "webp", "png", "png-grey"])
def test_paper_shows_where_a_picture_is_transparent_when_it_is_read_and_when_it_is_filed(
    kind: str, tmp_path: Path
) -> None:
    source = written(tmp_path, transparent(kind), "a")
    for seen in (
        open_scan(source, Limits()).page(1, 200).pixels,
        np.asarray(pixels_of(filed(source, tmp_path / "filed.pdf")).convert("L")),
    ):
        assert (seen[65, 150], seen[10, 10], seen[300, 150]) == (0, 255, 255)


def test_a_webp_stands_the_way_up_its_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    source = written(tmp_path, saved(screenshot().rotate(90, expand=True), "webp", exif=exif), "a.webp")
    assert open_scan(source, Limits()).page(1, 200).pixels.shape == (500, 900)
    assert pixels_of(filed(source, tmp_path / "filed.pdf")).size == (900, 500)


@pytest.mark.ocr
def test_the_words_of_a_webp_and_a_gif_are_read(tmp_path: Path) -> None:
    with Image.open(Path(__file__).parents[1] / "samples" / "scans" / "0028_20261102.jpg") as photo:
        sources = [written(tmp_path, saved(photo.convert("L"), kind), f"a.{kind}") for kind in ("webp", "gif")]
    with PageReader(ReadingConfig(), (), FACE, tmp_path, children=1) as reader:
        for source in sources:
            assert "for the arrears" in reader.read(source, 1).text
