"""What deciding writes on an item."""

from __future__ import annotations

import datetime as dt

import pytest

from mailroom.inbound.steps import decide
from mailroom.inbound.steps.cut import cut_batch
from mailroom.inbound.steps.decide import decide_item
from mailroom.inbound.understanding import Understanding
from mailroom.records.models import Customer, Item, Letter, Mailing, ReplyCode
from mailroom.values.answered_letter import AnsweredLetter
from mailroom.values.confidence import CERTAIN
from mailroom.values.decisions import Classification, CustomerMatch, Disposition, MatchOutcome, RoutingDecision
from mailroom.values.index_fields import IndexFields
from tests.inbound.line_machines import line_machines, read_batch
from tests.inbound.test_recut import line_config

pytestmark = pytest.mark.django_db


def decided(
    drawn: str, doubts: list[str], answers: AnsweredLetter | None = None, heard: list[object] | None = None
) -> Item:
    """The first item of a batch, its customer known for sure, in review where there are doubts about its cut.

    heard: gets what the stations are told.
    """
    Customer.objects.create(pk="C1", last_name="Pengelly")

    def understand(*said: object) -> Understanding:
        if heard is not None:
            heard.extend(said)
        decision = RoutingDecision(
            disposition=Disposition.REVIEW if doubts else Disposition.SEND,
            service="waste",
            team="waste",
            inbox="waste@wexmere.example",
            reasons=tuple(doubts),
            received=dt.date(2026, 11, 24),
            due=dt.date(2026, 12, 8),
        )
        match = CustomerMatch(MatchOutcome.ONE, "C1", CERTAIN, ("a test",))
        return Understanding(
            IndexFields(), Classification("waste", CERTAIN, True, ("a test",)), match, decision, answers
        )

    machines = line_machines(understand=understand)
    machines.config = line_config()
    item = read_batch(machines, drawn, cut_batch).items.order_by("position").first()
    assert item is not None
    Item.objects.filter(pk=item.pk).update(review_reasons=doubts)
    decide_item(machines, item.pk, 1)
    item.refresh_from_db()
    return item


def test_what_may_be_two_letters_stands_on_nobodys_record_until_a_person_has_looked() -> None:
    item = decided("sp", ["Page 2 may begin another letter."])
    assert (item.status, item.customer_id) == ("review", None)
    assert item.decision["match"]["customer_id"] == "C1"


def test_one_page_and_its_blank_back_cannot_be_two_letters() -> None:
    assert decided("s-", ["Page 3 may begin another letter."]).customer_id == "C1"


def test_an_item_cut_without_a_doubt_stands_on_its_customers_record() -> None:
    assert decided("sp", []).customer_id == "C1"


def answer_to_a_letter() -> AnsweredLetter:
    mailing = Mailing.objects.create(
        service="waste", document_class="general_letter", source="web", submitted_at=dt.datetime.now(dt.UTC)
    )
    letter = Letter.objects.create(mailing=mailing, position=1, status="posted")
    ReplyCode.objects.create(code="AAAAAAAAAA", letter=letter)
    return AnsweredLetter("AAAAAAAAAA", letter.number, "waste", "C1")


def reviewed(item: Item, customer: str | None) -> Item | None:
    """A person sends it as that customer's; returns what then is on record as the letter's answer."""
    Item.objects.filter(pk=item.pk).update(status="routed", version=2, decided_by="7", customer_id=customer)
    decide_item(line_machines(), item.pk, 2)
    return ReplyCode.objects.get().answered_by


def test_an_item_cut_in_doubt_answers_no_letter_of_ours_until_a_person_has_looked() -> None:
    item = decided("s-", ["Page 3 may begin another letter."], answer_to_a_letter())
    assert ReplyCode.objects.get().answered_by is None
    assert reviewed(item, "C1") == item


def test_an_item_that_a_person_gives_to_another_customer_is_no_answer_to_that_letter() -> None:
    item = decided("sp", ["Page 2 may begin another letter."], answer_to_a_letter())
    Customer.objects.create(pk="C2", last_name="Oakes")
    assert reviewed(item, "C2") is None


def test_an_item_cut_without_a_doubt_answers_the_letter_at_once() -> None:
    item = decided("sp", [], answer_to_a_letter())
    assert ReplyCode.objects.get().answered_by == item


def test_stations_are_told_of_the_earlier_item_that_this_one_looks_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "link_rescans", lambda *_: "B000999-01")
    heard: list[object] = []
    decided("s", [], heard=heard)
    assert heard[3] == "B000999-01"
