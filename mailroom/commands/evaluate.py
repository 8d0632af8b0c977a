"""`mailroom evaluate DIR`: how right the stations are on letters whose truth is known."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from mailroom.inbound.evaluation import Scores

NAME = "evaluate"
HELP = "Measure reading, cutting, sorting and matching on a folder of scans with truth.jsonl and scans.jsonl."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """DIR, --json, --reports."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="scans with truth.jsonl and scans.jsonl")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--reports", type=Path, help="also write the inspect reports here, one JSON object a line")


def run(args: argparse.Namespace) -> int:
    """Inspect every scan of the folder and print the figures. 1 when the folder holds no truth."""
    django.setup()
    from mailroom.inbound.evaluation import score
    from mailroom.wiring.data import prepare_database, prepare_model

    if not (args.folder / "truth.jsonl").exists():
        print(f"{args.folder}: no truth.jsonl there. The format is described in tests/samples/README.md.")
        return 1
    truths, scans = _lines(args.folder / "truth.jsonl"), _lines(args.folder / "scans.jsonl")
    prepare_database()
    prepare_model()
    start = time.monotonic()
    reports = _inspect(args.folder, scans)
    minutes = (time.monotonic() - start) / 60
    if args.reports:
        args.reports.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in reports), encoding="utf-8")
    scores = score(truths, scans, reports)
    pages = sum(len(s["pages"]) for s in scans)
    if args.json:
        print(json.dumps(_figures(scores, pages / minutes)))
    else:
        _print(scores, pages, pages / minutes)
    return 0


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _inspect(folder: Path, scans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from rich.console import Console
    from rich.progress import track

    from mailroom.wiring.inbound import inspector

    with inspector() as inspect, ThreadPoolExecutor(max_workers=4) as files:

        def reports(scan: dict[str, Any]) -> list[dict[str, Any]]:
            received = dt.date.fromisoformat(scan["received"])
            return list(inspect.inspect(folder / scan["file"], received, "auto").reports)

        done = track(files.map(reports, scans), "Reading", total=len(scans), console=Console(stderr=True))
        return [report for found in done for report in found]


def _figures(scores: Scores, pages_a_minute: float) -> dict[str, Any]:
    return {
        "items": scores.items,
        "service_top1": scores.service.share,
        "service_top1_by_severity": {k: v.share for k, v in scores.by_severity.items()},
        "coverage": [{"share": s, "precision": p, "threshold": t} for s, p, t in scores.coverage],
        "sent_share": scores.sent_share,
        "sent_precision": scores.sent_right.share,
        "items_cut_exactly": scores.found_exactly.share,
        "attached": scores.attached_right.of,
        "attached_wrongly": scores.attached_right.of - scores.attached_right.right,
        "identifiable_attached": scores.identifiable_attached.share,
        "references": scores.references,
        "flags": scores.flags,
        "also": scores.also,
        "doc_type": scores.doc_type.share,
        "by_doc_type": scores.by_doc_type,
        "by_service": scores.by_service,
        "page_kind": scores.page_kinds.share,
        "rotation": scores.rotation.share,
        "character_error_rate": scores.character_error_rate,
        "character_error_rate_by": {k: e / max(n, 1) for k, (e, n) in scores.character_errors.items()},
        "pages_a_minute": pages_a_minute,
    }


def _print(scores: Scores, pages: int, pages_a_minute: float) -> None:
    from rich.console import Console
    from rich.table import Table

    from mailroom.inbound.evaluation import total

    console = Console()
    attached, wrong = scores.attached_right.of, scores.attached_right.of - scores.attached_right.right
    rows = [
        ("Items", f"{scores.items}, cut exactly {scores.found_exactly.share:.1%}, spurious {scores.spurious_items}"),
        ("Service, first choice", f"{scores.service.share:.1%}"),
        *((f"  {k} scans", f"{v.share:.1%} of {v.of}") for k, v in sorted(scores.by_severity.items())),
        ("Copies to further services", "{both} right of {true}; {said} said".format(**total(scores.also))),
        ("Document type", f"{scores.doc_type.share:.1%}"),
        ("Sent without a person", f"{scores.sent_share:.1%}, to the right service {scores.sent_right.share:.1%}"),
        ("Attached to a customer", f"{attached}, wrongly {wrong}"),
        ("  identifiable, clean/normal", f"{scores.identifiable_attached.share:.1%} attached rightly"),
        ("References", "{both} right of {true}; {said} said".format(**scores.references)),
        ("Page kind right", f"{scores.page_kinds.share:.1%} of {scores.page_kinds.of}"),
        ("Turned upright", f"{scores.rotation.share:.1%} of {scores.rotation.of}"),
        ("Character error rate", f"{scores.character_error_rate:.1%}"),
        *((f"  {k}", f"{e / max(n, 1):.1%}") for k, (e, n) in sorted(scores.character_errors.items())),
        ("Pages a minute", f"{pages_a_minute:.0f} ({pages} pages)"),
    ]
    table = Table("Figure", "Value", title="Evaluation")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    curve = Table("Surest share", "Precision", "From probability", title="Coverage curve of the service")
    for share, precision, threshold in scores.coverage:
        curve.add_row(f"{share:.0%}", f"{precision:.1%}", f"{threshold:.2f}")
    console.print(curve)
    _print_codes(console, "By service", scores.by_service)
    _print_codes(console, "Flags", scores.flags)
    _print_codes(console, "Document types", scores.by_doc_type)


def _print_codes(console: Any, title: str, counts: dict[str, dict[str, int]]) -> None:
    from rich.table import Table

    table = Table("Code", "True", "Precision", "Recall", title=title)
    for code, c in counts.items():
        both, said, true = c.get("both", 0), c.get("said", 0), c.get("true", 0)
        table.add_row(
            code, str(true), f"{both / said:.0%}" if said else "none said", f"{both / true:.0%}" if true else "none"
        )
    console.print(table)
