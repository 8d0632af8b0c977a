"""The site's files behind the configuration pages: looked at as `mailroom check` does, then put in place at once."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from mailroom.config.document_classes import load_document_classes
from mailroom.config.environment import example_site
from mailroom.config.letter_templates import parse_source
from mailroom.config.printing import load_printing
from mailroom.errors import Misconfigured, Review
from mailroom.gateways.site_file import ChangedUnderneath, alone_with, digest_of, put_in_place, with_values
from mailroom.gateways.typesetter import Typesetter
from mailroom.outbound.letter_template import LetterTemplate, read_template
from mailroom.outbound.template_check import check_template
from mailroom.records.site_changes import mailings_under_way, note_change
from mailroom.values.letter_body import LetterToSet
from mailroom.web.configuration.machines import FileText, Judged, Key, Value
from mailroom.wiring.site_trial import refuse_if_wrong

Picture = Callable[[Path, int, int, int], bytes]
_EXAMPLE = (
    "This mailroom runs on the shipped example council, which is never written to. Copy it with `mailroom init FOLDER` "
    "and point MAILROOM_SITE at the copy; then it can be changed here."
)
_READ_ONLY = "The site's folder may not be written to from here. Change its files where they are kept."
_OTHER_VERSION = (
    "The file was changed by somebody while this page was open. Look at what it says now, then make your change again."
)


class LettersWait(Review):
    """Mailings that were handed in with the words as they are have letters still to be made."""


class SiteEditor:
    """One site's files. picture: draws a page of a PDF where it can be timed out."""

    def __init__(self, site: Path, picture: Picture) -> None:
        self._site, self._picture = site, picture

    def why_closed(self) -> str:
        """The example is shipped with the program; a folder may be read-only."""
        if self._site == example_site():
            return _EXAMPLE
        return "" if os.access(self._site / "config", os.W_OK) else _READ_ONLY

    def read(self, file: str) -> FileText:
        """The file as it is now."""
        content = (self._site / file).read_bytes()
        return FileText(content.decode("utf-8"), digest_of(content))

    def set_values(self, file: str, values: Mapping[Key, Value], based_on: str, account: User) -> int:
        """Set or remove keys, after a look at the site as it would be."""
        now = self.read(file)
        changed = with_values(now.text, values)
        before, after = tomllib.loads(now.text), tomllib.loads(changed)
        rows = [
            (".".join(key), _shown(before, key), _shown(after, key))
            for key in values
            if _shown(before, key) != _shown(after, key)
        ]
        if rows:
            self._replace(file, changed, rows, based_on, account)
        return len(rows)

    def write_template(self, code: str, text: str, based_on: str, account: User) -> bool:
        """Replace the file, unless letters that were promised the old words are still to be made."""
        file = f"templates/letters/{code}.md"
        now = self.read(file)
        if now.text == text:
            return False
        if waiting := mailings_under_way(code):
            many = "was" if len(waiting) == 1 else "were"
            raise LettersWait(
                f"{', '.join(waiting)} {many} handed in with the words as they are, and letters of it are still to be "
                "made. Change the words when they have left, or cancel them first."
            )
        self._replace(file, text, [("words", now.text, text)], based_on, account)
        return True

    def judge_template(self, code: str, text: str) -> Judged:
        """Problems, advice and reading age; a template that cannot be read has one problem and nothing else."""
        try:
            template = self._template(code, text)
            report = check_template(template, load_document_classes(self._site), self._typesetter().signs)
        except Misconfigured as wrong:
            return Judged((str(wrong),))
        limit = template.source.head.reading_age_limit
        return Judged(report.problems, report.advice, report.reading_age, limit, report.needed, report.sometimes)

    def template_picture(self, code: str, text: str, width: int) -> bytes:
        """A letter to nobody, set as letters are."""
        template = self._template(code, text)
        names = {name: f"[{name}]" for name in template.needed | template.asked}
        head = template.source.head
        letter = LetterToSet(
            bodies=template.fill(names),
            address=("[name]", "[address line 1]", "[address line 2]", "[postcode]"),
            dated=timezone.localdate(),
            from_lines=head.from_lines,
            sign_off=head.sign_off,
        )
        with tempfile.TemporaryDirectory(prefix="mailroom-template-") as folder:
            path = Path(folder) / "letter.pdf"
            self._typesetter().write([letter], path)
            return self._picture(path, 1, 0, width)

    def _typesetter(self) -> Typesetter:
        return Typesetter(load_printing(self._site), self._site)

    def _template(self, code: str, text: str) -> LetterTemplate:
        return read_template(parse_source(code, text, f"templates/letters/{code}.md"))

    def _replace(self, file: str, text: str, rows: list[tuple[str, str, str]], based_on: str, account: User) -> None:
        """The history first and the file last: a file in place without its row is found out at the next change."""
        if closed := self.why_closed():
            raise Review(closed)
        content, path = text.encode(), self._site / file
        if self.read(file).version != based_on:
            raise ChangedUnderneath(_OTHER_VERSION)
        refuse_if_wrong(self._site, file, content)
        with alone_with(path), transaction.atomic():
            previous = self.read(file)
            note_change(file, rows, (previous.version, digest_of(content)), previous.text, account)
            put_in_place(path, content, based_on)


def _shown(document: Mapping[str, Any], key: Key) -> str:
    """The value of a key as history shows it; '' where it is not set."""
    found: Any = document
    for part in key:
        found = found.get(part, "") if isinstance(found, Mapping) else ""
    return str(found)
