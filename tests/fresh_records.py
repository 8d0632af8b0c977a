"""An empty database of records for processes that tests start: made once a run, then copied.

To make one takes each process five seconds of the processor; some sixty tests start processes on a folder of their own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

RECORDS = "records.sqlite3"


def lay_records(data: Path) -> None:
    """Put it into a data folder, as a mailroom that ran there once would have left it."""
    data.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_made(), data / RECORDS)


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mailroom-records-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(MAILROOM_DATA=str(folder))
    return folder / RECORDS


def migrate(**variables: str) -> None:
    """In earnest, in a process of its own that finds these set."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "mailroom.settings", **variables}
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=environment, check=True, timeout=300)
