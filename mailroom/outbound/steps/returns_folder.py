"""The folder for scans of returned envelopes: one below it for each reason. What is put there is recorded by itself.

Recording a return twice changes nothing, so a file is only moved away after all its envelopes are on record; a crash
in between does them again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from mailroom.errors import Reject
from mailroom.gateways import watch_folder
from mailroom.gateways.watch_folder import SeenFile
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps.returns import ScanOfReturns, returns_on_scan
from mailroom.records.folders_away import note_reached, reach
from mailroom.values.return_reason import ReturnReason

log = logging.getLogger(__name__)

FOLDER = "returns"
"""What it is called on record."""
LOOK_AT = "look-at-these"
"""The folder beside the reasons where scans wait that hold an envelope nobody knows."""
_IGNORED = (".*", "~*", "*.tmp", "*.part", "Thumbs.db", LOOK_AT)


@dataclass(frozen=True)
class ReturnsFolder:
    """Looks at the folder. path: of the reasons' folders. done: where finished scans go, by day.

    is_ours: made and marked by Mailroom at first sight, as below the data folder.
    """

    machines: PrintMachines
    path: Path
    done: Path
    is_ours: bool = True

    def look(self) -> int:
        """One scan of the folder; returns how many envelopes came back.

        Raises:
            Retry: the folder cannot be read.
        """
        reach(FOLDER, self.path, watch_folder, self.machines.clock(), is_ours=self.is_ours)
        for reason in ReturnReason:
            (self.path / reason).mkdir(exist_ok=True)
        files = watch_folder.files_in(self.path, _IGNORED)
        note_reached(FOLDER)
        return sum(self._take(file) for file in files if self._lies_still(file))

    def _lies_still(self, file: SeenFile) -> bool:
        age = self.machines.clock().timestamp() - file.modified_ns / 1e9
        return not file.is_link and age >= self.machines.printing.returns.settle_seconds

    def _take(self, file: SeenFile) -> int:
        """Record a file's envelopes and move it away: to the done folder, or to where a person looks at it."""
        scan = self.path / file.name
        if not scan.exists():
            return 0
        try:
            reason = ReturnReason(Path(file.name).parts[0])
            found = returns_on_scan(self.machines, scan, reason, "returns folder")
        except (ValueError, Reject) as wrong:
            log.warning("returns: %s cannot be taken (%s)", scan.suffix, type(wrong).__name__)
            watch_folder.move_aside(scan, self.path / LOOK_AT, scan.name)
            return 0
        self.machines.store.put(scan)
        if self._is_complete(found):
            day = self.machines.local_time(self.machines.clock()).date().isoformat()
            watch_folder.move_aside(scan, self.done / day / "returns" / reason, scan.name)
        else:
            log.warning("returns: %d of %d sides have a known mark", len(found.returned), found.sides)
            watch_folder.move_aside(scan, self.path / LOOK_AT, f"{reason}-{scan.name}")
        return len(found.returned)

    def _is_complete(self, found: ScanOfReturns) -> bool:
        """Whether every envelope scanned is known: one a side, or one a sheet where backs are scanned too."""
        expected = (found.sides + 1) // 2 if self.machines.printing.returns.both_sides else found.sides
        return not found.unknown and len(found.returned) >= expected
