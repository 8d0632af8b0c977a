"""Reading a council's customer file: rows checked one by one, what is wrong named by line and column."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mailroom.config.customers import CustomersConfig
from mailroom.errors import Misconfigured, Reject
from mailroom.values.email_address import is_email_address
from mailroom.values.match_keys import phone_key
from mailroom.values.postal_address import tidy_postcode

_NINO = re.compile(r"^[A-Z]{2}\d{6}[A-D]?$")
_YES = {"1", "y", "yes", "true", "t"}
_LONGEST = {"id": 32, "title": 20, "first_name": 80, "middle_names": 120, "last_name": 120, "former_last_name": 120}
"""The widths of the columns of records.Customer."""
_LONGEST_REFERENCE = 60
_NO_GAPS = str.maketrans("", "", " -")


class UnreadableCustomerFile(Reject):
    """The file is not text in the encoding named, or it has no header line."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was skipped. line: in the file, the header being 1. No contents: they are personal."""

    line: int
    column: str
    problem: str


@dataclass(frozen=True, slots=True)
class AddressCells:
    """An address as the file has it."""

    lines: tuple[str, ...]
    postcode: str
    uprn: str = ""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One good row. facts: fields of records.Customer that the row fills (blank cells left out)."""

    line: int
    id: str
    facts: Mapping[str, object]
    address: AddressCells | None
    previous: AddressCells | None
    references: tuple[tuple[str, str], ...]
    email: str
    email_verified: bool
    phone: str
    consent_date: dt.date | None


def read_rows(path: Path, config: CustomersConfig) -> Iterator[CustomerRow | RowProblem]:
    """Every row in order, good or bad.

    Raises:
        Misconfigured: a heading of config/customers.toml is not in the file.
        UnreadableCustomerFile: not text, or empty.
    """
    reader = _Reader(config)
    for line, cells in read_cells(path, config, config.columns.headings):
        yield reader.row(line, cells)


def read_cells(path: Path, config: CustomersConfig, wanted: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, wanted cells by heading) of every row that is not empty, once the wanted headings are all there."""
    try:
        with path.open(encoding=config.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=config.delimiter)
            headings = next((row for row in reader if row), [])
            _check_headings(path, tuple(headings), wanted)
            places = {heading: n for n, heading in enumerate(headings) if heading in wanted}
            for row in reader:
                if any(cell and not cell.isspace() for cell in row):
                    row += [""] * (len(headings) - len(row))
                    yield reader.line_num, {h: " ".join(v.split()) if (v := row[n]) else "" for h, n in places.items()}
    except (UnicodeDecodeError, csv.Error) as broken:
        raise UnreadableCustomerFile(
            f"{path.name} is not a text file in {config.encoding} ({type(broken).__name__}). Export it again as CSV, "
            "or set 'encoding' in config/customers.toml."
        ) from broken


def _check_headings(path: Path, headings: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    if not headings:
        raise UnreadableCustomerFile(f"{path.name} is empty. Export it again with its line of headings.")
    missing = [h for h in wanted if h not in headings]
    if missing:
        raise Misconfigured(
            f"{path.name} has no column {', '.join(repr(h) for h in missing)}. Correct the file, or the headings in "
            "config/customers.toml."
        )


@lru_cache(maxsize=65536)
def _day(text: str, form: str) -> dt.date:
    """Birthdays and the days of consents come again and again, and strptime is slow."""
    if form == "%Y-%m-%d" and len(text) == 10 and text[4] == text[7] == "-":
        return dt.date.fromisoformat(text)
    return dt.datetime.strptime(text, form).date()  # noqa: DTZ007


class _BadCell(Exception):
    """column, problem."""


class _Reader:
    """Turns the cells of one row after another into CustomerRows."""

    def __init__(self, config: CustomersConfig) -> None:
        self._columns, self._date_form = config.columns, config.date_format
        self._heading: dict[str, str] = {name: heading for name, heading in config.columns if isinstance(heading, str)}
        self._references = tuple(config.columns.references.items())
        self._cells: Mapping[str, str] = {}

    def row(self, line: int, cells: Mapping[str, str]) -> CustomerRow | RowProblem:
        """The row, or what is wrong with it."""
        self._cells = cells
        try:
            return self._row(line)
        except _BadCell as bad:
            return RowProblem(line, bad.args[0], bad.args[1])

    def _row(self, line: int) -> CustomerRow:
        return CustomerRow(
            line=line,
            id=self._text("id", required=True),
            facts=self._facts(),
            address=self._address(),
            previous=self._previous(),
            references=tuple(self._held_references()),
            email=self._email(),
            email_verified=self._yes("email_verified"),
            phone=phone_key(self._cell("phone")),
            consent_date=self._date("consent_date"),
        )

    def _held_references(self) -> Iterator[tuple[str, str]]:
        for kind, heading in self._references:
            value = self._cells[heading]
            if len(value) > _LONGEST_REFERENCE:
                raise _BadCell(heading, f"is longer than {_LONGEST_REFERENCE} characters")
            if value:
                yield kind, value

    def _facts(self) -> dict[str, object]:
        nino = self._cell("nino").upper().translate(_NO_GAPS)
        if nino and not _NINO.match(nino):
            raise _BadCell(self._columns.nino, "is not a National Insurance number")
        facts: dict[str, object] = {
            "title": self._text("title"),
            "first_name": self._text("first_name"),
            "middle_names": self._text("middle_names"),
            "last_name": self._text("last_name", required=True),
            "former_last_name": self._text("former_last_name"),
            "date_of_birth": self._date("date_of_birth"),
            "nino": nino,
            "preferred_channel": self._cell("preferred_channel").lower()[:10],
            "accessible_format": self._cell("accessible_format").lower()[:40],
            "language": self._cell("language").lower()[:5],
            "deceased_date": self._date("deceased_date"),
        }
        kept = {name: value for name, value in facts.items() if value}
        if self._columns.vulnerable:
            kept["vulnerable"] = self._yes("vulnerable")
        return kept

    def _cell(self, column: str) -> str:
        heading = self._heading[column]
        return self._cells[heading] if heading else ""

    def _text(self, column: str, required: bool = False) -> str:
        text = self._cell(column)
        heading = self._heading[column]
        if required and not text:
            raise _BadCell(heading, "is empty")
        if len(text) > _LONGEST[column]:
            raise _BadCell(heading, f"is longer than {_LONGEST[column]} characters")
        return text

    def _email(self) -> str:
        text = self._cell("email")
        if text and not is_email_address(text):
            raise _BadCell(self._heading["email"], "is not an email address")
        return text.lower()

    def _yes(self, column: str) -> bool:
        return self._cell(column).lower() in _YES

    def _date(self, column: str) -> dt.date | None:
        text = self._cell(column)
        if not text:
            return None
        try:
            return _day(text, self._date_form)
        except ValueError:
            raise _BadCell(self._heading[column], f"is not a date in the form {self._date_form}") from None

    def _address(self) -> AddressCells | None:
        lines = tuple(line for h in self._columns.address_lines if (line := self._cells[h]))
        written = self._cell("postcode")
        postcode = tidy_postcode(written)
        if written and not postcode:
            raise _BadCell(self._columns.postcode, "is not a UK postcode")
        return AddressCells(lines, postcode, self._cell("uprn")[:12]) if lines or postcode else None

    def _previous(self) -> AddressCells | None:
        written = self._cell("previous_address")
        postcode = tidy_postcode(written)
        parts = [p.strip() for p in written.split(",")]
        lines = tuple(p for p in parts if p and tidy_postcode(p) != p.upper())
        return AddressCells(lines, postcode) if lines else None
