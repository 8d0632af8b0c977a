from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.close_run import DoesNotBalance
from mailroom.outbound.steps.keep_run import RunHasGone
from mailroom.outbound.steps.reconcile_run import NoSuchPiece, NotOnTheFloor, ScanResult
from mailroom.outbound.steps.release_run import NotReleasable
from mailroom.outbound.steps.reprint import NothingToReprint, SamePerson
from mailroom.records.models import (
    Event,
    Letter,
    LetterStatus,
    MailingStatus,
    Mailpiece,
    PrintRun,
    PrintRunStatus,
    ServiceNotice,
)
from mailroom.values.channel import LetterFormat
from mailroom.values.sheet_mark import SheetMark
from tests.outbound import print_floor as floor
from tests.outbound.print_floor import CUT_OFF

pytestmark = pytest.mark.django_db


@pytest.fixture
def machines(tmp_path: Path) -> PrintMachines:
    return floor.machines(tmp_path)


def _built(machines: PrintMachines, count: int = 5) -> PrintRun:
    floor.letters(floor.mailing(), count)
    run = runs.build_run(machines, CUT_OFF, "robin")
    assert run is not None
    return run


def _released(machines: PrintMachines, count: int = 5) -> PrintRun:
    run = _built(machines, count)
    runs.release_run(machines, run, "robin")
    return run


def _marks(run: PrintRun) -> list[str]:
    return [
        SheetMark("WDC", run.pk, p.number, n, p.sheets, p.reprints).payload
        for p in run.pieces.all()
        for n in range(1, p.sheets + 1)
    ]


def test_every_ready_letter_is_in_one_envelope_with_its_cost_and_totals_add_up(machines: PrintMachines) -> None:
    run = _built(machines, 30)
    assert run.status == PrintRunStatus.BUILT
    assert Letter.objects.filter(print_run=run, status=LetterStatus.IN_RUN).count() == run.letter_count == 30
    assert not Letter.objects.filter(mailpiece=None).exists()
    pieces = list(run.pieces.all())
    assert [p.number for p in pieces] == list(range(1, 31))
    assert sum(p.sheets for p in pieces) == run.sheet_count
    assert sum(p.cost_pence for p in pieces) == run.cost_pence == sum(x.cost_pence for x in Letter.objects.all())


def test_large_print_is_in_files_of_its_own_and_truly_large(machines: PrintMachines) -> None:
    run = _built(machines, 15)
    by_format = {(p.file, p.format) for p in run.pieces.all()}
    assert {f for f, kind in by_format if kind == LetterFormat.LARGE_PRINT}.isdisjoint(
        {f for f, kind in by_format if kind == LetterFormat.STANDARD}
    )


def test_the_print_file_has_the_letters_of_the_manifest_in_its_order(machines: PrintMachines) -> None:
    run = _built(machines, 12)
    rows = list(csv.DictReader(io.StringIO(machines.store.get(run.outputs[f"{run.number}-manifest.csv"]).decode())))
    assert [r["piece"] for r in rows] == [f"P{n}" for n in range(1, 13)]
    for row in rows:
        with machines.store.path_for_reading(run.outputs[row["file"]]) as path:
            pdf = pdfium.PdfDocument(path)
            words = pdf[(int(row["first_sheet"]) - 1) * 2].get_textpage().get_text_range()
            pdf.close()
        (one,) = Letter.objects.filter(pk=int(row["letters"][1:]))
        assert one.address_lines[0] in words
        assert f"P{row['piece'][1:]} 1/{row['sheets']}" in " ".join(words.split())
        assert one.name not in row.values() or not one.name


def _texts(machines: PrintMachines, run: PrintRun) -> dict[str, str]:
    """The words of docket and manifest."""
    texts = {}
    for name in ("docket.pdf", "manifest.pdf"):
        with machines.store.path_for_reading(run.outputs[f"{run.number}-{name}"]) as path:
            pdf = pdfium.PdfDocument(path)
            words = " ".join(page.get_textpage().get_text_range() for page in pdf)
            texts[name] = " ".join(words.split())
            pdf.close()
    return texts


