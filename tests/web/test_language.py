"""Welsh: the public pages speak it, whole; the desks do not pretend to."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from mailroom.config.environment import PACKAGE, example_site
from tests.web.preferences import CODE, TOKEN

pytestmark = pytest.mark.django_db

CATALOGUE = PACKAGE / "web" / "locale" / "cy" / "LC_MESSAGES"
_MARKED = re.compile(r"{% trans (?:\"([^\"]*)\"|'([^']*)') %}")
_SAID = re.compile(r"(?<![\w.])_\(\s*\"([^\"]*)\"\s*\)")


def welsh() -> gettext.GNUTranslations:
    with (CATALOGUE / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def marked() -> Iterator[str]:
    """Every word marked for translation on the public pages and in the shared layout."""
    pages = example_site() / "templates" / "web"
    for page in (pages / "base.html", *sorted(pages.glob("public*.html"))):
        yield from (one or other for one, other in _MARKED.findall(page.read_text()))
    yield from _SAID.findall((PACKAGE / "web" / "public" / "views.py").read_text())


def test_every_word_of_the_public_pages_and_the_layout_has_its_welsh() -> None:
    words, catalogue = set(marked()), welsh()
    assert len(words) > 50
    assert {word for word in words if catalogue.gettext(word) == word} == set()


def test_the_catalogue_that_is_served_is_the_one_that_is_written() -> None:
    written = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (CATALOGUE / "django.po").read_text(), re.MULTILINE)
    catalogue = welsh()
    served = {english: catalogue.gettext(english) for english, _ in written}
    assert len(written) > 50 and served == dict(written)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/reply/", "Rhowch y cod sydd ar eich llythyr"),
        (f"/reply/{CODE}", "Cael eich llythyr nesaf drwy e-bost"),
        (f"/letters/confirm/{TOKEN}", "Ai eich cyfeiriad e-bost chi yw hwn"),
        (f"/letters/choices/{TOKEN}", "Stopio’r negeseuon e-bost hyn?"),
        (f"/letters/{TOKEN}", "Eich cod post, neu eich dyddiad geni"),
        ("/letters/made-up", "Nid yw’r ddolen hon yn gweithio mwyach"),
    ],
)
def test_a_public_page_is_in_the_language_of_the_readers_browser(address: str, words: str) -> None:
    answer = Client(headers={"Accept-Language": "cy, en;q=0.5"}).get(address)
    page = answer.content.decode()
    assert '<html lang="cy"' in page and words in page and answer["Content-Language"] == "cy"
    assert 'href="?lang=en-gb"' in page and "Neidio i’r prif gynnwys" in page
    english = Client(headers={"Accept-Language": "de, en;q=0.5"}).get(address).content.decode()
    assert '<html lang="en-gb"' in english and words not in english


def test_the_link_changes_the_language_of_the_pages_after_it_and_of_their_errors() -> None:
    client = Client(headers={"Accept-Language": "en-GB"})
    assert 'href="?lang=cy"' in client.get("/reply/").content.decode()
    client.get("/reply/?lang=cy")
    page = client.post("/reply/", {"code": "ZZZZZZZZZZ"}).content.decode()
    assert '<html lang="cy"' in page and "Mae problem" in page and "Nid yw’r cod hwn yn hysbys" in page
    client.get("/reply/?lang=en-gb")
    assert '<html lang="en-gb"' in client.get("/reply/").content.decode()


def test_what_the_council_named_in_english_says_so_on_a_welsh_page() -> None:
    page = Client(headers={"Accept-Language": "cy"}).get(f"/reply/{CODE}").content.decode()
    assert '<span lang="en-gb">Council Tax bill</span>' in page


def test_a_language_nobody_offers_changes_nothing() -> None:
    answer = Client().get("/reply/?lang=xx")
    assert '<html lang="en-gb"' in answer.content.decode() and "django_language" not in answer.cookies


def test_a_desk_stays_english_and_says_so_whatever_the_browser_speaks(signed_in: Callable[..., Client]) -> None:
    client = signed_in("team_leader", "council_tax")
    client.cookies["django_language"] = "cy"
    page = client.get("/items/", headers={"Accept-Language": "cy"}).content.decode()
    assert '<html lang="en-gb"' in page and "Sign out" in page
