"""What an email says: its headers, its words as plain text, and its attachments as they came.

Any bytes give a result: an email that cannot be taken apart is shown by what can be read of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from pathlib import PurePosixPath

from mailroom.gateways.calendar_text import calendar_text
from mailroom.gateways.html_text import html_to_text

_DEEPEST = 3
_SHOWN_HEADERS = ("From", "To", "Cc", "Date", "Subject")


@dataclass(frozen=True, slots=True)
class MailedFile:
    """An attachment.

    is_shown: a picture that the text itself shows. is_decoration: a small one, such as a signature's logo, or what only
    programs check. words: what it says where it is text.
    """

    name: str
    content: bytes
    is_decoration: bool = False
    is_shown: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class EmailText:
    """An email taken apart. headers: (name, value) as shown to a reader. message_id: '' if it has none.

    files: attachments of it and of emails inside it. inner: emails that were attached to it, as they came.
    """

    headers: tuple[tuple[str, str], ...]
    message_id: str
    body: str
    files: tuple[MailedFile, ...]
    inner: tuple[EmailText, ...] = ()


def take_apart(raw: bytes) -> EmailText:
    """Read one email. Emails inside emails are read to the third; any deeper is kept as a .eml file."""
    return _read(message_from_bytes(raw, policy=compat32), 1)


def _read(message: Message, depth: int) -> EmailText:
    leaves = list(_leaves(message))
    wordy = [p for p in leaves if _is_words(p)]
    files, inner = [], []
    for number, part in enumerate((p for p in leaves if not _is_words(p)), start=1):
        if depth < _DEEPEST and (nested := _nested(part) or _named_as_email(part)):
            inner.append(_read(nested, depth + 1))
        else:
            files.append(_file(part, number))
    calendars = [p for p in wordy if p.get_content_type() == _CALENDAR]
    body = _body([p for p in wordy if p.get_content_type() not in (_CALENDAR, _REPORT)])
    reports = (_report(p) for p in wordy if p.get_content_type() == _REPORT)
    body = "\n\n".join(filter(None, (body, *(calendar_text(_words(p), body) for p in calendars), *reports)))
    headers = tuple((name, value) for name in _SHOWN_HEADERS if (value := _header(message, name)))
    return EmailText(headers, _header(message, "Message-ID"), body, tuple(files), tuple(inner))


def _leaves(message: Message) -> Iterator[Message]:
    """Parts that are not just wrapping, in order; an attached email is one leaf."""
    content = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(content, list):
        for part in content:
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield message


def _is_words(part: Message) -> bool:
    """Text of the email itself or what a mail server reports, not a text file somebody attached."""
    if part.get_content_type() == _REPORT:
        return True
    is_file = part.get_content_disposition() == "attachment" or bool(_name(part))
    return part.get_content_maintype() == "text" and not is_file


def _body(parts: list[Message]) -> str:
    """The plain words; those of the HTML when there are none, or only a line saying to look at the HTML."""
    plain = "\n\n".join(filter(None, (_words(p) for p in parts if p.get_content_type() != "text/html")))
    pages = [p for p in parts if p.get_content_type() == "text/html"]
    html = "\n\n".join(filter(None, (_words(p, shows_links=False) for p in pages)))
    if len(html) <= _MUCH_MORE * len(plain):
        return plain
    return "\n\n".join(filter(None, map(_words, pages)))


_MUCH_MORE = 2
"""The same words differ less than this between the two kinds; measured as characters."""


def _words(part: Message, shows_links: bool = True) -> str:
    """A part's text, trimmed."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    text = _decoded(content, part.get_content_charset() or "utf-8")
    if part.get_content_type() == "text/html":
        text = html_to_text(text, shows_links)
    return re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n").replace("\x00", "")).strip()


