"""What the mailing pages ask for, answered by the outgoing side's steps."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from mailroom.config.document_classes import DocumentClass, EmailCarries
from mailroom.errors import Reject, Review
from mailroom.outbound.columns import match_columns
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import mailings
from mailroom.outbound.steps.check import Found, address_rule, examine
from mailroom.outbound.steps.compose import count_pages, letter_pdf
from mailroom.outbound.steps.email import compose_letter_email
from mailroom.outbound.steps.submit import Handover, receive
from mailroom.outbound.submission import take_rows
from mailroom.records.models import Letter, Mailing
from mailroom.web.letters.machines import Checked, Door, Draft, FieldMatch, Preview, Wishes

_CHECKED_AT_ONCE = {True: 20_000_000, False: 3_000_000}
"""Bytes of a spreadsheet and of a PDF that are checked while the person waits: some 10 seconds of work on one core.
Larger ones are checked on the line after they were handed in."""

_CARRIES = {
    EmailCarries.BODY: "The words of the letter are the email.",
    EmailCarries.ATTACHMENT: "The words of the letter are the email, and its PDF is attached.",
    EmailCarries.LINK: "The email holds a link only; the letter opens after the reader's postcode or date of birth.",
}

Picture = Callable[[Path, int, int, int], bytes]
"""Path, page from 1, rotation, width: a PNG."""


class NoSuchLetter(Review):
    """The draft has no letter at that place, or its row has problems."""


class LetterDesk:
    """The outgoing steps behind the pages. picture: draws a page of a PDF where it can be timed out."""

    def __init__(self, machines: OutboundMachines, picture: Picture) -> None:
        self._machines, self._picture = machines, picture

    def doors(self) -> tuple[Door, ...]:
        """Every template, and every class that may come as one PDF."""
        kinds = {kind.code: kind for kind in self._machines.classes.document_class}
        templates = [t for t in self._machines.templates.values() if t.source.head.document_class in kinds]
        by_template = [
            Door(t.code, t.source.head.name, kind.code, kind.service, kind.needs_approval)
            for t in templates
            for kind in (kinds[t.source.head.document_class],)
        ]
        return (*by_template, *(Door("", k.name, k.code, k.service, k.needs_approval) for k in kinds.values()))

    def fields(self, template: str) -> tuple[FieldMatch, ...]:
        """The template's own fields, those every letter needs first."""
        found = self._machines.template(template)
        needed = [FieldMatch(name, "", True) for name in sorted(found.needed)]
        return (*needed, *(FieldMatch(name, "", False) for name in sorted(found.asked)))

    def keep(self, content: Iterable[bytes], filename: str) -> str:
        """Put a chosen file in the store."""
        with tempfile.NamedTemporaryFile(prefix="mailroom-letters-", suffix=Path(filename).suffix) as file:
            file.writelines(content)
            file.flush()
            return self._machines.store.put(Path(file.name))

    def check(self, draft: Draft) -> Checked:
        """The whole file, every row or page."""
        with self._file(draft) as path:
            matches, unused = self._columns(draft, path)
            if path.stat().st_size > _CHECKED_AT_ONCE[draft.is_spreadsheet]:
                return Checked(0, 0, fields=matches, unused=unused, later=True)
            found = examine(self._machines, path, self._kind(draft), draft.template)
            return Checked(found.letter_count, found.problem_count, found.problems, matches, unused)

    def with_columns(self, draft: Draft, names: Mapping[str, str]) -> str:
        """The spreadsheet under a new head, as a CSV of its own."""
        with self._file(draft) as path:
            rows = self._machines.read_rows(path)
            _, head = next(rows, (1, ()))
            file = io.StringIO()
            writer = csv.writer(file)
            writer.writerow(names.get(column, column) for column in head)
            writer.writerows(cells for _, cells in rows)
        return self._machines.store.put(file.getvalue().encode())

    def preview(self, draft: Draft, position: int) -> Preview:
        """One letter of the draft as paper and as email."""
        with self._letter(draft, position) as letter:
            kind = self._kind(draft)
            email, _ = compose_letter_email(self._machines, letter)
            (pages,) = count_pages(self._machines, [letter])
            carries = _CARRIES[kind.email_carries] if kind.may_email else f"Never emailed: {kind.law}."
            return Preview(position, tuple(letter.address_lines), pages, email.subject, email.plain, carries)

    def draft_pdf(self, draft: Draft, position: int) -> bytes:
        """That letter's PDF."""
        with self._letter(draft, position) as letter:
            return letter_pdf(self._machines, letter)

    def draft_picture(self, draft: Draft, position: int, page: int, width: int) -> bytes:
        """A page of it as a PNG."""
        return self._drawn(self.draft_pdf(draft, position), page, width)

    def file_picture(self, draft: Draft, page: int, width: int) -> bytes:
        """A page of the file as it came."""
        with self._file(draft) as path:
            return self._picture(path, page, 0, width)

    def hand_in(self, draft: Draft, wishes: Wishes, actor: str) -> Mailing:
        """Hand the file in; it is checked once more on the line, whole, before anything is queued."""
        handover = Handover(
            document_class=draft.document_class,
            actor=actor,
            source="web",
            title=wishes.title,
            template=draft.template,
            scheduled_for=wishes.scheduled_for,
            must_arrive=wishes.must_arrive,
            idempotency_key=wishes.once or None,
            again=wishes.again,
        )
        with self._file(draft) as path:
            return receive(self._machines, path, handover, draft.filename)

    def letter_pdf(self, letter: Letter) -> bytes:
        """As it was sent, if it was; else as it would be."""
        if letter.document:
            kept = self._machines.store.get(letter.document)
            if kept.startswith(b"%PDF"):
                return kept
        return letter_pdf(self._machines, letter)

    def letter_pages(self, letter: Letter) -> int:
        """As on record, or as it would be set."""
        return letter.page_count or count_pages(self._machines, [letter])[0]

    def letter_picture(self, letter: Letter, page: int, width: int) -> bytes:
        """A page of it as a PNG."""
        return self._drawn(self.letter_pdf(letter), page, width)

    def approve(self, mailing: Mailing, actor: str) -> None:
        """Let it go."""
        mailings.approve(self._machines, mailing.pk, actor)

    def schedule(self, mailing: Mailing, at: dt.datetime | None, actor: str) -> None:
        """Hold it until then."""
        mailings.schedule(self._machines, mailing.pk, at, actor)

    def pause(self, mailing: Mailing, actor: str) -> int:
        """Stop what has not left."""
        return mailings.pause(self._machines, mailing.pk, actor)

    def resume(self, mailing: Mailing, actor: str) -> int:
        """Let it go on."""
        return mailings.resume(self._machines, mailing.pk, actor)

    def cancel(self, mailing: Mailing, actor: str) -> int:
        """Cancel what has not left."""
        return mailings.cancel(self._machines, mailing.pk, actor)

    def cancel_letter(self, letter: Letter, actor: str) -> None:
        """Cancel one letter."""
        mailings.cancel_letter(self._machines, letter.pk, actor)

    def _kind(self, draft: Draft) -> DocumentClass:
        return self._machines.kind(draft.document_class)

    @contextmanager
    def _file(self, draft: Draft) -> Iterator[Path]:
        with self._machines.store.path_for_reading(draft.key) as path:
            yield path

    def _columns(self, draft: Draft, path: Path) -> tuple[tuple[FieldMatch, ...], tuple[str, ...]]:
        """How the file's head and the template's fields go together."""
        if not draft.is_spreadsheet:
            return (), ()
        try:
            _, head = next(self._machines.read_rows(path), (1, ()))
        except Reject:
            return (), ()
        matched = match_columns(self._machines.template(draft.template), head)
        return tuple(FieldMatch(*match) for match in matched.fields), matched.unused

    @contextmanager
    def _letter(self, draft: Draft, position: int) -> Iterator[Letter]:
        """The letter as it would be on record; nothing is written."""
        with self._file(draft) as path:
            found = self._found(draft, path, position)
            kind = self._kind(draft)
            mailing = Mailing(
                service=kind.service,
                document_class=kind.code,
                title=kind.name,
                template=draft.template,
                original=draft.key,
            )
            yield Letter(mailing=mailing, message_id="<preview>", email="preview@example.invalid", **found)

    def _found(self, draft: Draft, path: Path, position: int) -> dict[str, Any]:
        if draft.is_spreadsheet:
            rows = take_rows(
                self._machines.read_rows(path), self._machines.template(draft.template), address_rule(self._machines)
            )
            row = next((r for r in rows if r.position >= position), None)
            if row is not None and row.position == position:
                return {
                    "fields": dict(row.fields),
                    "address_lines": list(row.address.lines),
                    "reference": row.reference,
                }
        else:
            letter = self._cut_letter(draft, path, position)
            if letter is not None:
                return {
                    "address_lines": list(letter.address.lines),
                    "reference": letter.reference,
                    "first_page": letter.first_page,
                    "page_count": letter.page_count,
                }
        raise NoSuchLetter(f"There is no letter {position} without problems. See the list of what is wrong.")

    def _cut_letter(self, draft: Draft, path: Path, position: int) -> Found | None:
        examined = examine(self._machines, path, self._kind(draft), "")
        return next(islice(examined.letters(), position - 1, None), None)

    def _drawn(self, pdf: bytes, page: int, width: int) -> bytes:
        with tempfile.NamedTemporaryFile(prefix="mailroom-letter-", suffix=".pdf") as file:
            file.write(pdf)
            file.flush()
            return self._picture(Path(file.name), page, 0, width)
