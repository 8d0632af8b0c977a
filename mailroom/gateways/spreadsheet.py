"""Reading rows of a CSV or XLSX file one at a time, as text, with the row numbers people see in their spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from mailroom.errors import Reject

SheetRow = tuple[int, tuple[str, ...]]
"""(row number from 1, the cells as text); empty rows are left out."""


class UnreadableSpreadsheet(Reject):
    """The file is not a CSV or XLSX file that can be read. Save it again as CSV (UTF-8) or XLSX."""


def read_rows(path: Path) -> Iterator[SheetRow]:
    """The file's rows, the head first; never the whole file in memory.

    XLSX: the first sheet, as last calculated. CSV: UTF-8, or Windows-1252 as Excel saves it; comma, semicolon or tab.

    Raises:
        UnreadableSpreadsheet: naming what is wrong with it.
    """
    with path.open("rb") as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    return _xlsx_rows(path) if is_zip else _csv_rows(path)


def _xlsx_rows(path: Path) -> Iterator[SheetRow]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError):
        raise UnreadableSpreadsheet(f"{path.name}: not a readable XLSX file. Save it again as XLSX or CSV.") from None
    try:
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(), 1):
            texts = tuple(_cell_text(c.value, c) for c in cells)
            if any(texts):
                yield number, texts
    finally:
        book.close()


def _cell_text(value: object, cell: object) -> str:
    """A cell as people see it: 3 not 3.0, 01/02/2026 not a timestamp, 12.50 where it is shown with two places."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return f"{value:%d/%m/%Y}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, (int, float)) and ".00" in str(getattr(cell, "number_format", "")):
        return f"{value:.2f}"
    if isinstance(value, float):
        plain = format(Decimal(str(value)), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain and value == int(value) else plain
    return str(value).strip()


def _csv_rows(path: Path) -> Iterator[SheetRow]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(65536)
        if "\x00" in start:
            raise UnreadableSpreadsheet(f"{path.name}: not a text file. Save it as CSV (UTF-8) or XLSX.")
        file.seek(0)
        reader = csv.reader(file, delimiter=_delimiter(start), strict=True)
        try:
            for cells in reader:
                texts = tuple(c.strip() for c in cells)
                if any(texts):
                    yield reader.line_num, texts
        except csv.Error as broken:
            raise UnreadableSpreadsheet(
                f"{path.name}, line {reader.line_num}: {broken}. Correct the quotation marks there or save it again."
            ) from None


def _encoding(path: Path) -> str:
    """UTF-8 if every byte of the file is, else Windows-1252, which reads anything."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            while file.read(io.DEFAULT_BUFFER_SIZE * 64):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _delimiter(start: str) -> str:
    """The sign that parts the head's columns most often."""
    head = start.splitlines()[0] if start else ""
    return max(",;\t", key=head.count)