def _decoded(content: bytes, charset: str) -> str:
    """In the set it names, or the larger one that programs write under that name, as browsers read it.

    Where that does not fit all of it, what fits best: a sign that was cut in two does not spoil the others.
    """
    named = charset.strip().lower()
    for name in (_LARGER.get(named, named), "utf-8"):
        try:
            return content.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    try:
        most = content.decode(_LARGER.get(named, named), "replace")
    except LookupError:
        return content.decode("cp1252", "replace")
    spoilt = most.count("\ufffd")
    fitting = sum(sign > "\x7f" for sign in most) - spoilt
    return most if spoilt < fitting else content.decode("cp1252", "replace")


_LARGER = {
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("iso-8859-1", "latin1"), "cp1252"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis"), "cp932"),
    **dict.fromkeys(("ks_c_5601-1987", "euc-kr"), "cp949"),
    **{"iso-8859-9": "cp1254", "iso-8859-8-i": "iso-8859-8", "tis-620": "cp874", "big5": "big5hkscs"},
    **{"unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8"},
}
"""As the Encoding Standard of the web has it, and the names of two sets that Python calls otherwise."""


def _nested(part: Message) -> Message | None:
    content = part.get_payload()
    if part.get_content_type() == _REPORT or not isinstance(content, list) or not content:
        return None
    return content[0] if isinstance(content[0], Message) else None


def _report(part: Message) -> str:
    """What a mail server reports of an email that did not arrive: a line for each thing, a gap between readers."""
    content = part.get_payload()
    told = [group for group in content if isinstance(group, Message)] if isinstance(content, list) else []
    groups = ("\n".join(f"{name}: {_readable(value)}" for name, value in group.items()) for group in told)
    return "\n\n".join(filter(None, groups))


_REPORT = "message/delivery-status"


def _named_as_email(part: Message) -> Message | None:
    """An email that was attached as any other file, as some programs forward one."""
    content = part.get_payload(decode=True)
    if not _name(part).lower().endswith(".eml") or not isinstance(content, bytes):
        return None
    email = message_from_bytes(content, policy=compat32)
    return email if any(email.get(name) for name in _SHOWN_HEADERS) else None


def _file(part: Message, number: int) -> MailedFile:
    nested = _nested(part)
    content = nested.as_bytes() if nested is not None else part.get_payload(decode=True)
    name = _name(part) or f"attachment-{number}{'.eml' if nested is not None else ''}"
    in_text = bool(part.get("Content-ID")) and part.get_content_disposition() != "attachment"
    is_shown = in_text and part.get_content_maintype() == "image"
    body = content if isinstance(content, bytes) else b""
    is_decoration = (is_shown and len(body) < _LOGO_BYTES) or part.get_content_type() in _SIGNATURES
    return MailedFile(name, body, is_decoration, is_shown, _words_of_file(part, name))


def _words_of_file(part: Message, name: str) -> str:
    kind = part.get_content_type()
    if kind not in _TEXTS and not name.lower().endswith(_TEXT_NAMES):
        return ""
    words = "" if b"\0" in bytes(part.get_payload(decode=True) or b"") else _words(part)
    return calendar_text(words) if kind == _CALENDAR or name.lower().endswith(".ics") else words


_CALENDAR = "text/calendar"
_TEXTS = (_CALENDAR, "text/plain", "text/html", "text/csv", "text/vcard", "text/x-vcard")
_TEXT_NAMES = (".txt", ".ics", ".csv", ".vcf")
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_LOGO_BYTES = 20_000
"""A photograph or scan shown within the text is larger; logos and badges of signatures are smaller."""


def _name(part: Message) -> str:
    """The file name without any folder, as much of it as is safe to show."""
    return PurePosixPath(_readable(part.get_filename() or "").replace("\\", "/")).name.strip(". ")[-120:]


def _header(message: Message, name: str) -> str:
    return _readable(message.get(name, ""))[:500]


def _readable(value: object) -> str:
    """A header on one line, its encoded words decoded; one no standard knows how to read is shown as it came."""
    text = str(value)
    try:
        text = str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        text = text.encode("ascii", "replace").decode("ascii")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
