"""The body of a request that hands a scan in: written to disk piece by piece, measured and summed on the way."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from mailroom.api.plain_refusals import Refused
from mailroom.errors import Retry

PIECE = 1 << 20
_KINDS = {
    "application/pdf": ".pdf",
    "image/tiff": ".tif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
}
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):")
_HEX = re.compile(r"[0-9a-f]{64}")


class DiskFull(Retry):
    """The scan could not be written to disk. Free some space; the device sends it again."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that arrived whole. said: what the device says of it. filename: the device's own."""

    path: Path
    sha256: str
    filename: str
    said: Mapping[str, str]


def receive(request: HttpRequest, folder: Path, megabytes: int) -> Received:
    """Write the file to the folder.

    Raises:
        Refused: it is empty, too large, cut off, or no file at all. DiskFull: it could not be written.
    """
    most = megabytes * 1_000_000
    if _length(request) > most + PIECE:
        raise _too_large(megabytes)
    try:
        if (request.content_type or "").startswith("multipart/"):
            return _from_form(request, folder, megabytes)
        return _from_body(request, folder, megabytes)
    except OSError as trouble:
        if isinstance(trouble, UnreadablePostError):
            raise Refused("The connection broke off. Nothing was taken; send it again.") from trouble
        raise DiskFull(f"A scan could not be written to disk ({trouble.strerror}).") from trouble


def checksum_asked(request: HttpRequest, said: Mapping[str, str]) -> str:
    """The SHA-256 the device gave, in hexadecimal: the header Content-Digest (RFC 9530), or `sha256`; '' for none.

    Raises:
        Refused: it is no such sum.
    """
    header = request.headers.get("Content-Digest", "")
    found = _DIGEST.search(header)
    if header and not (request.content_type or "").startswith("multipart/"):
        try:
            return base64.b64decode(found[1], validate=True).hex() if found else ""
        except binascii.Error:
            raise Refused("Content-Digest is no SHA-256. Nothing was taken.") from None
    given = said.get("sha256", "").lower()
    if given and not _HEX.fullmatch(given):
        raise Refused("'sha256' is 64 hexadecimal signs. Nothing was taken.")
    return given


def _from_body(request: HttpRequest, folder: Path, megabytes: int) -> Received:
    summed = _Summed(folder, megabytes)
    try:
        while piece := request.read(PIECE):
            summed.write(piece)
    finally:
        summed.close()
    if summed.size < _length(request):
        raise Refused("The connection broke off. Nothing was taken; send it again.")
    suffix = _KINDS.get(request.content_type or "", "")
    return summed.received(f"scan{suffix}", request.GET.dict())


def _from_form(request: HttpRequest, folder: Path, megabytes: int) -> Received:
    """As many multi-function printers send it."""
    into = _ToDisk(request, folder, megabytes)
    request.upload_handlers = [into]
    try:
        said = {**request.GET.dict(), **request.POST.dict()}
        files = request.FILES.getlist("file")
    except (MultiPartParserError, BadRequest, SuspiciousOperation):
        raise Refused("The form cannot be read. Nothing was taken.") from None
    finally:
        into.close()
    if into.summed is None or len(files) != 1 or len(request.FILES) != 1:
        raise Refused("Send one file, in a field named 'file'. Nothing was taken.")
    return into.summed.received(files[0].name or "scan", {k: str(v) for k, v in said.items()})


class _Summed:
    """A file being written: its size and its SHA-256 grow with it."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self._megabytes, self.size, self._sum = megabytes, 0, hashlib.sha256()
        self.path = folder / uuid.uuid4().hex
        self._file = self.path.open("xb")

    def close(self) -> None:
        self._file.close()

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self._megabytes * 1_000_000:
            raise _too_large(self._megabytes)
        self._sum.update(piece)
        self._file.write(piece)

    def received(self, filename: str, said: Mapping[str, str]) -> Received:
        if not self.size:
            raise Refused("The file is empty. Nothing was taken.")
        return Received(self.path, self._sum.hexdigest(), filename, said)


class _ToDisk(FileUploadHandler):
    """Django's upload handler that writes where we say and stops at the limit."""

    def __init__(self, request: HttpRequest, folder: Path, megabytes: int) -> None:
        super().__init__(request)
        self._folder, self._megabytes = folder, megabytes
        self.summed: _Summed | None = None

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.close()
        self.summed = _Summed(self._folder, self._megabytes)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.summed is not None  # new_file comes first
        self.summed.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """Only its name is wanted; the bytes are where they belong already."""
        self.close()
        return UploadedFile(io.BytesIO(), self.file_name, self.content_type, file_size)

    def close(self) -> None:
        if self.summed is not None:
            self.summed.close()


def _length(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isdecimal() else 0


def _too_large(megabytes: int) -> Refused:
    return Refused(f"The file is larger than {megabytes} MB. Nothing was taken.", 413)
