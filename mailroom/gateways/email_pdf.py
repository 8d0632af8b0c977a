"""An email as one PDF to read like a letter: its words first, then the scans and pictures that came with it.

What cannot become pages (a locked PDF, a Word file, winmail.dat) is handed back beside it, never dropped. Runs where it
can be timed out and limited in memory, as everything that opens strangers' files does (sandbox.py).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image

from mailroom.config.reading import Limits
from mailroom.errors import Reject
from mailroom.gateways.email_page import words_set
from mailroom.gateways.email_text import EmailText, MailedFile, take_apart
from mailroom.gateways.pdf_drawing import PDF_DAMAGE
from mailroom.gateways.picture_file import on_paper
from mailroom.gateways.picture_frame import framed, wrapped
from mailroom.gateways.scan_file import DAMAGE, open_scan

_NO_PAGES: tuple[type[Exception], ...] = (Reject, *PDF_DAMAGE)
_A_PAGES_LEAST_SIDE, _A_BANNERS_LENGTH = 300, 3_000
"""Pixels. Photographs and screenshots of letters are larger; banners of signatures are at most 250 high."""
_A_BANNERS_SHAPE = 3
"""Width by height. Banners made for fine screens have more pixels; no page and no photo is as wide as that."""


@dataclass(frozen=True, slots=True)
class EmailAsScan:
    """pdf: the item. apart: attachments that are not in it, to be taken in as files of their own."""

    pdf: bytes
    apart: tuple[MailedFile, ...]


def lay_out(raw: bytes, typeface: Path, limits: Limits) -> EmailAsScan:
    """Turn any email into pages. typeface: a TrueType file with the characters the council's languages need."""
    email = take_apart(raw)
    files = [file for part in _all(email) for file in part.files if not file.is_decoration]
    with tempfile.TemporaryDirectory(prefix="mailroom-email-") as folder, pikepdf.new() as item:
        small = [(file, picture) for file in files if file.is_shown and (picture := _small(file.content, limits))]
        rest = [file for file in files if not file.words and all(file is not shown for shown, _ in small)]
        apart = tuple(file for file in rest if not _appended(item, file, Path(folder), limits))
        _prepend(item, words_set(_lines(email, apart), [picture for _, picture in small], typeface))
        made = BytesIO()
        item.save(made, deterministic_id=True)
    return EmailAsScan(made.getvalue(), apart)


def _all(email: EmailText) -> Iterator[EmailText]:
    yield email
    for inner in email.inner:
        yield from _all(inner)


def _lines(email: EmailText, apart: Sequence[MailedFile]) -> Iterator[str]:
    for number, part in enumerate(_all(email)):
        if number:
            yield from ("", "An email was attached to this one:", "")
        yield from (f"{name}: {value}" for name, value in part.headers)
        yield from (_named(file, apart) for file in part.files if not file.is_decoration)
        yield ""
        yield from (part.body or "(The email has no text.)").split("\n")
        for file in part.files:
            if file.words and not file.is_decoration:
                yield from ("", f"{file.name} says:", "", *file.words.split("\n"))


def _named(file: MailedFile, apart: Sequence[MailedFile]) -> str:
    return f"Attached: {file.name}" + (" (not shown here)" if file in apart else "")


def _small(content: bytes, limits: Limits) -> Image.Image | None:
    """A picture that is no page, such as a banner or a badge under somebody's name; None for any other."""
    try:
        with Image.open(BytesIO(content)) as picture:
            width, height = picture.size
            is_small = min(width, height) < _A_PAGES_LEAST_SIDE and max(width, height) <= _A_BANNERS_LENGTH
            if not is_small and (width < _A_BANNERS_SHAPE * height or width * height > limits.max_pixels):
                return None
            return on_paper(picture).convert("RGB")
    except DAMAGE:
        return None


def _appended(item: pikepdf.Pdf, file: MailedFile, folder: Path, limits: Limits) -> bool:
    """Add an attachment's pages; False when it is not one that can be read like post."""
    path = folder / "attachment"
    path.write_bytes(file.content)
    try:
        count = open_scan(path, limits).page_count
        is_pdf = b"%PDF-" in file.content[:1024]
        _append(item, file.content if is_pdf else wrapped([framed(path, number + 1) for number in range(count)]))
    except _NO_PAGES:
        return False
    return True


def _prepend(item: pikepdf.Pdf, pages: bytes) -> None:
    with pikepdf.open(BytesIO(pages)) as source:
        for number, page in enumerate(source.pages):
            item.pages.insert(number, page)


def _append(item: pikepdf.Pdf, pages: bytes) -> None:
    with pikepdf.open(BytesIO(pages)) as source:
        item.pages.extend(source.pages)
