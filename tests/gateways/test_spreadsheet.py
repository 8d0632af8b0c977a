from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from mailroom.gateways.spreadsheet import UnreadableSpreadsheet, read_rows


def test_csv_rows_come_with_the_numbers_people_see(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,note\n"Lee, A","two\nlines"\n,\nRay,x\n', encoding="utf-8-sig")
    assert list(read_rows(path)) == [(1, ("name", "note")), (3, ("Lee, A", "two\nlines")), (5, ("Ray", "x"))]


def test_a_csv_as_excel_saves_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name;amount\nSiân;£3\n".encode("cp1252"))
    assert list(read_rows(path))[1] == (2, ("Siân", "£3"))


def test_xlsx_cells_are_what_people_see(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["ref", "amount", "due", "late"])
    sheet.append([50893044, 12.5, dt.date(2026, 2, 1), True])
    sheet.append([None, None, None, None])
    sheet.append([3.0, 1e-3, None, False])
    sheet.cell(2, 2).number_format = "#,##0.00"
    book.save(tmp_path / "a.xlsx")
    assert list(read_rows(tmp_path / "a.xlsx")) == [
        (1, ("ref", "amount", "due", "late")),
        (2, ("50893044", "12.50", "01/02/2026", "yes")),
        (4, ("3", "0.001", "", "no")),
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a book", b"a\x00b,c\n", b'name\n"open'])
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(UnreadableSpreadsheet, match=r"(?i)save"):
        list(read_rows(tmp_path / "a.csv"))


_READ = """
import sys
from pathlib import Path
from mailroom.gateways.spreadsheet import read_rows
from tests.memory import peak
next(read_rows(Path(sys.argv[2])))
before = peak()
count = sum(1 for _ in read_rows(Path(sys.argv[1])))
print(count, peak() - before)
"""


def _book(path: Path, rows: int) -> Path:
    """Its words stand in its cells, as openpyxl writes them; Excel keeps them apart, among shared strings."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for n in range(rows):
        words = ("Your new bin", "We will bring it on Tuesday.", "Stokeley", "WX10 9WU")
        sheet.append([f"Ms Ada Resident{n}", *words, f"{n} Mill Lane", f"C{n}"])
    book.save(path)
    return path


@pytest.mark.slow
def test_an_xlsx_file_of_a_hundred_thousand_rows_is_read_row_by_row(tmp_path: Path) -> None:
    """Its cells are never in memory together: they alone would take some 300 MB."""
    large, small = _book(tmp_path / "large.xlsx", 100_000), _book(tmp_path / "small.xlsx", 2)
    command = [sys.executable, "-c", _READ, str(large), str(small)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    rows, megabytes = map(int, said)
    assert rows == 100_000
    assert megabytes < 100
