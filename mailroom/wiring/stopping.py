"""Being told to stop: by Ctrl-C, or by SIGTERM as the system's service manager does it."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

log = logging.getLogger(__name__)

ENDS_WITHIN_SECONDS = 80
"""Under the 90 seconds after which systemd kills (DefaultTimeoutStopSec), so that what kept it is still written."""

_POOLS = ("ThreadPoolExecutor", "dbos-executor-")
"""How threads of pools are called: by Python, and by the engine."""


def told_to_stop() -> Callable[[], None]:
    """Listen for SIGINT and SIGTERM from here on; what is returned waits for the first of them.

    A second one ends the process at once, and so does the clock when ending takes too long, after writing where each
    thread stands on the error output. Neither loses anything: work under way is taken up again at the next start.
    """
    # A signal's handler may interrupt the very thread that waits. SimpleQueue.put allows that by contract; Event.set
    # would wait for a lock that this thread holds.
    told: SimpleQueue[int] = SimpleQueue()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        signal.signal(number, lambda told_by, _: told.put(told_by))

    def wait() -> None:
        told.get()
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
        faulthandler.dump_traceback_later(ENDS_WITHIN_SECONDS, exit=True)

    return wait


def leave_unfinished(patience_seconds: float = 2.0) -> None:
    """End the process now if threads of work are still at it; Python would wait for them, and they for what was closed.

    To be called last of all, when the engine was stopped and this process signed off. What they were doing is taken up
    again as after any sudden end: nothing counts until it is recorded.
    """
    until = time.monotonic() + patience_seconds
    for thread in _at_work():
        thread.join(timeout=max(until - time.monotonic(), 0.0))
    if _at_work():
        log.warning("some work was not finished in time; it is taken up again at the next start")
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)


def _at_work() -> list[threading.Thread]:
    """What Python waits for at the end: ordinary threads, and those of pools, though a pool's may be daemons."""
    me = threading.current_thread()
    others = (thread for thread in threading.enumerate() if thread is not me)
    return [thread for thread in others if not thread.daemon or thread.name.startswith(_POOLS)]
