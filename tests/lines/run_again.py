"""What a person asks for at the print unit's desk, in a process of its own: `python -m tests.lines.run_again STAGE`."""

from __future__ import annotations

import os
import sys
from typing import Any

import django


def main(stage: str) -> None:
    """Run the stage again on the first batch."""
    django.setup()
    from mailroom.inbound.steps import recut, rerun
    from mailroom.records.models import Batch
    from mailroom.values.batch_layout import BatchEdit, EditKind
    from mailroom.wiring.inbound import inbound_machines
    from tests.lines.quick_worker import QuickReader

    reader: Any = QuickReader()
    machines, batch = inbound_machines(reader), Batch.objects.get()
    if stage == "read":
        rerun.read_again(machines, batch.pk, "7")
    elif stage == "cut":
        rerun.cut_again(machines, batch.pk, "7")
    elif stage == "decide":
        rerun.decide_again(machines, batch.pk, list(batch.items.values_list("position", flat=True)), "7")
    elif stage == "turn":
        pages = tuple(batch.pages.filter(kind="item").values_list("number", flat=True))
        recut.recut(machines, batch.pk, [BatchEdit(EditKind.TURN_RIGHT, pages)], batch.cut_version, "7")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailroom.settings")
    main(sys.argv[1])
