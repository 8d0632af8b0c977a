"""The attachments of letters: on record with their mailing, appended in print, beside the letter in email."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mailroom.config.document_classes import AttachmentsOn
from mailroom.errors import Misconfigured, Review
from mailroom.outbound.large_print import reflowed
from mailroom.outbound.machines import OutboundMachines
from mailroom.records.models import Attachment, Letter, Mailing
from mailroom.values.attachment import GivenFile
from mailroom.values.letter_body import LetterBody
from mailroom.values.letter_signs import LetterSigns, named
from mailroom.values.print_sheet import PagesToPrint

_OPEN_AT_ONCE = 50
"""Attachments joined into one file: few enough to hold open, and so few files for a print file to take pages from."""


class NoWords(Review):
    """An attachment is a picture, so it cannot be set in large print. Send its reader the words another way."""


class SignsLacking(Review):
    """Words to be set anew hold a sign that our typefaces lack. Correct it, or send the words another way."""


def refuse_lacking(signs: LetterSigns, words: str, where: str) -> None:
    """Raise SignsLacking where it would be an empty box. where: as in 'in its address'."""
    if lacking := signs.lacking(words):
        raise SignsLacking(f"{named(lacking)} {where} cannot be printed in our letters. Send the words another way.")


def site_files(machines: OutboundMachines, names: Iterable[str]) -> tuple[GivenFile, ...]:
    """PDFs of the site that go with every letter, safe in the store. Raises Misconfigured for one that is missing."""
    found = []
    for name in names:
        path = machines.attachments / name
        if not path.is_file():
            raise Misconfigured(f"templates/letters/attachments/{name} is missing. Put it there, or take the name out.")
        found.append(GivenFile(name, machines.store.put(path)))
    return tuple(found)


def template_files(machines: OutboundMachines, template: str) -> tuple[GivenFile, ...]:
    """What the template itself brings."""
    known = machines.templates.get(template)
    return site_files(machines, known.source.head.attachments) if known else ()


def record_files(mailing: Mailing, files: Sequence[GivenFile], page_counts: Mapping[str, int] | None = None) -> None:
    """Put them on record with a new mailing, in the order in which they follow a letter.

    page_counts: by store key, where they are known already; else the check of the mailing notes them.
    """
    pages = page_counts or {}
    Attachment.objects.bulk_create(
        Attachment(
            mailing=mailing,
            position=n,
            name=f.name[-255:],
            document=f.document,
            everybody=f.everybody,
            page_count=pages.get(f.document, 0),
        )
        for n, f in enumerate(files, 1)
    )


def files_with(mailing: Mailing) -> tuple[GivenFile, ...]:
    """Those on record with a mailing."""
    return tuple(GivenFile(a.name, a.document, a.everybody) for a in mailing.attachments.all())


def files_of(letter: Letter) -> tuple[GivenFile, ...]:
    """A letter's own, in order."""
    return tuple(GivenFile(a.name, a.document, a.everybody) for a in _in_order(letter, _found([letter])))


def large_words(machines: OutboundMachines, files: Sequence[GivenFile]) -> tuple[LetterBody, ...]:
    """The words of attachments for a reader of large print, each to be set after the letter.

    Raises:
        NoWords, SignsLacking: one cannot be set.
    """
    return tuple(_words(machines, file) for file in files)


def appended(machines: OutboundMachines, letter: bytes, files: Sequence[GivenFile]) -> bytes:
    """The letter's PDF with its attachments behind it."""
    if not files:
        return letter
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        first, whole = Path(folder) / "letter.pdf", Path(folder) / "whole.pdf"
        first.write_bytes(letter)
        kept = [opened.enter_context(machines.store.path_for_reading(f.document)) for f in files]
        machines.pdfs.join([first, *kept], whole)
        return whole.read_bytes()


def parts_to_print(
    machines: OutboundMachines, letters: Sequence[Letter], folder: Path
) -> dict[int, tuple[PagesToPrint, ...]]:
    """Where the pages of each letter's attachments are; letters without any are left out."""
    attachments = _found(letters)
    places = dict(_joined(machines, list(attachments.values()), folder))
    return {
        letter.pk: tuple(_part(machines, letter, a, places[a.pk]) for a in _in_order(letter, attachments))
        for letter in letters
        if letter.attached
    }


@dataclass(frozen=True, slots=True)
class _Place:
    document: Path
    first: int


def _part(machines: OutboundMachines, letter: Letter, attachment: Attachment, place: _Place) -> PagesToPrint:
    kind = machines.kind(letter.mailing.document_class)
    joined = kind.attachments is AttachmentsOn.NEXT_PAGE
    return PagesToPrint(place.document, place.first, attachment.page_count, joined)


def _found(letters: Iterable[Letter]) -> dict[int, Attachment]:
    return Attachment.objects.in_bulk(sorted({key for letter in letters for key in letter.attached}))


def _in_order(letter: Letter, attachments: dict[int, Attachment]) -> list[Attachment]:
    return [attachments[key] for key in letter.attached]


def _joined(
    machines: OutboundMachines, attachments: Sequence[Attachment], folder: Path
) -> Iterator[tuple[int, _Place]]:
    """Copies of the attachments in as few files as may be, and where each begins."""
    waiting = iter(attachments)
    number = 0
    while some := list(islice(waiting, _OPEN_AT_ONCE)):
        number += 1
        path = folder / f"attached-{number:03d}.pdf"
        with ExitStack() as opened:
            kept = [opened.enter_context(machines.store.path_for_reading(a.document)) for a in some]
            machines.pdfs.join(kept, path)
        first = 1
        for attachment in some:
            yield attachment.pk, _Place(path, first)
            first += attachment.page_count


def _words(machines: OutboundMachines, file: GivenFile) -> LetterBody:
    with machines.store.path_for_reading(file.document) as path:
        pages = tuple(machines.pdfs.read_letters(path, machines.printing.window))
    if not any(page.text.strip() for page in pages):
        raise NoWords(f"The attachment '{file.name}' is a picture without words; it cannot be set in large print.")
    body = reflowed(pages, file.name, window=False)
    refuse_lacking(machines.typesetter.signs, body.text, f"of its attachment '{file.name}'")
    return body
