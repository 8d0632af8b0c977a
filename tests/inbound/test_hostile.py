"""Hostile and broken files, opened as the line does: in a child process with limits on time and memory."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from mailroom.config.reading import ReadingConfig
from mailroom.config.site import load_site
from mailroom.errors import Reject
from mailroom.gateways.scan_file import NotAScan
from mailroom.gateways.store import DiskStore
from mailroom.inbound.steps.again import retry
from mailroom.inbound.steps.cut import cut_batch
from mailroom.inbound.steps.read import open_batch, read_page
from mailroom.inbound.steps.take_in import Provenance, take_in
from mailroom.records import ledger
from mailroom.records.models import Batch
from mailroom.values.page import PageKind
from mailroom.wiring.reading import PageReader
from tests.inbound.hostile import QUARANTINED, bomb, nested_page_tree, pdf, png_named_pdf, saved, written
from tests.inbound.line_machines import NOON, line_machines


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageReader]:
    config = ReadingConfig.model_validate({"reading": {"seconds_a_page": 12, "memory_megabytes": 1000}})
    with PageReader(config, (), load_site().letter_typeface, tmp_path_factory.mktemp("readers"), children=1) as made:
        yield made


@pytest.fixture
def machines(tmp_path: Path, reader: PageReader) -> Any:
    return line_machines(store=DiskStore(tmp_path / "store"), reader=reader)


def taken_in(machines: Any, path: Path) -> Batch:
    return take_in(path, Provenance(filename=path.name, source="test", received=NOON.date()), machines)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", QUARANTINED)
def test_a_file_that_cannot_be_used_is_quarantined_with_a_clerks_reason_and_can_be_retried(
    what: str, tmp_path: Path, machines: Any
) -> None:
    make, name, reason = QUARANTINED[what]
    batch = taken_in(machines, written(tmp_path, name, make()))
    assert open_batch(machines, batch.pk) == 0
    batch.refresh_from_db()
    assert batch.status == "quarantined"
    assert reason in batch.reason
    assert machines.store.exists(batch.original)
    assert retry(batch.number, machines).done
    batch.refresh_from_db()
    assert (batch.status, batch.attempts) == ("received", 2)
    assert all(line.balances for line in ledger.batch_lines())


def test_a_picture_with_the_name_of_a_pdf_is_told_from_one(reader: PageReader, tmp_path: Path) -> None:
    with pytest.raises(NotAScan, match="but is a PNG picture"):
        reader.page_count(written(tmp_path, "a.pdf", png_named_pdf()))


def test_a_link_is_not_followed(reader: PageReader, tmp_path: Path) -> None:
    link = tmp_path / "link.pdf"
    link.symlink_to(written(tmp_path, "a.pdf", saved(pdf())))
    with pytest.raises(NotAScan, match="a link to a file elsewhere"):
        reader.page_count(link)


def scanned_as(picture: bytes) -> bytes:
    """A PDF of one side of A4 that is nothing but this JPEG."""
    made = pdf()
    page = made.pages[0]
    jpeg = pikepdf.Stream(made, picture)
    jpeg.Type, jpeg.Subtype, jpeg.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
    jpeg.Width, jpeg.Height, jpeg.BitsPerComponent, jpeg.ColorSpace = 620, 877, 8, pikepdf.Name.DeviceGray
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=jpeg))
    page.Contents = pikepdf.Stream(made, b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    return saved(made)


@pytest.mark.parametrize("keep", [0.4, 0.0], ids=["cut off", "no picture at all"])
def test_a_page_whose_picture_is_not_all_there_is_unread_and_neither_blank_nor_a_shorter_letter(
    keep: float, reader: PageReader, tmp_path: Path
) -> None:
    noise = np.random.default_rng(7).integers(0, 256, (877, 620), dtype=np.uint8)
    out = BytesIO()
    Image.fromarray(noise).save(out, "JPEG")
    whole = out.getvalue()
    spoilt = whole[: int(len(whole) * keep)] if keep else bytes(2000)
    found = reader.read(written(tmp_path, "a.pdf", scanned_as(spoilt)), 1)
    assert found.kind is PageKind.UNREAD
    assert "damaged or cut off" in found.problem
    sheet = BytesIO()
    Image.new("L", (620, 877), "white").save(sheet, "JPEG")
    assert reader.read(written(tmp_path, "b.pdf", scanned_as(sheet.getvalue())), 1).kind is PageKind.BLANK


def test_pages_nested_three_thousand_deep_do_no_harm(reader: PageReader, tmp_path: Path) -> None:
    path = written(tmp_path, "a.pdf", nested_page_tree())
    try:
        assert reader.page_count(path) <= 1
    except Reject as told:
        assert str(told).endswith(".")
    assert reader.page_count(written(tmp_path, "b.pdf", saved(pdf()))) == 1


@pytest.mark.django_db(transaction=True)
def test_a_page_that_bursts_its_memory_is_an_unread_page_and_its_batch_goes_on(tmp_path: Path, machines: Any) -> None:
    with pikepdf.open(written(tmp_path, "bomb.pdf", bomb())) as made:
        made.add_blank_page(page_size=(595, 842))
        batch = taken_in(machines, written(tmp_path, "a.pdf", saved(made)))
    assert open_batch(machines, batch.pk) == 2
    read_page(machines, batch.pk, 1)
    read_page(machines, batch.pk, 2)
    assert [p.kind for p in batch.pages.order_by("number")] == [PageKind.UNREAD, PageKind.BLANK]
    assert "Look at the picture" in batch.pages.get(number=1).problem
    cut_batch(machines, batch.pk)
    batch.refresh_from_db()
    assert batch.status == "cut"
    assert [line.unread for line in ledger.batch_lines()] == [1]
    assert all(line.balances for line in ledger.batch_lines())
