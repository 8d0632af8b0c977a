"""The outgoing side for the tests of the screens: it remembers what was confirmed, and knows one code and one link."""

from __future__ import annotations

from mailroom.errors import Review
from mailroom.records.models import Customer
from mailroom.values.confirmed_fact import ConfirmedFact
from mailroom.web.preferences import LetterCopy, OpenedCode

CODE, TOKEN, POSTCODE = "AB34K79X2Q", "a-long-token-nobody-guesses", "WX4 7QT"


class RememberingPreferences:
    def __init__(self) -> None:
        self.confirmed: list[ConfirmedFact] = []
        self.asked: list[tuple[str, str]] = []
        self.chosen: list[str] = []

    def confirm_fact(self, fact: ConfirmedFact) -> str:
        if not Customer.objects.filter(pk=fact.customer_id).exists():
            raise Review(f"{fact.customer_id} is not on record.")
        self.confirmed.append(fact)
        return f"Recorded: {fact.kind}."

    def open_code(self, code: str) -> OpenedCode | None:
        return OpenedCode("council_tax_bill", "Council Tax bill") if code == CODE else None

    def ask_for_email(self, code: str, email: str) -> None:
        self.asked.append((code, email))

    def confirm_email(self, token: str) -> bool:
        return self._chose("email", token)

    def take_back(self, token: str) -> bool:
        return self._chose("post", token)

    def _chose(self, choice: str, token: str) -> bool:
        if token != TOKEN:
            return False
        self.chosen.append(choice)
        return True

    def letter_behind(self, token: str, answer: str) -> LetterCopy | None:
        good = token == TOKEN and answer.replace(" ", "").upper() == POSTCODE.replace(" ", "")
        return LetterCopy("letter.pdf", b"%PDF-1.7\n") if good else None

    def knows_link(self, token: str) -> bool:
        return token == TOKEN
