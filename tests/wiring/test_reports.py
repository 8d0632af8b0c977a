from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from mailroom.config.environment import example_site
from mailroom.records import daily_counts, figure_rows
from mailroom.records.models import ClosedMonth, Item, Letter
from mailroom.targets.overview import Overview
from mailroom.targets.report import documents
from mailroom.targets.report.definitions import DEFINITIONS
from mailroom.targets.savings import Saved
from mailroom.values.counts import BaselineCount, Direction
from mailroom.values.document import Table
from mailroom.values.month import Month
from mailroom.values.period import Period
from mailroom.wiring.reports import NotYet, ReportFormat, Reports
from tests.wiring.post_on_record import NOW, TODAY, write_post

OCTOBER = Period.one(Month(2026, 10))


@pytest.fixture
def reports(db: None) -> Iterator[Reports]:
    write_post()
    made = Reports.read()
    made.figures.bring_up_to_date(NOW)
    yield made


def test_what_is_rolled_up_is_what_the_rows_say(reports: Reports) -> None:
    assert daily_counts.differences(reports.figures.counting) == []


def test_services_make_up_the_council_in_items_and_in_pounds(reports: Reports) -> None:
    whole = reports.overview(OCTOBER, "", TODAY)
    parts = [reports.overview(OCTOBER, code, TODAY) for code in whole.services]
    assert sum(p.mail.paper for p in parts) == whole.mail.paper
    assert sum((p.saved for p in parts), Saved()) == whole.saved
    assert sum(c.items for c in whole.causes if c.cause == "emailed") == whole.mail.emailed
    assert sum((c.saved for c in whole.causes), Saved()) == whole.saved
    assert sum(level.items for level in whole.levels.kinds.values()) == whole.levels.answered.items


def test_every_figure_is_counted_from_rows(reports: Reports) -> None:
    view = reports.overview(OCTOBER, "", TODAY)
    inside = {"received__range": (Month(2026, 10).first, Month(2026, 10).last)}
    assert view.mail.paper_in == Item.objects.filter(batch__source="scanner-1", **inside).count()
    emailed = Letter.objects.filter(status="delivered", sent_at__date__range=inside["received__range"])
    assert view.mail.emailed == emailed.count()


def test_the_public_page_gives_each_month_the_items_received_in_it(reports: Reports) -> None:
    months = Period(Month(2026, 9), Month(2026, 11))
    made = reports.standards(months, TODAY)
    whose = {m: reports.overview(Period.one(m), "", TODAY).levels.answered for m in months}
    shown = [level for level in whose.values() if level.items >= reports.figures.targets.equality.suppress_below]
    assert len(shown) > 1
    for month, level in whose.items():
        row = f'<th scope="row">{month.name}</th><td class="figure">{level.items:,}</td>'
        assert (row in made) is (level in shown)


def test_a_target_of_pounds_is_not_judged_for_months_before_it_begins(reports: Reports) -> None:
    begun = {p.target.code for p in reports.overview(OCTOBER, "", TODAY).progress}
    before = reports.overview(Period.one(Month(2026, 3)), "", TODAY).progress
    assert begun - {p.target.code for p in before} == {
        t.code for t in reports.figures.targets.target if not t.service and not t.measure.is_a_reduction
    }
    assert all(p.target.measure.is_a_reduction for p in before)


def test_a_closed_month_keeps_its_costs_whatever_the_file_says_later(reports: Reports, tmp_path: Path) -> None:
    before = reports.overview(OCTOBER, "", TODAY)
    assert reports.close(Month(2026, 10), "finance", NOW)
    assert not reports.close(Month(2026, 10), "finance", NOW)
    dearer = _dearer(reports)
    assert dearer.overview(OCTOBER, "", TODAY).saved == before.saved
    november = Period.one(Month(2026, 11))
    assert dearer.overview(november, "", TODAY).saved.cash > reports.overview(november, "", TODAY).saved.cash


def _dearer(reports: Reports) -> Reports:
    prices = [p.model_copy(update={"pence": p.pence * 2}) for p in reports.figures.costs.price]
    costs = reports.figures.costs.model_copy(update={"price": tuple(prices)})
    figures = reports.figures
    return Reports(
        reports.site,
        type(figures)(
            figures.council, figures.zone, costs, figures.targets, figures.catalogue, figures.may_email
        ),
    )  # fmt: skip


