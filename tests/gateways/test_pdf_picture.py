"""Pages that are one picture give its own pixels; any other page is drawn as its reader would see it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from mailroom.config.reading import Limits
from mailroom.gateways import pdf_picture
from mailroom.gateways.pdf_picture import own_pixels, plain_pictures
from mailroom.gateways.scan_file import open_scan

DPI = 200
WIDTH, HEIGHT = 830, 1170
"""An A5 page at 200 dots an inch."""
SIZE = (WIDTH * 72 / DPI, HEIGHT * 72 / DPI)
Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Change = Callable[[pikepdf.Pdf, Any], None]
WHOLE = b"q %.3f 0 0 %.3f 0 0 cm /Scan Do Q"


def paper() -> Pixels:
    """Something in each corner, so that a turned or mirrored one is told."""
    pixels = np.random.default_rng(5).integers(200, 250, (HEIGHT, WIDTH), dtype=np.uint8)
    pixels[50:200, 40:90] = 10
    pixels[900:960, 600:800] = 90
    return pixels


def a_pdf(path: Path, change: Change = lambda pdf, page: None, pixels: Pixels | None = None) -> Path:
    """One page, all of it one picture, then changed."""
    held = paper() if pixels is None else pixels
    with pikepdf.new() as pdf:
        picture = Stream(pdf, held.tobytes())
        colours = Name.DeviceGray if held.ndim == 2 else Name.DeviceRGB
        picture.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Image, Width=held.shape[1], Height=held.shape[0], BitsPerComponent=8,
            ColorSpace=colours,
        )  # fmt: skip
        pdf.add_blank_page(page_size=SIZE)
        page = pdf.pages[0].obj
        page.Resources = Dictionary(XObject=Dictionary(Scan=picture))
        page.Contents = Stream(pdf, WHOLE % SIZE)
        change(pdf, page)
        pdf.save(path)
    return path


def taken(path: Path) -> Pixels | None:
    with pikepdf.open(path) as pdf:
        plain = dict(plain_pictures(pdf)).get(1)
    if plain is None:
        return None
    document = pypdfium2.PdfDocument(path)
    try:
        return own_pixels(document[0], plain, DPI)
    finally:
        document.close()


def read(path: Path) -> Pixels:
    return open_scan(path, Limits()).page(1, DPI).pixels


def test_a_scanned_page_gives_the_pixels_of_its_picture_and_not_a_drawing_of_them(tmp_path: Path) -> None:
    pixels = read(a_pdf(tmp_path / "scan.pdf"))
    assert np.array_equal(pixels, paper())


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_picture_is_turned_as_its_page_says(tmp_path: Path, turn: int) -> None:
    pixels = read(a_pdf(tmp_path / "turned.pdf", lambda pdf, page: page.__setitem__("/Rotate", turn)))
    assert np.array_equal(pixels, np.rot90(paper(), -turn // 90))


def test_a_scan_in_colour_is_greyed_by_how_light_its_colours_look(tmp_path: Path) -> None:
    colours = np.full((HEIGHT, WIDTH, 3), 255, dtype=np.uint8)
    colours[:300] = (255, 0, 0)
    colours[300:600] = (0, 0, 255)
    pixels = read(a_pdf(tmp_path / "colour.pdf", pixels=colours))
    assert pixels[100, 100] == pytest.approx(76, abs=2)  # 0.299 of 255
    assert pixels[400, 100] == pytest.approx(29, abs=2)  # 0.114 of 255
    assert pixels[1000, 100] == 255


def with_content(content: bytes) -> Change:
    return lambda pdf, page: page.__setitem__("/Contents", Stream(pdf, content))


def with_mask(pdf: pikepdf.Pdf, page: Any) -> None:
    mask = Stream(pdf, bytes(WIDTH * HEIGHT))
    mask.stream_dict = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=WIDTH,
        Height=HEIGHT,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
    )
    page.Resources.XObject.Scan.SMask = pdf.make_indirect(mask)


def in_a_layer(pdf: pikepdf.Pdf, page: Any) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Scan"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    page.Resources.XObject.Scan.OC = layer


def in_a_part_of_the_page_in_a_layer(pdf: pikepdf.Pdf, page: Any) -> None:
    in_a_layer(pdf, page)
    page.Resources.Properties = Dictionary(Layer=page.Resources.XObject.Scan.OC)
    del page.Resources.XObject.Scan["/OC"]
    page.Contents = Stream(pdf, b"/OC /Layer BDC " + WHOLE % SIZE + b" EMC")


def see_through(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.ExtGState = Dictionary(Pale=Dictionary(ca=0.5))
    page.Contents = Stream(pdf, b"/Pale gs " + WHOLE % SIZE)


def with_a_note(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([20, 20, 90, 90]), C=Array([1]))])


def cropped(pdf: pikepdf.Pdf, page: Any) -> None:
    page.CropBox = Array([0, 0, SIZE[0], SIZE[1] / 2])


@pytest.mark.parametrize(
    "change",
    [
        with_content(b"q -%.3f 0 0 %.3f %.3f 0 cm /Scan Do Q" % (*SIZE, SIZE[0])),
        with_content(b"q 0 %.3f -%.3f 0 %.3f 0 cm /Scan Do Q" % (SIZE[1], SIZE[0], SIZE[0])),
        with_content(b"q 0 0 100 100 re W n " + WHOLE % SIZE + b" Q"),
        with_content(b"q %.3f 0 0 %.3f 30 30 cm /Scan Do Q" % (SIZE[0] - 60, SIZE[1] - 60)),
        with_content(WHOLE % SIZE + b" 0 g 20 20 200 50 re f"),
        with_content(WHOLE % SIZE + b" q 50 0 0 50 9 9 cm /Scan Do Q"),
        with_mask,
        in_a_layer,
        in_a_part_of_the_page_in_a_layer,
        see_through,
        with_a_note,
        cropped,
    ],
    ids=["mirrored", "turned", "cut to a shape", "with a margin", "drawn over", "twice", "masked", "hidden layer",
         "part in a layer", "see-through", "with a note", "cropped"],
)  # fmt: skip
def test_a_page_that_looks_other_than_its_picture_is_drawn(tmp_path: Path, change: Change) -> None:
    assert taken(a_pdf(tmp_path / "other.pdf", change)) is None


def test_a_hidden_picture_stays_hidden(tmp_path: Path) -> None:
    assert read(a_pdf(tmp_path / "hidden.pdf", in_a_layer)).min() == 255
    assert read(a_pdf(tmp_path / "masked.pdf", with_mask)).min() == 255


def faxed(black_is_1: bool, damage: bool = False) -> Change:
    """The picture in the fax coding, its ink or its paper coded as ink."""

    def change(pdf: pikepdf.Pdf, page: Any) -> None:
        made = io.BytesIO()
        dots = FAX if black_is_1 else ~FAX
        strip = {"compression": "group4", "strip_size": (WIDTH + 7) // 8 * HEIGHT}
        Image.fromarray(dots).convert("1").save(made, "TIFF", **strip)
        with Image.open(made) as tiff:
            start, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
            assert tiff.tag_v2[262] == 1, "Pillow codes its white dots as ink"
        coded = made.getvalue()[start : start + length]
        picture = page.Resources.XObject.Scan
        how = Dictionary(K=-1, Columns=WIDTH, Rows=HEIGHT, BlackIs1=black_is_1)
        broken = coded[:400] + b"\x55" * 40 + coded[440:]
        picture.write(broken if damage else coded, filter=Name.CCITTFaxDecode, decode_parms=how)
        picture.BitsPerComponent = 1

    return change


FAX: Pixels = np.where(paper() < 100, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("black_is_1", [False, True])
def test_a_fax_coded_page_gives_its_dots_whichever_way_round_they_are_coded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, black_is_1: bool
) -> None:
    path = a_pdf(tmp_path / "fax.pdf", faxed(black_is_1))
    assert np.array_equal(read(path), FAX)
    monkeypatch.setattr(pdf_picture, "in_grey", lambda *given: None)
    assert np.array_equal(read(path), FAX), "as pdfium has it"


def test_a_damaged_fax_coded_page_is_what_pdfium_makes_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_pdf(tmp_path / "fax.pdf", faxed(False, damage=True))
    pixels = read(path)
    monkeypatch.setattr(pdf_picture, "in_grey", lambda *given: None)
    assert np.array_equal(pixels, read(path))


@pytest.mark.parametrize("step", [1, 3])
def test_a_picture_much_coarser_or_finer_than_asked_for_is_drawn(tmp_path: Path, step: int) -> None:
    pixels = paper()[::2, ::2] if step == 1 else np.repeat(np.repeat(paper(), 3, axis=0), 3, axis=1)
    path = a_pdf(tmp_path / "coarse.pdf", pixels=np.ascontiguousarray(pixels))
    assert taken(path) is None
    assert abs(read(path).shape[0] - HEIGHT) <= 1
