from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from mailroom.gateways.spreadsheet import UnreadableSpreadsheet, count_rows, read_rows


def test_csv_rows_come_with_the_numbers_people_see(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,note\n"Lee, A","two\nlines"\n,\nRay,x\n', encoding="utf-8-sig")
    assert list(read_rows(path)) == [(1, ("name", "note")), (2, ("Lee, A", "two\nlines")), (4, ("Ray", "x"))]


def test_rows_are_counted_nearly_without_reading_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    for sheet, rows in ((book.create_sheet(), 4000), (book.create_sheet(), 7)):
        for number in range(rows):
            sheet.append(["name", number, "words enough that the rows go over several parts of the file" * 5])
    book.save(tmp_path / "a.xlsx")
    assert count_rows(tmp_path / "a.xlsx") == 4000
    (tmp_path / "a.csv").write_text("name\nAda\nBen")
    assert count_rows(tmp_path / "a.csv") == 3
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no book")
    assert count_rows(tmp_path / "broken.xlsx") == 0


def test_a_csv_as_excel_saves_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name;amount\nSiân;£3\n".encode("cp1252"))
    assert list(read_rows(path))[1] == (2, ("Siân", "£3"))
    path.write_bytes("name\nSiâ".encode()[:-1])  # cut off within a letter
    assert list(read_rows(path))[1] == (2, ("SiÃ",))


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


def test_numbers_are_what_people_see(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([42, 0.1 + 0.2, 0.05, 0.125, dt.datetime(2026, 2, 1, 9, 30), dt.time(14, 0)])  # noqa: DTZ001 - cells have no zone
    for column, shown_as in ((1, "00000000"), (3, "0%"), (4, "0.0%")):
        sheet.cell(1, column).number_format = shown_as
    book.save(tmp_path / "a.xlsx")
    assert list(read_rows(tmp_path / "a.xlsx")) == [
        (1, ("00000042", "0.3", "5%", "12.5%", "01/02/2026 09:30", "14:00"))
    ]


def test_an_xlsx_file_is_known_by_its_content_as_the_store_keeps_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["name", "amount"])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "0f3a")
    assert list(read_rows(tmp_path / "0f3a")) == [(1, ("name", "amount"))]


def test_cells_beyond_the_size_a_program_wrote_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["name", "amount"])
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as whole, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as wrong:
        for part in whole.namelist():
            wrong.writestr(part, whole.read(part).replace(b'<dimension ref="A1:B1"', b'<dimension ref="A1"'))
    assert b'ref="A1"' in zipfile.ZipFile(tmp_path / "b.xlsx").read("xl/worksheets/sheet1.xml")
    assert list(read_rows(tmp_path / "b.xlsx")) == [(1, ("name", "amount"))]


def _zipped(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, words in parts.items():
            packed.writestr(name.replace("__", "/").replace("Content_Types", "[Content_Types]") + ".xml", words)
    return file.getvalue()


_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


@pytest.mark.parametrize(
    "content",
    [_zipped(word__document="<x/>"), _zipped(Content_Types=_TYPES, word__document="<x/>"), _zipped(Content_Types="<x")],
    ids=["no types", "a letter of Word", "broken XML"],
)
def test_another_programs_file_is_refused_and_not_tried_for_ever(tmp_path: Path, content: bytes) -> None:
    """An OSError would be taken for a disk that is away."""
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(UnreadableSpreadsheet, match="Save it again"):
        list(read_rows(tmp_path / "a.xlsx"))


def test_a_damaged_xlsx_file_is_refused(tmp_path: Path) -> None:
    whole = _book(tmp_path / "a.xlsx", 2000).read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as file:
        start = file.getinfo("xl/worksheets/sheet1.xml").header_offset + 3000
    (tmp_path / "b.xlsx").write_bytes(whole[:start] + b"\x00" * 2000 + whole[start + 2000 :])
    with pytest.raises(UnreadableSpreadsheet, match="Save it again"):
        list(read_rows(tmp_path / "b.xlsx"))


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 not a book", b"a\x00b,c\n", b"a,b\n" * 50_000 + b"a\x00,b\n", b"\x9d\n\xe2\n", b'name\n"open'],
)
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
