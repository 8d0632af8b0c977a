from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from mailroom.__main__ import main


def test_sheets_and_a_header_are_written_for_both_sides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "sheets.pdf"
    code = main(
        ["sheets", "--count", "4", "--header", "--expected", "4", "--service", "waste", "--output", str(output)]
    )
    assert code == 0 and "10 pages" in capsys.readouterr().out
    document = pdfium.PdfDocument(output)
    words = document[2].get_textpage().get_text_range()
    assert len(document) == 10 and "Separator sheet" in words and "sheet 1 of 4" in words
    document.close()


@pytest.mark.parametrize(
    "wrong", [["--service", "unicorns"], ["--count", "0"], ["--expected", "4"], ["--scanner", "a*b"]]
)
def test_what_cannot_be_printed_is_refused_with_the_reason(
    wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sheets", *wrong, "--output", str(tmp_path / "x.pdf")]) == 2
    assert capsys.readouterr().err.strip()
