"""A PostgreSQL server of one's own for tests: made in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """The server's address, without a database: 'postgresql://mailroom@localhost:54321'. It trusts this machine."""
    binaries = _binaries()
    data, port = folder / "data", _free_port()
    folder.mkdir(parents=True, exist_ok=True)
    as_owner = _as_owner(folder)
    subprocess.run(
        [*as_owner, f"{binaries}/initdb", "-D", data, "-U", "mailroom", "-A", "trust", "--no-sync"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    options = f"-p {port} -k {folder} -c listen_addresses=localhost -c fsync=off"
    log = folder / "log"
    control = [*as_owner, f"{binaries}/pg_ctl", "-D", data, "-w", "-l", log]
    subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True, cwd=folder)
    try:
        yield f"postgresql://mailroom@localhost:{port}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=folder)


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
    for parent in folder.parents:
        if parent.stat().st_uid == 0 and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    return ["runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port
