"""The filing copy: the pixels as they came, the words under their own pictures, upright, and what PDF/A-2b asks."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw, TiffImagePlugin
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.environment import example_site
from mailroom.gateways import picture_frame, text_layer
from mailroom.gateways.filing_pdf import filing_copy
from mailroom.gateways.leptonica import leptonica
from mailroom.gateways.pdfa_rules import needs_drawing
from mailroom.values.confidence import Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import PageKind, PageReading, TextSource, Word

FACE = example_site() / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
MADE = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
A4 = (595.0, 842.0)


def reading(number: int, *words: tuple[str, Box], rotation: int = 0, source: TextSource = TextSource.TESSERACT):
    width, height = A4
    read = tuple(Word(text, box, Confidence(0.9), n) for n, (text, box) in enumerate(words))
    return PageReading(number, PageKind.ITEM, width, height, rotation=rotation, words=read, source=source)


def scan(path: Path, mode: str = "L", **how: object) -> Path:
    picture = Image.new(mode, (827, 1170), "white")
    ImageDraw.Draw(picture).rectangle((100, 200, 300, 240), fill="black")
    picture.save(path, dpi=(100, 100), **how)
    return path


def filed(source: Path, tmp_path: Path, *pages: PageReading) -> Path:
    output = tmp_path / "filed.pdf"
    filing_copy(source, pages, "Item B000001-01", MADE, FACE, output)
    return output


needs_leptonica = pytest.mark.skipif(leptonica() is None, reason="Leptonica is not installed: Pillow takes its place")
WORD = ("Registrar", Box(0.12, 0.17, 0.36, 0.205))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_each_word_is_found_where_its_picture_stands_on_the_upright_page(rotation: int, tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.png")
    document = pypdfium2.PdfDocument(filed(source, tmp_path, reading(1, WORD, rotation=rotation)))
    page = document[0]
    width, height = page.get_size()
    text = page.get_textpage()
    assert text.get_text_bounded().strip() == "Registrar"
    where = text.search("Registrar").get_next()
    boxes = [text.get_charbox(where[0]), text.get_charbox(where[0] + where[1] - 1)]
    shown = _as_shown(page.get_rotation(), boxes, page.get_mediabox())
    assert shown[0] / width == pytest.approx(0.12, abs=0.02)
    assert shown[2] / width == pytest.approx(0.36, abs=0.02)
    assert 1 - shown[3] / height == pytest.approx(0.17, abs=0.02)
    assert (width > height) == (rotation in (90, 270))


def _as_shown(turn: int, boxes: list[tuple[float, ...]], media: tuple[float, ...]) -> tuple[float, ...]:
    """Character boxes come in the page's own space; turn them to how the page is shown."""
    x0, y0 = min(b[0] for b in boxes), min(b[1] for b in boxes)
    x1, y1 = max(b[2] for b in boxes), max(b[3] for b in boxes)
    w, h = media[2], media[3]
    return {
        0: (x0, y0, x1, y1),
        90: (y0, w - x1, y1, w - x0),
        180: (w - x1, h - y1, w - x0, h - y0),
        270: (h - y1, x0, h - y0, x1),
    }[turn]


