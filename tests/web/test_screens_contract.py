"""What the screens and the print unit's desk are promised, asked of the real machines and of stand-ins alike.

Reading in processes apart has tests of its own; here the real machines draw in this process.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from mailroom.config.environment import example_site
from mailroom.errors import MailroomError, Retry
from mailroom.gateways.store import DiskStore
from mailroom.records.models import Batch, BatchStatus, Page
from mailroom.web.machines import Upload, WebMachines
from mailroom.web.print_unit.machines import PrintUnit, SheetRequest
from mailroom.wiring.web import ScreenMachines
from mailroom.wiring.web_print_unit import PrintUnitMachines
from tests.inbound.line_machines import line_machines
from tests.outbound.leaflets import leaflet
from tests.web.machines import RememberingMachines
from tests.web.pictures import pdf_picture
from tests.web.post import make_item
from tests.web.print_unit import PrintUnitOnRecord

pytestmark = pytest.mark.django_db


class Queues:
    def put_item(self, item_id: int, version: int, after_seconds: float) -> str:
        return f"item-{item_id}-{version}"

    def put_batch(self, batch_id: int, attempt: int) -> str:
        return f"batch-{batch_id}-{attempt}"


@dataclass(frozen=True)
class Sides:
    """Both contracts' side to ask, and the store key of a scan of two pages and of a filing copy."""

    screens: WebMachines
    unit: PrintUnit
    scan: str
    filed: str


@pytest.fixture(params=["stand-in", "real"])
def sides(request: pytest.FixtureRequest, tmp_path: Path) -> Sides:
    store = DiskStore(tmp_path / "kept")
    key = store.put(leaflet(tmp_path, "scan.pdf", ["First page"], ["Second page"]))
    if request.param == "stand-in":
        return Sides(RememberingMachines(), PrintUnitOnRecord(), key, key)
    machines: Any = line_machines(store=store, queues=Queues())
    reader: Any = SimpleNamespace(picture=_drawn)
    return Sides(ScreenMachines(machines, reader), PrintUnitMachines(machines, reader, example_site()), key, key)


def _drawn(path: Path, number: int, rotation: int, width: int) -> bytes:
    """PDFs by pdfium, photos by Pillow, as the reader's own processes do."""
    if path.read_bytes().startswith(b"%PDF"):
        return pdf_picture(path, number, rotation, width)
    try:
        picture = Image.open(path).convert("RGB")
    except OSError:
        raise MailroomError("This is no picture.") from None
    file = io.BytesIO()
    picture.resize((width, picture.height * width // picture.width)).save(file, "PNG")
    return file.getvalue()


def _size(png: bytes) -> tuple[str | None, int]:
    picture = Image.open(io.BytesIO(png))
    return picture.format, picture.width


def _batch(sides: Sides) -> Batch:
    batch = Batch.objects.create(original=sides.scan, filename="a.pdf", source="upload", received=dt.date(2026, 11, 24))
    Page.objects.create(batch=batch, number=2, kind="item", rotation=0)
    return batch


@pytest.mark.parametrize("width", [120, 900])
def test_a_page_is_a_png_as_wide_as_asked(sides: Sides, width: int) -> None:
    batch = _batch(sides)
    for png in (sides.screens.page_picture(batch.pages.get(), width), sides.unit.file_picture(batch, 1, width)):
        kind, wide = _size(png)
        assert (kind, wide) == ("PNG", pytest.approx(width, abs=1))


def test_a_filing_copy_is_a_pdf_and_one_that_is_not_made_yet_asks_to_wait(sides: Sides) -> None:
    assert sides.screens.filed_pdf(make_item(filed_as=sides.filed)).startswith(b"%PDF")
    with pytest.raises(Retry):
        sides.screens.filed_pdf(make_item(filed_as=""))


def test_an_upload_becomes_a_batch_with_what_was_said_of_it(sides: Sides) -> None:
    def content() -> Iterator[bytes]:
        yield b"%PDF-1.7\n"
        yield b"the rest"

    upload = Upload("post.pdf", dt.date(2026, 11, 24), "7", service="rents", expected_items=3)
    batch = Batch.objects.get(pk=sides.screens.take_in(content(), upload).pk)
    assert (batch.filename, batch.source, batch.received) == ("post.pdf", "upload", dt.date(2026, 11, 24))
    assert (batch.service, batch.expected_items) == ("rents", 3)


def test_a_decision_and_a_quarantined_batch_go_on_the_line_and_the_person_is_told(sides: Sides) -> None:
    sides.screens.put_on_line(make_item().pk, 2)
    batch = _batch(sides)
    Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.QUARANTINED, reason="locked")
    assert "on the line again" in sides.screens.try_batch_again(batch.pk, "7")


def test_a_photo_is_kept_as_a_picture_drawn_anew_and_what_is_no_picture_is_refused(sides: Sides) -> None:
    file = io.BytesIO()
    photo = Image.new("RGB", (1600, 1200), "navy")
    photo.info["comment"] = b"taken at 14 Larkspur Close"
    photo.save(file, "JPEG", comment=b"taken at 14 Larkspur Close")
    assert b"Larkspur" in file.getvalue()
    kept = sides.unit.photo(sides.unit.keep_photo([file.getvalue()], "cheque.jpg"))
    assert _size(kept)[0] == "PNG" and b"Larkspur" not in kept
    with pytest.raises(MailroomError):
        sides.unit.keep_photo([b"no picture"], "cheque.jpg")


def test_separator_sheets_are_a_pdf_and_a_request_nobody_could_print_is_a_value_error(sides: Sides) -> None:
    assert sides.unit.separator_sheets(SheetRequest(2, service="rents")).startswith(b"%PDF")
    with pytest.raises(ValueError):
        sides.unit.separator_sheets(SheetRequest(0))
