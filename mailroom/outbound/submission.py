"""Checking a spreadsheet of recipients whole, before anything is queued: every row, with the column that is wrong.

Rows are read twice, once to check and once to take in, so that 100,000 of them need no more memory than one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from mailroom.config.section import repeated
from mailroom.outbound.letter_template import LetterTemplate, field_key
from mailroom.outbound.names_printed import name_words
from mailroom.outbound.postal_address import AddressProblem, LetterAddress, address_from
from mailroom.values.attachment import file_key
from mailroom.values.email_address import is_email_address
from mailroom.values.letter_signs import LetterSigns, composed, named

MOST_ROWS = 100_000
"""Recipients in one file (GOV.UK Notify's limit, and about the council tax bills of a large district)."""

MOST_TOLD = 1_000
"""Problems listed; a file with more is counted but not listed further: its head or its source is wrong."""

ADDRESS_KEYS = tuple(f"addressline{n}" for n in range(1, 8))
_POSTCODE, _RECIPIENT, _NAME, _EMAIL = "postcode", "recipient", "name", "emailaddress"
_ALIASES = {"email": _EMAIL, "customernumber": "customerid", "address1": "addressline1", "ourreference": "reference"}
_BESIDE = re.compile(r"\s+(?:&|and|a'r|ac)\s+|\s*[,/]\s*", re.IGNORECASE)
_CARE_OF = re.compile(r"c/o\b|care of\b", re.IGNORECASE)
ATTACHMENT = "attachment"
_NAMES_A_FILE = re.compile(r"^attachments?\d?$")
_FILES = (ATTACHMENT, "attachments", *(f"attachment{n}" for n in range(1, 10)))
KNOWN_COLUMNS = frozenset(
    (*ADDRESS_KEYS, _POSTCODE, _RECIPIENT, _NAME, _EMAIL, "customerid", "reference", "accountnumber", *_FILES)
)
"""Columns every spreadsheet may have, whatever its template asks for, as `column_key` gives them."""

UNPRINTABLE = "unprintable_sign"
"""The code of a problem: a sign that the typefaces of letters have no glyph for."""

_SPOILT = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|#+)|\d(?:\.\d+)?E\+\d{2,3}", re.IGNORECASE
)
"""What a spreadsheet leaves for a failed formula, a column too narrow, or a long number cut to its first digits."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong. row: as the spreadsheet numbers it, 0 for the file. column: its head. code: for lists.

    message never holds what is in the cell: it reaches logs.
    """

    row: int
    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SubmittedLetter:
    """A good row. position counts letters from 1. email, customer_id and reference are '' where not given.

    files: the attachments it names, as they are compared.
    """

    position: int
    row: int
    address: LetterAddress
    email: str
    customer_id: str
    reference: str
    fields: Mapping[str, str]
    files: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Who it is addressed to."""
        return self.address.lines[0] if self.address.lines else ""


@dataclass(frozen=True, slots=True)
class CheckedSubmission:
    """What the check found. problem_count may exceed the problems listed. Nothing may be queued unless sound."""

    letter_count: int
    problems: tuple[RowProblem, ...]
    problem_count: int

    @property
    def is_sound(self) -> bool:
        """Whether the mailing may be queued."""
        return self.problem_count == 0 and self.letter_count > 0


@dataclass(frozen=True, slots=True)
class PaperRule:
    """Which postcode areas count as real, whether the mailing may go abroad, and the signs that can be printed."""

    areas: frozenset[str]
    signs: LetterSigns
    abroad: bool = True


def nothing_more(_: Iterable[SubmittedLetter]) -> Iterable[RowProblem]:
    """Looks at no row."""
    return ()


def check_rows(
    rows: Iterable[tuple[int, Sequence[str]]],
    template: LetterTemplate,
    rule: PaperRule,
    files: frozenset[str] = frozenset(),
    look: Callable[[Iterable[SubmittedLetter]], Iterable[RowProblem]] = nothing_more,
) -> CheckedSubmission:
    """Every problem of every row; the first row is the head. files: attachments that rows may name, as compared.

    look: goes through the good rows as they come, and says what is wrong with them taken together.
    """
    tally = _Tally()
    good = tally.without_problems(_checked(rows, template, rule, files))
    for problem in look(good):
        tally.add(problem)
    for _ in good:
        pass
    if not tally.letters and not tally.count:
        tally.add(RowProblem(0, "", "no_rows", "The file has no recipients. Add a row for each."))
    return CheckedSubmission(tally.letters, tuple(tally.problems), tally.count)


class _Tally:
    """Good rows and problems counted as they pass by."""

    def __init__(self) -> None:
        self.letters = self.count = 0
        self.problems: list[RowProblem] = []

    def add(self, problem: RowProblem) -> None:
        self.count += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(problem)

    def without_problems(self, found: Iterable[SubmittedLetter | RowProblem]) -> Iterator[SubmittedLetter]:
        for one in found:
            if isinstance(one, RowProblem):
                self.add(one)
            else:
                self.letters += 1
                yield one


def take_rows(
    rows: Iterable[tuple[int, Sequence[str]]],
    template: LetterTemplate,
    rule: PaperRule,
    files: frozenset[str] = frozenset(),
) -> Iterator[SubmittedLetter]:
    """The letters of a file that `check_rows` found sound."""
    return (found for found in _checked(rows, template, rule, files) if isinstance(found, SubmittedLetter))


def take_row(
    rows: Iterable[tuple[int, Sequence[str]]],
    position: int,
    template: LetterTemplate,
    rule: PaperRule,
    files: frozenset[str] = frozenset(),
) -> SubmittedLetter | None:
    """The letter at a position, no other row looked at; None where there is none or it has problems."""
    source = iter(rows)
    head = next(source, (1, ()))
    wanted = next(islice(source, position - 1, None), None) if position > 0 else None
    found = next(_checked((head, wanted), template, rule, files), None) if wanted else None
    return replace(found, position=position) if isinstance(found, SubmittedLetter) else None


def check_email(values: Mapping[str, str], address: str, template: LetterTemplate) -> tuple[RowProblem, ...]:
    """What is wrong with one email that a system asks for."""
    missing = template.missing(values)
    problems = [RowProblem(0, n, "missing_field", "The template needs a value here. Fill it in.") for n in missing]
    if not is_email_address(address):
        problems.append(RowProblem(0, "email_address", "bad_email", "This is not an email address. Correct it."))
    return tuple(problems)


def by_key(values: Mapping[str, str]) -> dict[str, str]:
    """Values under the keys in which a row's are kept, accents and letters in one sign."""
    return {column_key(name): composed(value) for name, value in values.items()}


