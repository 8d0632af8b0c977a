"""The web server: waitress, started and stopped by `mailroom run`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from waitress.server import create_server


def serve(host: str, port: int) -> None:
    """Answer requests until the process ends."""
    from mailroom.web.wsgi import application

    create_server(application, host=host, port=port, ident=None, threads=8).run()


@contextmanager
def serving(host: str, port: int) -> Iterator[None]:
    """Answer requests in a thread for as long as the context lasts."""
    from mailroom.web.wsgi import application

    server = create_server(application, host=host, port=port, ident=None, threads=8)
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        # Answers under way are finished first: a thread that answers after the close would write to a closed pipe.
        server.task_dispatcher.shutdown(timeout=5)
        server.trigger.pull_trigger(partial(_close, server))
        thread.join(timeout=5)


def _close(server: Any) -> None:
    """Close every connection, then the server itself; in its own thread, whose loop ends when nothing is left open."""
    for channel in list(server.active_channels.values()):
        channel.close()
    server.close()
