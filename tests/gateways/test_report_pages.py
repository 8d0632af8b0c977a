"""How a report fills its pages."""

from __future__ import annotations

import pypdfium2
import pytest

from mailroom.config.environment import example_site
from mailroom.gateways.report_pdf import ReportPdf
from mailroom.targets import charts
from mailroom.targets.charts import Series
from mailroom.values.document import Block, Chart, Document, Paragraph, Table

FACES = example_site() / "templates" / "letters" / "fonts"


@pytest.fixture(scope="module")
def typesetter() -> ReportPdf:
    return ReportPdf(FACES / "LiberationSans-Regular.ttf", FACES / "LiberationSans-Bold.ttf")


def pages(typesetter: ReportPdf, *blocks: Block) -> list[str]:
    content = typesetter.typeset(Document("Report", "Of a council", "Council", "today", blocks))
    with pypdfium2.PdfDocument(content) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def charted(rows: int) -> Chart:
    labels = [f"month {n}" for n in range(rows)]
    drawing = charts.monthly_bars("Post", labels, [Series("Came in", tuple(float(n) for n in range(rows)))])
    return Chart("The chart", drawing, Table("In figures", ("Month", "Items"), tuple((m, "7") for m in labels), (1, 1)))


def lines(count: int) -> list[Paragraph]:
    return [Paragraph(f"line {n}") for n in range(count)]


def test_a_chart_that_finds_no_room_lets_its_table_go_first(typesetter: ReportPdf) -> None:
    """It used to leave a third of the page before it blank."""
    first, second = pages(typesetter, *lines(27), charted(14))
    assert "In figures" in first and "month 3" in first and "The chart" not in first
    assert "The chart" in second and "month 13" in second


@pytest.mark.parametrize("before", [0, 10])
def test_a_chart_that_finds_room_stands_before_its_table(typesetter: ReportPdf, before: int) -> None:
    first = pages(typesetter, *lines(before), charted(5))[0]
    assert first.index("The chart") < first.index("In figures")


def test_a_report_never_ends_with_an_empty_page(typesetter: ReportPdf) -> None:
    small = Table("The last", ("a", "b"), (("one", "two"),), (1, 1))
    for count in range(24, 40):
        last = pages(typesetter, *lines(count), small)[-1]
        assert "The last" in last or "line" in last, count
