"""A page nobody measures at size is a page nobody knows to be quick."""

from __future__ import annotations

from django.urls import resolve

from mailroom.web.urls import urlpatterns
from tests.benchmarks.web_addresses import NOT_MEASURED, Newest, addresses

NUMBER = "B000001-01"
NEWEST = Newest(NUMBER, NUMBER, "2026-11-25", "R000002", "R000001", "M000002", "M000001", "L00000001", 1, 1)


def test_every_page_has_its_row_in_the_benchmark_or_is_named_as_having_none() -> None:
    measured = {resolve(address.split("?")[0]).url_name for _, _, address in addresses(NEWEST)}
    names = {pattern.name for pattern in urlpatterns}
    assert measured & NOT_MEASURED == set()
    assert names - measured - NOT_MEASURED == set()
    assert NOT_MEASURED - names == set()