def test_contacts_moved_online_have_their_pounds_beside_the_savings_and_not_among_them(reports: Reports) -> None:
    without = reports.overview(OCTOBER, "", TODAY)
    assert (without.moved_online, without.worth) == (None, without.worth), "the baseline knows nothing of email"
    said = str(documents.report(_reported(reports, without), reports.names(), "today").blocks)
    assert "the baseline holds no items by email or web" in said
    figure_rows.keep_baseline([BaselineCount(Month(2025, 10), "waste", Direction.IN, "email", 3)])
    view = reports.overview(OCTOBER, "", TODAY)
    assert view.moved_online == view.mail.in_other - 3 > 0
    assert (view.saved, view.saved_year, view.lines) == (without.saved, without.saved_year, without.lines)
    by_phone = {w.source: w.more for w in view.worth if w.channel == "phone"}
    assert list(by_phone.values()) == [view.moved_online * 223, view.moved_online * 135], "SOCITM, Thurrock"
    blocks = documents.report(_reported(reports, view), reports.names(), "today").blocks
    (table,) = [b for b in blocks if isinstance(b, Table) and "not counted as saved" in b.caption]
    assert {row[0] for row in table.rows} == set(by_phone), "each pound names its source"


def _reported(reports: Reports, view: Overview) -> documents.Reported:
    return documents.Reported(view, (), reports.figures.costs, closed=False)


def test_a_month_that_is_not_over_cannot_be_closed(reports: Reports) -> None:
    with pytest.raises(NotYet):
        reports.close(Month(2026, 11), "finance", NOW)
    assert not ClosedMonth.objects.exists()


def test_a_month_that_has_not_begun_has_no_report(reports: Reports) -> None:
    with pytest.raises(NotYet, match="2026-11"):
        reports.make(Period.one(Month(2027, 1)), "", ReportFormat.PDF, TODAY)


@pytest.mark.parametrize(("first", "last", "kind"), [
    (Month(2026, 10), Month(2026, 10), "Monthly report"), (Month(2025, 4), Month(2026, 3), "Yearly report"),
    (Month(2026, 4), Month(2026, 10), "Report of the year so far"),
    (Month(2026, 9), Month(2026, 10), "Report of some months"),
])  # fmt: skip
def test_a_report_is_called_what_it_is(reports: Reports, first: Month, last: Month, kind: str) -> None:
    assert reports.document(Period(first, last), "", TODAY).subtitle.endswith(f"· {kind}")


def test_the_summary_has_the_first_page_to_itself(reports: Reports) -> None:
    content = reports.make(OCTOBER, "", ReportFormat.PDF, TODAY)
    with pypdfium2.PdfDocument(content) as pdf:
        parts = {entry.get_title(): entry.get_dest().get_index() for entry in pdf.get_toc()}
    assert (parts["What calls for action"], parts["How much post there was"]) == (0, 1)


def test_the_pdf_holds_the_summary_and_every_definition(reports: Reports) -> None:
    content = reports.make(OCTOBER, "", ReportFormat.PDF, TODAY)
    assert content == reports.make(OCTOBER, "", ReportFormat.PDF, TODAY)
    with pypdfium2.PdfDocument(content) as pdf:
        text = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
        outline = [entry.get_title() for entry in pdf.get_toc()]
    view = reports.overview(OCTOBER, "", TODAY)
    assert f"{view.mail.paper_in:,} items of post came in" in " ".join(text.split())
    assert "What calls for action" in outline
    assert all(d.name in text for d in DEFINITIONS)


def test_json_and_csv_hold_the_same_figures(reports: Reports) -> None:
    whole = json.loads(reports.make(OCTOBER, "council_tax", ReportFormat.JSON, TODAY))
    rows = list(csv.DictReader(io.StringIO(reports.make(OCTOBER, "council_tax", ReportFormat.CSV, TODAY).decode())))
    assert [f["code"] for f in whole["figures"]] == [r["code"] for r in rows]
    paper_in = next(f["value"] for f in whole["figures"] if (f["code"], f["part"]) == ("paper_in", "period"))
    assert paper_in == reports.overview(OCTOBER, "council_tax", TODAY).mail.paper_in
    assert {r["service"] for r in rows} == {"council_tax"}


def test_an_empty_mailroom_has_a_report_that_says_so(db: None) -> None:
    document = Reports.read(example_site()).document(OCTOBER, "", TODAY)
    assert any(isinstance(b, Table) for b in document.blocks)
    assert Reports.read().make(OCTOBER, "", ReportFormat.PDF, TODAY).startswith(b"%PDF")


def test_years_are_compared_by_the_same_months(reports: Reports) -> None:
    (year,) = reports.years(Month(2026, 10), "", TODAY)
    assert year.name == "2026-27"
    assert year.paper == sum(m.paper for m in reports.overview(OCTOBER, "", TODAY).months)


def test_a_month_that_is_not_over_is_held_against_its_share_of_the_baseline(reports: Reports) -> None:
    november = Period.one(Month(2026, 11))
    so_far = reports.overview(november, "", TODAY).mail  # 10 of November's 21 working days are over
    whole = reports.overview(november, "", Month(2026, 11).last).mail
    assert so_far.baseline and whole.baseline
    assert abs(so_far.baseline - whole.baseline * 10 / 21) <= 2
    judged = reports.overview(november, "", TODAY).progress[0]
    assert judged.month == Month(2026, 10)
