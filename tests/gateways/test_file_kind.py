"""What a clerk is told of files that are no scans, by their bytes and never by their names."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from mailroom.config.reading import Limits
from mailroom.gateways.file_kind import KIND_OF_NAME, READ, WORDS, kind_of
from mailroom.gateways.scan_file import NotAScan, open_scan


def packed(*names: str, coded: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", coded) as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "x" * 2000)
    return made.getvalue()


def old_office(*parts: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + b"".join(p.encode("utf-16-le") for p in parts)


def sealed(how: int) -> bytes:
    return b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" + bytes([how]) + b"\xa0\x80" + bytes(90)


TOLD = {
    "a Word document (.docx)": (packed("[Content_Types].xml", "word/document.xml"), "open it in Word and print it to"),
    "an Excel spreadsheet (.xlsx)": (packed("[Content_Types].xml", "xl/workbook.xml"), "open it in Excel and print"),
    "a PowerPoint presentation (.pptx)": (packed("_rels/.rels", "ppt/presentation.xml"), "open it in PowerPoint"),
    "an Office document": (packed("[Content_Types].xml", "visio/document.xml"), "the program it was made with"),
    "an OpenDocument text (.odt)": (packed("mimetype", "content.xml", coded=zipfile.ZIP_STORED), "LibreOffice or Word"),
    "a zip archive": (packed("letter.docx", "word/document.xml"), "attach the files one by one"),
    "an archive of files (7z)": (b"7z\xbc\xaf\x27\x1c" + bytes(90), "attach the files one by one"),
    "an old Word document (.doc)": (old_office("Root Entry", "WordDocument"), "open it in Word and print it to a PDF"),
    "an old Excel spreadsheet (.xls)": (old_office("Workbook"), "open it in Excel"),
    "an email saved by Outlook (.msg)": (old_office("__substg1.0_0037001F", "WordDocument"), "open it in Outlook"),
    "an Office document locked with a password": (old_office("EncryptedPackage"), "Ask the sender for an open copy"),
    "an old Office document": (old_office("Book of something"), "the program it was made with"),
    "a text from a word processor (RTF)": (b"{\\rtf1 Dear", "open it in Word and print it to a PDF in a watch folder"),
    "Outlook's own package of attachments (winmail.dat)": (
        b"\x78\x9f\x3e\x22%PDF-1.7",
        "HTML or plain text instead of",
    ),
    "an email signed so that only mail programs open it (smime.p7m)": (sealed(2), "open it in the mailbox it came to"),
    "an email locked with a key so that only mail programs open it (smime.p7m)": (
        sealed(3),
        "Ask the sender for a PDF",
    ),
    "a film": (b"\0\0\0\x18ftypmp42" + bytes(90), "pass it on to the team"),
    "a sound recording": (b"ID3\x04" + bytes(90), "pass it on to the team"),
    "a photo of a kind that is not read (AVIF)": (b"\0\0\0\x18ftypavif" + bytes(90), "for a JPEG or a PDF"),
    "a web page": (b"<!DOCTYPE html><p>BM", "open it in a browser"),
    "an email or another text": (b"Subject: BM\r\n\r\nDear", "print it to a PDF in a watch folder"),
    "a file of an unknown kind": (b"BMW sold me a car", f"Ask the sender for {READ} files."),
}


@pytest.mark.parametrize("what", TOLD)
def test_the_reason_says_exactly_what_the_file_is_and_what_to_do_with_it(what: str, tmp_path: Path) -> None:
    content, to_do = TOLD[what]
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    with pytest.raises(NotAScan) as told:
        open_scan(path, Limits())
    assert f"This is {what}" in str(told.value) and to_do in str(told.value)


def test_a_pdf_behind_a_few_bytes_is_one_and_a_pdf_in_a_package_is_not() -> None:
    assert kind_of(b"\0\0junk\n%PDF-1.4") == "pdf"
    assert not any(kind_of(package + b"..%PDF-1.4") for package in (b"PK\x03\x04", b"\x78\x9f\x3e\x22", b"RIFF"))


def test_each_kind_that_is_read_has_words_and_is_named_to_users() -> None:
    assert set(KIND_OF_NAME.values()) == WORDS.keys()
    assert all(kind.casefold() in READ.casefold() for kind in WORDS)