def unprintable(
    row: int, values: Mapping[str, str], columns: Mapping[str, str], template: LetterTemplate, signs: LetterSigns
) -> Iterator[RowProblem]:
    """Values that are printed and would be empty boxes or backwards. values: by key. columns: the heads by key.

    The message names one sign of a cell and never all of them: they may be somebody's name.
    """
    if not signs.lacking("".join(values.values())):
        return
    for key, value in values.items():
        if (lacking := signs.lacking(value)) and key in _printed(template):
            message = f"{named(lacking)} cannot be printed in a letter. Write it in Latin letters, or take it out."
            yield RowProblem(row, columns.get(key, key), UNPRINTABLE, message)


def _printed(template: LetterTemplate) -> frozenset[str]:
    """The keys of the columns that end up on paper."""
    fields = {column_key(name) for name in template.printed}
    return frozenset((*ADDRESS_KEYS, _POSTCODE, _RECIPIENT, _NAME, "reference", "accountnumber", *fields))


def _checked(
    rows: Iterable[tuple[int, Sequence[str]]], template: LetterTemplate, rule: PaperRule, files: frozenset[str]
) -> Iterator[SubmittedLetter | RowProblem]:
    source = iter(rows)
    _, head = next(source, (1, ()))
    columns = {column_key(c): c for c in head if c}
    wrong_head = list(_head_problems(head, columns, template))
    yield from wrong_head
    if wrong_head:
        return
    seen: dict[bytes, int] = {}
    fields = {column_key(name) for name in template.needed | template.asked}
    naming = _columns_naming_files(columns, fields)
    counting = KNOWN_COLUMNS | fields
    for position, (row, cells) in enumerate(source, 1):
        if position > MOST_ROWS:
            message = f"The file has more than {MOST_ROWS:,} rows. Split it and hand in each part."
            yield RowProblem(row, "", "too_many_rows", message)
            return
        values = {column_key(c): composed(v.strip()) for c, v in zip(head, cells, strict=False) if c}
        letter = _letter(position, row, values, rule, naming)
        problems = [*_cell_problems(row, head, cells), *_row_problems(letter, values, columns, template)]
        problems += unprintable(row, values, columns, template, rule.signs)
        problems += _duplicate(row, {k: v for k, v in values.items() if k in counting}, seen)
        problems += [
            RowProblem(row, columns[key], "attachment_missing", "No file of this name was handed in. Add it to them.")
            for key in naming
            if not files.issuperset(_files_in(values.get(key, "")))
        ]
        yield from problems
        if not problems:
            yield letter


def column_key(column: str) -> str:
    """How columns are compared: 'Customer number' and 'customer_id' are one."""
    key = field_key(column)
    return _ALIASES.get(key, key)


def _head_problems(head: Sequence[str], columns: Mapping[str, str], template: LetterTemplate) -> Iterator[RowProblem]:
    """Columns missing or given twice."""
    keys = [column_key(c) for c in head if c]
    for key in sorted(repeated(keys)):
        yield RowProblem(1, columns[key], "column_twice", "This column is there twice. Keep one of them.")
    for name in sorted(template.needed):
        if column_key(name) not in columns:
            yield RowProblem(1, name, "column_missing", "The template needs this column. Add it.")
    if not any(key in columns for key in ADDRESS_KEYS):
        yield RowProblem(
            1, "address line 1", "column_missing", "There is no address. Add address line 1 to 7 and postcode."
        )


