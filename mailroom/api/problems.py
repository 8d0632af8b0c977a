"""What the outgoing line found wrong with a submission, in GOV.UK Notify's words and codes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailroom.api.machines import Problem
from mailroom.api.refusals import BadRequestError, Refusal, ValidationError

_MISSING = ("missing_field", "column_missing")
_UNPRINTABLE = "unprintable_sign"
_ADDRESS = {
    "empty": "Address must be at least 3 lines",
    "too_short": "Address must be at least 3 lines",
    "too_long": "Address must be no more than 7 lines",
    "no_name_or_street": ("The first 2 lines of the address must both include at least one alphanumeric character"),
    "bfpo_with_country": "The last line of a BFPO address must not be a country.",
    "not_a_postcode": "Last line of address must be a real UK postcode or another country",
    "abroad": "Must be a real UK postcode",
    "bad_character": "Address lines must not start with any of the following characters: @ ( ) = [ ] ” \\ / , < >",
    "no_fixed_abode": "Must be a real address",
}
"""In the order in which Notify asks; it tells the first."""

_PDF_ADDRESS = {
    "empty": "address-is-empty",
    "too_short": "not-enough-address-lines",
    "too_long": "too-many-address-lines",
    "no_name_or_street": "invalid-address-line-1-or-2",
    "bfpo_with_country": "has-country-for-bfpo-address",
    "not_a_postcode": "not-a-real-uk-postcode-or-country",
    "abroad": "cant-send-international-letters",
    "bad_character": "invalid-char-in-address",
    "no_fixed_abode": "no-fixed-abode-address",
}
_PDF = {
    "too_long": "letter-too-long",
    "not_a4_upright": "letter-not-a4-portrait-oriented",
    "outside": "content-outside-printable-area",
    "unreadable": "unable-to-read-the-file",
    "unreadableletter": "unable-to-read-the-file",
    "lockedletter": "unable-to-read-the-file",
}
_DETAIL = re.compile(r"\((\w+)\)$")


def refusal_for(problems: Sequence[Problem]) -> Refusal:
    """The refusal that tells them: of a letter's words or address the first, of a PDF every one with its page."""
    missing = [p.field for p in problems if p.code in _MISSING]
    if missing:
        return BadRequestError(f"Missing personalisation: {', '.join(missing)}")
    boxes = [f"{p.field}: {p.message}" for p in problems if p.code == _UNPRINTABLE]
    if boxes:
        return BadRequestError(f"Personalisation cannot be printed: {' '.join(boxes)}")
    codes = {p.code for p in problems}
    if codes <= set(_ADDRESS) and not any(p.page for p in problems):
        return ValidationError(next(text for code, text in _ADDRESS.items() if code in codes))
    return ValidationError([_of_a_pdf(p) for p in problems] or ["The letter cannot be taken."])


def _of_a_pdf(problem: Problem) -> str:
    code = _PDF.get(problem.code, problem.code.replace("_", "-"))
    detail = _DETAIL.search(problem.message)
    if problem.code == "address" and detail:
        code = _PDF_ADDRESS.get(detail[1], code)
    where = f" on page {problem.page}" if problem.page else ""
    return f"{code}{where}: {problem.message}"
