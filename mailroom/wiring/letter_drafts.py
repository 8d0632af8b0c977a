"""Letters that are being handed in on the pages: a draft, its check and its preview."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

from mailroom.config.document_classes import DocumentClass, EmailCarries
from mailroom.errors import Review
from mailroom.gateways.pdf_bundle import pdfs_in
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.ask_check import ask_for_check
from mailroom.outbound.steps.attached import template_files
from mailroom.outbound.steps.check import examine
from mailroom.outbound.steps.check_pdf import paper_rule
from mailroom.outbound.steps.compose import count_pages, whole_pdf
from mailroom.outbound.steps.email import compose_letter_email
from mailroom.outbound.steps.examined import Found
from mailroom.outbound.steps.given_files import KeptFile, keep_all, keep_list, listed
from mailroom.outbound.steps.plain_rows import columns_of, is_workbook, write_rows
from mailroom.outbound.steps.submit import Handover, receive
from mailroom.outbound.submission import take_row
from mailroom.records.models import DraftCheck, Letter, Mailing
from mailroom.values.attachment import GivenFile
from mailroom.values.repair import Done
from mailroom.web.letters.machines import Checked, ChosenFile, Door, Draft, FieldMatch, Preview, Progress, Wishes
from mailroom.wiring.kept_drafts import checked_from, codes_of, draft_from, named_of, progress_of, record_of

CHECKED_AT_ONCE = {"csv": 1_000_000, "xlsx": 200_000, "pdf": 1_000_000}
"""Bytes of a file that is checked while the person waits: some two seconds of work on one core.
Larger ones are checked by a worker, while a page says how far it is."""

DRAFTS_SHOWN = 5

_CARRIES = {
    EmailCarries.BODY: "The words of the letter are the email.",
    EmailCarries.ATTACHMENT: "The words of the letter are the email, and its PDF is attached.",
    EmailCarries.LINK: "The email holds a link only; the letter opens after the reader's postcode or date of birth.",
}

Picture = Callable[[Path, int, int, int], bytes]
"""Path, page from 1, rotation, width: a PNG."""


class NoSuchLetter(Review):
    """The draft has no letter at that place, or its row has problems."""


class DraftDesk:
    """The outgoing steps behind the pages of a draft. picture: draws a page of a PDF where it can be timed out."""

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
        with _on_disk(content, filename) as path:
            return self._machines.store.put(path)

    def keep_attachments(self, chosen: Iterable[ChosenFile]) -> str:
        """Put attachments in the store, and their list."""
        return keep_list(self._machines, (kept for one in chosen for kept in self._kept(one)))

    def _kept(self, chosen: ChosenFile) -> Iterator[KeptFile]:
        with _on_disk(chosen.content, chosen.name) as path:
            yield from keep_all(self._machines, path, chosen.name, pdfs_in, everybody=chosen.everybody)

    def check(self, draft: Draft, actor: str) -> Checked:
        """The whole file, every row or page: a large one by a worker."""
        asked = record_of(draft, actor)
        known = DraftCheck.objects.filter(draft_key=asked.draft_key, asked_by=actor).first()
        if known is None:
            with self._file(draft) as path:
                if not self._is_large(draft, path):
                    matches, unused = self._columns(draft, path)
                    files = self._files(draft)
                    found = examine(self._machines, path, self._kind(draft), draft.template, files, codes_of(draft))
                    counts = (found.letter_count, found.problem_count, found.problems)
                    return Checked(*counts, matches, unused, None, *named_of(files))
            known = ask_for_check(self._machines, asked)
        return checked_from(known, self._files(draft))

    def drafts(self, actor: str) -> tuple[tuple[int, Draft, Progress | None], ...]:
        """This person's large files that are not handed in, the newest first."""
        mine = DraftCheck.objects.filter(asked_by=actor).order_by("-pk")[:DRAFTS_SHOWN]
        return tuple((check.pk, draft_from(check), progress_of(check)) for check in mine)

    def _is_large(self, draft: Draft, path: Path) -> bool:
        """Whether its check would keep the person waiting."""
        sheet = "xlsx" if is_workbook(path) else "csv"
        attached = sum(kept.size for kept in listed(self._machines, draft.files))
        most = CHECKED_AT_ONCE[sheet if draft.is_spreadsheet else "pdf"]
        return path.stat().st_size > most or attached > CHECKED_AT_ONCE["pdf"]

    def _files(self, draft: Draft) -> tuple[GivenFile, ...]:
        """The template's attachments and those that were chosen."""
        chosen = (kept.file for kept in listed(self._machines, draft.files))
        return (*template_files(self._machines, draft.template), *chosen)

    def with_columns(self, draft: Draft, names: Mapping[str, str]) -> str:
        """The spreadsheet under a new head, as a CSV of its own."""
        with self._rows(draft) as path, tempfile.TemporaryDirectory(prefix="mailroom-columns-") as folder:
            rows = self._machines.read_rows(path)
            number, head = next(rows, (1, ()))
            renamed = (number, tuple(names.get(column, column) for column in head))
            write_rows(chain((renamed,), rows), changed := Path(folder) / "columns.csv")
            return self._machines.store.put(changed)

    def preview(self, draft: Draft, position: int) -> Preview:
        """One letter of the draft as paper and as email."""
        with self._letter(draft, position) as (letter, files):
            kind = self._kind(draft)
            email, _ = compose_letter_email(self._machines, letter, files)
            pages = count_pages(self._machines, [letter])[0] + self._pages_of(files)
            carries = _CARRIES[kind.email_carries] if kind.may_email else f"Never emailed: {kind.law}."
            return Preview(position, tuple(letter.address_lines), pages, email.subject, email.plain, carries)

    def draft_pdf(self, draft: Draft, position: int) -> bytes:
        """That letter's PDF."""
        with self._letter(draft, position) as (letter, files):
            return whole_pdf(self._machines, letter, files)

    def _pages_of(self, files: Iterable[GivenFile]) -> int:
        count = 0
        for file in files:
            with self._machines.store.path_for_reading(file.document) as path:
                count += self._machines.pdfs.count_pages(path)
        return count

    def draft_picture(self, draft: Draft, position: int, page: int, width: int) -> bytes:
        """A page of it as a PNG."""
        return self.drawn(self.draft_pdf(draft, position), page, width)

    def file_picture(self, draft: Draft, page: int, width: int) -> bytes:
        """A page of the file as it came."""
        with self._file(draft) as path:
            return self._picture(path, page, 0, width)

    def attachment_picture(self, draft: Draft, name: str, page: int, width: int) -> bytes:
        """A page of one of the draft's attachments."""
        found = next((file for file in self._files(draft) if file.name == name), None)
        if found is None:
            raise NoSuchLetter(f"There is no attachment '{name}'.")
        with self._machines.store.path_for_reading(found.document) as path:
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
            idempotency_key=draft.once or None,
            again=wishes.again,
            files=tuple(kept.file for kept in listed(self._machines, draft.files)),
            repaired=draft.key if draft.came_as else "",
            repairs=tuple(Done(code, words) for code, words in draft.repairs),
        )
        with self._machines.store.path_for_reading(draft.came_as or draft.key) as path:
            mailing = receive(self._machines, path, handover, draft.filename)
        DraftCheck.objects.filter(once=draft.once, asked_by=actor).delete()
        return mailing

    def _kind(self, draft: Draft) -> DocumentClass:
        return self._machines.kind(draft.document_class)

    @contextmanager
    def _file(self, draft: Draft) -> Iterator[Path]:
        with self._machines.store.path_for_reading(draft.key) as path:
            yield path

    @contextmanager
    def _rows(self, draft: Draft) -> Iterator[Path]:
        """The file, or the quick copy of its rows that a worker made."""
        copy = DraftCheck.objects.filter(once=draft.once, file=draft.key).exclude(rows="").first()
        with self._machines.store.path_for_reading(copy.rows if copy else draft.key) as path:
            yield path

    def _columns(self, draft: Draft, path: Path) -> tuple[tuple[FieldMatch, ...], tuple[str, ...]]:
        if not draft.is_spreadsheet:
            return (), ()
        matched = columns_of(self._machines, draft.template, path)
        return tuple(FieldMatch(*match) for match in matched.fields), matched.unused

    @contextmanager
    def _letter(self, draft: Draft, position: int) -> Iterator[tuple[Letter, tuple[GivenFile, ...]]]:
        """The letter as it would be on record, and its attachments; nothing is written."""
        with self._rows(draft) as path:
            files = self._files(draft)
            found = self._found(draft, path, position, files)
            named = {file.key: file for file in files if not file.everybody}
            own = [file for file in files if file.everybody] + [named[key] for key in found.pop("files", ())]
            kind = self._kind(draft)
            mailing = Mailing(
                service=kind.service,
                document_class=kind.code,
                title=kind.name,
                template=draft.template,
                original=draft.key,
            )
            letter = Letter(mailing=mailing, message_id="<preview>", email="preview@example.invalid", **found)
            yield letter, tuple(own)

    def _found(self, draft: Draft, path: Path, position: int, files: Iterable[GivenFile]) -> dict[str, Any]:
        if draft.is_spreadsheet:
            words, rule = self._machines.template(draft.template), paper_rule(self._machines)
            named = frozenset(file.key for file in files if not file.everybody)
            row = take_row(self._machines.read_rows(path), position, words, rule, named)
            if row is not None:
                return {
                    "fields": dict(row.fields),
                    "address_lines": list(row.address.lines),
                    "reference": row.reference,
                    "files": row.files,
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
        examined = examine(self._machines, path, self._kind(draft), "", repairs=codes_of(draft))
        return next(islice(examined.letters(), position - 1, None), None)

    def drawn(self, pdf: bytes, page: int, width: int) -> bytes:
        """A page of a PDF as a PNG."""
        with tempfile.NamedTemporaryFile(prefix="mailroom-letter-", suffix=".pdf") as file:
            file.write(pdf)
            file.flush()
            return self._picture(Path(file.name), page, 0, width)


@contextmanager
def _on_disk(content: Iterable[bytes], filename: str) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="mailroom-letters-", suffix=Path(filename).suffix) as file:
        file.writelines(content)
        file.flush()
        yield Path(file.name)