def test_the_docket_and_manifest_say_what_is_in_the_run(machines: PrintMachines) -> None:
    run = _built(machines, 12)
    texts = _texts(machines, run)
    assert f"£{run.cost_pence / 100:.2f}" in texts["docket.pdf"]
    assert f"{run.sheet_count}" in texts["docket.pdf"]
    for piece in run.pieces.all():
        assert f"P{piece.number}" in texts["manifest.pdf"]
        assert piece.postcode in texts["manifest.pdf"]


def test_a_summons_is_posted_with_proof_and_marked_in_both_manifests_and_on_the_docket(machines: PrintMachines) -> None:
    floor.letters(floor.mailing(), 3, format=LetterFormat.STANDARD)
    (summons,) = floor.letters(floor.mailing("summons"), 1, format=LetterFormat.STANDARD)
    run = runs.build_run(machines, CUT_OFF, "robin")
    assert run is not None
    (piece,) = run.pieces.filter(letters=summons)
    assert (piece.postage, "-proof-" in piece.file) == ("certified", True)
    rows = csv.DictReader(io.StringIO(machines.store.get(run.outputs[f"{run.number}-manifest.csv"]).decode()))
    assert {r["piece"]: r["proof_needed"] for r in rows if r["proof_needed"]} == {f"P{piece.number}": "of posting"}
    texts = _texts(machines, run)
    assert texts["manifest.pdf"].count("of posting") == 1
    assert "Proof needed, of posting: 1" in texts["docket.pdf"]


def test_one_person_gets_one_envelope_unless_a_class_forbids_it(machines: PrintMachines) -> None:
    person = floor.customer()
    same = {"customer": person, "matched": True, "format": LetterFormat.STANDARD,
            "address_lines": ["Mrs A Rawlinson", "83 Church Lane", "WX10 9WU"], "postcode": "WX10 9WU"}  # fmt: skip
    floor.letters(floor.mailing("general_letter", "waste"), 1, **same)
    floor.letters(floor.mailing("rent_statement", "rents"), 1, **same)
    floor.letters(floor.mailing("benefit_decision", "benefits"), 1, **same)
    runs.build_run(machines, CUT_OFF, "robin")
    assert sorted(p.letters.count() for p in Mailpiece.objects.all()) == [1, 2]
    alone = Letter.objects.get(mailing__document_class="benefit_decision")
    assert alone.mailpiece is not None and alone.mailpiece.letters.count() == 1


def test_letters_decided_later_or_of_paused_or_scheduled_mailings_wait(machines: PrintMachines) -> None:
    floor.letters(floor.mailing(), 2)
    floor.letters(floor.mailing(), 1, decided_at=CUT_OFF + dt.timedelta(minutes=1))
    floor.letters(floor.mailing(status=MailingStatus.PAUSED), 1)
    floor.letters(floor.mailing(scheduled_for=CUT_OFF + dt.timedelta(days=1)), 1)
    run = runs.build_run(machines, CUT_OFF, "robin")
    assert run is not None and run.letter_count == 2
    assert Letter.objects.filter(status=LetterStatus.TO_PRINT).count() == 3


def test_nothing_is_printed_to_someone_whose_death_became_known_after_the_decision(tmp_path: Path) -> None:
    person = floor.customer()
    floor.letters(floor.mailing(), 1, customer=person, matched=True)
    person.deceased_date = dt.date(2026, 2, 27)
    person.save()
    asked: list[int] = []
    machines = floor.machines(tmp_path, decide_again=asked.extend)
    assert runs.build_run(machines, CUT_OFF, "robin") is None
    assert asked == [Letter.objects.get().pk]
    assert not PrintRun.objects.exists()


def test_building_again_gives_the_same_run_and_no_letter_twice(machines: PrintMachines) -> None:
    run = _built(machines, 5)
    again = runs.build_run(machines, CUT_OFF, "sam")
    assert again == run
    assert Mailpiece.objects.count() == 5
    assert runs.build_run(machines, CUT_OFF + dt.timedelta(hours=1), "sam") is None