def test_a_jpeg_is_carried_over_byte_for_byte(tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.jpg", quality=60)
    with pikepdf.open(filed(source, tmp_path, reading(1, WORD))) as copy:
        image = next(iter(copy.pages[0].get_images().values()))
        assert str(image.Filter) == "/DCTDecode"
        assert image.read_raw_bytes() == source.read_bytes()


def test_a_fax_coded_scan_stays_fax_coded_and_small(tmp_path: Path) -> None:
    source = scan(tmp_path / "scan.tif", "1", compression="group4")
    output = filed(source, tmp_path, reading(1, WORD))
    with pikepdf.open(output) as copy:
        assert "/CCITTFaxDecode" in str(next(iter(copy.pages[0].get_images().values())).Filter)
    assert output.stat().st_size < 40_000


def test_a_fax_coded_page_is_coded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = scan(tmp_path / "long.tif", "1", compression="group4")
    before = np.asarray(Image.open(source))
    monkeypatch.setattr(img2pdf, "transcode_monochrome", lambda picture: pytest.fail("decoded and coded once more"))
    with pikepdf.open(filed(source, tmp_path, reading(1, WORD))) as copy:
        picture = pikepdf.PdfImage(next(iter(copy.pages[0].get_images().values())))
        assert picture.filters == ["/CCITTFaxDecode"]
        assert np.array_equal(np.asarray(picture.as_pil_image().convert("1")), before)


@pytest.fixture
def faxes(tmp_path: Path) -> Path:
    """Three pages, each in many strips, as scanners and Pillow write them."""
    path, dots = tmp_path / "faxes.tif", np.random.default_rng(7).random((3, 1170, 827)) > 0.05
    frames = [Image.fromarray(page) for page in dots]
    frames[0].save(path, save_all=True, append_images=frames[1:], compression="group4", dpi=(100, 100), strip_size=4096)
    return path


def fax(path: Path, number: int) -> np.ndarray:
    """A page of the original, as it is decoded to be read."""
    with Image.open(path) as original:
        original.seek(number - 1)
        return np.asarray(original)


def dots(path: Path) -> list[np.ndarray]:
    """The picture of every page of a copy."""
    with pikepdf.open(path) as copy:
        images = [pikepdf.PdfImage(next(iter(page.get_images().values()))) for page in copy.pages]
        assert all(image.filters == ["/CCITTFaxDecode"] for image in images)
        return [np.asarray(image.as_pil_image().convert("1")) for image in images]


@needs_leptonica
@pytest.mark.parametrize(
    ("name", "compression"),
    [("a.png", ""), *((f"{way}.tif", way) for way in ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "group3"))],
)
def test_a_black_and_white_page_of_any_coding_is_filed_with_the_same_dots(
    name: str, compression: str, faxes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_frame, "lossless", lambda *_: pytest.fail("unpacked to a byte a dot"))
    with Image.open(faxes) as original:
        original.save(tmp_path / name, **({"compression": compression} if compression else {}))
    (page,) = dots(filed(tmp_path / name, tmp_path, reading(1, WORD)))
    assert np.array_equal(page, fax(faxes, 1))


@needs_leptonica
def test_a_fax_coded_page_is_kept_at_eight_dots_to_the_byte(
    faxes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_frame, "lossless", lambda *_: pytest.fail("unpacked to a byte a dot"))
    seen = dots(filed(faxes, tmp_path, reading(3), reading(1, WORD)))
    for number, page in zip((3, 1), seen, strict=True):
        assert np.array_equal(page, fax(faxes, number))


def test_a_damaged_fax_coded_page_is_filed_with_the_dots_by_which_it_was_read(faxes: Path, tmp_path: Path) -> None:
    with Image.open(faxes) as original:
        at = original.tag_v2[TiffImagePlugin.STRIPOFFSETS][5] + 60
    damaged = bytearray(faxes.read_bytes())
    damaged[at : at + 8] = bytes(8)
    faxes.write_bytes(damaged)
    (page,) = dots(filed(faxes, tmp_path, reading(1, WORD)))
    assert np.array_equal(page, fax(faxes, 1))


