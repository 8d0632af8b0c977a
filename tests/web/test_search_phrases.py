"""Phrases: found where they stand and nowhere else, by an index of neighbours, within a time limit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from mailroom.records import search, search_index
from mailroom.records.models import Event, Item
from mailroom.records.search import Search, TakesTooLong, parse, search_items
from mailroom.records.visible_items import Viewer
from tests.web.post import make_item

pytestmark = pytest.mark.django_db
EVERYTHING = Viewer(0, "all", ())
TEXTS = {
    "whole": "About the council tax rent arrears",
    "pairs": "The council tax is due. Tax rent first",
    "apart": "Rent for a council house and its tax",
    "twice": "council council tax",
}
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's index knows where words stand")


@pytest.fixture
def items() -> dict[str, Item]:
    return {name: make_item(text=text) for name, text in TEXTS.items()}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ('"council tax rent"', {"whole"}),
        ('"council tax"', {"whole", "pairs", "twice"}),
        ('"tax rent"', {"whole", "pairs"}),
        ('"council tax" "tax rent"', {"whole", "pairs"}),
        ('"council tax" -"tax rent"', {"twice"}),
        ('"council council tax"', {"twice"}),
        ('"tax council"', set()),
        ('"rents arrear"', {"whole"}),
        ('"council tax" arrears', {"whole"}),
        ('"_ _"', set()),
    ],
)
@pytest.mark.parametrize("few", [1, 900])
def test_a_phrase_is_found_where_it_stands_and_nowhere_else(
    words: str, names: set[str], few: int, items: dict[str, Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_A_FEW", few)
    assert {i.pk for i in search_items(EVERYTHING, Search(words))} == {items[name].pk for name in names}


def test_a_narrowed_phrase_keeps_to_what_it_is_narrowed_to(items: dict[str, Item]) -> None:
    other = make_item("waste", text=TEXTS["whole"])
    found = search_items(EVERYTHING, Search('"council tax rent"', service="waste"))
    assert [i.pk for i in found] == [other.pk]


@on_postgres
def test_words_that_are_common_but_never_neighbours_are_not_looked_for_letter_by_letter(
    items: dict[str, Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_A_FEW", 1)
    assert search._few(parse('"rent council tax"'), [], []) == []
    assert search._few(parse('"council tax rent"'), [], []) is None
    assert search._few(parse('"rent arrears"'), [], []) == [items["whole"].pk]


@on_postgres
def test_the_index_of_neighbours_is_there_follows_every_change_and_is_what_is_asked(items: dict[str, Item]) -> None:
    Item.objects.filter(pk=items["apart"].pk).update(text="tax council rent")
    assert [i.pk for i in search_items(EVERYTHING, Search('"tax council rent"'))] == [items["apart"].pk]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = search._with_pairs(parse('"tax council rent"'), []).query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        assert "records_item_pairs" in str(cursor.fetchall())


@on_postgres
def test_an_older_release_gets_the_index_and_gives_it_back() -> None:
    def names() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'records_item'")
            return {name for (name,) in cursor.fetchall()}

    search_index.drop_pairs(connection)
    assert "records_item_pairs" not in names()
    for _ in range(2):
        search_index.add_pairs(connection)
    assert "records_item_pairs" in names()


@on_postgres
def test_a_search_that_takes_too_long_is_stopped_and_the_connection_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> list[Item]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")
        return []

    monkeypatch.setattr(search, "_search", slow)
    monkeypatch.setattr(search, "LONGEST_SECONDS", 1)
    with pytest.raises(TakesTooLong):
        search_items(EVERYTHING, Search("bin"))
    assert Item.objects.count() == 0


def test_a_search_stopped_says_so_and_never_that_nothing_was_found(
    signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> list[Item]:
        raise TakesTooLong("This search takes too long.")

    monkeypatch.setattr("mailroom.web.search.views.search_items", stopped)
    answer = signed_in("team_member", "council_tax").get("/search/", {"q": "bin"})
    page = answer.content.decode()
    assert answer.status_code == 422 and '<a href="#q">This search takes too long.</a>' in page
    assert "Nothing found" not in page
    assert Event.objects.filter(kind="account.searched").count() == 1
