"""A workbook's rows as CSV: read once and slowly, then as often as anybody asks.

Reading 100,000 rows of an XLSX takes some 40 seconds of processor, of the same rows as CSV half a second.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from mailroom.errors import Reject
from mailroom.outbound.columns import Columns, match_columns
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.examined import Looked, counted, untold
from mailroom.records.models import CheckStage

_DELIMITERS = ",;\t"


@contextmanager
def plain_rows(machines: OutboundMachines, path: Path, looked: Looked = untold) -> Iterator[Path]:
    """The spreadsheet, or of a workbook a copy of its rows for as long as the block lasts.

    One that cannot be read is given as it is: whoever reads it says what is wrong.
    """
    if not is_workbook(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="mailroom-rows-") as folder:
        copy = Path(folder) / "rows.csv"
        try:
            write_rows(counted(machines.read_rows(path), CheckStage.READING, looked), copy)
        except Reject:
            copy = path
        yield copy


def columns_of(machines: OutboundMachines, template: str, path: Path) -> Columns:
    """How a spreadsheet's head and the template's fields go together; nothing of one that cannot be read."""
    try:
        _, head = next(machines.read_rows(path), (1, ()))
    except Reject:
        return Columns((), ())
    return match_columns(machines.template(template), head)


def is_workbook(path: Path) -> bool:
    """Whether it is an XLSX, which is a ZIP file."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def write_rows(rows: Iterable[tuple[int, Sequence[str]]], to: Path) -> None:
    """Rows as CSV, each on the line of its number: what is wrong is told by the numbers people see."""
    source = iter(rows)
    first = next(source, None)
    line = "".join(first[1]) if first else ""
    # Whoever reads it takes the sign that its first line has most of, wherever in that line it stands.
    delimiter = max(_DELIMITERS, key=lambda sign: (line.count(sign), sign == ","))
    with to.open("w", encoding="utf-8", newline="") as file:
        writer, written = csv.writer(file, delimiter=delimiter), 0
        for number, cells in chain((first,) if first else (), source):
            writer.writerows([()] * (number - written - 1))
            writer.writerow(cells)
            written = number
