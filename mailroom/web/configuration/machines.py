"""What the configuration pages need of the site's files, by shape. wiring/web_configuration.py sets the real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.contrib.auth.models import User

from mailroom.errors import Misconfigured

Value = str | int | float | None
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileText:
    """A file of the site as it is now. version: tells it from the file as it was or will be."""

    text: str
    version: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A letter template as an editor should know it. problems stop its use; advice does not."""

    problems: tuple[str, ...]
    advice: tuple[str, ...] = ()
    reading_age: int = 0
    limit: int = 0
    needed: tuple[str, ...] = ()
    sometimes: tuple[str, ...] = ()


class SiteFiles(Protocol):
    """The files are the truth: every call looks at them as they are now. Paths are below the site's folder."""

    def why_closed(self) -> str:
        """Why nothing can be changed here, in words; '' where it can."""

    def read(self, file: str) -> FileText:
        """The file."""

    def set_values(self, file: str, values: Mapping[Key, Value], based_on: str, account: User) -> int:
        """Set keys of a TOML file, or remove those that are None; returns how many changed.

        Raises a MailroomError with words for the person, and then nothing is written: the file is another version than
        `based_on`, the site would be wrong, or the folder is read-only.
        """

    def write_template(self, code: str, text: str, based_on: str, account: User) -> bool:
        """Replace a letter template's file; False when it is the same. Raises as set_values does."""

    def judge_template(self, code: str, text: str) -> Judged:
        """What an editor should know of these words before they are used."""

    def template_picture(self, code: str, text: str, width: int) -> bytes:
        """The first page of a letter with these words, each field showing its name, as a PNG."""


_set: list[SiteFiles] = []


def use(files: SiteFiles) -> None:
    """Set the one in use from here on."""
    _set[:] = [files]


def site_files() -> SiteFiles:
    """The one in use. Raises Misconfigured if none was set."""
    if not _set:
        raise Misconfigured("The web pages were started without the mailroom. Start them with `mailroom run`.")
    return _set[0]
