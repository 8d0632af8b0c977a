"""Mail written to a folder: for the demo, and for trying a site out before it may send."""

from __future__ import annotations

import os
import re
import uuid
from pathlib import Path

from mailroom.gateways.mail_server.guard import Guard, MailAway
from mailroom.gateways.mail_server.message import as_mime
from mailroom.values.outgoing_email import OutgoingEmail


class FolderMail:
    """One .eml a message. The same Message-ID again replaces its file, so a repeat is still one email."""

    def __init__(self, folder: Path, allowed: Guard) -> None:
        self._folder, self._allowed = folder, allowed

    def send(self, email: OutgoingEmail) -> None:
        """Raises OutsideAddress, or MailAway when the folder cannot be written."""
        self._allowed.check(email.recipient)
        content = as_mime(email).as_bytes()
        inbox = self._folder / _safe(email.recipient)
        name = _safe(email.message_id.strip("<>").partition("@")[0])
        half = inbox / f".{name}.{uuid.uuid4().hex}"
        try:
            inbox.mkdir(parents=True, exist_ok=True)
            with half.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(inbox / f"{name}.eml")
        except OSError as full:
            if inbox.is_dir():
                half.unlink(missing_ok=True)
            raise MailAway(f"The folder for emails cannot be written ({full.strerror}). It is tried again.") from full


def _safe(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9@._-]", "_", text)
