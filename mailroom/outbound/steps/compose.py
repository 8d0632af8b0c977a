"""Composing letters: one letter's PDF, for email, preview and print, or many in one file for a print run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from mailroom.outbound.large_print import reflowed
from mailroom.outbound.machines import OutboundMachines, PlacedLetter
from mailroom.outbound.steps.attached import appended, files_of, large_words, refuse_lacking
from mailroom.outbound.steps.reply_codes import invites
from mailroom.records.models import Letter, ReplyCode
from mailroom.values.attachment import GivenFile
from mailroom.values.channel import Channel, LetterFormat
from mailroom.values.letter_body import LetterBody, LetterToSet


def letter_pdf(machines: OutboundMachines, letter: Letter, files: Sequence[GivenFile] | None = None) -> bytes:
    """One letter's PDF: set from its template for screens, or its pages of the PDF it came in.

    Where its reader asked for large print it is set anew at that size, whatever it came as, its attachments with it.
    """
    if is_set_here(letter):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "letter.pdf"
            machines.typesetter.write_tagged(
                letter_to_set(machines, letter, files=files), path, _title(machines, letter)
            )
            return path.read_bytes()
    with machines.store.path_for_reading(letter.mailing.pages_from) as path:
        return machines.pdfs.cut_out(path, letter.first_page, letter.page_count)


def whole_pdf(machines: OutboundMachines, letter: Letter, files: Sequence[GivenFile] | None = None) -> bytes:
    """The letter's PDF with its attachments behind it. files: of a letter that is not on record yet.

    In large print the words of the attachments are in the letter already.
    """
    attached = files_of(letter) if files is None else files
    own = letter_pdf(machines, letter, attached)
    return own if letter.format == LetterFormat.LARGE_PRINT else appended(machines, own, attached)


def set_letters(machines: OutboundMachines, letters: Sequence[Letter], to: Path) -> Sequence[PlacedLetter]:
    """Set many letters one after the other into one file; fixed parts are drawn once. All must be set here."""
    codes = _codes(letters)
    return machines.typesetter.write((letter_to_set(machines, x, codes.get(x.pk, "")) for x in letters), to, "Letters")


def count_pages(machines: OutboundMachines, letters: Sequence[Letter]) -> list[int]:
    """How many pages each letter will have; cut ones have them on record already."""
    codes = _codes(letters)
    return [
        machines.typesetter.page_count(letter_to_set(machines, x, codes.get(x.pk, "")))
        if is_set_here(x)
        else x.page_count
        for x in letters
    ]


def is_set_here(letter: Letter) -> bool:
    """Whether the letter is set from words, and not only cut out of a file."""
    return not letter.first_page or letter.format == LetterFormat.LARGE_PRINT


def letter_to_set(
    machines: OutboundMachines, letter: Letter, code: str | None = None, files: Sequence[GivenFile] | None = None
) -> LetterToSet:
    """Everything the typesetter needs. code: its reply code where the caller has looked it up already; files: so too.

    A reader of large print gets the words of the attachments at that size too, behind the letter.

    Raises:
        SignsLacking: words that came from a PDF or a record hold a sign that would be an empty box.
    """
    large = letter.format == LetterFormat.LARGE_PRINT
    behind = large_words(machines, files_of(letter) if files is None else files) if large else ()
    on_paper = letter.channel != Channel.EMAIL
    if code is None:
        code = _codes([letter]).get(letter.pk, "")
    template = machines.templates.get(letter.mailing.template)
    head = template.source.head if template else None
    at = letter.decided_at or machines.clock()
    bodies = bodies_of(machines, letter)
    refuse_lacking(machines.typesetter.signs, "".join((*letter.address_lines, letter.reference)), "in its address")
    if letter.first_page:
        refuse_lacking(machines.typesetter.signs, "".join(body.text for body in bodies), "on its pages")
    return LetterToSet(
        bodies=(*bodies, *behind),
        address=tuple(letter.address_lines),
        dated=machines.local_time(at).date(),
        reference=letter.reference,
        from_lines=head.from_lines if head else (),
        sign_off=head.sign_off if head else (),
        reply_code=code if on_paper else "",
        opt_in=on_paper and bool(code) and invites(machines, letter),
        large=large,
    )


def bodies_of(machines: OutboundMachines, letter: Letter) -> tuple[LetterBody, ...]:
    """The words: of the template with the letter's fields, or of the pages it came as."""
    if letter.mailing.template:
        return machines.template(letter.mailing.template).fill(letter.fields, bilingual=letter.bilingual)
    with machines.store.path_for_reading(letter.mailing.pages_from) as path:
        window = machines.printing.window
        pages = tuple(machines.pdfs.read_letters(path, window, letter.first_page, letter.page_count))
    return (reflowed(pages, letter.mailing.title),)


def _codes(letters: Iterable[Letter]) -> dict[int, str]:
    rows = ReplyCode.objects.filter(letter_id__in=[x.pk for x in letters if x.pk]).values_list("letter_id", "code")
    return dict(rows)


def _title(machines: OutboundMachines, letter: Letter) -> str:
    return machines.kind(letter.mailing.document_class).name