def test_a_letter_that_cannot_be_made_is_left_out_and_its_service_told(machines: PrintMachines) -> None:
    sent = floor.mailing()
    floor.letters(sent, 3)
    (bad,) = floor.letters(sent, 1, fields={"broken": True})
    run = runs.build_run(machines, CUT_OFF, "robin")
    assert run is not None and run.letter_count == 3
    bad.refresh_from_db()
    assert (bad.status, bad.print_run) == (LetterStatus.FAILED, None)
    assert ServiceNotice.objects.get().letter == bad


def test_an_abandoned_run_gives_its_letters_to_the_next(machines: PrintMachines) -> None:
    run = _built(machines, 4)
    runs.abandon_run(machines, run, "robin", "wrong paper")
    assert Letter.objects.filter(status=LetterStatus.TO_PRINT, mailpiece=None).count() == 4
    again = runs.build_run(machines, CUT_OFF, "robin")
    assert again is not None and again != run and again.letter_count == 4
    runs.release_run(machines, again, "robin")
    with pytest.raises(RunHasGone):
        runs.abandon_run(machines, again, "robin", "too late")


def test_a_run_whose_files_are_not_as_built_is_not_released(machines: PrintMachines, tmp_path: Path) -> None:
    run = _built(machines, 3)
    name, key = next((n, k) for n, k in run.outputs.items() if "DL" in n)
    kept = tmp_path / "store" / key[:2] / key
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes() + b" ")
    jobs = runs.release_run(machines, run, "robin")
    (held,) = [j for j in jobs if j.file == name]
    assert "not what was built" in held.problem
    assert not (tmp_path / "printer" / f"{held.name}.pdf").exists()
    kept.unlink()
    run.status = PrintRunStatus.BUILT
    run.save()
    with pytest.raises(NotReleasable, match="not in the store"):
        runs.release_run(machines, run, "robin")


def test_released_files_lie_in_the_hot_folder_once(machines: PrintMachines, tmp_path: Path) -> None:
    run = _released(machines, 8)
    runs.release_run(machines, run, "robin")
    names = sorted(p.name for p in (tmp_path / "printer").glob("*.pdf"))
    assert names == sorted(f"{f.name[:-4]}-1.pdf" for f in runs.files_of(run))


def test_the_run_closes_only_when_every_sheet_was_seen_once(machines: PrintMachines) -> None:
    run = _released(machines, 4)
    *most, last = _marks(run)
    for mark in most:
        assert runs.scan_mark(machines, run, mark, "sam").result is ScanResult.GOOD
    with pytest.raises(DoesNotBalance, match="missing"):
        runs.close_run(machines, run, "sam")
    runs.scan_mark(machines, run, f"  {last.lower()}\n", "sam")
    runs.close_run(machines, run, "sam")
    assert run.status == PrintRunStatus.POSTED
    assert Counter(Letter.objects.values_list("status", flat=True)) == {LetterStatus.POSTED: 4}
    assert Event.objects.filter(kind="letter.posted").count() == 4
    runs.close_run(machines, run, "sam")
    assert Event.objects.filter(kind="print_run.posted").count() == 1
    with pytest.raises(NotOnTheFloor):
        runs.scan_mark(machines, run, last, "sam")


def test_doubles_strangers_and_foreign_marks_are_told_at_once_and_can_be_taken_back(machines: PrintMachines) -> None:
    run = _released(machines, 3)
    marks = _marks(run)
    for mark in marks:
        runs.scan_mark(machines, run, mark, "sam")
    assert runs.scan_mark(machines, run, marks[0], "sam").result is ScanResult.DOUBLE
    other = SheetMark("WDC", run.pk + 9, 1, 1, 1).payload
    assert runs.scan_mark(machines, run, other, "sam").result is ScanResult.OTHER_RUN
    assert runs.scan_mark(machines, run, "5012345678900", "sam").result is ScanResult.UNREADABLE
    stranger = SheetMark("WDC", run.pk, 77, 1, 1).payload
    assert runs.scan_mark(machines, run, stranger, "sam").result is ScanResult.NOT_IN_RUN
    assert not runs.balance_of(run).balances
    runs.take_back_scan(machines, run, marks[0], "sam")
    runs.take_back_scan(machines, run, stranger, "sam")
    assert runs.balance_of(run).balances


