"""Today on a busy day: what wants a person first, every count whole, every list to its end behind a link."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailroom.errors import Retry
from mailroom.records.models import Batch, Page, WatchedFile
from tests.web.error_summary import errors_of
from tests.web.machines import RememberingMachines
from tests.web.post import make_batch

pytestmark = pytest.mark.django_db

SCANNERS, BATCHES, ASIDE, STUCK = 40, 301, 100, 100
A_NAME = "Scan run of the second floor, post of the morning, tray {n:04d}.pdf"


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in("print_unit")


@pytest.fixture
def busy_day() -> list[Batch]:
    """301 batches of 40 scanners and 100 files each in quarantine and stuck; one batch, the 150th, lost a page."""
    today = timezone.localdate()
    made = [
        Batch(
            original=f"{n:064x}", filename=A_NAME.format(n=n), source=f"scanner-{n % SCANNERS:02d}", received=today,
            page_count=2 if n == 150 else 1, status="cut" if n < BATCHES - ASIDE else "quarantined",
            reason="" if n < BATCHES - ASIDE else "The file is password-protected. Ask the sender for an open copy.",
        )
        for n in range(BATCHES)
    ]  # fmt: skip
    batches = Batch.objects.bulk_create(made)
    Page.objects.bulk_create(Page(batch=b, number=1, kind="blank") for b in batches if b.status == "cut")
    now = timezone.now()
    WatchedFile.objects.bulk_create(
        WatchedFile(
            folder=f"scanner-{n % SCANNERS:02d}", name=A_NAME.format(n=n), status="stuck",
            problem="It is still growing after an hour.", first_seen=now - dt.timedelta(minutes=n), still_since=now,
        )
        for n in range(STUCK)
    )  # fmt: skip
    return batches


def numbers(page: str) -> list[str]:
    """Batches of the table, in order."""
    rows = re.findall(r'<tr class="govuk-table__row"><td class="govuk-table__cell"><a [^>]*>(B\d+)</a>', page)
    assert rows
    return rows


def test_a_busy_day_is_a_small_page_made_quickly(client: Client, busy_day: list[Batch]) -> None:
    client.get("/print-unit/")
    took = []
    for _ in range(3):
        began = time.process_time()
        content = client.get("/print-unit/").content
        took.append(time.process_time() - began)
    assert len(content) < 100_000
    assert min(took) < 0.2


def test_todays_counts_are_whole_and_each_list_goes_on_behind_a_link(client: Client, busy_day: list[Batch]) -> None:
    page = client.get("/print-unit/").content.decode()
    day = timezone.localdate().isoformat()
    for words, address in (
        (f"All {BATCHES} batches of this day", f"/print-unit/batches/?day={day}"),
        (f"All {ASIDE} files in quarantine", "/print-unit/quarantine/"),
        (f"All {STUCK} files stuck in a watch folder", "/print-unit/stuck/"),
    ):
        assert f'<a class="govuk-link" href="{address}">{words}</a>' in page
    counts = re.findall(r"scanner=scanner-\d\d\"[^/]*</a></th><td [^>]*>(\d+)</td><td [^>]*>(\d+)</td>", page)
    assert len(counts) == SCANNERS
    assert sum(int(batches) for batches, _ in counts) == BATCHES
    assert sum(int(pages) for _, pages in counts) == BATCHES + 1


def test_problems_come_first_and_then_the_newest(client: Client, busy_day: list[Batch]) -> None:
    page = client.get("/print-unit/").content.decode()
    lost = busy_day[150]
    aside = [b.number for b in reversed(busy_day) if b.status == "quarantined"]
    assert numbers(page)[:4] == [lost.number, *aside[:3]]
    assert page.index(f"scanner={lost.source}") == page.index("scanner=scanner-")
    assert "Does not balance</strong> 1 batch<" in page
    held = re.findall(r'aria-label="Quarantined (B\d+)"', page)
    assert held == aside[:10]
    assert page.index(A_NAME.format(n=0)) < page.index(A_NAME.format(n=19)) and page.count("still growing") == 20


def test_a_batch_whose_count_differs_comes_before_those_that_are_well(client: Client) -> None:
    odd = make_batch()
    Batch.objects.filter(pk=odd.pk).update(expected_items=4)
    well = make_batch()
    page = client.get("/print-unit/").content.decode()
    assert numbers(page) == [odd.number, well.number] and "Count differs" in page


@pytest.mark.parametrize(
    ("address", "count", "shape"),
    [
        ("/print-unit/batches/?", BATCHES, r"batches/(B\d+)/"),
        ("/print-unit/quarantine/?", ASIDE, r"Quarantined (B\d+)"),
        ("/print-unit/stuck/?", STUCK, r"tray (\d+)"),
    ],
)
def test_paging_to_the_end_shows_every_one(
    client: Client, busy_day: list[Batch], address: str, count: int, shape: str
) -> None:
    seen: set[str] = set()
    number, more = 1, True
    while more:
        page = client.get(f"{address}page={number}").content.decode()
        assert len(page) < 100_000
        seen |= set(re.findall(shape, page))
        number, more = number + 1, 'rel="next"' in page
    assert len(seen) == count


def test_a_scanners_name_leads_to_its_batches_only(client: Client, busy_day: list[Batch]) -> None:
    page = client.get("/print-unit/batches/", {"scanner": "scanner-07"}).content.decode()
    assert numbers(page) == [
        b.number for b in sorted(busy_day, key=lambda b: (b.status == "cut", -b.pk)) if b.source == "scanner-07"
    ]


def test_who_decides_in_the_whole_quarantine_stays_there(client: Client) -> None:
    batch = make_batch("quarantined", pages=1)
    address = f"/print-unit/quarantine/{batch.number}/"
    assert f'action="{address}?page=1"' in client.get("/print-unit/quarantine/").content.decode()
    assert f'action="{address}?day=2026-11-02"' in client.get("/print-unit/?day=2026-11-02").content.decode()
    assert client.post(f"{address}?page=1", {"do": "again"})["Location"] == "/print-unit/quarantine/?page=1"
    assert client.post(f"{address}?day=2026-11-02", {"do": "again"})["Location"] == "/print-unit/?day=2026-11-02"
    assert client.get(address)["Location"] == "/print-unit/quarantine/"


@pytest.mark.parametrize("page", ["?page=1", "?day=2026-11-02"])
def test_what_is_wrong_with_a_file_aside_stands_at_that_file_with_what_was_typed(
    client: Client, page: str, machines: RememberingMachines, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_batch("quarantined", pages=1), make_batch("quarantined", pages=1)
    address = f"/print-unit/quarantine/{first.number}/{page}"
    answer = client.post(address, {"do": "discard", "reason": " "})
    assert answer.status_code == 422 and errors_of(answer) == {f"reason-{first.pk}": "Give a reason for the discard"}
    assert f'id="reason-{second.pk}"' in answer.content.decode()
    monkeypatch.setattr(machines, "try_batch_again", away)
    answer = client.post(address, {"do": "again", "reason": "blank sheets"})
    assert errors_of(answer) == {f"again-{first.pk}": "The store is away."}
    assert answer.content.decode().count('value="blank sheets"') == 1
    client.post(address, {"do": "discard", "reason": "blank sheets"})
    assert list(errors_of(client.post(address, {"do": "agree"}))) == [f"again-{first.pk}"]
    answer = client.get("/print-unit/")
    assert 'data-fragment="today"' in answer.content.decode()


def away(batch_id: int, actor: str) -> str:
    raise Retry("The store is away.")


def test_who_does_something_with_a_file_that_a_colleague_has_decided_on_is_told_so(client: Client) -> None:
    batch = make_batch("cut", pages=1)
    answer = client.post(f"/print-unit/quarantine/{batch.number}/", {"do": "again"}, follow=True)
    assert "is not in quarantine any more" in answer.content.decode()


def test_a_file_that_newer_ones_have_pushed_off_the_page_is_on_it_when_its_form_was_wrong(
    client: Client, busy_day: list[Batch]
) -> None:
    oldest = next(b for b in busy_day if b.status == "quarantined")
    answer = client.post(f"/print-unit/quarantine/{oldest.number}/", {"do": "discard"})
    assert list(errors_of(answer)) == [f"reason-{oldest.pk}"] and answer.content.count(b"aside-picture") == 11


def test_a_file_stuck_in_a_watch_folder_is_on_todays_page_and_one_still_settling_is_not(client: Client) -> None:
    now = timezone.now()
    for name, status in (("grows.pdf", "stuck"), ("fresh.pdf", "settling"), ("claimed.pdf", "claimed")):
        problem = "It is still growing." if status == "stuck" else ""
        WatchedFile.objects.create(
            folder="scanner-1", name=name, status=status, problem=problem, first_seen=now, still_since=now
        )
    page = client.get("/print-unit/").content.decode()
    assert "scanner-1/grows.pdf</strong>: It is still growing." in page
    assert "fresh.pdf" not in page and "claimed.pdf" not in page


def test_the_numbers_of_scanners_and_batches_ask_the_database_no_more(
    client: Client, busy_day: list[Batch], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(15):
        client.get("/print-unit/")


@pytest.mark.parametrize(
    ("status", "words"),
    [("quarantined", "In quarantine"), ("duplicate", "Scanned before"), ("discarded", "Discarded")],
)
def test_a_file_that_made_no_items_is_not_called_balanced_even_where_nobody_could_count_its_pages(
    status: str, words: str, client: Client
) -> None:
    make_batch(status, pages=0)
    page = client.get("/print-unit/").content.decode()
    assert words in page.rpartition("Batches")[2] and "Balanced" not in page.rpartition("Batches")[2]
