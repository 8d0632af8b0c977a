"""How numbers of outgoing mail stand in addresses: /print-runs/R000042/, /mailings/M000042/, /letters/L00000042/."""

from __future__ import annotations

from django.urls import register_converter


class _Numbered:
    """A letter and the number behind it."""

    sign = ""
    digits = 0
    regex = ""

    def to_python(self, value: str) -> int:
        return int(value[1:])

    def to_url(self, value: int) -> str:
        return f"{self.sign}{value:0{self.digits}d}"


class RunNumber(_Numbered):
    sign, digits, regex = "R", 6, r"R\d{6,9}"


class MailingNumber(_Numbered):
    sign, digits, regex = "M", 6, r"M\d{6,9}"


class LetterNumber(_Numbered):
    sign, digits, regex = "L", 8, r"L\d{8,12}"


register_converter(RunNumber, "run")
register_converter(MailingNumber, "mailing")
register_converter(LetterNumber, "letter")
RUN = "<run:run>/"
MAILING = "<mailing:mailing>/"
LETTER = "<letter:letter>/"
