"""Damaged files: each is refused with a clerk's reason, or its pages are read or unread, and its item can be filed."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from mailroom.config.reading import Limits
from mailroom.config.site import load_site
from mailroom.errors import Reject
from mailroom.gateways.filing_pdf import filing_copy
from mailroom.gateways.scan_file import Active, Scan, open_scan
from mailroom.values.page import PageKind, PageReading
from tests.inbound.damage import whole, with_bytes_changed, with_kinds_changed, with_words_changed
from tests.inbound.hostile import written

MADE = dt.datetime(2026, 11, 26, 9, 0, tzinfo=dt.UTC)
FACE = load_site().letter_typeface
WHOLE = whole()
FILES_OF_EACH_KIND = 70
# Pillow says in warnings what it finds odd in a TIFF; the page says it to the clerk.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def one_byte_or_more(chance: random.Random) -> tuple[str, bytes]:
    name = chance.choice(list(WHOLE))
    return name, with_bytes_changed(WHOLE[name], chance)


def words(chance: random.Random) -> tuple[str, bytes]:
    return "scan.pdf", with_words_changed(WHOLE["scan.pdf"], chance)


def kinds(chance: random.Random) -> tuple[str, bytes]:
    return "scan.pdf", with_kinds_changed(WHOLE["scan.pdf"], chance)


@pytest.mark.parametrize("damage", [one_byte_or_more, words, kinds])
def test_whatever_is_damaged_in_a_file_it_is_refused_with_a_reason_or_filed_with_all_its_pages(
    damage: Callable[[random.Random], tuple[str, bytes]], tmp_path: Path
) -> None:
    refused = filed = 0
    for seed in range(FILES_OF_EACH_KIND):
        path = written(tmp_path, *damage(random.Random(f"{damage.__name__} {seed}")))
        try:
            scan = open_scan(path, Limits())
        except Reject as reason:
            assert str(reason).endswith("."), seed
            refused += 1
            continue
        assert filed_pages(scan, path, tmp_path / "filed.pdf") == scan.page_count, seed
        filed += 1
    assert refused
    assert filed >= 20


def filed_pages(scan: Scan, path: Path, output: Path) -> int:
    pages = [reading_of(scan, number) for number in range(1, scan.page_count + 1)]
    filing_copy(path, pages, "Item B000001-01", MADE, FACE, output)
    with pikepdf.open(output) as copy:
        return len(copy.pages)


def reading_of(scan: Scan, number: int) -> PageReading:
    """A page that cannot be drawn is an unread one, as the reading process makes it."""
    try:
        raster = scan.page(number, 60)
    except Exception as trouble:
        return PageReading(number, PageKind.UNREAD, 595.0, 842.0, problem=type(trouble).__name__)
    return PageReading(number, PageKind.ITEM, raster.width_pt, raster.height_pt)


def changed(change: Callable[[Any], None]) -> bytes:
    """The PDF with its first page's dictionary changed."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(WHOLE["scan.pdf"])) as pdf:
        change(pdf.pages[0].obj)
        pdf.save(made)
    return made.getvalue()


def with_key(key: str, value: Any) -> Callable[[Any], None]:
    def change(page: Any) -> None:
        page[key] = value

    return change


def without_size(page: Any) -> None:
    del page["/MediaBox"]


ODD = {
    "no size": without_size,
    "a size that is a word": with_key("/MediaBox", Name.Odd),
    "resources that are a number": with_key("/Resources", 7),
    "notes that are a number": with_key("/Annots", 7),
    "a note that is a number": with_key("/Annots", Array([7])),
    "triggers that are a truth value": with_key("/AA", True),
    "a turn of 45 degrees": with_key("/Rotate", 45),
    "a turn that is a word": with_key("/Rotate", String("upright")),
}


@pytest.mark.parametrize("odd", ODD)
def test_one_odd_page_does_not_sink_its_batch(odd: str, tmp_path: Path) -> None:
    path = written(tmp_path, "a.pdf", changed(ODD[odd]))
    scan = open_scan(path, Limits())
    assert scan.page_count == 3
    assert filed_pages(scan, path, tmp_path / "filed.pdf") == 3


def test_a_program_hidden_behind_an_odd_note_is_found(tmp_path: Path) -> None:
    launch = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("cmd.exe")))
    path = written(tmp_path, "a.pdf", changed(with_key("/Annots", Array([7, launch]))))
    with pytest.raises(Active, match="starts a program"):
        open_scan(path, Limits())


def test_a_page_nobody_can_draw_is_filed_as_a_page_that_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "fax.tif", WHOLE["grey.tif"].replace(WHOLE["grey.tif"][8:200], b"\xff" * 192))
    scan = open_scan(path, Limits())
    with pytest.raises(OSError, match="decoder"):
        scan.page(1, 60)
    assert filed_pages(scan, path, tmp_path / "filed.pdf") == 1
    with pikepdf.open(tmp_path / "filed.pdf") as copy:
        assert [float(side) for side in copy.pages[0].mediabox] == pytest.approx([0, 0, 595, 842], abs=1)
