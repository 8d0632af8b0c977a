"""IPP messages as bytes (RFC 8010): only what printing needs, strict in what it reads.

The libraries for it are clients of asyncio that hold the document in memory; a print file has hundreds of megabytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

_VERSION = (2, 0)
_OPERATION, _JOB, _END = 0x01, 0x02, 0x03
_GROUPS_END = 0x10
INTEGER, BOOLEAN, ENUM, RANGE = 0x21, 0x22, 0x23, 0x33
NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME_TYPE = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49

Value = str | int | bool | bytes


class Operation(IntEnum):
    """What is asked."""

    PRINT_JOB = 0x0002
    VALIDATE_JOB = 0x0004
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class BadMessage(ValueError):
    """The bytes are no IPP message."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """tag: the value's type. Several values make a set."""

    name: str
    tag: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """status: below 0x100 is success. groups: the attributes of each group after the first, in order."""

    status: int
    message: str
    groups: tuple[dict[str, tuple[Value, ...]], ...]

    @property
    def is_good(self) -> bool:
        """Whether it was done."""
        return self.status < 0x0100

    def value(self, name: str) -> Value | None:
        """The first value of an attribute in any group."""
        return next((group[name][0] for group in self.groups if name in group), None)


def request(operation: Operation, about: Iterable[Attribute], job: Iterable[Attribute] = ()) -> bytes:
    """A request without its document."""
    parts = [struct.pack(">BBHI", *_VERSION, operation, 1), bytes([_OPERATION])]
    parts.append(_attribute(Attribute("attributes-charset", CHARSET, ("utf-8",))))
    parts.append(_attribute(Attribute("attributes-natural-language", LANGUAGE, ("en-gb",))))
    parts += [_attribute(a) for a in about]
    asked = [_attribute(a) for a in job]
    if asked:
        parts += [bytes([_JOB]), *asked]
    return b"".join([*parts, bytes([_END])])


def read_answer(content: bytes) -> Answer:
    """Raises BadMessage."""
    try:
        return _read(content)
    except (struct.error, IndexError, UnicodeDecodeError) as cut:
        raise BadMessage(str(cut)) from cut


def _attribute(attribute: Attribute) -> bytes:
    parts = []
    for place, value in enumerate(attribute.values):
        name = b"" if place else attribute.name.encode("ascii")
        content = _encoded(value, attribute.tag)
        parts.append(struct.pack(">BH", attribute.tag, len(name)) + name + struct.pack(">H", len(content)) + content)
    return b"".join(parts)


def _encoded(value: Value, tag: int) -> bytes:
    if isinstance(value, bytes):
        return value
    if tag == BOOLEAN:
        return struct.pack(">B", int(value))
    if isinstance(value, int):
        return struct.pack(">i", value)
    return value.encode("utf-8")


def _read(content: bytes) -> Answer:
    _, _, status, _ = struct.unpack_from(">BBHI", content)
    groups: list[dict[str, tuple[Value, ...]]] = []
    at, name = 8, ""
    while content[at] != _END:
        tag = content[at]
        at += 1
        if tag < _GROUPS_END:
            groups.append({})
            continue
        key, at = _counted(content, at)
        value, at = _counted(content, at)
        name = key.decode("ascii") or name
        groups[-1][name] = (*groups[-1].get(name, ()), _decoded(value, tag))
    message = groups[0].get("status-message", ("",))[0] if groups else ""
    return Answer(status, str(message), tuple(groups[1:]))


def _counted(content: bytes, at: int) -> tuple[bytes, int]:
    """A length in two bytes and so many bytes after it."""
    (length,) = struct.unpack_from(">H", content, at)
    end = at + 2 + length
    if end > len(content):
        raise BadMessage("it ends in the middle of an attribute")
    return content[at + 2 : end], end


def _decoded(value: bytes, tag: int) -> Value:
    if tag in (INTEGER, ENUM):
        number: int = struct.unpack(">i", value)[0]
        return number
    if tag == BOOLEAN:
        return bool(value[0])
    return value.decode("utf-8") if NAME - 1 <= tag <= MIME_TYPE else value
