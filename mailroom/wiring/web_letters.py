"""What the mailing pages ask for, answered by the outgoing side's steps."""

from __future__ import annotations

import datetime as dt

from mailroom.outbound.emailing import plain_words
from mailroom.outbound.steps import mailings
from mailroom.outbound.steps.compose import bodies_of, count_pages, whole_pdf
from mailroom.records.models import Letter, Mailing
from mailroom.values.channel import LetterFormat
from mailroom.wiring.letter_repairs import RepairDesk


class LetterDesk(RepairDesk):
    """The outgoing steps behind all pages of mailings: of drafts, and of what is on record."""

    def letter_pdf(self, letter: Letter) -> bytes:
        """As it was sent, if it was; else as it would be."""
        if letter.document:
            kept = self._machines.store.get(letter.document)
            if kept.startswith(b"%PDF"):
                return kept
        return whole_pdf(self._machines, letter)

    def letter_words(self, letter: Letter) -> str:
        """Its words as plain text: of the template, or read from the PDF it came as."""
        head = self._machines.templates.get(letter.mailing.template)
        signed = head.source.head.sign_off if head else ()
        return plain_words(bodies_of(self._machines, letter), signed, ())

    def letter_pages(self, letter: Letter) -> int:
        """As on record, or as it would be set; with its attachments, whose words large print holds already."""
        own = letter.page_count or count_pages(self._machines, [letter])[0]
        return own if letter.format == LetterFormat.LARGE_PRINT else own + letter.attached_pages

    def letter_picture(self, letter: Letter, page: int, width: int) -> bytes:
        """A page of it as a PNG."""
        return self.drawn(self.letter_pdf(letter), page, width)

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
