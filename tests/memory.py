"""How much memory a process of a test has taken."""

from __future__ import annotations

from pathlib import Path


def peak() -> int:
    """The most this process has held since it was started, in MB.

    Not ru_maxrss: Linux begins that with the memory of the process that started this one.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) >> 10 for line in lines if line.startswith("VmHWM:"))
