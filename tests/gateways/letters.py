"""Letters of the example council for tests: made from its own templates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pdfplumber

from mailroom.config.letter_templates import load_letter_templates
from mailroom.config.printing import MM, load_printing
from mailroom.gateways.typesetter import SetPages, Typesetter
from mailroom.outbound.letter_template import read_template
from mailroom.values.letter_body import LetterToSet
from mailroom.values.reply_code import make_reply_code

SITE = Path(__file__).parents[2]
PRINTING = load_printing(SITE)
VALUES = {
    "due date": "1 February 2026",
    "pay by": "9 March 2026",
    "year": "2026/27",
    "property": "83 Church Lane, Stokeley",
    "band": "C",
    "charge": "1,842.10",
    "discount": "460.52",
    "instalment": "138.16",
}
AMOUNTS = {"council_tax_bill": "1,381.58", "council_tax_reminder": "142.50"}
"""What is to pay: of the bill the charge less the discount, of the reminder an instalment overdue."""
PEOPLE = (
    ("Mrs Alison Rawlinson", "83 Church Lane", "Stokeley", "WX10 9WU", "50893044"),
    ("Mr David Howard", "18 Station Road", "Stokeley", "WX11 0DA", "55359958"),
    ("Dr Louise Gurney", "7 Teal Street", "Little Marrow", "WX14 3PZ", "54962662"),
)


def letter(
    person: int = 0, template: str = "council_tax_bill", *, large: bool = False, welsh: bool = False
) -> LetterToSet:
    read = read_template(load_letter_templates(SITE)[template])
    name, *rest, reference = PEOPLE[person]
    values = VALUES | {"amount": AMOUNTS.get(template, "142.50"), "name": name, "account number": reference}
    return LetterToSet(
        bodies=read.fill(values, bilingual=welsh),
        address=(name, *rest),
        dated=dt.date(2026, 2, 23),
        reference=reference,
        from_lines=read.source.head.from_lines,
        sign_off=read.source.head.sign_off,
        reply_code=make_reply_code(bytes((person + 1, 77, 3, 4, 200, 6))),
        opt_in=True,
        large=large,
    )


def typesetter() -> Typesetter:
    return Typesetter(PRINTING, SITE)


def set_all(to: Path, *letters: LetterToSet) -> tuple[SetPages, ...]:
    return typesetter().write(letters, to)


def smallest_type(path: Path, first: int = 1, count: int = 0) -> float:
    """The smallest character of one letter's pages in points, but for its address and the marks of machines.

    Those are what stands in the window of its first page, and in the left margin, which letters must leave empty.
    """
    window = PRINTING.window.grown(1)
    smallest = 100.0
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages[first - 1 : first - 1 + count if count else None]:
            for char in page.chars:
                left, top = char["x0"] / MM, char["top"] / MM
                windowed = window.left <= left <= window.right and window.top <= top <= window.bottom
                if not (char["text"].isspace() or left < 15 or (windowed and page.page_number == first)):
                    smallest = min(smallest, round(char["size"], 2))
    return smallest
