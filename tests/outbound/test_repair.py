"""Repairs offered for a PDF that preflight refuses, applied by a person, checked again; the original kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from mailroom.gateways.letter_pdf import read_letters
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.preflight import page_of
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.check import check_mailing
from mailroom.outbound.steps.compose import letter_pdf
from mailroom.outbound.steps.compose_run import compose_run
from mailroom.outbound.steps.repair import NoRepair, Offer, apply_repair, offers
from mailroom.records.models import Event, Letter, Mailing, MailingStatus
from mailroom.values.repair import RepairKind
from tests.gateways.letters import PRINTING
from tests.outbound import print_floor
from tests.outbound.lines import handed_in, run_line
from tests.outbound.old_system import ADDRESS, OTHER, old_letters
from tests.outbound.people import customer, row, spreadsheet

pytestmark = pytest.mark.django_db
KIND = "legacy_print"


def _offered(machines: OutboundMachines, mailing: Mailing) -> dict[RepairKind, Offer]:
    found = offers(machines, mailing.pages_from, machines.kind(KIND), mailing.repair_codes)
    return {offer.kind: offer for offer in found}


def _repaired(machines: OutboundMachines, mailing: Mailing, kind: RepairKind) -> Mailing:
    apply_repair(machines, mailing.pk, kind, "anna")
    check_mailing(machines, mailing.pk)
    mailing.refresh_from_db()
    return mailing


def test_letters_made_for_another_window_are_moved_checked_again_and_sent_from_the_mended_file(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    path = old_letters(tmp_path / "old.pdf", right=6, down=14)
    mailing = handed_in(machines, path, KIND)
    assert mailing.status == MailingStatus.REFUSED
    offered = _offered(machines, mailing)
    move = offered[RepairKind.MOVE]
    assert move.problems == 0
    assert "to the left" in move.words or "up" in move.words
    mended = _repaired(machines, mailing, RepairKind.MOVE)
    assert (mended.status, mended.letter_count) == (MailingStatus.READY, 2)
    assert machines.store.get(mended.original) == path.read_bytes()
    assert mended.repaired == move.key != mended.original
    (event,) = Event.objects.filter(kind="mailing.repaired")
    assert (event.actor, event.details["repair"]) == ("anna", "move")
    assert [x.address_lines for x in mended.letters.order_by("position")] == [list(ADDRESS), list(OTHER)]
    assert [x.reference for x in mended.letters.order_by("position")] == ["AB000001", "AB000002"]
    (tmp_path / "second.pdf").write_bytes(letter_pdf(machines, mended.letters.get(position=2)))
    first, *_ = read_letters(tmp_path / "second.pdf", PRINTING.window)
    assert first.window == OTHER


def test_letters_whose_address_is_far_away_get_a_cover_sheet_that_is_counted(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    mailing = handed_in(machines, old_letters(tmp_path / "old.pdf", down=78), KIND)
    offered = _offered(machines, mailing)
    assert RepairKind.MOVE not in offered
    assert "2 more sheets" in offered[RepairKind.COVER].words
    mended = _repaired(machines, mailing, RepairKind.COVER)
    assert (mended.status, [p for p in mended.problems if not p["warning"]]) == (MailingStatus.READY, [])
    assert [x.page_count for x in mended.letters.order_by("position")] == [4, 4]
    with machines.store.path_for_reading(mended.pages_from) as path:
        cover = next(iter(read_letters(path, PRINTING.window)))
    assert "bears the address only" in cover.text
    assert page_of(cover.text) is None, "the letter behind the cover counts its own pages"
    assert [x.address_lines for x in mended.letters.order_by("position")] == [list(ADDRESS), list(OTHER)]
    assert [x.reference for x in mended.letters.order_by("position")] == ["AB000001", "AB000002"]
    run_line(machines, mended)
    floor = print_floor.machines(
        tmp_path, store=machines.store, clock=machines.clock, compose=partial(compose_run, machines)
    )
    run = runs.build_run(floor, floor.clock(), "robin")
    assert run is not None
    assert (run.letter_count, run.sheet_count) == (2, 4)
    assert RepairKind.COVER not in _offered(machines, mended)


def test_missing_fonts_are_set_in_where_a_twin_is_known_and_are_pictures_where_not(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    helvetica = handed_in(machines, old_letters(tmp_path / "arial.pdf"), KIND)
    assert helvetica.status == MailingStatus.READY
    known = _offered(machines, helvetica)
    assert {RepairKind.EMBED, RepairKind.PICTURES} <= set(known)
    assert (known[RepairKind.EMBED].problems, known[RepairKind.EMBED].warnings) == (0, 0)
    times = handed_in(machines, old_letters(tmp_path / "times.pdf", face="Times-Roman"), KIND)
    unknown = _offered(machines, times)
    assert RepairKind.EMBED not in unknown
    assert "No typeface here can be set in for Times-Roman" in unknown[RepairKind.PICTURES].words
    assert "as wide as" not in known[RepairKind.PICTURES].words
    assert (unknown[RepairKind.PICTURES].problems, unknown[RepairKind.PICTURES].warnings) == (0, 0)


def test_one_repair_follows_another_and_all_are_on_record(machines: OutboundMachines, tmp_path: Path) -> None:
    mailing = handed_in(machines, old_letters(tmp_path / "old.pdf", right=5, down=8), KIND)
    fonts_first = _repaired(machines, mailing, RepairKind.EMBED)
    assert fonts_first.status == MailingStatus.REFUSED
    assert {p["code"] for p in fonts_first.problems if p["code"] == "font_not_embedded"} == set()
    both = _repaired(machines, mailing, RepairKind.MOVE)
    assert both.status == MailingStatus.READY
    assert both.repair_codes == ("embed", "move")
    assert [(r["by"], bool(r["at"])) for r in both.repairs] == [("anna", True)] * 2
    assert not any(p["code"] == "font_not_embedded" for p in both.problems)


def test_papers_of_another_person_are_never_repaired_away(machines: OutboundMachines, tmp_path: Path) -> None:
    path = old_letters(tmp_path / "old.pdf", (ADDRESS, OTHER), right=14, down=12, pages=1)
    over = Canvas(str(tmp_path / "over.pdf"), pagesize=(595.28, 841.89))
    over.drawString(120, 300, "Statement of Mr David Howard")
    over.save()
    with pikepdf.open(path, allow_overwriting_input=True) as pdf, pikepdf.open(tmp_path / "over.pdf") as mark:
        pdf.pages[0].add_overlay(mark.pages[0])
        pdf.save()
    mailing = handed_in(machines, path, KIND)
    for offer in _offered(machines, mailing).values():
        assert offer.problems > 0
    mended = _repaired(machines, mailing, RepairKind.MOVE)
    assert mended.status == MailingStatus.REFUSED
    assert "other_person" in {p["code"] for p in mended.problems}
    assert not Letter.objects.exists()


def test_only_a_refused_pdf_is_repaired_and_only_by_what_helps(machines: OutboundMachines, tmp_path: Path) -> None:
    sheet = handed_in(machines, spreadsheet(tmp_path, row(customer(), subject="")))
    good = handed_in(machines, old_letters(tmp_path / "good.pdf"), KIND)
    far = handed_in(machines, old_letters(tmp_path / "far.pdf", down=78), KIND)
    for mailing, kind in ((sheet, RepairKind.MOVE), (good, RepairKind.EMBED), (far, RepairKind.MOVE)):
        with pytest.raises(NoRepair):
            apply_repair(machines, mailing.pk, kind, "anna")
    assert not Event.objects.filter(kind="mailing.repaired").exists()
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nno more")
    assert _offered(machines, handed_in(machines, broken, KIND)) == {}
