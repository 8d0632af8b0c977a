"""What a process and all its descendants take while work runs: memory at its peak, CPU seconds. Linux only.

Memory is the proportional set size (PSS): what processes share is counted once.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

_TICKS = os.sysconf("SC_CLK_TCK")


class TreeWatch:
    """Looks at the tree under `root` every so many seconds until the block ends.

    peak_megabytes: of the whole tree at once. at_peak: megabytes by process id then. cpu_seconds: of all seen.
    """

    def __init__(self, root: int = os.getpid(), every: float = 0.25) -> None:
        self._root, self._every, self._over = root, every, Event()
        self._before = {pid: _cpu(pid) for pid in _tree(root)}
        self._cpu: dict[int, float] = {}
        self.peak_megabytes, self.at_peak = 0.0, dict[int, float]()
        self._thread = Thread(target=self._look, daemon=True)

    @property
    def cpu_seconds(self) -> float:
        return sum(seconds - self._before.get(pid, 0.0) for pid, seconds in self._cpu.items())

    def __enter__(self) -> TreeWatch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            pids = _tree(self._root)
            sizes = {pid: _megabytes(pid) for pid in pids}
            self._cpu |= {pid: _cpu(pid) for pid in pids}
            if sum(sizes.values()) > self.peak_megabytes:
                self.peak_megabytes, self.at_peak = sum(sizes.values()), sizes
            if self._over.wait(self._every):
                return


def _tree(root: int) -> list[int]:
    """The process and its descendants; one that ends while we look is left out."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, ahead = [], [root]
    while ahead:
        pid = ahead.pop()
        found.append(pid)
        ahead += children.get(pid, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields after the command's name, which may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
