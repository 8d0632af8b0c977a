"""What a process and all its descendants take while work runs: memory at its peak, CPU seconds. Linux only.

Memory is the proportional set size (PSS): what processes share is counted once. It is looked at now and then.

CPU seconds are the kernel's own account and miss nothing that ran in between: a process that ends hands its time to the
one that waits for it. One whose parent ended before it would be handed to the machine's first process, so the root of a
watched tree takes such orphans in itself (PR_SET_CHILD_SUBREAPER of prctl(2)). Only what a process that ignores its
children's end starts (SIGCHLD ignored) is lost.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

_TICKS = os.sysconf("SC_CLK_TCK")
_PR_SET_CHILD_SUBREAPER = 36
_USED = slice(11, 15)
"""Of a process's stat: time as user and as system, its own and that of the children it waited for, in ticks."""


class TreeWatch:
    """Watches this process and all it starts until the block ends.

    peak_megabytes: of the whole tree at once. at_peak: megabytes by process id then. cpu_seconds: of the block, known
    when it has ended.
    """

    def __init__(self, every: float = 0.25) -> None:
        self._root, self._every, self._over = os.getpid(), every, Event()
        self.cpu_seconds, self.peak_megabytes, self.at_peak = 0.0, 0.0, dict[int, float]()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> TreeWatch:
        if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "Orphans cannot be taken in, so their CPU time would be missed.")
        self._before = cpu_seconds(self._root)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        self.cpu_seconds = cpu_seconds(self._root) - self._before

    def _look(self) -> None:
        while True:
            pids = _tree(self._root)
            sizes = {pid: _megabytes(pid) for pid in pids}
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


def cpu_seconds(root: int) -> float:
    """Of the whole tree and of all that ended in it. Counted anew while one ends: its time would count twice or not."""
    while True:
        pids = _tree(root)
        used = [_stat(pid)[_USED] for pid in pids]
        if all(used) and _tree(root) == pids:
            return sum(int(ticks) for one in used for ticks in one) / _TICKS


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
