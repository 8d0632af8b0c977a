from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mailroom.__main__ import main
from mailroom.records import audit_sample
from mailroom.records.models import AuditCheck, Event, Item
from mailroom.targets.precision import draw
from mailroom.values.document import Chart, Document, Table
from mailroom.values.month import Month
from mailroom.wiring.reports import Reports
from tests.web.error_summary import errors_of
from tests.web.post import make_item
from tests.wiring.post_on_record import NOW, write_post

pytestmark = pytest.mark.django_db

OCTOBER = "from=2026-10&to=2026-10"


@pytest.fixture
def post(db: None) -> None:
    write_post()
    Reports.read().figures.bring_up_to_date(NOW)


@pytest.fixture
def manager(signed_in: Callable[..., Client]) -> Client:
    return signed_in("manager")


def tables(document: Document) -> Iterator[Table]:
    for block in document.blocks:
        if isinstance(block, (Table, Chart)):
            yield block.table if isinstance(block, Chart) else block


def rows_at(client: Client, address: str) -> int:
    found = re.search(r": (\d+) rows?", client.get(address).content.decode())
    assert found, address
    return int(found[1])


COUNTED = {
    "Saved by cause, October 2026": "Items",
    "Answers by standard": "Received",
    "Answers by channel": "Received",
    "Answers by document type": "Received",
    "Answers by service, received in October 2026": "Received",
    "Open on 13 November 2026, whenever received": "Open",
    "How mail found its way and its answer": "October 2026",
    "Items of post by service, October 2026": "Post in",
    "Items of post by month": "Post in",
    "From receipt, in working days: items received in October 2026": "Received",
    "Letters on paper in October 2026, and the next step": "Letters",
    "Why these letters were on paper in October 2026": "Letters",
    "Came on paper although an online form exists": "Items",
}


def test_each_figure_leads_to_as_many_rows_as_it_counts(post: None, manager: Client, monkeypatch: object) -> None:
    today = NOW.date()
    assert isinstance(monkeypatch, pytest.MonkeyPatch)
    monkeypatch.setattr("mailroom.web.targets.asking.timezone.localdate", lambda: today)
    owed_no_answer = Item.objects.filter(received__month=10)[:2]
    keys = [item.pk for item in owed_no_answer]
    assert Item.objects.filter(pk__in=keys).update(due=None, answered_at=None, status="review") == 2
    assert main(["rollup", "--rebuild"]) == 0
    checked = set()
    for part in ("post", "money", "levels", "shift"):
        document = manager.get(f"/targets/{part}/?{OCTOBER}").context["document"]
        for table in tables(document):
            column = COUNTED.get(table.caption)
            for row, link in table.linked_rows if column else ():
                figure = row[table.headers.index(column)] if column else ""
                if link and re.fullmatch(r"[\d,]+", figure):
                    assert rows_at(manager, link) == int(figure.replace(",", "")), (table.caption, row)
                    checked.add(table.caption)
    assert checked == set(COUNTED)


@pytest.mark.parametrize(
    "part", ["", "post/", "targets/", "money/", "levels/", "shift/", "paper/", "years/", "definitions/"]
)
def test_every_part_is_one_small_page_with_few_queries(
    part: str, post: None, manager: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        answer = manager.get(f"/targets/{part}?{OCTOBER}")
    assert answer.status_code == 200
    assert len(answer.content) < 100_000


def test_an_empty_mailroom_shows_its_pages(manager: Client) -> None:
    page = manager.get("/targets/")
    assert page.status_code == 200 and manager.get("/targets/rows/").status_code == 200
    shown, chosen = (
        page.context["chosen"].asked.period,
        re.findall(r'<option value="([\d-]+)" selected>', page.content.decode()),
    )
    assert chosen == [str(shown.first), str(shown.last)], "the months in the fields are those on the page"


def test_months_the_wrong_way_round_are_said_to_be(post: None, manager: Client) -> None:
    answer = manager.get("/targets/?from=2026-10&to=2026-09")
    assert answer.status_code == 422 and errors_of(answer) == {"to": "The last month must not come before the first"}
    assert '<option value="2026-10" selected>' in answer.content.decode().partition('id="to"')[0]


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ("from=2199-01&to=2199-02", ["from", "to"]),
        ("from=2026-10&to=2199-02", ["to"]),
        ("from=soon&to=2026-10", ["from"]),
        ("from=&to=soon", ["from", "to"]),
    ],
)
def test_of_months_that_cannot_be_shown_each_error_leads_to_its_own_field(
    asked: str, places: list[str], post: None, manager: Client
) -> None:
    assert list(errors_of(manager.get(f"/targets/?{asked}"))) == places


