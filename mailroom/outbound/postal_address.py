"""Whether a letter can be posted to an address: each rule is a named property, so a screen can say which one failed.

The rules are those of the Royal Mail and of GOV.UK Notify's validator, with one difference: the list of postcode
areas is the council's to extend (config/printing.toml), and a postcode's area need not be real in a demonstration.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from mailroom.values.countries import find_country, is_inland_country
from mailroom.values.postal_address import PostalAddress

_AREAS = """
AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G
GIR GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL
OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR
WS WV YO ZE
"""
UK_AREAS = frozenset(_AREAS.split())
"""The postcode areas of the United Kingdom and the Crown dependencies (Royal Mail, PAF programmers' guide)."""

FEWEST_LINES, MOST_LINES = 3, 7
_BAD_STARTS = tuple('@()=[]"\\/,<>~')
_WHOLE_POSTCODE = re.compile(r"^([A-Z]{1,3})(\d[A-Z\d]?)(\d[ABD-HJLNP-UW-Z]{2})$")
_BFPO = re.compile(r"^BFPO\s*(?:C/O\s*)?(\d{1,4})$", re.IGNORECASE)
_NO_ABODE = re.compile(r"\bno fixed (?:abode|address)\b|^\s*n\.?f\.?a\.?\s*$", re.IGNORECASE | re.MULTILINE)


class Zone(StrEnum):
    """Where the post goes, as the tariff sees it."""

    INLAND = "inland"
    EUROPE = "europe"
    WORLD = "world"


class AddressProblem(StrEnum):
    """What is wrong, in the order in which a clerk should be told. The value is the sentence."""

    EMPTY = "The address is empty. Fill in at least three lines, the last one a postcode or country."
    NO_FIXED_ABODE = "The address says no fixed abode. Agree another way to reach the person."
    TOO_SHORT = "The address has fewer than three lines. Add the missing lines."
    TOO_LONG = "The address has more than seven lines. Shorten it to seven."
    NO_NAME_OR_STREET = "One of the first two lines has no letter or number. Correct it."
    BAD_CHARACTER = 'A line begins with one of @ ( ) = [ ] " \\ / , < > ~. Remove the character.'
    BFPO_WITH_COUNTRY = "A BFPO address must not name a country. Remove the country."
    NOT_A_POSTCODE = "The last line is not a UK postcode or a country. Correct it."
    ABROAD = "The address is abroad and this mailing is for inland addresses only. Remove it or allow post abroad."

    @property
    def code(self) -> str:
        """The rule's name, for lists and logs."""
        return self.name.lower()


@dataclass(frozen=True)
class LetterAddress:
    """An address as given, line by line, the recipient's name first and the postcode or country last.

    areas: postcode areas that count as real. abroad_allowed: whether this mailing may go abroad.
    """

    given: tuple[str, ...]
    areas: frozenset[str] = UK_AREAS
    abroad_allowed: bool = True

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Normalised: tidy lines, no UK country at the end, postcode or BFPO number last and in form."""
        tidy = [t for line in self.given for part in line.splitlines() if (t := _tidy(part))]
        while len(tidy) > 1 and is_inland_country(tidy[-1]):
            tidy.pop()
        tidy = _bfpo_last(tidy)
        if tidy and (postcode := self._as_postcode(tidy[-1])):
            return (*tidy[:-1], postcode)
        if tidy and not _BFPO.match(tidy[-1]):
            tidy = self._postcode_off_its_line(tidy)
        return tuple(tidy)

    @property
    def postcode(self) -> str:
        """'WX1 2AB', or '' for BFPO numbers, foreign and bad addresses."""
        return self._as_postcode(self.lines[-1]) if self.lines else ""

    @property
    def country(self) -> str:
        """The foreign country's English name, or ''."""
        found = find_country(self.lines[-1]) if self.lines and not self.postcode else None
        return found[0] if found else ""

    @property
    def zone(self) -> Zone:
        """The tariff's zone; BFPO is inland."""
        found = find_country(self.lines[-1]) if self.lines and not self.postcode else None
        return Zone(found[1]) if found else Zone.INLAND

    @property
    def is_bfpo(self) -> bool:
        """Whether it goes through the British Forces Post Office."""
        return any(_BFPO.match(line) for line in self.lines) or self.postcode.startswith("BF1 ")

    @property
    def is_empty(self) -> bool:
        """No line has anything on it."""
        return not self.lines

    @property
    def is_no_fixed_abode(self) -> bool:
        """A line is 'NFA' or the text says no fixed abode or address."""
        return _NO_ABODE.search("\n".join(self.lines)) is not None

    @property
    def is_too_short(self) -> bool:
        """Fewer than three lines, the name and the postcode counted."""
        return len(self.lines) < FEWEST_LINES

    @property
    def is_too_long(self) -> bool:
        """More than seven lines: they would not fit the window."""
        return len(self.lines) > MOST_LINES

    @property
    def lacks_name_or_street(self) -> bool:
        """One of the first two lines has no letter and no digit."""
        return any(not any(c.isalnum() for c in line) for line in self.lines[:2])

    @property
    def has_bad_character(self) -> bool:
        """A line begins with a sign the sorting machines and spreadsheets trip over."""
        return any(line.startswith(_BAD_STARTS) for line in self.lines)

    @property
    def is_bfpo_with_country(self) -> bool:
        """British Forces post goes by its number; a country would send it by the civil post."""
        return self.is_bfpo and any(find_country(line) for line in self.lines)

    @property
    def lacks_postcode_or_country(self) -> bool:
        """The last line is no postcode of a known area, no BFPO number and no country."""
        return not (self.postcode or self.is_bfpo or self.country)

    @property
    def is_abroad_but_must_not_be(self) -> bool:
        """A foreign address in a mailing for inland addresses."""
        return bool(self.country) and not self.abroad_allowed

    @property
    def problems(self) -> tuple[AddressProblem, ...]:
        """Every rule it breaks; () for an address that can be posted to."""
        if self.is_empty:
            return (AddressProblem.EMPTY,)
        rules = (
            (AddressProblem.NO_FIXED_ABODE, self.is_no_fixed_abode),
            (AddressProblem.TOO_SHORT, self.is_too_short),
            (AddressProblem.TOO_LONG, self.is_too_long),
            (AddressProblem.NO_NAME_OR_STREET, self.lacks_name_or_street),
            (AddressProblem.BAD_CHARACTER, self.has_bad_character),
            (AddressProblem.BFPO_WITH_COUNTRY, self.is_bfpo_with_country),
            (AddressProblem.NOT_A_POSTCODE, self.lacks_postcode_or_country),
            (AddressProblem.ABROAD, self.is_abroad_but_must_not_be),
        )
        return tuple(problem for problem, broken in rules if broken)

    @property
    def without_name(self) -> PostalAddress:
        """The place alone, for matching: the lines behind the name, and the postcode."""
        lines = self.lines[1:-1] if self.postcode else self.lines[1:]
        return PostalAddress(lines, self.postcode)

    def _as_postcode(self, line: str) -> str:
        found = _WHOLE_POSTCODE.match("".join(line.upper().split()))
        if not found or found[1] not in self.areas:
            return ""
        return f"{found[1]}{found[2]} {found[3]}"

    def _postcode_off_its_line(self, lines: list[str]) -> list[str]:
        """'Stokeley WX10 9WU' as a last line becomes two lines."""
        words = lines[-1].split()
        for take in (2, 1):
            postcode = self._as_postcode(" ".join(words[-take:])) if len(words) > take else ""
            if postcode:
                return [*lines[:-1], _tidy(" ".join(words[:-take])), postcode]
        return lines


def address_from(lines: Iterable[str], areas: frozenset[str] = UK_AREAS, *, abroad: bool = True) -> LetterAddress:
    """An address from lines in any state."""
    return LetterAddress(tuple(lines), areas, abroad)


def _tidy(line: str) -> str:
    """One line: ligatures as plain letters, single spaces, no space before a comma or stop, no comma at the end."""
    text = " ".join(unicodedata.normalize("NFKC", line).split())
    text = re.sub(r"\s+([,.])", r"\1", text)
    return text.rstrip(", ").strip()


def _bfpo_last(lines: list[str]) -> list[str]:
    """'BFPO 58' goes last, in that form, unless a country or postcode makes the address a doubtful one."""
    numbers = [m for line in lines if (m := _BFPO.match(line))]
    if len(numbers) != 1:
        return lines
    rest = [line for line in lines if not _BFPO.match(line)]
    if rest and _WHOLE_POSTCODE.match("".join(rest[-1].upper().split())):
        return lines
    return [*rest, f"BFPO {numbers[0][1]}"]
