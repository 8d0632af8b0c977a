"""A PostgreSQL server of one's own for tests: made in a temporary folder, gone afterwards.

Not below pytest's own folder: every other run of pytest closes that to all users but its own, and so to the server.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def postgres_server(settings: str = "") -> Iterator[str]:
    """The server's address, without a database: 'postgresql://mailroom@localhost:54321'. It trusts this machine.

    settings: further ones of its command line, like '-c work_mem=64MB'.
    """
    binaries, port = _binaries(), _free_port()
    with tempfile.TemporaryDirectory(prefix="mailroom-postgres-") as place:
        folder = Path(place)
        as_owner = _as_owner(folder)
        data, log = folder / "data", folder / "log"
        _run(*as_owner, f"{binaries}/initdb", "-D", data, "-U", "mailroom", "-A", "trust", "--no-sync", cwd=folder)
        options = f"-p {port} -k {folder} -c listen_addresses=localhost -c fsync=off {settings}"
        control = [*as_owner, f"{binaries}/pg_ctl", "-D", data, "-w", "-l", log]
        _run(*control, "-o", options, "start", cwd=folder)
        try:
            yield f"postgresql://mailroom@localhost:{port}"
        finally:
            _run(*control, "-m", "immediate", "stop", cwd=folder)


def _run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout[-1000:]}{done.stderr[-1000:]}"


def make_database(server: str, name: str) -> str:
    """A new database's address."""
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as door:
        door.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"{server}/{name}"


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        on_path = shutil.which("initdb")
        if on_path is None:
            pytest.fail("PostgreSQL is missing; run ./setup.sh")
        return Path(on_path).parent
    return found[-1].parent


def _as_owner(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root, so root runs it as the user that its package made."""
    if os.geteuid() != 0:
        return []
    owner = pwd.getpwnam("postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port