def test_a_team_leader_sees_the_figures_of_their_own_services_only(signed_in: Callable[..., Client]) -> None:
    leader = signed_in("team_leader", "waste", "parking")
    assert leader.get("/targets/?service=parking").status_code == 200
    for address in ("/targets/?service=council_tax", "/targets/?service=", "/targets/rows/?service=rents"):
        assert leader.get(address).status_code == 403
    assert leader.get("/targets/report.csv?service=").status_code == 403


def test_the_report_is_saved_as_pdf_and_that_is_on_record(post: None, manager: Client) -> None:
    answer = manager.get(f"/targets/report.pdf?{OCTOBER}&service=rents")
    assert answer["Content-Disposition"] == 'attachment; filename="post-2026-10-rents.pdf"'
    assert answer.content.startswith(b"%PDF")
    assert Event.objects.get(kind="figures.downloaded").details == {"period": "2026-10", "service": "rents"}


def test_rows_are_saved_as_csv_without_a_word_about_anybody(post: None, manager: Client) -> None:
    answer = manager.get(f"/targets/rows/?{OCTOBER}&direction=in&format=csv")
    content = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == rows_at(manager, f"/targets/rows/?{OCTOBER}&direction=in")
    assert "Sample" not in content
    assert "S000" not in content


def test_a_list_too_long_to_page_through_says_so_and_keeps_its_csv_whole(
    post: None, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/targets/rows/?{OCTOBER}&direction=in"
    whole = rows_at(manager, address)
    monkeypatch.setattr("mailroom.web.targets.rows.MOST", 20)
    monkeypatch.setattr("mailroom.web.targets.rows.A_PAGE", 15)
    said = manager.get(f"{address}&page=2")
    assert "more than 20 rows" in said.content.decode() and len(said.context["rows"]) == 5
    assert manager.get(f"{address}&page=9").context["page"].number == 2, "the last page stands for any beyond it"
    answer = manager.get(f"{address}&format=csv")
    assert len(b"".join(answer.streaming_content).splitlines()) == whole + 1  # type: ignore[arg-type]


def auto_routed(**columns: object) -> AuditCheck:
    item = make_item("waste", routed_at=timezone.now(), **columns)
    month = Month.of(item.received)
    assert audit_sample.draw(month, 50, draw, timezone.now()) == 1
    assert audit_sample.draw(month, 50, draw, timezone.now()) == 0
    return AuditCheck.objects.get(item=item)


def test_a_person_says_an_item_of_the_sample_was_wrong(signed_in: Callable[..., Client]) -> None:
    check = auto_routed()
    client = signed_in("team_member", "waste")
    assert check.item.number in client.get("/targets/audit/").content.decode()
    for form, place in (({"answer": "wrong"}, "should-be"), ({}, "right")):
        answer = client.post("/targets/audit/", {"check": check.pk, **form})
        assert answer.status_code == 422 and list(errors_of(answer)) == [f"{place}-{check.pk}"]
    client.post("/targets/audit/", {"check": check.pk, "answer": "wrong", "should_be": "parking"})
    check.refresh_from_db()
    assert (check.right, check.should_be) == (False, "parking")
    answer = client.post("/targets/audit/", {"check": check.pk, "answer": "right"}, follow=True)
    assert "checked in the meantime" in answer.content.decode()
    check.refresh_from_db()
    assert check.right is False


def test_an_item_of_another_team_is_not_theirs_to_check(
    signed_in: Callable[..., Client], person: Callable[..., User]
) -> None:
    check = auto_routed()
    client = signed_in("team_member", "rents")
    assert check.item.number not in client.get("/targets/audit/").content.decode()
    client.post("/targets/audit/", {"check": check.pk, "answer": "right"})
    check.refresh_from_db()
    assert check.right is None


def test_an_item_a_person_was_asked_about_is_never_drawn() -> None:
    item = make_item("waste", routed_at=timezone.now())
    Event.record("item.to_review", item)
    assert audit_sample.draw(Month.of(item.received), 50, draw, timezone.now()) == 0
