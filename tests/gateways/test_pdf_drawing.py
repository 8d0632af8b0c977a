"""PDF pages whose drawing instructions are damaged: never taken for blank sides or shorter letters."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.reading import Limits, ReadingConfig
from mailroom.config.site import load_site
from mailroom.gateways.scan_file import open_scan
from mailroom.values.page import PageKind
from mailroom.wiring.reading import PageReader

Change = Callable[[pikepdf.Pdf, Any], None]
FORM = b"q 1 0 0 1 0 0 cm /Form Do Q"


def letter() -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(595, 842), pageCompression=0, invariant=1)
    for line in range(30):
        canvas.drawString(60, 760 - 20 * line, "My bill is wrong, and nobody answers my letters.")
    canvas.save()
    return made.getvalue()


LETTER = letter()
with pikepdf.open(io.BytesIO(LETTER)) as opened:
    PLAIN = opened.pages[0].Contents.read_bytes()
PACKED = zlib.compress(PLAIN)


def changed(change: Change) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(LETTER)) as pdf:
        change(pdf, pdf.pages[0].obj)
        pdf.save(made, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    return made.getvalue()


def drawn_by(content: bytes, packed: bool = False) -> Change:
    def change(pdf: pikepdf.Pdf, page: Any) -> None:
        page.Contents = Stream(pdf, content, Filter=Name.FlateDecode) if packed else Stream(pdf, content)

    return change


def set_to(key: str, value: Any) -> Change:
    return lambda pdf, page: page.__setitem__(key, value)


def by_a_form(content: bytes) -> Change:
    def change(pdf: pikepdf.Pdf, page: Any) -> None:
        form = Stream(pdf, content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842])
        form.Resources = page.Resources
        page.Contents = Stream(pdf, FORM)
        page.Resources = Dictionary(XObject=Dictionary(Form=pdf.make_indirect(form)))

    return change


def overwritten(content: bytes, at: int, count: int) -> bytes:
    return content[:at] + bytes(count) + content[at + count :]


DAMAGED: dict[str, Change] = {
    "packed and cut off": drawn_by(PACKED[: len(PACKED) // 2], packed=True),
    "packed, its start overwritten": drawn_by(overwritten(PACKED, 0, 4), packed=True),
    "packed, its middle overwritten": drawn_by(overwritten(PACKED, len(PACKED) // 2, 9), packed=True),
    "cut off in the middle, half of it drawn": drawn_by(PLAIN[: len(PLAIN) // 2]),
    "its start overwritten": drawn_by(overwritten(PLAIN, 0, 200)),
    "wholly overwritten": drawn_by(bytes(len(PLAIN))),
    "other bytes altogether": drawn_by(bytes(range(256)) * 8),
    "commands that are none": drawn_by(PLAIN.replace(b" Tj", b" Xj")),
    "packed in a way nobody knows": lambda pdf, page: page.Contents.__setitem__("/Filter", Name.Odd),
    "a number in their place": set_to("/Contents", 7),
    "a list of numbers in their place": set_to("/Contents", Array([7])),
    "a picture that is not there": drawn_by(b"q 595 0 0 842 0 0 cm /Im9 Do Q"),
    "a form that is overwritten": by_a_form(overwritten(PLAIN, 0, 200)),
    "a form cut off": by_a_form(PLAIN[: len(PLAIN) // 2]),
}

WHOLE: dict[str, Change] = {
    "a letter": lambda pdf, page: None,
    "a letter packed without its check sum": drawn_by(PACKED[:-4], packed=True),
    "a letter in a form": by_a_form(PLAIN),
    "a letter with a passage only other readers know": drawn_by(PLAIN + b"BX 1 2 odd EX"),
    "nothing": drawn_by(b""),
    "nothing, in three parts": lambda pdf, page: page.__setitem__("/Contents", Array([Stream(pdf, b"")] * 3)),
    "spaces": drawn_by(b"BT /F1 12 Tf 60 700 Td (   ) Tj ET"),
    "a white sheet": drawn_by(b"1 1 1 rg 0 0 595 842 re f"),
    "a remark": drawn_by(b"% this side is left blank\n"),
}


def is_spoilt(content: bytes, folder: Path) -> bool:
    path = folder / "a.pdf"
    path.write_bytes(content)
    return open_scan(path, Limits()).page(1, 72).is_spoilt


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_page_whose_instructions_are_damaged_is_not_all_there(damage: str, tmp_path: Path) -> None:
    assert is_spoilt(changed(DAMAGED[damage]), tmp_path)


def test_instructions_that_are_referred_to_and_not_in_the_file_are_missing(tmp_path: Path) -> None:
    gone = re.sub(rb"/Contents (\d+) 0 R", lambda found: b"/Contents " + b"9" * len(found[1]) + b" 0 R", LETTER)
    assert gone != LETTER
    assert is_spoilt(gone, tmp_path)


@pytest.mark.parametrize("page", WHOLE)
def test_a_page_that_is_whole_or_really_blank_is_all_there(page: str, tmp_path: Path) -> None:
    assert not is_spoilt(changed(WHOLE[page]), tmp_path)


def test_a_page_with_damaged_instructions_is_unread_and_a_blank_one_beside_it_blank(tmp_path: Path) -> None:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(changed(DAMAGED["packed and cut off"]))) as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(made)
    path = tmp_path / "a.pdf"
    path.write_bytes(made.getvalue())
    with PageReader(ReadingConfig(), (), load_site().letter_typeface, tmp_path, children=1) as reader:
        damaged, blank = reader.read(path, 1), reader.read(path, 2)
    assert (damaged.kind, blank.kind) == (PageKind.UNREAD, PageKind.BLANK)
    assert "what draws it in the PDF is damaged or cut off" in damaged.problem
