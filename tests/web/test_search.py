from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mailroom.records import search_index
from mailroom.records.models import Event, Item
from mailroom.records.search import Search, parse, search_items
from mailroom.records.visible_items import Viewer
from mailroom.web.search.snippet import snippet
from tests.web.post import make_customer, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in("team_member", "council_tax")


def found(client: Client, words: str, **narrowed: str) -> str:
    return client.get("/search/", {"q": words, **narrowed}).content.decode()


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("bins", True),
        ("collecting bin", True),
        ('"missed my bin"', True),
        ('"my missed bin"', False),
        ("bin -tuesday", False),
        ("bin -monday", True),
        ("cafe", True),
        ("5031 8842", True),
        ("50318842", True),
        ('" OR * NEAR( "', False),
        ("bin) OR scope : (svcwaste", False),
    ],
)
def test_words_phrases_exclusions_and_references(client: Client, words: str, is_found: bool) -> None:
    item = make_item(text="You missed my bin collection on Tuesday outside the Café")
    assert (item.number in found(client, words)) is is_found


def test_a_search_never_tells_of_what_one_may_not_see(
    client: Client, signed_in: Callable[..., Client], person: Callable[..., User]
) -> None:
    other = make_item("waste", text="unmistakable words")
    private = make_item(text="unmistakable secret", private=True)
    for words in ("unmistakable", "50318842", "unmistakable -secret"):
        page = found(client, words)
        assert other.number not in page and private.number not in page and "Nothing found" in page
    private.named_readers.create(account=User.objects.get(username="team_member"))
    assert private.number in found(client, "secret")
    page = found(signed_in("information_governance"), "unmistakable")
    assert other.number in page and private.number not in page


def test_an_item_in_review_without_a_service_is_found_by_every_reviewer(client: Client) -> None:
    item = make_item("", status="review", text="whose can this be")
    assert item.number in found(client, "whose")


def test_the_index_follows_every_change_of_an_item(client: Client) -> None:
    item = make_item(text="before")
    Item.objects.filter(pk=item.pk).update(text="after")
    assert item.number not in found(client, "before") and item.number in found(client, "after")
    Item.objects.filter(pk=item.pk).update(service="waste", team="waste")
    assert item.number not in found(client, "after")
    Item.objects.filter(pk=item.pk).update(service="council_tax")
    assert item.number in found(client, "after", service="council_tax")
    item.delete()
    assert "Nothing found" in found(client, "after")


def test_a_search_is_narrowed_by_service_flag_customer_and_dates(signed_in: Callable[..., Client]) -> None:
    client = signed_in("information_governance")
    day = dt.date(2025, 3, 9)
    item = make_item(text="a bin", flags=["court_papers"], customer=make_customer(), received=day)
    make_item("waste", text="a bin")
    for good, bad in (
        ({"service": "council_tax"}, {"service": "rents"}),
        ({"flag": "court_papers"}, {"flag": "vulnerable"}),
        ({"customer": "100200"}, {"customer": "999"}),
        ({"since": "2025-03-09", "until": "2025-03-09"}, {"since": "2025-03-10", "until": "2025-03-31"}),
        ({"until": "2025-12-31"}, {"until": "2024-12-31"}),
    ):
        assert item.number in found(client, "bin", **good) and item.number not in found(client, "bin", **bad)


def test_older_items_follow_page_by_page_without_gap_or_repeat() -> None:
    keys = [make_item(text="bin").pk for _ in range(45)]
    viewer, seen, before = Viewer(0, "all", ()), [], None
    while True:
        page = [i.pk for i in search_items(viewer, Search("bin", before=before))]
        seen += page[:20]
        if len(page) <= 20:
            break
        before = page[19]
    assert seen == keys[::-1]


def test_that_somebody_searched_is_recorded_without_the_words(client: Client) -> None:
    found(client, "thistlewood")
    event = Event.objects.get(kind="account.searched")
    assert "thistlewood" not in str(event.details)


def test_a_table_copied_by_a_migration_gets_its_triggers_back() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its own column")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER records_item_search_update")
    search_index.keep_in_step(connection)
    item = make_item(text="x")
    Item.objects.filter(pk=item.pk).update(text="later")
    assert search_items(Viewer(0, "all", ()), Search("later")) == [item]


@pytest.mark.django_db(False)
def test_the_snippet_begins_and_ends_with_whole_words_and_says_where_the_letter_goes_on() -> None:
    letter = "Larkspur " * 30 + "my bins were missed " + "Wexmere " * 40
    line = re.sub(r"</?mark>", "", snippet(letter, parse("bins")))
    assert line.startswith("… Larkspur ") and line.endswith("Wexmere …")
    assert set(line.split()) == {"…", *letter.split()}
    assert snippet("Short.", parse("none")) == "Short."


def test_the_snippet_marks_the_word_and_escapes_the_letter() -> None:
    line = snippet("<script>alert(1)</script> my bins were missed", parse("bin"))
    assert "<mark>bins</mark>" in line and "<script>" not in line


@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    assert isinstance(search_items(Viewer(0, "services", ("waste",)), Search(typed)), list)


def test_a_page_of_results_takes_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for n in range(25):
        make_item(text="bin", received=timezone.localdate() - dt.timedelta(days=n))
    with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
        answer = client.get("/search/", {"q": "bin"})
    assert len(answer.content) < 100_000
