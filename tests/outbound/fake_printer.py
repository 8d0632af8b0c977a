"""A printer for tests that can be out, refuse, jam after some sheets, or lose the answer to what it took."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2 as pdfium

from mailroom.gateways.printer import PrinterAway, PrinterRefuses
from mailroom.values.print_progress import PrintProgress, PrintState


@dataclass
class FakePrinter:
    """tray: the sides printed, as (job, page of its file). jam_after: sheets it still prints before it stops."""

    folder: Path
    away: bool = False
    refuses: bool = False
    answers: bool = True
    jam_after: int | None = None
    tray: list[tuple[str, int]] = field(default_factory=list)
    jobs: dict[str, PrintProgress] = field(default_factory=dict)

    def find(self, name: str) -> str:
        self._must_be_there()
        return name if name in self.jobs else ""

    def send(self, name: str, document: Path, duplex: bool) -> str:
        self._must_be_there()
        if self.refuses:
            raise PrinterRefuses("The printer refuses: no paper of that kind.")
        self.folder.mkdir(exist_ok=True)
        (self.folder / f"{name}.pdf").write_bytes(document.read_bytes())
        with pdfium.PdfDocument(document) as pdf:
            sheets = len(pdf) // (2 if duplex else 1)
        done = sheets if self.jam_after is None else min(sheets, self.jam_after)
        self.tray += [(name, sheet) for sheet in range(1, done + 1)]
        state = PrintState.DONE if done == sheets else PrintState.STOPPED
        self.jobs[name] = PrintProgress(state, done, "" if done == sheets else "media jam")
        if not self.answers:
            raise PrinterAway("The line broke before the printer's answer came.")
        return name

    def progress(self, ticket: str) -> PrintProgress:
        self._must_be_there()
        return self.jobs[ticket]

    def _must_be_there(self) -> None:
        if self.away:
            raise PrinterAway("The printer does not answer.")
