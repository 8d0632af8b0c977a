from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from mailroom.config.environment import example_site
from mailroom.gateways.report_pdf import ReportPdf
from mailroom.values.document import Chart, Document, Heading, KeyFigure, KeyFigures, Paragraph, Points, Table
from mailroom.values.drawing import Box, Drawing, Ink, Words

FACES = example_site() / "templates" / "letters" / "fonts"
PICTURE = Drawing(200, 60, "Items by month", "October 20", (Box(0, 0, 40, 20, Ink.DARK), Words(0, 50, "October")))
LONG = Table("Services", ("Service", "Items"), tuple((f"Service {n}", str(n)) for n in range(90)), (3, 1))
DOCUMENT = Document(
    "Post and service levels",
    "October 2026",
    "Wexmere",
    "30 October 2026",
    (
        KeyFigures((KeyFigure("Items", "66", "less"), KeyFigure("Saved", "£6", "more"))),
        Heading("What calls for action", 2),
        Points(("One thing", "Another thing")),
        Heading("How much there was", 1, new_page=True),
        *(Paragraph(f"Paragraph {n}. " + "Words that fill a page. " * 30) for n in range(12)),
        Chart("Items", PICTURE, Table("Items", ("Month", "Items"), (("October", "20"),), (1, 1))),
        LONG,
    ),
)


@pytest.fixture(scope="module")
def content() -> bytes:
    return ReportPdf(FACES / "LiberationSans-Regular.ttf", FACES / "LiberationSans-Bold.ttf").typeset(DOCUMENT)


@pytest.fixture(scope="module")
def pdf(content: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(content)) as opened:
        yield opened


def names(element: Any) -> list[str]:
    return [str(kid.S)[1:] for kid in element.K if "/S" in kid]


def leaves(element: Any) -> Iterator[Any]:
    for kid in element.K:
        if "/S" in kid:
            yield from leaves(kid)
    if any("/MCID" in kid for kid in element.K):
        yield element


def document(pdf: pikepdf.Pdf) -> Any:
    return pdf.Root.StructTreeRoot.K[0]


def test_the_tree_holds_headings_lists_tables_and_pictures_in_reading_order(pdf: pikepdf.Pdf) -> None:
    found = names(document(pdf))
    assert found == ["H1", "P", "P", "P", "H2", "L", "H2", *["P"] * 12, "P", "Figure", "Table", "Table"]
    assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang) == "en-GB"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_a_table_has_rows_and_its_first_row_is_headers_of_columns_read_once_though_shown_on_each_page(
    pdf: pikepdf.Pdf,
) -> None:
    table = [e for e in document(pdf).K if e.S == "/Table"][-1]
    caption, *rows = table.K
    assert caption.S == "/Caption"
    assert len(rows) == 1 + len(LONG.rows)
    assert [names(row) for row in rows[:2]] == [["TH", "TH"], ["TH", "TD"]]
    assert all(cell.A.Scope == "/Column" and len(cell.K) == 1 for cell in rows[0].K)
    shown_on = {kid.Pg.StructParents for row in rows for cell in row.K for kid in cell.K}
    assert len(shown_on) > 1


def test_the_first_cell_of_a_row_is_its_header(pdf: pikepdf.Pdf) -> None:
    table = [e for e in document(pdf).K if e.S == "/Table"][-1]
    for row in list(table.K)[2:]:
        name, figure = row.K
        assert (name.S, name.A.Scope, figure.S) == ("/TH", "/Row", "/TD")


def test_the_file_says_it_is_pdf_ua_and_gives_its_title_subject_and_language(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert (about["dc:title"], about["dc:description"]) == ("Post and service levels", "October 2026")
        assert about["dc:language"] == {"en-GB"}
    assert "unspecified" not in str(dict(pdf.docinfo))


def test_every_typeface_is_in_the_file(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        for font in page.obj.Resources.Font.values():
            assert "/FontFile2" in font.FontDescriptor


def test_a_picture_says_where_it_stands_on_its_page(pdf: pikepdf.Pdf) -> None:
    (figure,) = [e for e in document(pdf).K if e.S == "/Figure"]
    left, low, right, high = map(float, figure.A.BBox)
    page = figure.K[0].Pg.MediaBox
    assert 0 < left < right < page[2] and 0 < low < high < page[3]


def test_a_picture_is_read_out_as_its_words(pdf: pikepdf.Pdf) -> None:
    (figure,) = [e for e in document(pdf).K if e.S == "/Figure"]
    assert str(figure.Alt) == "Items by month. October 20."


def test_a_paragraph_on_two_pages_is_one_and_a_key_figure_is_read_as_a_whole(pdf: pikepdf.Pdf) -> None:
    paragraphs = [e for e in document(pdf).K if e.S == "/P"]
    assert any(len({kid.Pg.StructParents for kid in p.K}) == 2 for p in paragraphs)
    assert [len(p.K) for p in paragraphs[1:3]] == [3, 3]


def test_every_mark_of_every_page_belongs_to_one_element_and_all_else_is_decoration(pdf: pikepdf.Pdf) -> None:
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    parents = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    marked = {(int(kid.Pg.StructParents), int(kid.MCID)) for leaf in leaves(document(pdf)) for kid in leaf.K}
    for page in pdf.pages:
        index, open_marks, seen = int(page.obj.StructParents), 0, set()
        for instruction in pikepdf.parse_content_stream(page):
            operands, name = instruction.operands, str(instruction.operator)
            if name in ("BDC", "BMC"):
                assert open_marks == 0, "marks do not lie in one another"
                open_marks += 1
                seen |= {(index, int(operands[1].MCID))} if name == "BDC" else set()
            open_marks -= name == "EMC"
            if name in ("Tj", "TJ", "'", "S", "f", "f*", "B"):
                assert open_marks == 1, f"page {index}: {name} is neither content nor decoration"
        assert open_marks == 0
        assert seen == {m for m in marked if m[0] == index} == {(index, n) for n in range(len(parents[index]))}


def test_the_same_document_gives_the_same_bytes(content: bytes) -> None:
    again = ReportPdf(FACES / "LiberationSans-Regular.ttf", FACES / "LiberationSans-Bold.ttf").typeset(DOCUMENT)
    assert again == content
