"""What a stage of a benchmark took: our own processor seconds, those of the database's server, and the clock's."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass

from tests.benchmarks.process_tree import cpu_seconds


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds. own: of this process and the commands it waited for. others: of all else it started, the server."""

    own: float
    others: float
    clock: float

    def since(self, before: Taken) -> Taken:
        """What was taken between two moments. Kernel ticks are hundredths, so that nothing may seem less than that."""
        others = max(self.others - before.others, 0.0)
        return Taken(self.own - before.own, others if others > 0.05 else 0.0, self.clock - before.clock)

    def __str__(self) -> str:
        server = f" and {self.others:.1f} of the database's server" if self.others else ""
        load = os.getloadavg()[0]
        return f"{self.own:.1f} CPU seconds{server}, {self.clock:.0f} by the clock at a load of {load:.0f}"


def taken_so_far() -> Taken:
    """Since this process began. A server's time is seen only while a TreeWatch lasts that began before it."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own = sum(u.ru_utime + u.ru_stime for u in used)
    return Taken(own, cpu_seconds(os.getpid()) - own, time.perf_counter())


def peak_megabytes() -> float:
    """The most a single process held so far: this one, or a command it waited for."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
