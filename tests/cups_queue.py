"""A real CUPS of one's own for tests: cupsd in a folder of its own, with an IPP Everywhere queue to a printer."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

NAME = "print-unit"
_FILES = """ServerRoot {folder}/etc
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/run
TempDir {folder}/tmp
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
Printcap {folder}/printcap
SystemGroup root
Sandboxing relaxed
"""
_SERVER = """Listen localhost:{port}
LogLevel info
WebInterface No
Browsing No
ErrorPolicy retry-job
JobRetryInterval 1
PreserveJobHistory Yes
<Location />
Order allow,deny
Allow localhost
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""


@dataclass
class CupsQueue:
    """cupsd with one queue. port stays the same when it is stopped and started."""

    folder: Path
    port: int
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def uri(self) -> str:
        return f"ipp://localhost:{self.port}/printers/{NAME}"

    def start(self) -> None:
        program = shutil.which("cupsd", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program is not None
        command = [program, "-f", "-c", str(self.folder / "cupsd.conf"), "-s", str(self.folder / "cups-files.conf")]
        with (self.folder / "out").open("ab") as log:
            self._running.append(subprocess.Popen(command, stdout=log, stderr=log))
        for _ in range(100):
            try:
                socket.create_connection(("localhost", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"cupsd did not start: {(self.folder / 'out').read_text()}")

    def stop(self) -> None:
        for process in self._running:
            process.terminate()
            process.wait(20)
        self._running.clear()

    def add(self, printer: str) -> None:
        """An IPP Everywhere queue to that printer: what it can do is asked of the printer itself."""
        self.tell("lpadmin", "-p", NAME, "-E", "-v", printer, "-m", "everywhere")

    def tell(self, command: str, *arguments: str) -> None:
        program = shutil.which(command, path=f"{os.environ['PATH']}:/usr/sbin")
        assert program is not None, f"{command} is missing; run ./setup.sh"
        said = [program, "-h", f"localhost:{self.port}", *arguments]
        subprocess.run(said, check=True, capture_output=True, timeout=30)


@contextmanager
def cups_queue(printer: str) -> Iterator[CupsQueue]:
    if shutil.which("cupsd", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        pytest.fail("cupsd is missing; run ./setup.sh")
    folder = Path(tempfile.mkdtemp(prefix="mailroom-cups-"))
    folder.chmod(0o755)
    for name in ("etc", "spool", "run", "cache", "log", "tmp"):
        (folder / name).mkdir()
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
    (folder / "cups-files.conf").write_text(_FILES.format(folder=folder))
    (folder / "cupsd.conf").write_text(_SERVER.format(port=port))
    queue = CupsQueue(folder, port)
    try:
        queue.start()
        queue.add(printer)
        yield queue
    finally:
        queue.stop()
        shutil.rmtree(folder)
