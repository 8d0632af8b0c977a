"""Being told to stop: by Ctrl-C, or by SIGTERM as the system's service manager does it."""

from __future__ import annotations

import faulthandler
import signal
from collections.abc import Callable
from queue import SimpleQueue

ENDS_WITHIN_SECONDS = 80
"""Under the 90 seconds after which systemd kills (DefaultTimeoutStopSec), so that what kept it is still written."""


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