def test_without_leptonica_a_fax_coded_page_is_filed_all_the_same(
    faxes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailroom.gateways.leptonica.leptonica", lambda: None)
    (page,) = dots(filed(faxes, tmp_path, reading(1, WORD)))
    assert np.array_equal(page, fax(faxes, 1))


def test_a_typeface_is_parsed_once_for_all_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, face = scan(tmp_path / "scan.tif", "1"), tmp_path / FACE.name
    face.write_bytes(FACE.read_bytes())
    parsed: list[object] = []
    monkeypatch.setattr(text_layer, "TTFont", lambda *a: parsed.append(a) or TTFont(*a))
    filing_copy(source, [reading(1, ("Āā", WORD[1]))], "Item B000001-01", MADE, face, tmp_path / "other words.pdf")
    output = tmp_path / "second.pdf"
    filing_copy(source, [reading(1, WORD)], "Item B000001-02", MADE, face, output)
    assert len(parsed) == 1
    assert pypdfium2.PdfDocument(output)[0].get_textpage().get_text_bounded().strip() == "Registrar"


def test_a_typeface_is_cut_down_once_for_documents_of_the_same_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, made = scan(tmp_path / "scan.tif", "1"), []
    monkeypatch.setattr(text_layer, "Canvas", lambda *a, **how: made.append(how) or Canvas(*a, **how))
    for words in ("Ůne", "twoŮ"):
        copy = pypdfium2.PdfDocument(filed(source, tmp_path, reading(1, (words, WORD[1]))))
        assert copy[0].get_textpage().get_text_bounded().strip() == words
    assert len(made) == 1


def test_words_of_more_letters_than_one_font_can_hold_are_found(tmp_path: Path) -> None:
    """Brackets, backslashes and the ends of lines, which mean something within a string of a PDF, among them."""
    letters = [chr(n) for n in (*range(0x21, 0x7F), *range(0xC0, 0x180), *range(0x391, 0x3A0), *range(0x410, 0x450))]
    said = ["".join(letters[n : n + 9]) for n in range(0, len(letters), 9)]
    words = [(word, Box(0.1, 0.02 * n + 0.02, 0.5, 0.02 * n + 0.035)) for n, word in enumerate(said)]
    copy = filed(scan(tmp_path / "scan.tif", "1"), tmp_path, reading(1, *words))
    text = pypdfium2.PdfDocument(copy)[0].get_textpage().get_text_bounded()
    known = TTFont("known", FACE).face.charToGlyph
    assert text.split() == ["".join(letter for letter in word if ord(letter) in known) for word in said]


def test_a_copy_without_words_holds_no_typeface(tmp_path: Path) -> None:
    with pikepdf.open(filed(scan(tmp_path / "scan.tif", "1"), tmp_path, reading(1))) as copy:
        assert not [thing for thing in copy.objects if isinstance(thing, pikepdf.Dictionary) and "/FontFile2" in thing]


def test_only_the_items_own_pages_are_in_it_and_in_order(tmp_path: Path) -> None:
    source = tmp_path / "batch.tif"
    frames = [Image.new("1", (400 + 100 * n, 600), "white") for n in range(3)]
    frames[0].save(source, save_all=True, append_images=frames[1:], compression="group4", dpi=(100, 100))
    with pikepdf.open(filed(source, tmp_path, reading(3, WORD), reading(2))) as copy:
        assert [next(iter(p.get_images().values())).Width for p in copy.pages] == [600, 500]


def test_it_says_that_it_is_pdf_a_2b_and_carries_its_colours(tmp_path: Path) -> None:
    output = filed(scan(tmp_path / "scan.png"), tmp_path, reading(1, WORD))
    with pikepdf.open(output) as copy:
        metadata = copy.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
        intent = copy.Root.OutputIntents[0]
        assert str(intent.S) == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
        assert copy.trailer.ID is not None


def _letter(path: Path, embed: bool) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    if embed:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        pdfmetrics.registerFont(TTFont("Embedded", FACE))
        canvas.setFont("Embedded", 14)
    canvas.drawString(72, 700, "Dear Council")
    canvas.showPage()
    canvas.save()
    return path


@pytest.mark.parametrize("embed", [True, False])
def test_a_born_digital_page_keeps_its_words_or_is_drawn_when_a_font_is_missing(embed: bool, tmp_path: Path) -> None:
    source = _letter(tmp_path / "letter.pdf", embed)
    own = reading(1, ("Dear", Box(0.12, 0.15, 0.2, 0.17)), source=TextSource.OWN_TEXT)
    output = filed(source, tmp_path, own)
    assert "Dear" in pypdfium2.PdfDocument(output)[0].get_textpage().get_text_bounded()
    with pikepdf.open(output) as copy:
        assert bool(copy.pages[0].get_images()) is not embed
        assert not needs_drawing(copy.pages[0], copy.Root.get("/OCProperties"))


def test_what_may_not_be_in_an_archive_is_left_behind(tmp_path: Path) -> None:
    source = _letter(tmp_path / "letter.pdf", True)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
        pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([link]))
        pdf.pages[0].obj.AA = pikepdf.Dictionary()
        pdf.save()
    with pikepdf.open(filed(source, tmp_path, reading(1, source=TextSource.OWN_TEXT))) as copy:
        assert "/Annots" not in copy.pages[0].obj
        assert "/AA" not in copy.pages[0].obj


def test_the_pixels_of_a_scanned_pdf_page_are_those_of_the_original(tmp_path: Path) -> None:
    jpeg = scan(tmp_path / "scan.jpg", quality=50).read_bytes()
    import img2pdf

    source = tmp_path / "scan.pdf"
    source.write_bytes(img2pdf.convert(jpeg))
    with pikepdf.open(filed(source, tmp_path, reading(1, WORD))) as copy:
        raw = next(iter(copy.pages[0].get_images().values())).read_raw_bytes()
    assert Image.open(io.BytesIO(raw)).tobytes() == Image.open(io.BytesIO(jpeg)).tobytes()
