"""What may be learned from: under the rules of consent, masked, and accepted by a leader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mailroom.config.retention import TrainingConsent
from mailroom.records import training_examples
from mailroom.records.models import Correction, Item, TrainingExample
from mailroom.values.masking import masked
from tests.web.post import make_customer, make_item

RULES = TrainingConsent(keep=True, months=24)


@pytest.fixture
def decided(signed_in: Callable[..., Client]) -> Callable[..., Item]:
    def decide(service: str = "benefits", **columns: object) -> Item:
        words = "Dear Sir, my claim, account 5031 8842. Yours, Margaret Thistlewood, 07700 900123, within 14 days"
        item = make_item(status="review", text=words, customer=make_customer(), **columns)
        client = signed_in("team_member", "council_tax")
        client.post(f"/review/{item.number}/decide/", {"service": service, "customer": "100200"})
        return item

    return decide


@pytest.mark.django_db
def test_a_decision_is_kept_without_what_names_anybody(decided: Callable[..., Item]) -> None:
    decided()
    text = TrainingExample.objects.get().text
    assert "Thistlewood" not in text and "8842" not in text and "07700" not in text
    assert "my claim" in text and "within 14 days" in text


@pytest.mark.django_db
@pytest.mark.parametrize("columns", [{"flags": ["abusive"]}, {"private": True}])
def test_private_and_barred_items_teach_nothing(columns: dict[str, object], decided: Callable[..., Item]) -> None:
    item = make_item(status="review", text="words", **columns)
    kept = Correction.objects.create(item=item, account=_anyone(), proposed="rents", decided="benefits")
    barring = TrainingConsent(keep=True, months=24, never_flags=frozenset({"abusive"}))
    assert training_examples.propose(kept, barring) is None


@pytest.mark.django_db
def test_a_service_that_is_never_kept_teaches_nothing(decided: Callable[..., Item]) -> None:
    decided("legal")
    assert not TrainingExample.objects.exists()


@pytest.mark.django_db
def test_nothing_is_learned_from_before_a_leader_accepted_it(
    decided: Callable[..., Item], signed_in: Callable[..., Client]
) -> None:
    decided()
    example, today = TrainingExample.objects.get(), timezone.localdate()
    assert list(training_examples.accepted(RULES, today)) == []
    leader = signed_in("team_leader", "benefits")
    assert "my claim" in leader.get("/review/learning/").content.decode()
    leader.post("/review/learning/", {"example": example.pk, "do": "accept"})
    assert [e.service for e in training_examples.accepted(RULES, today)] == ["benefits"]
    assert list(training_examples.accepted(RULES, today + dt.timedelta(days=800))) == []


@pytest.mark.django_db
def test_a_leader_of_another_service_neither_sees_nor_accepts_it(
    decided: Callable[..., Item], signed_in: Callable[..., Client]
) -> None:
    decided()
    other = signed_in("team_leader", "waste")
    assert "my claim" not in other.get("/review/learning/").content.decode()
    other.post("/review/learning/", {"example": TrainingExample.objects.get().pk, "do": "accept"})
    assert TrainingExample.objects.get().status == "waiting"


@pytest.mark.django_db
def test_a_refused_example_keeps_no_text_and_an_undone_one_nothing_at_all(
    decided: Callable[..., Item], signed_in: Callable[..., Client]
) -> None:
    decided()
    leader = signed_in("team_leader", "benefits")
    leader.post("/review/learning/", {"example": TrainingExample.objects.get().pk, "do": "refuse"})
    assert TrainingExample.objects.get().text == ""


@pytest.mark.django_db
def test_accuracy_is_measured_on_what_people_decided(
    decided: Callable[..., Item], signed_in: Callable[..., Client]
) -> None:
    item = decided()
    Correction.objects.create(item=item, account=_anyone(), proposed="council_tax", decided="council_tax")
    Correction.objects.create(item=item, account=_anyone(), proposed="council_tax", decided="")
    page = signed_in("team_leader", "council_tax").get("/review/learning/").content.decode()
    assert "1 (50%)" in page


@given(st.text(alphabet="abcdefghij ", min_size=1, max_size=60), st.text(alphabet="klmnop", min_size=3, max_size=8))
def test_a_known_word_never_survives_masking(text: str, name: str) -> None:
    assert name not in masked(f"{text} {name}, {text}", [f"Mrs {name}"])


def _anyone() -> object:
    from django.contrib.auth.models import User

    return User.objects.get_or_create(username="anyone")[0]


@pytest.mark.django_db
def test_training_gets_the_accepted_decisions(decided: Callable[..., Item], signed_in: Callable[..., Client]) -> None:
    from mailroom.config.environment import example_site
    from mailroom.wiring.accepted_examples import accepted_examples

    decided()
    assert accepted_examples(example_site()) == []
    TrainingExample.objects.update(status="accepted")
    assert [(e.service, e.origin) for e in accepted_examples(example_site())] == [("benefits", "review")]
