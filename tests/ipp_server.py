"""A real IPP printer for tests: `ippeveprinter` of CUPS, with a bus of its own, which it needs to start."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_SCRIPT = """#!/bin/sh
# Jams after so many sides when the file 'jam' says so; otherwise prints everything.
echo "$IPP_SIDES" >>{folder}/sides
echo "ATTR: job-impressions-completed=$(cat {folder}/jam 2>/dev/null || echo {all})" >&2
test ! -e {folder}/jam
"""


@dataclass
class IppServer:
    """A printer. port stays the same when it is switched off and on again."""

    folder: Path
    port: int
    formats: str = "application/pdf"
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def uri(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    @property
    def received(self) -> list[Path]:
        """What arrived, the oldest first; job numbers begin anew when it is switched on."""
        return sorted((self.folder / "spool").glob("*.pdf"), key=lambda p: p.stat().st_mtime_ns)

    @property
    def sides(self) -> list[str]:
        """How each job was to be printed."""
        return (self.folder / "sides").read_text().split()

    def jam_after(self, sides: int) -> None:
        (self.folder / "jam").write_text(str(sides))

    def clear_jam(self) -> None:
        (self.folder / "jam").unlink()

    def switch_on(self) -> None:
        (self.folder / "spool").mkdir(exist_ok=True)
        script = self.folder / "print.sh"
        script.write_text(_SCRIPT.format(folder=self.folder, all=100_000))
        script.chmod(0o755)
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._running.append(bus)
        assert bus.stdout is not None
        address = bus.stdout.readline().decode().strip()
        bus.stdout.close()
        command = ["ippeveprinter", "-2", "-r", "off", "-k", "-p", str(self.port), "-n", "localhost",
                   "-d", str(self.folder / "spool"), "-f", self.formats, "-c", str(script), "Test"]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            env = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address}
            self._running.append(subprocess.Popen(command, stdout=log, stderr=log, env=env))
        _wait_for(self.port)

    def switch_off(self) -> None:
        for process in reversed(self._running):
            process.terminate()
            process.wait(10)
        self._running.clear()


@contextmanager
def ipp_server(folder: Path, formats: str = "application/pdf") -> Iterator[IppServer]:
    if not (shutil.which("ippeveprinter") and shutil.which("dbus-daemon")):
        pytest.fail("ippeveprinter or dbus-daemon is missing; run ./setup.sh")
    folder.mkdir(exist_ok=True)
    server = IppServer(folder, _free_port(), formats)
    server.switch_on()
    try:
        yield server
    finally:
        server.switch_off()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("localhost", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the IPP printer did not start; see its log")