def _columns_naming_files(columns: Mapping[str, str], fields: Set[str]) -> tuple[str, ...]:
    """The columns `attachment`, `attachment 2`, ...: those that are no field of the template."""
    return tuple(sorted(key for key in columns if _NAMES_A_FILE.match(key) and key not in fields))


def _files_in(cell: str) -> tuple[str, ...]:
    """The files a cell names, with ; between them."""
    return tuple(key for part in cell.split(";") if (key := file_key(part)))


def _letter(
    position: int, row: int, values: Mapping[str, str], rule: PaperRule, naming: Sequence[str] = ()
) -> SubmittedLetter:
    lines = [values.get(key, "") for key in ADDRESS_KEYS]
    lines = [line for line in (*lines, values.get(_POSTCODE, "")) if line]
    name = _name_to_add(values, lines)
    address = address_from([name, *lines] if name else lines, rule.areas, abroad=rule.abroad)
    return SubmittedLetter(
        position, row, address, values.get(_EMAIL, "").lower(), values.get("customerid", ""),
        values.get("reference", "") or values.get("accountnumber", ""), dict(values),
        tuple(dict.fromkeys(name for key in naming for name in _files_in(values.get(key, "")))),
    )  # fmt: skip


def _name_to_add(values: Mapping[str, str], lines: Sequence[str]) -> str:
    """The addressee, where address line 1 is not already that: the recipient's column, else the name's."""
    name = values.get(_RECIPIENT) or values.get(_NAME, "")
    return "" if lines and _names_alike(name, lines[0]) else name


def _names_alike(name: str, line: str) -> bool:
    """Whether an address line names this person, alone or beside another: then nobody may be put above them."""
    if not name.strip() or name.casefold().split() == line.casefold().split():
        return True
    if any(c.isdigit() for c in line) or _CARE_OF.match(line):
        return False
    return any(_is_same_person(name, part) for part in (line, *_BESIDE.split(line)))


def _is_same_person(name: str, line: str) -> bool:
    """'Mr D Howard' is David Howard, and so is 'Howard, David'; 'Howard House' and 'The Howard' are nobody."""
    mine, theirs = name_words(name), name_words(line)
    if mine and sorted(mine) == sorted(theirs) and len(mine) > 1:
        return True
    (*given, family), (*also, last) = mine or ("",), theirs or ("",)
    if not family or family != last:
        return False
    if given and also:
        return any(a == b or (a[0] == b[0] and 1 in (len(a), len(b))) for a in given for b in also)
    is_titled = len(also) + 1 < len(line.split())
    return is_titled or (len(also) > 0 and all(len(initial) == 1 for initial in also))


def _cell_problems(row: int, head: Sequence[str], cells: Sequence[str]) -> Iterator[RowProblem]:
    """Cells no column is for, by which all behind them may have slipped, and cells that lost what they held."""
    if any(cell and not column for column, cell in zip_longest(head, cells, fillvalue="")):
        message = "A cell stands under no column's name. Put quotation marks around commas, or name the column."
        yield RowProblem(row, "", "cells_too_many", message)
    for column, cell in zip(head, cells, strict=False):
        if column and _SPOILT.fullmatch(cell):
            message = "The spreadsheet lost what was here (a failed formula, or a number cut short). Correct the cell."
            yield RowProblem(row, column, "spoilt_cell", message)


def _row_problems(
    letter: SubmittedLetter, values: Mapping[str, str], columns: Mapping[str, str], template: LetterTemplate
) -> Iterator[RowProblem]:
    for name in template.missing(values):
        shown = columns.get(column_key(name), name)
        yield RowProblem(letter.row, shown, "missing_field", "The template needs a value here. Fill it in.")
    for problem in letter.address.problems:
        yield RowProblem(letter.row, _address_column(problem, columns), problem.code, str(problem))
    if letter.email and not is_email_address(letter.email):
        yield RowProblem(letter.row, columns[_EMAIL], "bad_email", "This is not an email address. Correct or empty it.")


def _address_column(problem: AddressProblem, columns: Mapping[str, str]) -> str:
    """The column a clerk should look at first."""
    if problem is AddressProblem.NOT_A_POSTCODE and _POSTCODE in columns:
        return columns[_POSTCODE]
    return next((columns[key] for key in ADDRESS_KEYS if key in columns), "address")


def _duplicate(row: int, values: Mapping[str, str], seen: dict[bytes, int]) -> Iterator[RowProblem]:
    """A row that would make the same letter as an earlier one. values: of the columns a letter is made of."""
    tidy = "\x1f".join(f"{k}={' '.join(v.split()).lower()}" for k, v in sorted(values.items()) if v)
    key = hashlib.blake2b(tidy.encode(), digest_size=16).digest()
    first = seen.setdefault(key, row)
    if first != row:
        yield RowProblem(row, "", "duplicate_row", f"The same as row {first}. Remove one of them.")
