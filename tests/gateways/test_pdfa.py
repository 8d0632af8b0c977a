"""Filing copies keep the rules of PDF/A-2b whatever the page that came in did: by the bytes, and by veraPDF if here.

Each rule is one that filing copies of strangers' PDFs were found to break.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import img2pdf
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.environment import example_site
from mailroom.gateways.filing_pdf import filing_copy
from mailroom.values.confidence import Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import PageKind, PageReading, TextSource, Word
from tests.gateways.verapdf import needs_verapdf, verdict

FACE = example_site() / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
MADE = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


def letter(path: Path) -> pikepdf.Pdf:
    """A born-digital letter that breaks no rule."""
    pdfmetrics.registerFont(TTFont("Letter", FACE))
    canvas = Canvas(str(path), initialFontName="Letter")  # type: ignore[arg-type]
    canvas.setFont("Letter", 14)
    canvas.drawString(72, 700, "Dear Council")
    canvas.save()
    return pikepdf.open(path, allow_overwriting_input=True)


def filed(pdf: pikepdf.Pdf, path: Path) -> Path:
    pdf.save(path)
    output = path.with_name("filed.pdf")
    word = Word("Dear", Box(0.12, 0.15, 0.2, 0.17), Confidence(0.9), 0)
    page = PageReading(1, PageKind.ITEM, 595, 842, words=(word,), source=TextSource.OWN_TEXT)
    filing_copy(path, [page], "Item B000001-01", MADE, FACE, output)
    return output


def is_drawn(output: Path) -> bool:
    with pikepdf.open(output) as copy:
        return bool(copy.pages[0].get_images())


def _black_of_presses(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 0 1 k 10 10 50 50 re f", prepend=True)


def _black_in_the_second_form(pdf: pikepdf.Pdf) -> None:
    inner = pdf.make_stream(b"0 0 0 1 K 0 0 m 9 9 l S", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    outer = pdf.make_stream(b"/In Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    outer.Resources = Dictionary(XObject=Dictionary(In=inner))
    pdf.pages[0].contents_add(str(pdf.pages[0].add_resource(outer, Name.XObject)).encode() + b" Do")


def _indexed_colours_of_presses(pdf: pikepdf.Pdf) -> None:
    image = pdf.make_stream(b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8)
    image.ColorSpace = Array([Name.Indexed, Name.DeviceCMYK, 0, pikepdf.String("\0\0\0\0")])
    pdf.pages[0].contents_add(str(pdf.pages[0].add_resource(image, Name.XObject)).encode() + b" Do")


def _group_of_press_colours(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)


def _inherited_font_left_out(pdf: pikepdf.Pdf) -> None:
    pages = pdf.Root.Pages
    pages.Resources = Dictionary(
        Font=Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier))
    )
    pdf.pages[0].obj.Contents = pdf.make_stream(b"BT /F1 12 Tf 72 700 Td (Dear Council) Tj ET")
    del pdf.pages[0].obj["/Resources"]


def _blend_nobody_knows(pdf: pikepdf.Pdf) -> None:
    state = pdf.pages[0].add_resource(Dictionary(Type=Name.ExtGState, BM=Name.Custom), Name.ExtGState)
    pdf.pages[0].contents_add(str(state).encode() + b" gs")


def _font_in_a_printers_wrapping(pdf: pikepdf.Pdf) -> None:
    font = next(iter(pdf.pages[0].resources.Font.values()))
    font.FontDescriptor.FontFile2.write(b"\x80\x01" + font.FontDescriptor.FontFile2.read_bytes())


def _operator_nobody_knows(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"inf")


def _resource_that_is_not_there(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"/Gone gs")


def _intent_nobody_knows(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"/Custom ri")


def _content_that_cannot_be_followed(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Contents = pdf.make_stream(b"not flate", Filter=Name.FlateDecode)


def _picture_that_is_nothing(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject = Dictionary(Nothing=pikepdf.String("nothing"))
    pdf.pages[0].contents_add(b"/Nothing Do")


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return next(iter(pdf.pages[0].resources.Font.values()))


def _letters_of_another_width(pdf: pikepdf.Pdf) -> None:
    _font(pdf).Widths = Array([float(width) + 40 for width in _font(pdf).Widths])


def _font_in_two_minds_about_its_letters(pdf: pikepdf.Pdf) -> None:
    _font(pdf).FontDescriptor.Flags, _font(pdf).Encoding = 4, Name.WinAnsiEncoding


def _letter_that_is_not_in_the_font(pdf: pikepdf.Pdf) -> None:
    name = next(iter(pdf.pages[0].resources.Font.keys()))
    pdf.pages[0].contents_add(f"BT {name} 12 Tf 72 500 Td <7f> Tj ET".encode())


def _font_that_says_nothing_of_its_scale(pdf: pikepdf.Pdf) -> None:
    program = _font(pdf).FontDescriptor.FontFile2
    content = bytearray(program.read_bytes())
    entry = content.index(b"head")
    at = int.from_bytes(content[entry + 8 : entry + 12], "big")
    content[at + 18 : at + 20] = b"\0\0"
    program.write(bytes(content))


def _half_a_byte_too_many(pdf: pikepdf.Pdf) -> None:
    name = next(iter(pdf.pages[0].resources.Font.keys()))
    pdf.pages[0].contents_add(f"BT {name} 12 Tf 72 500 Td <446> Tj ET".encode())


def _page_smaller_than_any(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.MediaBox = Array([0, 0, 2, 2])


def _too_many_letters_at_once(pdf: pikepdf.Pdf) -> None:
    name = next(iter(pdf.pages[0].resources.Font.keys()))
    pdf.pages[0].contents_add(f"BT {name} 12 Tf 72 500 Td ({' ' * 33_000}) Tj ET".encode())


Breaks = Callable[[pikepdf.Pdf], None]
DRAWN: list[Breaks] = [
    _black_of_presses,
    _black_in_the_second_form,
    _indexed_colours_of_presses,
    _group_of_press_colours,
    _inherited_font_left_out,
    _blend_nobody_knows,
    _font_in_a_printers_wrapping,
    _letters_of_another_width,
    _font_in_two_minds_about_its_letters,
    _letter_that_is_not_in_the_font,
    _font_that_says_nothing_of_its_scale,
    _half_a_byte_too_many,
    _page_smaller_than_any,
    _too_many_letters_at_once,
    _operator_nobody_knows,
    _resource_that_is_not_there,
    _intent_nobody_knows,
    _content_that_cannot_be_followed,
    _picture_that_is_nothing,
]


@pytest.mark.parametrize("breaks", DRAWN)
def test_a_page_that_an_archive_cannot_hold_is_drawn_as_a_picture(breaks: Breaks, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    pdf = letter(path)
    breaks(pdf)
    output = filed(pdf, path)
    assert is_drawn(output)
    with pikepdf.open(output) as copy:
        assert b" k\n" not in copy.pages[0].Contents[-1].read_bytes()


def test_a_letter_that_breaks_no_rule_keeps_its_own_text(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    assert not is_drawn(filed(letter(path), path))


@pytest.mark.parametrize("is_membership", [False, True])
@pytest.mark.parametrize(
    ("usual", "is_hidden"),
    [
        ({}, False),
        ({"ON": True}, False),
        ({"OFF": True}, True),
        ({"BaseState": Name.OFF}, True),
        ({"BaseState": Name.OFF, "ON": True}, False),
    ],
)
def test_what_a_letter_hides_in_a_layer_stays_hidden_in_the_filing_copy(
    usual: dict[str, object], is_hidden: bool, is_membership: bool, tmp_path: Path
) -> None:
    path = tmp_path / "letter.pdf"
    pdf = letter(path)
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Draft"))
    shown = Dictionary({f"/{key}": Array([layer]) if value is True else value for key, value in usual.items()})
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=shown)
    named = Dictionary(Type=Name.OCMD, OCGs=layer) if is_membership else layer
    pdf.pages[0].obj.Resources.Properties = Dictionary(Draft=named)
    pdf.pages[0].contents_add(b"/OC /Draft BDC 0 0 300 300 re f EMC")
    output = filed(pdf, path)
    assert is_drawn(output) == is_hidden
    assert _darkness_at_the_foot(output) == (0 if is_hidden else 1)


def _darkness_at_the_foot(path: Path) -> int:
    document = pypdfium2.PdfDocument(path)
    picture = document[0].render(scale=1).to_pil().convert("L")
    document.close()
    return int(picture.getpixel((20, picture.height - 20)) < 128)


def test_settings_of_presses_and_other_programs_data_are_left_behind_wherever_they_hang(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    pdf = letter(path)
    page = pdf.pages[0]
    state = Dictionary(Type=Name.ExtGState, TR=Name.Identity, HT=Name.Default, HTP=Array([0, 0]), RI=Name.Custom)
    page.contents_add(str(page.add_resource(state, Name.ExtGState)).encode() + b" gs")
    form = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=Dictionary())
    form.Metadata, form.OPI, form.Ref = pdf.make_stream(b"<x/>"), Dictionary(), Dictionary()
    page.contents_add(str(page.add_resource(form, Name.XObject)).encode() + b" Do")
    page.obj.PresSteps, page.obj.ArtBox = Dictionary(), Array([0, 0, 0, 0])
    font = next(iter(page.resources.Font.values()))
    font.FontDescriptor.CharSet = pikepdf.String("/wrong")
    font.FontDescriptor.CIDSet = pdf.make_stream(b"\xff")
    output = filed(pdf, path)
    assert not is_drawn(output)
    with pikepdf.open(output) as copy:
        held = {key for thing in copy.objects for key in _keys(thing)}
        assert not held & {"/TR", "/RI", "/HT", "/HTP", "/OPI", "/Ref", "/PresSteps", "/ArtBox", "/CharSet", "/CIDSet"}
        assert sum("/Metadata" in _keys(thing) for thing in copy.objects) == 1  # the archive's own, at the root


def _keys(thing: object) -> set[str]:
    """The keys of an object and of what lies within it directly."""
    if isinstance(thing, pikepdf.Array):
        return {key for inner in thing for key in _keys(inner)}
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return set()
    within = {k for v in thing.values() if getattr(v, "objgen", None) == (0, 0) for k in _keys(v)}
    return set(thing.keys()) | within


def test_a_soft_mask_is_not_smoothed_by_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    pdf = letter(path)
    mask = pdf.make_stream(
        b"\xff", Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8, ColorSpace=Name.DeviceGray
    )
    image = pdf.make_stream(
        b"\0", Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8, ColorSpace=Name.DeviceGray
    )
    mask.Type = image.Type = Name.XObject
    mask.Interpolate, image.SMask = True, mask
    pdf.pages[0].contents_add(str(pdf.pages[0].add_resource(image, Name.XObject)).encode() + b" Do")
    with pikepdf.open(filed(pdf, path)) as copy:
        kept = next(iter(copy.pages[0].get_images().values()))
        assert "/Interpolate" not in kept.SMask


@needs_verapdf
@pytest.mark.parametrize("breaks", [None, *DRAWN])
def test_verapdf_finds_nothing_to_say_about_a_filed_letter(breaks: Breaks | None, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    pdf = letter(path)
    if breaks:
        breaks(pdf)
    assert verdict(filed(pdf, path), "2b").startswith("PASS")


@needs_verapdf
@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_verapdf_finds_nothing_to_say_about_a_filed_scan(mode: str, tmp_path: Path) -> None:
    picture = tmp_path / "scan.png"
    Image.new(mode, (827, 1170), "white").save(picture, dpi=(100, 100))
    path = tmp_path / "scan.pdf"
    path.write_bytes(img2pdf.convert(picture.read_bytes()))
    assert verdict(filed(pikepdf.open(path, allow_overwriting_input=True), path), "2b").startswith("PASS")
