"""A process that builds, releases and closes print runs, for tests that kill it: `print_worker ACTION ...`."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailroom.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from mailroom.outbound.steps import print_runs as runs  # noqa: E402
from mailroom.records.models import Letter, Mailpiece, PrintRun, PrintRunStatus  # noqa: E402
from tests.outbound import print_floor as floor  # noqa: E402
from tests.outbound.print_floor import CUT_OFF  # noqa: E402


def main(action: str, *arguments: str) -> None:
    folder = Path(os.environ["MAILROOM_DATA"])
    machines = floor.machines(folder)
    match action:
        case "prepare":
            call_command("migrate", verbosity=0)
            floor.letters(floor.mailing(), int(arguments[0]))
        case "build":
            runs.build_run(machines, CUT_OFF, "worker")
        case "release":
            runs.release_run(machines, PrintRun.objects.get(), "worker")
            runs.resume_run(machines, PrintRun.objects.get(), "worker")
        case "close":
            run = PrintRun.objects.get()
            if run.status == PrintRunStatus.POSTED:
                return  # the one that was killed had closed it
            for file in runs.files_of(run):
                runs.enter_counts(machines, run, file.name, file.pieces, "worker")
            runs.close_run(machines, run, "worker")
        case "books":
            print(json.dumps(_books()))  # noqa: T201


def _books() -> dict[str, object]:
    letters = list(Letter.objects.values_list("status", "mailpiece", "print_run"))
    run = PrintRun.objects.first()
    return {
        "statuses": Counter(status for status, _, _ in letters),
        "enveloped": sum(piece is not None for _, piece, _ in letters),
        "in_a_run": sum(run is not None for _, _, run in letters),
        "runs": PrintRun.objects.count(),
        "run": run.status if run else "",
        "letter_count": run.letter_count if run else 0,
        "pieces": Mailpiece.objects.count(),
        "jobs": run.jobs.count() if run else 0,
        "files": len(runs.files_of(run)) if run else 0,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
