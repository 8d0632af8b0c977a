"""A run's outputs: print files with marks, read back before they count; manifest as CSV and PDF; docket."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mailroom.config.printing import MailmarkKind
from mailroom.outbound.docket import DocketFacts, docket
from mailroom.outbound.manifest import manifest_rows, write_manifest_csv
from mailroom.outbound.postal_address import Zone
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.print_run import PlannedFile, PlannedPiece, RunPlan
from mailroom.records.models import BuildStage, PrintRun
from mailroom.values.mailmark import Mailmark, item_number
from mailroom.values.print_sheet import PagesToPrint, PieceToPrint, PrintFileWritten
from mailroom.values.sheet_mark import SheetMark

LARGE_LETTER = "large_letter"
"""The tariff of config/postage.toml that Royal Mail's barcodes know as the format 2."""
MANIFEST_CSV, MANIFEST_PDF, DOCKET = "manifest.csv", "manifest.pdf", "docket.pdf"


def write_outputs(
    machines: PrintMachines,
    run: PrintRun,
    plan: RunPlan,
    pages: Mapping[int, tuple[PagesToPrint, ...]],
    problems: Mapping[int, str],
    folder: Path,
) -> dict[str, str]:
    """Write and store everything; file name to store key. Raises Reject when a file read back is not as planned."""
    outputs: dict[str, str] = {}
    no_window_mark = no_mailmark = 0
    for number, file in enumerate(plan.files):
        note_progress(run, BuildStage.WRITING, number, len(plan.files))
        path = folder / file.name
        written = _write(machines, run, file, pages, path)
        no_window_mark += len(written.no_window_mark)
        no_mailmark += len(written.no_mailmark)
        outputs[file.name] = machines.store.put(path)
        path.unlink()
    csv, pdf = folder / MANIFEST_CSV, folder / MANIFEST_PDF
    write_manifest_csv(manifest_rows(plan), csv)
    machines.typeset_manifest(f"{machines.council}: print run {run.number}, manifest", manifest_rows(plan), pdf)
    outputs[f"{run.number}-{MANIFEST_CSV}"] = machines.store.put(csv)
    outputs[f"{run.number}-{MANIFEST_PDF}"] = machines.store.put(pdf)
    facts = _docket_facts(machines, run, problems, (no_window_mark, no_mailmark))
    outputs[f"{run.number}-{DOCKET}"] = machines.store.put(machines.typeset(docket(plan, facts)))
    return outputs


def note_progress(run: PrintRun, stage: BuildStage, done: int, total: int) -> None:
    """For the page that somebody waits at."""
    PrintRun.objects.filter(pk=run.pk).update(stage=stage, done=done, total=total)


def marks_of(council: str, run: int, piece: PlannedPiece, printing: int = 0) -> tuple[SheetMark, ...]:
    """The mark of each sheet of an envelope."""
    of = piece.sheets
    return tuple(SheetMark(council, run, piece.number, sheet, of, printing) for sheet in range(1, of + 1))


def _write(
    machines: PrintMachines, run: PrintRun, file: PlannedFile, pages: Mapping[int, tuple[PagesToPrint, ...]], path: Path
) -> PrintFileWritten:
    """Write one print file and read it back."""
    pieces = [
        PieceToPrint(
            tuple(part for letter in piece.letters for part in pages[letter.key]),
            marks_of(machines.council_code, run.pk, piece),
            piece.letters[0].duplex,
            _mailmark(machines, run.pk, piece),
            is_large_letter(piece),
        )
        for piece in file.pieces
    ]
    written = machines.files.write(pieces, path)
    check_file(machines, pieces, path, written.no_window_mark)
    return written


def _mailmark(machines: PrintMachines, run: int, piece: PlannedPiece) -> str:
    """What Royal Mail's barcode on it says; '' where the site has none, or the class or address is outside it."""
    settings = machines.printing.mailmark
    mail_class = settings.classes.get(piece.postage.code, "")
    first = piece.letters[0]
    if settings.kind is MailmarkKind.NONE or not mail_class or first.zone != Zone.INLAND:
        return ""
    item, large = item_number(run, piece.number), is_large_letter(piece)
    mark = Mailmark(mail_class, settings.supply_chain, item, first.postcode, large)
    return mark.four_state if settings.kind is MailmarkKind.FOUR_STATE else mark.two_d


def is_large_letter(piece: PlannedPiece) -> bool:
    """Whether it goes at the price of a large letter."""
    return piece.envelope.tariff == LARGE_LETTER


def check_file(machines: PrintMachines, pieces: list[PieceToPrint], path: Path, no_window_mark: frozenset[int]) -> None:
    """Read a print file back: every sheet carries its mark and nobody else's. Raises Reject."""
    sides: list[list[SheetMark | None]] = []
    for piece in pieces:
        sides += [[mark, None] if piece.duplex else [mark] for mark in piece.marks]
    machines.files.check(path, sides, machines.printing.marks, no_window_mark)


def _docket_facts(
    machines: PrintMachines, run: PrintRun, problems: Mapping[int, str], unmarked: tuple[int, int]
) -> DocketFacts:
    return DocketFacts(
        number=run.number,
        council=machines.council,
        cut_off=f"{machines.local_time(run.cut_off):%d/%m/%Y %H:%M}",
        built=f"{machines.local_time(machines.clock()):%d/%m/%Y %H:%M}",
        postage_names={kind.code: kind.name for kind in machines.postage.postage_class},
        left_out=tuple((f"L{key:08d}", problem) for key, problem in sorted(problems.items())),
        no_window_mark=unmarked[0],
        no_mailmark=unmarked[1],
    )
