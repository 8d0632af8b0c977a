"""A real IMAP server on loopback: Debian's dovecot-imapd, started for the test with a mailbox of its own."""

from __future__ import annotations

import getpass
import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailroom.config.mail import Mailbox, Security
from tests.gateways.mail_server.conftest import Certificate

_SETTINGS = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:~/Maildir
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password=right
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}/post/%u
}}
"""


@dataclass(frozen=True)
class ImapServer:
    port: int
    tls_port: int
    secrets: Path
    certificate: Certificate

    def put(self, user: str, *messages: bytes) -> None:
        with imaplib.IMAP4("127.0.0.1", self.port) as door:
            door.login(user, "right")
            for raw in messages:
                door.append("INBOX", "", imaplib.Time2Internaldate(1_795_512_600.0), raw)  # 24 November 2026, 09:30

    def folder(self, user: str, name: str) -> list[tuple[bytes, bool]]:
        """Messages, and whether each is marked as seen."""
        with imaplib.IMAP4("127.0.0.1", self.port) as door:
            door.login(user, "right")
            kind, count = door.select(f'"{name}"', readonly=True)
            if kind != "OK" or count == [b"0"]:
                return []
            _, found = door.fetch("1:*", "(FLAGS BODY.PEEK[])")
            return [(part[1], b"\\Seen" in part[0]) for part in found if isinstance(part, tuple)]

    def settings(self, user: str, **changes: object) -> Mailbox:
        facts = {
            "name": "shared", "host": "127.0.0.1", "port": self.port, "security": Security.NONE, "user": user,
            "password_file": str(self.secrets / "right"), "done": "Mailroom/Done", "max_megabytes": 1,
        }  # fmt: skip
        return Mailbox.model_validate(facts | changes)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def imap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("no IMAP server: apt install dovecot-imapd")
    secrets = tmp_path_factory.mktemp("secrets")
    (secrets / "right").write_text("right\n")
    (secrets / "wrong").write_text("wrong\n")
    folder = Path(tempfile.mkdtemp(prefix="mailroom-imap-"))
    folder.chmod(0o755)
    certificate = Certificate(folder)
    server = ImapServer(_free_port(), _free_port(), secrets, certificate)
    process = _start(program, folder, server)
    try:
        yield server
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def _start(program: str, folder: Path, server: ImapServer) -> subprocess.Popen[bytes]:
    me = getpass.getuser()
    users = {"internal": "dovecot", "internal_group": "dovecot", "login": "dovenull", "owner": "mail"}
    if os.geteuid():
        users = dict.fromkeys(users, me)
    post = folder / "post"
    post.mkdir()
    post.chmod(0o777)
    settings = folder / "dovecot.conf"
    settings.write_text(
        _SETTINGS.format(
            folder=folder, port=server.port, tls_port=server.tls_port, owner_group=users["owner"],
            certificate=server.certificate.path, key=server.certificate.key, **users,
        )
    )  # fmt: skip
    process = subprocess.Popen([program, "-F", "-c", str(settings)])
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", server.port), 1).close()
            return process
        except OSError:
            time.sleep(0.1)
    process.kill()
    process.wait()
    log = folder / "log"
    raise RuntimeError(f"dovecot did not start: {log.read_text() if log.exists() else 'no log'}")
