"""What kind of file something is, told by its bytes: those that become pages, and a clerk's words for all others."""

from __future__ import annotations

import os
import re
from pathlib import Path

from mailroom.gateways.phone_photo import is_phone_photo

READ = "PDF, TIFF, PNG, JPEG, HEIC, WebP, GIF or BMP"
"""What becomes pages, as users are told."""
KIND_OF_NAME = {
    **{".pdf": "pdf", ".tif": "tiff", ".tiff": "tiff", ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"},
    **{".heic": "heic", ".heif": "heic", ".webp": "webp", ".gif": "gif", ".bmp": "bmp", ".dib": "bmp"},
}
WORDS = {
    **{"pdf": "a PDF", "tiff": "a TIFF", "png": "a PNG picture", "jpeg": "a JPEG picture"},
    **{"heic": "a photo in a phone's own format (HEIC)"},
    **{"webp": "a WebP picture", "gif": "a GIF picture", "bmp": "a BMP picture"},
}
_MAGIC = (
    (b"%PDF", "pdf"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_BMP_HEADS = (12, 16, 40, 52, 56, 64, 108, 124)
"""Lengths of the second head, one a version of the format: two letters alone would make a BMP of any text."""
_WINDOW = 1_000_000
"""Bytes at either end of a file in which the names of its parts are looked for."""


def kind_of(head: bytes) -> str:
    """By its first kilobyte; '' for none that is read."""
    kind = next((k for magic, k in _MAGIC if head.startswith(magic)), "")
    if kind:
        return kind
    if is_phone_photo(head):
        return "heic"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[:2] == b"BM" and head[6:10] == bytes(4) and int.from_bytes(head[14:18], "little") in _BMP_HEADS:
        return "bmp"
    # Some scanners write a few bytes before the PDF header; readers accept it within the first kilobyte. A package of
    # other files may hold a PDF as early.
    return "pdf" if b"%PDF-" in head and not head.startswith(_HOLDERS) else ""


def why_not_read(path: Path) -> str:
    """What the file is, and what to do with it, for one that kind_of does not know."""
    head, tail = _ends(path)
    if head.startswith(_ZIP):
        return _of_a_zip(head, tail)
    if head.startswith(_OLE):
        return _of_an_old_office_file(head + tail)
    if head[4:8] == b"ftyp" or head[8:12] == b"AVI ":
        return _of_a_film(head)
    return next((words for magic, words in _OTHERS if head.startswith(magic)), "") or _of_a_text(head)


def _made_with(what: str, program: str) -> str:
    return (
        f"This is {what}, which is not read. Ask the sender for a PDF, or open it in {program} and print it to a PDF "
        "in a watch folder."
    )


_ZIP, _OLE, _TNEF, _RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x78\x9f\x3e\x22", b"{\\rtf"
_ARCHIVE = (
    "This is {}, which is not opened. Ask the sender to attach the files one by one, or unpack it where files are "
    "checked for viruses and put the PDFs and pictures of it into a watch folder."
)
_PLAY = "This is {}, of which no page can be made. Play it where it came from, and pass it on to the team that answers."
_FILM, _SOUND = _PLAY.format("a film"), _PLAY.format("a sound recording")
_OTHERS = (
    (
        _TNEF,
        "This is Outlook's own package of attachments (winmail.dat), which only Outlook opens. Ask the sender to send "
        "the files again as plain attachments: in Outlook, by choosing HTML or plain text instead of Rich Text.",
    ),
    (_RTF, _made_with("a text from a word processor (RTF)", "Word")),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE.format("an archive of files (7z)")),
    (b"Rar!\x1a\x07", _ARCHIVE.format("an archive of files (RAR)")),
    (b"\x1f\x8b", _ARCHIVE.format("an archive of files (gzip)")),
    (b"\x1aE\xdf\xa3", _FILM),
    *((magic, _SOUND) for magic in (b"ID3", b"\xff\xfb", b"\xff\xf1", b"OggS", b"#!AMR", b"RIFF")),
)
_HOLDERS = (_ZIP, _OLE, *(magic for magic, _ in _OTHERS))
_HEADER = re.compile(rb"[A-Za-z-]+: ")
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)", re.IGNORECASE)
_SEALED_EMAIL, _LOCKED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07", b"\x03"
"""As RFC 5652 begins one; the byte behind it says how it is sealed."""
_OFFICE_FIRST = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/", b"customXml/")
"""What the first part of a package of Office is called: a zip that somebody packed may hold such a package."""
_OFFICE_PARTS = (
    (b"word/document", "a Word document (.docx)", "Word"),
    (b"xl/workbook", "an Excel spreadsheet (.xlsx)", "Excel"),
    (b"ppt/presentation", "a PowerPoint presentation (.pptx)", "PowerPoint"),
)
_OPEN_DOCUMENTS = (
    (b"opendocument.text", "an OpenDocument text (.odt)"),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)"),
)


def _of_a_zip(head: bytes, tail: bytes) -> str:
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    if first == b"mimetype" and b"opendocument" in head[:200]:
        what = next((words for name, words in _OPEN_DOCUMENTS if name in head[:200]), "an OpenDocument file")
        return _made_with(what, "LibreOffice or Word")
    if first.startswith(_OFFICE_FIRST):
        for part, what, program in _OFFICE_PARTS:
            if part in tail:
                return _made_with(what, program)
        return _made_with("an Office document", "the program it was made with")
    return _ARCHIVE.format("a zip archive")


def _of_an_old_office_file(ends: bytes) -> str:
    """Its parts' names are in two bytes a letter."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in ends

    if has("EncryptedPackage"):
        return "This is an Office document locked with a password. Ask the sender for an open copy, best as a PDF."
    if has("__substg1.0_"):
        return _made_with("an email saved by Outlook (.msg)", "Outlook")
    for part, what, program in _OLD_PARTS:
        if has(part):
            return _made_with(what, program)
    return _made_with("an old Office document", "the program it was made with")


_OLD_PARTS = (
    ("WordDocument", "an old Word document (.doc)", "Word"),
    ("Workbook", "an old Excel spreadsheet (.xls)", "Excel"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)", "PowerPoint"),
)


def _of_a_film(head: bytes) -> str:
    if head[8:12] in (b"avif", b"avis"):
        return "This is a photo of a kind that is not read (AVIF). Ask the sender for a JPEG or a PDF."
    return _SOUND if head[8:11] == b"M4A" else _FILM


def _of_a_text(head: bytes) -> str:
    if (kind := head.find(_SEALED_EMAIL, 0, 60)) >= 0:
        sealed = head[kind + len(_SEALED_EMAIL) :]
        how = "locked with a key" if sealed.startswith(_LOCKED) else "signed"
        return _made_with(f"an email {how} so that only mail programs open it (smime.p7m)", "the mailbox it came to")
    if _WEB_PAGE.match(head):
        return _made_with("a web page", "a browser")
    if _HEADER.match(head):
        return "This is an email or another text, not a scan. Open it and print it to a PDF in a watch folder."
    return f"This is a file of an unknown kind, not a scan. Ask the sender for {READ} files."


def _ends(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as file:
        head = file.read(_WINDOW)
        file.seek(0, os.SEEK_END)
        file.seek(max(file.tell() - _WINDOW, 0))
        return head, file.read()
