"""Letters stay text in the archive where their font holds each in the width that the page says; else a picture.

The Type 1 font is one that reportlab brings along; the Type 3 font is drawn here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
import reportlab
from pikepdf import Array, Dictionary, Name
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from tests.gateways.test_pdfa import filed, is_drawn
from tests.gateways.verapdf import needs_verapdf, verdict

FACES = Path(str(reportlab.__file__)).parent / "fonts"
Breaks = Callable[[pikepdf.Object], None]


def in_type_1(path: Path) -> pikepdf.Pdf:
    face = pdfmetrics.EmbeddedType1Face(str(FACES / "_a______.afm"), str(FACES / "_a______.pfb"))
    pdfmetrics.registerTypeFace(face)
    pdfmetrics.registerFont(pdfmetrics.Font("OldLetter", face.name, "WinAnsiEncoding"))
    canvas = Canvas(str(path), initialFontName="OldLetter")  # type: ignore[arg-type]
    canvas.setFont("OldLetter", 14)
    canvas.drawString(72, 700, "Dear Council")
    canvas.save()
    return pikepdf.open(path, allow_overwriting_input=True)


def in_type_3(path: Path) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=[0, 0, 600, 700],
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=Dictionary(a=pdf.make_stream(b"600 0 0 0 500 700 d1 0 0 500 700 re f")),
        Encoding=Dictionary(Type=Name.Encoding, Differences=[97, Name.a]),
        FirstChar=97,
        LastChar=97,
        Widths=[600],
        Resources=Dictionary(),
    )
    name = page.add_resource(pdf.make_indirect(font), Name.Font)
    page.contents_add(f"BT {name} 12 Tf 72 700 Td (aaa) Tj ET".encode())
    pdf.save(path)
    return pikepdf.open(path, allow_overwriting_input=True)


def _wider(font: pikepdf.Object) -> None:
    font.Widths = Array([float(width) + 40 for width in font.Widths])


def _with_a_letter_it_lacks(font: pikepdf.Object) -> None:
    font.Encoding = Dictionary(Type=Name.Encoding, BaseEncoding=Name.WinAnsiEncoding, Differences=[68, Name.Dcaron])


def _under_the_key_of_another_kind(font: pikepdf.Object) -> None:
    font.FontDescriptor.FontFile.Subtype = Name.Type1C
    font.FontDescriptor.FontFile3 = font.FontDescriptor.FontFile
    del font.FontDescriptor.FontFile


def _broken_in_the_middle(font: pikepdf.Object) -> None:
    content = font.FontDescriptor.FontFile.read_bytes()
    font.FontDescriptor.FontFile.write(content[: len(content) // 2])


def _with_a_letter_nobody_drew(font: pikepdf.Object) -> None:
    font.Encoding.Differences = Array([97, Name.b])


def _with_a_letter_that_says_no_width(font: pikepdf.Object) -> None:
    font.CharProcs.a.write(b"0 0 500 700 re f")


def _with_a_letter_that_leans_on_the_page(font: pikepdf.Object) -> None:
    font.CharProcs.a.write(b"600 0 0 0 500 700 d1 /Pale gs 0 0 500 700 re f")


TYPE_1: list[Breaks] = [_wider, _with_a_letter_it_lacks, _under_the_key_of_another_kind, _broken_in_the_middle]
TYPE_3: list[Breaks] = [
    _wider,
    _with_a_letter_nobody_drew,
    _with_a_letter_that_says_no_width,
    _with_a_letter_that_leans_on_the_page,
]
CASES = [*((in_type_1, breaks) for breaks in TYPE_1), *((in_type_3, breaks) for breaks in TYPE_3)]


def _filed_with(write: Callable[[Path], pikepdf.Pdf], breaks: Breaks | None, folder: Path) -> Path:
    path = folder / "letter.pdf"
    pdf = write(path)
    font = next(iter(pdf.pages[0].resources.Font.values()))
    if breaks:
        breaks(font)
    pale = Dictionary(Type=Name.ExtGState, ca=0.5)
    pdf.pages[0].obj.Resources.ExtGState = Dictionary(Pale=pale)
    return filed(pdf, path)


@pytest.mark.parametrize("write", [in_type_1, in_type_3])
def test_letters_that_are_in_their_font_as_wide_as_the_page_says_stay_text(
    write: Callable[[Path], pikepdf.Pdf], tmp_path: Path
) -> None:
    assert not is_drawn(_filed_with(write, None, tmp_path))


@pytest.mark.parametrize(("write", "breaks"), CASES)
def test_letters_that_their_font_does_not_hold_as_the_page_says_become_a_picture(
    write: Callable[[Path], pikepdf.Pdf], breaks: Breaks, tmp_path: Path
) -> None:
    assert is_drawn(_filed_with(write, breaks, tmp_path))


@pytest.mark.parametrize(
    "content",
    [
        b"BT /F1 12 Tf 9 9 Td <4g> Tj ET",
        b"BI /W 1 /H 1 /BPC 8 /CS /G /F /Own ID x EI",
        b"BI /W 1 /H 1 /BPC 8 /CS /G /F [/AHx /LZW] ID 00> EI",
    ],
)
def test_a_content_written_as_no_archive_may_becomes_a_picture(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    pdf = in_type_3(path)
    pdf.pages[0].contents_add(content)
    assert is_drawn(filed(pdf, path))


@pytest.mark.parametrize("content", [b"BI /W 3 /H 1 /BPC 8 /CS /G ID <x> EI", b"BT 9 9 Td (see <x> here) ' ET"])
def test_what_only_looks_like_a_code_within_a_picture_or_words_is_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    pdf = in_type_1(path)
    name = next(iter(pdf.pages[0].resources.Font.keys()))
    pdf.pages[0].contents_add(content.replace(b"BT", f"BT {name} 9 Tf".encode()))
    assert not is_drawn(filed(pdf, path))


@needs_verapdf
@pytest.mark.parametrize(("write", "breaks"), [(in_type_1, None), (in_type_3, None), *CASES])
def test_verapdf_finds_nothing_to_say_about_them(
    write: Callable[[Path], pikepdf.Pdf], breaks: Breaks | None, tmp_path: Path
) -> None:
    assert verdict(_filed_with(write, breaks, tmp_path), "2b").startswith("PASS")