def test_counts_close_a_run_without_a_scanner_but_not_when_one_is_short(machines: PrintMachines) -> None:
    run = _released(machines, 9)
    files = runs.files_of(run)
    for file in files:
        runs.enter_counts(machines, run, file.name, file.pieces, "sam")
    assert runs.balance_of(run).balances
    runs.enter_counts(machines, run, files[0].name, files[0].pieces - 1, "sam")
    with pytest.raises(DoesNotBalance, match="counted"):
        runs.close_run(machines, run, "sam")
    with pytest.raises(NoSuchPiece):
        runs.enter_counts(machines, run, "other.pdf", 3, "sam")


def test_a_spoiled_piece_is_printed_again_by_two_people_and_its_old_sheets_never_count(
    machines: PrintMachines, tmp_path: Path
) -> None:
    run = _released(machines, 4)
    old = _marks(run)
    for mark in old:
        runs.scan_mark(machines, run, mark, "sam")
    piece = runs.spoil(machines, run, "P2", "sam")
    with pytest.raises(DoesNotBalance, match="P2: spoiled"):
        runs.close_run(machines, run, "sam")
    with pytest.raises(NothingToReprint):
        runs.agree_reprint(machines, run, "2", "robin")
    runs.ask_reprint(machines, run, "2", "sam", "torn by the enveloper")
    with pytest.raises(SamePerson):
        runs.agree_reprint(machines, run, "2", "sam")
    job = runs.agree_reprint(machines, run, "2", "robin")
    assert (tmp_path / "printer" / f"{job.name}.pdf").exists()
    spoiled = [m for m in old if f"P{piece.number}S" in m]
    assert runs.scan_mark(machines, run, spoiled[0], "sam").result is ScanResult.OLD_PRINTING
    assert [s.piece for s in runs.balance_of(run).wrong] == [2]
    for mark in _marks(run):
        if "N1" in mark:
            assert runs.scan_mark(machines, run, mark, "sam").result is ScanResult.GOOD
    runs.close_run(machines, run, "sam")
    asked = run.reprint_requests.get()
    assert (asked.asked_by, asked.agreed_by, asked.reason) == ("sam", "robin", "torn by the enveloper")


def test_a_scan_of_the_tray_counts_every_mark_on_it(machines: PrintMachines, tmp_path: Path) -> None:
    run = _released(machines, 6)
    file = runs.files_of(run)[0]
    with machines.store.path_for_reading(run.outputs[file.name]) as path:
        scanned = runs.scan_tray(machines, run, path, "sam")
    assert len(scanned) == file.sheets
    assert {s.result for s in scanned} == {ScanResult.GOOD}


def test_the_worker_builds_the_days_run_once_after_its_cut_off_on_working_days(tmp_path: Path) -> None:
    settings = floor.PRINTING.run.model_copy(update={"build_at_cut_off": True})
    wanted = floor.PRINTING.model_copy(update={"run": settings})
    floor.letters(floor.mailing(), 3)
    before = floor.machines(tmp_path, printing=wanted, clock=lambda: CUT_OFF - dt.timedelta(minutes=1))
    sunday = floor.machines(tmp_path, printing=wanted, clock=lambda: CUT_OFF + dt.timedelta(days=6))
    off = floor.machines(tmp_path)
    assert [runs.build_at_cut_off(m) for m in (before, sunday, off)] == [None, None, None]
    after = floor.machines(tmp_path, printing=wanted)
    run = runs.build_at_cut_off(after)
    assert run is not None and (run.cut_off, run.letter_count) == (CUT_OFF, 3)
    floor.letters(floor.mailing(), 1)
    assert runs.build_at_cut_off(after) is None
