"""Reading rows of a CSV or XLSX file one at a time, as text, with the row numbers people see in their spreadsheet."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import IO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from mailroom.errors import Reject

SheetRow = tuple[int, tuple[str, ...]]
"""(row number from 1, the cells as text); empty rows are left out."""


_BROKEN = (InvalidFileException, zipfile.BadZipFile, zlib.error, EOFError, KeyError, IndexError, ValueError,
           SyntaxError, RuntimeError)  # fmt: skip
"""What openpyxl and the zip and XML readers below it raise for a file that is damaged, locked, or no workbook."""

_ONLY_ZEROS = re.compile(r"0{2,}")
_PER_CENT = re.compile(r"0(?:\.(0+))?%")


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


def count_rows(path: Path) -> int:
    """About how many rows it has, empty ones and the head too, much quicker than reading them; 0 if it is broken."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return 1 + sum(part.count(b"\n") for part in _parts(file))
    try:
        with zipfile.ZipFile(path) as book:
            sheets = (name for name in book.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml"))
            return max((_rows_in(book, name) for name in sheets), default=0)
    except (*_BROKEN, OSError):
        return 0


def _rows_in(book: zipfile.ZipFile, name: str) -> int:
    rows, end = 0, b""
    with book.open(name) as sheet:
        for part in _parts(sheet):
            rows += (end + part).count(b"<row ") + (end + part).count(b"<row>")
            end = part[-4:]  # shorter than what is counted, so nothing counts twice
    return rows


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(file.read, io.DEFAULT_BUFFER_SIZE * 64), b"")


def _xlsx_rows(path: Path) -> Iterator[SheetRow]:
    with path.open("rb") as file:  # not by its name: openpyxl asks for .xlsx, and a file of the store has no ending
        try:
            yield from _rows_of_book(file)
        except OSError as trouble:
            if trouble.errno is not None:
                raise
            raise _not_xlsx() from None
        except _BROKEN:
            raise _not_xlsx() from None


def _not_xlsx() -> UnreadableSpreadsheet:
    return UnreadableSpreadsheet("This is not an XLSX file that can be read. Save it again as XLSX or CSV.")


def _rows_of_book(file: IO[bytes]) -> Iterator[SheetRow]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a size that is wrong, and cells beyond it would be lost
        for number, cells in enumerate(sheet.iter_rows(), 1):
            texts = tuple(_cell_text(c.value, c) for c in cells)
            if any(texts):
                yield number, texts
    finally:
        book.close()


def _cell_text(value: object, cell: object) -> str:
    """A cell as people see it: 3 not 3.0, 01/02/2026 not a timestamp, 12.50 and 00042 where it is shown so."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return f"{value:%d/%m/%Y}" if value.time() == dt.time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, (int, float)):
        return _number_text(value, f"{getattr(cell, 'number_format', '')}")  # not for words: looking it up is slow
    return str(value).strip()


def _number_text(value: float, shown_as: str) -> str:
    if found := _PER_CENT.fullmatch(shown_as):
        return f"{value * 100:.{len(found[1] or '')}f}%"
    if ".00" in shown_as:
        return f"{value:.2f}"
    # Spreadsheets calculate to 15 digits: 0.1 + 0.2 is shown as 0.3.
    text = format(Decimal(value) if value == int(value) else Decimal(f"{value:.15g}"), "f")
    return text.zfill(len(shown_as)) if _ONLY_ZEROS.fullmatch(shown_as) else text


def _csv_rows(path: Path) -> Iterator[SheetRow]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(65536)
        file.seek(0)
        reader = csv.reader(file, delimiter=_delimiter(start), strict=True)
        try:
            for number, cells in zip(count(1), reader, strict=False):
                texts = tuple(c.strip() for c in cells)
                if any(texts):
                    yield number, texts
        except csv.Error as broken:
            raise UnreadableSpreadsheet(
                f"Line {reader.line_num}: {broken}. Correct the quotation marks there or save it again."
            ) from None


def _encoding(path: Path) -> str:
    """UTF-8 if every byte of the file is, else Windows-1252. Raises UnreadableSpreadsheet where it is neither."""
    could_be = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "cp1252")}
    with path.open("rb") as file:
        for part in chain(_parts(file), [b""]):
            could_be = {name: decoder for name, decoder in could_be.items() if _reads(decoder, part)}
            if not could_be or b"\x00" in part:
                raise UnreadableSpreadsheet("This is not a text file. Save it as CSV (UTF-8) or XLSX.")
    return next(iter(could_be))


def _reads(decoder: codecs.IncrementalDecoder, part: bytes) -> bool:
    """Whether it can go on with this part; b'' is the end."""
    try:
        decoder.decode(part, final=not part)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(start: str) -> str:
    """The sign that parts the head's columns most often."""
    head = start.splitlines()[0] if start else ""
    return max(",;\t", key=head.count)
