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
from mailroom.values.match_keys import phone_key
from mailroom.values.postal_address import tidy_postcode

_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_NINO = re.compile(r"^[A-Z]{2}\d{6}[A-D]?$")
_YES = {"1", "y", "yes", "true", "t"}
_LONGEST = {"id": 32, "title": 20, "first_name": 80, "middle_names": 120, "last_name": 120, "former_last_name": 120}
"""The widths of the columns of records.Customer."""


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
    for line, cells in read_cells(path, config, config.columns.headings):
        yield _Reader(config, line, cells).row()


def read_cells(path: Path, config: CustomersConfig, wanted: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by heading) of every row that is not empty, once the wanted headings are all there."""
    try:
        with path.open(encoding=config.encoding, newline="") as file:
            reader = csv.DictReader(file, delimiter=config.delimiter, restkey="", restval="")
            _check_headings(path, tuple(reader.fieldnames or ()), wanted)
            for cells in reader:
                if any(isinstance(v, str) and v.strip() for v in cells.values()):
                    yield reader.line_num, {k: " ".join(v.split()) for k, v in cells.items() if isinstance(v, str)}
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
    return dt.datetime.strptime(text, form).date()  # noqa: DTZ007


class _BadCell(Exception):
    """column, problem."""


class _Reader:
    """Turns the cells of one row into a CustomerRow."""

    def __init__(self, config: CustomersConfig, line: int, cells: Mapping[str, str]) -> None:
        self._config, self._line, self._cells = config, line, cells
        self._columns = config.columns

    def row(self) -> CustomerRow | RowProblem:
        """The row, or what is wrong with it."""
        try:
            return self._row()
        except _BadCell as bad:
            return RowProblem(self._line, bad.args[0], bad.args[1])

    def _row(self) -> CustomerRow:
        columns = self._columns
        return CustomerRow(
            line=self._line,
            id=self._text("id", required=True),
            facts=self._facts(),
            address=self._address(),
            previous=self._previous(),
            references=tuple(
                (kind, value) for kind, heading in columns.references.items() if (value := self._cells[heading])
            ),
            email=self._shaped("email", _EMAIL, "is not an email address").lower(),
            email_verified=self._yes("email_verified"),
            phone=phone_key(self._cell("phone")),
            consent_date=self._date("consent_date"),
        )

    def _facts(self) -> dict[str, object]:
        nino = re.sub(r"[\s-]", "", self._cell("nino").upper())
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
        heading: str = getattr(self._columns, column)
        return self._cells[heading] if heading else ""

    def _text(self, column: str, required: bool = False) -> str:
        text = self._cell(column)
        heading: str = getattr(self._columns, column)
        if required and not text:
            raise _BadCell(heading, "is empty")
        if len(text) > _LONGEST[column]:
            raise _BadCell(heading, f"is longer than {_LONGEST[column]} characters")
        return text

    def _shaped(self, column: str, shape: re.Pattern[str], problem: str) -> str:
        text = self._cell(column)
        if text and not shape.match(text):
            raise _BadCell(getattr(self._columns, column), problem)
        return text

    def _yes(self, column: str) -> bool:
        return self._cell(column).lower() in _YES

    def _date(self, column: str) -> dt.date | None:
        text = self._cell(column)
        if not text:
            return None
        try:
            return _day(text, self._config.date_format)
        except ValueError:
            form = self._config.date_format
            raise _BadCell(getattr(self._columns, column), f"is not a date in the form {form}") from None

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
