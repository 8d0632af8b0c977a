"""A letter of ours that the post returned is known by the mark our own print file carries."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest

from mailroom.config.site import load_site
from mailroom.inbound.returned_letters import came_back, pieces_on
from mailroom.outbound.steps import print_runs as runs
from mailroom.values.confidence import CERTAIN
from mailroom.values.decisions import Classification, Flag, ItemPages
from mailroom.values.geometry import Box
from mailroom.values.page import Barcode, PageKind, PageReading, Word
from mailroom.values.sheet_mark import SheetMark
from mailroom.wiring.inbound import Knowledge
from tests.inbound.reading import codes_on
from tests.outbound import print_floor as floor


def sorted_as(*flags: str, doc_type: str = "letter") -> Classification:
    return Classification(
        "council_tax", CERTAIN, True, (), doc_type=doc_type, flags=tuple(Flag(code, CERTAIN) for code in flags)
    )


@pytest.mark.django_db
def test_the_mark_on_a_printed_sheet_is_known_again_on_a_scan_and_only_to_its_own_council(tmp_path: Path) -> None:
    machines = floor.machines(tmp_path)
    floor.letters(floor.mailing(), 1, format="standard")
    run = runs.build_run(machines, floor.CUT_OFF, "robin")
    assert run is not None
    (file,) = runs.files_of(run)
    with machines.store.path_for_reading(run.outputs[file.name]) as path, pdfium.PdfDocument(path) as pdf:
        scan = pdf[0].render(scale=200 / 72, grayscale=True).to_pil().convert("L").rotate(0.8, fillcolor=255)
    page = PageReading(1, PageKind.ITEM, 595, 842, barcodes=codes_on(np.asarray(scan)))
    item = ItemPages(1, (page,), CERTAIN)
    assert pieces_on(item, "WDC") == (f"{run.number} P1",)
    assert pieces_on(item, "TDC") == ()


@pytest.mark.parametrize("found", [sorted_as("gone_away"), sorted_as(doc_type="returned_mail")])
def test_our_letter_with_signs_of_return_is_named_for_a_person(found: Classification) -> None:
    assert came_back(("R000042 P7",), found) == "Our letter R000042 P7 came back. Record it as returned post."
    assert came_back((), found) == ""


def test_our_letter_sent_in_with_an_answer_has_not_come_back() -> None:
    assert came_back(("R000042 P7",), sorted_as()) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("flags", "held"), [(("gone_away",), True), ((), False)])
def test_the_sites_own_stations_hold_our_returned_letter_for_a_person(
    tmp_path: Path, flags: tuple[str, ...], held: bool
) -> None:
    mark = SheetMark("WDC", run=42, piece=7, sheet=1, of=1)
    code = Barcode("datamatrix", mark.payload, Box(0.1, 0.9, 0.15, 0.95))
    word = Word("Returned", Box(0.1, 0.1, 0.2, 0.12), CERTAIN, 0)
    page = PageReading(1, PageKind.ITEM, 595, 842, words=(word,), barcodes=(code,))
    stations = Knowledge(load_site(), tmp_path)._stations
    sorted_out = replace(stations, classify=lambda item, fields: sorted_as(*flags))
    decision = sorted_out.understand(ItemPages(1, (page,), CERTAIN), dt.date(2026, 11, 24)).decision
    assert ("is_our_letter_come_back" in decision.rules) is held
    assert any("R000042 P7" in reason for reason in decision.reasons) is held
