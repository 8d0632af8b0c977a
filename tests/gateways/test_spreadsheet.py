from __future__ import annotations

import datetime as dt
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
