"""Every address is walked by people who may open its desk but not the thing it names; they learn nothing of it.

test_permissions tries each role on each desk. Here the role is right and the item, letter or mailing is another's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern

from mailroom.records.models import Item, Letter, TrainingExample
from mailroom.web.urls import urlpatterns
from tests.web.openings import OPEN_TO, SAMPLES
from tests.web.post import make_customer, make_item, make_letter
from tests.web.test_permissions import ROLES

pytestmark = pytest.mark.django_db

SECRET = "Zephaniah's adoption file"
ASKED = ("search", "customers", "review_find", "review_queue", "post", "figures_rows")
QUESTIONS = ("?q=adoption", "?q=Zephaniah+adoption&service=council_tax", "?q=5031+8842")
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
_OF_AN_ITEM = {"batch", "position"}


def named(pattern: URLPattern) -> set[str]:
    return set(_PLACE.findall(str(pattern.pattern)))


def filled(pattern: URLPattern, samples: dict[str, str]) -> str:
    return "/" + _PLACE.sub(lambda place: samples[place[1]], str(pattern.pattern))


def of_things() -> Iterator[tuple[str, URLPattern]]:
    """The addresses of a desk of items, letters or mailings, of which each names one."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        places, name = named(pattern), str(pattern.name)
        mine = "team_member" in OPEN_TO.get(name, ()) or "team_leader" in OPEN_TO.get(name, ())
        of_outgoing = places & {"letter", "mailing"}
        if mine and (places >= _OF_AN_ITEM or of_outgoing):
            yield name, pattern


def secret_item(**columns: object) -> Item:
    item = make_item("council_tax", text=SECRET, customer=make_customer("100200", "Zephaniah"), **columns)
    Item.objects.filter(pk=item.pk).update(decision={**item.decision, "summary": SECRET})
    return item


def test_whoever_works_for_another_service_finds_no_item_letter_or_mailing_at_any_address(
    signed_in: Callable[..., Client],
) -> None:
    item, letter = secret_item(), make_letter(make_customer("100300", "Aled", "Prosser"), name="Prosser")
    samples = {
        **SAMPLES,
        "batch": item.number[:7],
        "position": item.number[8:],
        "letter": letter.number,
        "mailing": letter.mailing.number,
    }
    stranger, walked = signed_in("team_leader", "waste"), []
    for name, pattern in of_things():
        for method in (stranger.get, stranger.post):
            answer = method(filled(pattern, samples))
            assert answer.status_code in (404, 405), (name, answer.status_code)
            assert SECRET not in answer.content.decode(errors="replace"), name
        walked.append(name)
    assert len(walked) > 15
    before = Item.objects.values().get(pk=item.pk)
    assert (before["status"], Letter.objects.get().status) == ("sent", "posted")


def test_no_page_of_any_role_tells_a_word_of_a_private_item_nor_counts_it(signed_in: Callable[..., Client]) -> None:
    """Its number stands on three pages: who may open it, the batch's cuts, and the register of valuables."""
    item = secret_item(private=True, status="sent", flags=["cheque_enclosed"])
    waiting = secret_item_in_review(item)
    places = {**SAMPLES, "batch": item.number[:7], "position": item.number[8:]}
    opened = set()
    for role in ROLES:
        client = signed_in(role, "council_tax", "benefits")
        for pattern in urlpatterns:
            assert isinstance(pattern, URLPattern)
            address = filled(pattern, places)
            for query in ("", *(QUESTIONS if pattern.name in ASKED else ())):
                answer = client.get(address + query)
                if answer.streaming:
                    continue
                if answer.status_code == 200:
                    opened.add((role, pattern.name))
                shown = answer.content.decode(errors="replace")
                assert "adoption file" not in shown, (role, address + query)
                if pattern.name in ("post", "review_queue", "search"):
                    assert not {item.number, waiting.number} & set(re.findall(r"/(B\d+-\d+)/", shown)), (role, address)
    assert len(opened) > 100, "the roles were signed in to the end"
    leader = signed_in("team_leader", "council_tax", "benefits", name="counts")
    assert "0 items" in leader.get("/items/").content.decode()
    assert "0 items wait" in " ".join(leader.get("/review/").content.decode().split())


def secret_item_in_review(first: Item) -> Item:
    waiting = make_item("benefits", status="review", private=True, text=SECRET, customer=first.customer)
    said = {**waiting.decision, "summary": SECRET, "routing": {"rules": ["service_is_unsure"]}}
    Item.objects.filter(pk=waiting.pk).update(decision=said, review_reasons=[SECRET])
    return waiting


def test_an_example_of_an_item_that_became_private_is_shown_to_nobody_and_taught_to_nothing(
    signed_in: Callable[..., Client], person: Callable[..., User]
) -> None:
    from mailroom.records import training_examples
    from mailroom.records.models import Correction
    from tests.web.test_learning import RULES

    item = make_item()
    kept = Correction.objects.create(
        item=item, account=person("team_member", "benefits"), proposed="benefits", decided="council_tax"
    )
    example = TrainingExample.objects.create(correction=kept, service="council_tax", text=SECRET)
    leader = signed_in("team_leader", "council_tax")
    assert "adoption" in leader.get("/review/learning/").content.decode()
    Item.objects.filter(pk=item.pk).update(private=True)
    assert "adoption" not in leader.get("/review/learning/").content.decode()
    TrainingExample.objects.filter(pk=example.pk).update(status="accepted")
    assert list(training_examples.accepted(RULES, example.made_at.date())) == []
