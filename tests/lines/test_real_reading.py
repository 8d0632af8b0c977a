"""The line with its real reader: child processes, Tesseract, PDF/A."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from mailroom.config.site import load_site
from tests.inbound.hostile import bomb, locked, pdf, saved
from tests.lines.mailroom import Mailroom


def scan_of(*lines: str) -> bytes:
    """A page as a scanner makes it: black on white at 200 dpi, in a TIFF."""
    paper = Image.new("L", (1654, 2339), 255)
    pen, face = ImageDraw.Draw(paper), ImageFont.truetype(str(load_site().letter_typeface), 44)
    for number, line in enumerate(lines):
        pen.text((200, 300 + 90 * number), line, font=face, fill=0)
    out = BytesIO()
    paper.save(out, "TIFF", dpi=(200, 200), compression="tiff_lzw")
    return out.getvalue()


def put(mailroom: Mailroom, name: str, content: bytes) -> None:
    half = mailroom.inbox / f"{name}.part"
    half.write_bytes(content)
    half.rename(mailroom.inbox / name)


@pytest.mark.slow
@pytest.mark.ocr
def test_real_scans_are_read_filed_and_sent_and_a_bad_page_sinks_only_itself(
    mailroom: Mailroom, tmp_path: Path
) -> None:
    put(mailroom, "letter.tif", scan_of("Dear Sir or Madam,", "my resident permit has expired.", "Yours faithfully"))
    put(mailroom, "locked.pdf", locked())
    bad = tmp_path / "bomb.pdf"
    bad.write_bytes(bomb(2_000))
    with pikepdf.open(bad) as made:
        made.pages.extend(pdf().pages)
        put(mailroom, "bad page.pdf", saved(made))
    reading = mailroom.data / "site" / "config" / "reading.toml"
    text = reading.read_text().replace("seconds_a_page = 180", "seconds_a_page = 30")
    reading.write_text(text.replace("memory_megabytes = 3_000", "memory_megabytes = 1_500"))
    mailroom.start("--really-read")
    mailroom.wait(lambda: mailroom.is_done(3), 240)
    standing = dict(mailroom.rows("select filename, status from records_batch"))
    assert standing == {"letter.tif": "cut", "locked.pdf": "quarantined", "bad page.pdf": "cut"}
    assert sorted(mailroom.rows("select status from records_item")) == [("review",), ("sent",)]
    (raw,) = mailroom.post.kept
    sent = email.message_from_bytes(raw, policy=default)
    assert isinstance(sent, EmailMessage)
    (filed,) = sent.iter_attachments()
    assert "resident permit has expired" in words_of(filed.get_content())
    assert mailroom.ledger()["balanced"]


def words_of(content: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        return " ".join(document[0].get_textpage().get_text_bounded().split())
    finally:
        document.close()
