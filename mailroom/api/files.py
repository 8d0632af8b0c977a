"""Files sent by email: each is kept in the store, and the email carries a link to a page to download it from."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from mailroom.api import shapes
from mailroom.api.machines import ApiMachines
from mailroom.api.refusals import BadRequestError
from mailroom.records.models import ApiFile, ApiService

LARGEST_FILE = 2 * 1024 * 1024
"""Bytes (Notify's figure)."""

TYPES = (".csv", ".doc", ".docx", ".jpeg", ".jpg", ".json", ".odt", ".pdf", ".png", ".rtf", ".txt", ".xlsx")
"""File types that may be sent (Notify's list): nothing a computer would run."""


def keep_files(
    machines: ApiMachines, service: ApiService, given: Mapping[str, Any], address: str, *, keep: bool
) -> dict[str, str]:
    """Check every file among the values and keep it. Returns the link to put in each one's place.

    keep False: checked only, the links lead nowhere.
    """
    found = {name: value for name, value in given.items() if _is_file(value)}
    return {name: _keep(machines, service, value, address, keep=keep) for name, value in found.items()}


def refuse_files(given: Mapping[str, Any]) -> None:
    """Raises BadRequestError for a letter with a file in it."""
    if any(_is_file(value) for value in given.values()):
        raise BadRequestError("Can only send a file by email")


def _is_file(value: object) -> bool:
    return isinstance(value, dict) and "file" in value


def _keep(machines: ApiMachines, service: ApiService, value: Mapping[str, Any], address: str, *, keep: bool) -> str:
    form = shapes.validated(value, shapes.FILE)
    content = _content(form["file"])
    filename = _filename(form, content)
    if not keep:
        return f"{machines.public_url}/files/test-document"
    now = machines.now()
    weeks = shapes.weeks_in(form.get("retention_period") or "") or machines.config.file_weeks
    file = ApiFile.objects.create(
        service=service,
        stored_as=machines.keep(content),
        filename=filename,
        confirm="" if form.get("confirm_email_before_download") is False else address,
        created_at=now,
        expires_at=now + dt.timedelta(weeks=weeks),
    )
    return f"{machines.public_url}/files/{file.key}"


def _content(encoded: str) -> bytes:
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequestError("Document is not base64 encoded") from None
    if len(content) > LARGEST_FILE:
        raise BadRequestError("File is larger than 2MB", 413)
    return content


def _filename(form: Mapping[str, Any], content: bytes) -> str:
    name = form.get("filename") or ("document.csv" if form.get("is_csv") else "")
    if not name and content.startswith(b"%PDF-"):
        name = "document.pdf"
    name = PurePath(name.replace("\\", "/")).name[-255:]
    if PurePath(name).suffix.lower() not in TYPES:
        raise BadRequestError(
            f"Unsupported file type '{PurePath(name).suffix}'. Supported types are: {', '.join(TYPES)}"
        )
    return name
