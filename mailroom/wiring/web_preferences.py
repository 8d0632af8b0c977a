"""The public pages' and the desks' way to the outgoing side: web/preferences.py's contract, done by the steps."""

from __future__ import annotations

from functools import cached_property

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import confirmation, letter_page
from mailroom.outbound.steps.preferences import confirm_fact
from mailroom.values.confirmed_fact import ConfirmedFact
from mailroom.web.preferences import LetterCopy, OpenedCode
from mailroom.wiring.outbound import outbound_machines


class OutgoingPreferences:
    """Builds its machines at the first question, so that pages which ask none cost nothing."""

    @cached_property
    def _machines(self) -> OutboundMachines:
        return outbound_machines()

    def confirm_fact(self, fact: ConfirmedFact) -> str:
        """As steps.preferences.confirm_fact."""
        return confirm_fact(self._machines, fact)

    def open_code(self, code: str) -> OpenedCode | None:
        """What the page of a code may show."""
        letter = confirmation.open_code(self._machines, code)
        if letter is None:
            return None
        kind = self._machines.kind(letter.mailing.document_class)
        return OpenedCode(kind.code, kind.name)

    def ask_for_email(self, code: str, email: str) -> None:
        """As steps.confirmation.ask_for_email."""
        confirmation.ask_for_email(self._machines, code, email)

    def confirm_email(self, token: str) -> bool:
        """As steps.confirmation.confirm_email."""
        return confirmation.confirm_email(self._machines, token)

    def take_back(self, token: str) -> bool:
        """As steps.confirmation.take_back."""
        return confirmation.take_back(self._machines, token)

    def letter_behind(self, token: str, answer: str) -> LetterCopy | None:
        """The PDF that was emailed, for its reader."""
        pdf = letter_page.letter_behind(self._machines, token, answer)
        return LetterCopy("letter.pdf", pdf) if pdf is not None else None

    def knows_link(self, token: str) -> bool:
        """As steps.letter_page.knows_link."""
        return letter_page.knows_link(self._machines, token)
