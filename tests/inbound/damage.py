"""Whole small scans, and damage done to them by a seeded hand: to bytes, to words of a PDF, to kinds of its objects."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

SIZE = (300, 424)
_PHOTO = Path(__file__).parents[1] / "gateways" / "photos" / "two.heic"
_WRONG: tuple[Callable[[], Any], ...] = (
    lambda: None,
    lambda: 7,
    lambda: -1,
    lambda: 10**12,
    lambda: True,
    lambda: Name("/Odd"),
    lambda: String("odd"),
    lambda: Array([]),
    lambda: Array([1, Name.Odd]),
    lambda: Dictionary(),
)
_KEYS = ("/MediaBox", "/Resources", "/Annots", "/AA", "/OpenAction", "/Names", "/Contents", "/Rotate", "/Kids", "/AF")
_TOKENS = (b"/MediaBox", b"/Resources", b"/Kids", b"/Type", b"/Count", b"/Contents", b"/Annots", b" 0 R", b"<<", b">>")
_TOKENS += (b"[", b"]", b"/Root", b"/Length", b"/Filter", b"/Parent", b"/Width", b"obj", b"endobj")
_INSTEAD = (b" null", b" (x)", b" /Odd", b" 9", b" [ ]", b" << >>", b" -1", b" ")


def whole() -> dict[str, bytes]:
    """A small file of each kind, by its name."""
    page = _page()
    fax = page.convert("1")
    return {
        "scan.pdf": _pdf(page),
        "fax.tif": _saved(fax, "TIFF", compression="group4", save_all=True, append_images=[fax]),
        "grey.tif": _saved(page, "TIFF", compression="tiff_lzw"),
        "scan.png": _saved(page, "PNG"),
        "scan.jpg": _saved(page, "JPEG"),
        "hdr.jpg": _saved(page, "MPO", save_all=True, append_images=[page.resize((30, 42))]),
        "photo.heic": _PHOTO.read_bytes(),
        "picture.webp": _saved(page.convert("RGB"), "WEBP", lossless=True),
        "photo.webp": _saved(page.convert("RGB"), "WEBP", quality=80, exif=bytes(40)),
        "picture.gif": _saved(page.convert("P"), "GIF"),
        "picture.bmp": _saved(page.convert("P"), "BMP"),
    }


def with_bytes_changed(content: bytes, chance: random.Random) -> bytes:
    """Cut off, holed, or with bytes overwritten."""
    if chance.random() < 0.25:
        return content[: chance.randrange(len(content))]
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    if chance.random() < 0.2:
        at = chance.randrange(len(damaged))
        del damaged[at : at + chance.randrange(200)]
    return bytes(damaged)


def with_words_changed(pdf: bytes, chance: random.Random) -> bytes:
    """Words of a PDF's own language put in the place of others: objects that do not close, references to nothing."""
    damaged = bytearray(pdf)
    for _ in range(chance.randint(1, 4)):
        word = chance.choice(_TOKENS)
        at = damaged.find(word, chance.randrange(len(damaged)))
        if at >= 0:
            at += len(word) if chance.random() < 0.7 else 0
            instead = chance.choice(_INSTEAD)
            damaged[at : at + (len(instead) if chance.random() < 0.7 else 0)] = instead
    return bytes(damaged)


def with_kinds_changed(pdf: bytes, chance: random.Random) -> bytes:
    """A PDF that is well written, with objects of the wrong kind, or none, where others belong."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        holders = [thing for thing in opened.objects if isinstance(thing, Dictionary | Stream | Array)]
        for _ in range(chance.randint(1, 3)):
            _change(chance.choice([*holders, *(page.obj for page in opened.pages), opened.Root]), chance)
        made = io.BytesIO()
        try:
            opened.save(made, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        except (pikepdf.PdfError, RuntimeError):
            return pdf[: len(pdf) // 2]  # too odd to be written
        return made.getvalue()


def _change(holder: Any, chance: random.Random) -> None:
    value = chance.choice(_WRONG)()
    if isinstance(holder, Array):
        if len(holder):
            holder[chance.randrange(len(holder))] = value
        return
    key = chance.choice([*holder.keys(), *_KEYS])
    if value is not None and not (isinstance(holder, Stream) and key == "/Length"):
        holder[key] = value
    elif key in holder and key != "/Length":
        del holder[key]


def _page() -> Image.Image:
    page = Image.new("L", SIZE, 255)
    for y in range(30, SIZE[1] - 20, 20):
        ImageDraw.Draw(page).text((20, y), "My bill for the year is wrong again.", fill=0)
    return page


def _saved(page: Image.Image, kind: str, **how: Any) -> bytes:
    made = io.BytesIO()
    page.save(made, kind, dpi=(100, 100), **how)
    return made.getvalue()


def _pdf(page: Image.Image) -> bytes:
    """A scanned page, a page of text with a link, a page with a form's field."""
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=SIZE, invariant=1)
    canvas.drawImage(ImageReader(page), 0, 0, *SIZE)
    canvas.showPage()
    canvas.drawString(20, 300, "A page with text of its own, long enough to count as one.")
    canvas.linkURL("https://wexmere.example", (10, 10, 50, 50))
    canvas.showPage()
    canvas.acroForm.textfield(name="name", x=50, y=50)
    canvas.showPage()
    canvas.save()
    return made.getvalue()
