from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mailroom.records.models import Correction, Delivery, Event, Item, NamedReader, ReviewLease, TrainingExample
from tests.web.machines import RememberingMachines
from tests.web.post import make_customer, make_item

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_urgent_and_the_soonest_due_come_first(signed_in: Callable[..., Client]) -> None:
    today = timezone.localdate()
    late, urgent = make_item(status="review", due=today), make_item(status="review", priority=5)
    page = signed_in("team_member", "council_tax").get("/review/").content.decode()
    assert page.index(urgent.number) < page.index(late.number)


def test_two_people_never_get_the_same_item_until_the_lease_runs_out(signed_in: Callable[..., Client]) -> None:
    make_item(status="review")
    one, two = (signed_in("team_member", "council_tax", name=n) for n in ("one", "two"))
    assert "/review/B" in one.get("/review/next/")["Location"]
    assert two.get("/review/next/")["Location"] == "/review/"
    ReviewLease.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert "/review/B" in two.get("/review/next/")["Location"]


def test_a_decision_goes_to_the_line_with_route_due_date_and_training_example(
    signed_in: Callable[..., Client], machines: RememberingMachines
) -> None:
    item = make_item(status="review")
    customer = make_customer()
    client = signed_in("team_member", "council_tax")
    client.get(f"/review/{item.number}/")
    client.post(f"/review/{item.number}/decide/", {"service": "benefits", "customer": customer.pk})
    item.refresh_from_db()
    assert (item.status, item.service, item.team, item.customer_id) == ("routed", "benefits", "benefits", "100200")
    assert item.decision["routing"]["inbox"] == "benefits@wexmere.example"
    assert machines.on_line == [(item.pk, 2)] and item.version == 2
    assert item.decided_by.isdigit() and item.due
    kept = Correction.objects.get()
    assert (kept.proposed, kept.decided) == ("council_tax", "benefits")


def test_an_item_somebody_else_has_cannot_be_decided(
    signed_in: Callable[..., Client], machines: RememberingMachines
) -> None:
    item = make_item(status="review")
    signed_in("team_member", "council_tax", name="one").get(f"/review/{item.number}/")
    other = signed_in("team_member", "council_tax", name="two")
    answer = other.post(f"/review/{item.number}/decide/", {"service": "benefits"}, follow=True)
    assert "is in front of a colleague" in answer.content.decode()
    assert Item.objects.get().status == "review" and machines.on_line == []


def test_a_decision_is_undone_until_the_email_is_made(signed_in: Callable[..., Client]) -> None:
    item = make_item(status="review")
    client = signed_in("team_member", "council_tax")
    client.post(f"/review/{item.number}/decide/", {"service": "benefits"})
    kept = Correction.objects.get()
    client.post(f"/review/undo/{kept.pk}/")
    item.refresh_from_db()
    assert (item.status, item.service, item.version) == ("review", "council_tax", 3)
    client.post(f"/review/{item.number}/decide/", {"service": "benefits"})
    Delivery.objects.create(item=item, sequence=41, team="benefits", inbox="b@wexmere.example", message_id="<1>")
    client.post(f"/review/undo/{Correction.objects.latest('pk').pk}/")
    item.refresh_from_db()
    assert item.status == "routed"


def test_a_date_set_by_law_survives_a_change_of_service(signed_in: Callable[..., Client]) -> None:
    due = timezone.localdate() + dt.timedelta(days=2)
    item = make_item(status="review", due=due)
    from mailroom.web.site import routing

    item.flags = [next(code for code, rule in routing().flags.items() if rule.clock)]
    item.save()
    signed_in("team_member", "council_tax").post(f"/review/{item.number}/decide/", {"service": "benefits"})
    item.refresh_from_db()
    assert item.due == due


def test_an_unknown_service_is_refused_with_an_error_summary(signed_in: Callable[..., Client]) -> None:
    item = make_item(status="review")
    answer = signed_in("team_member", "council_tax").post(f"/review/{item.number}/decide/", {"service": "magic"})
    assert answer.status_code == 422 and "There is a problem" in answer.content.decode()


def test_the_screen_shows_pages_evidence_and_reasons_within_100_kb_and_is_recorded(
    signed_in: Callable[..., Client], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    item = make_item(status="review", review_reasons=["Unsure between Council tax and Benefits"])
    client = signed_in("team_member", "council_tax")
    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        answer = client.get(f"/review/{item.number}/")
    page = answer.content.decode()
    assert "Unsure between" in page and 'x="10.00" y="26.00"' in page and "64%" in page
    assert len(answer.content) < 100_000
    assert Event.objects.filter(kind="item.looked_at").exists()


def test_the_queue_is_narrowed_by_reason_and_flag_and_next_keeps_to_it(signed_in: Callable[..., Client]) -> None:
    plain, flagged = make_item(status="review", priority=9), make_item(status="review", flags=["vulnerable"])
    flagged.decision["routing"]["rules"] = ["service_is_unsure"]
    flagged.save()
    client = signed_in("team_member", "council_tax")
    for query in ({"service": "", "flag": "vulnerable"}, {"service": "", "rule": "service_is_unsure"}):
        page = client.get("/review/", query).content.decode()
        assert flagged.number in page and plain.number not in page
        assert flagged.number in client.get("/review/next/")["Location"]


def test_a_search_finds_services_and_customers_and_a_customer_found_can_be_chosen_without_script(
    signed_in: Callable[..., Client],
) -> None:
    item = make_item(status="review")
    make_customer()
    client = signed_in("team_member", "council_tax")
    assert 'data-service="waste"' in client.get("/review/find/", {"q": "waste"}).content.decode()
    assert 'data-customer="100200"' in client.get("/review/find/", {"q": "thisslewood"}).content.decode()
    page = client.get(f"/review/{item.number}/", {"find": "Thisslewood"}).content.decode()
    assert 'value="100200"' in page
    client.post(f"/review/{item.number}/decide/", {"service": "other", "other": "waste", "customer": "100200"})
    item.refresh_from_db()
    assert (item.service, item.customer_id) == ("waste", "100200")


def test_the_browser_is_told_to_fetch_the_next_items_first_page(signed_in: Callable[..., Client]) -> None:
    item, following = make_item(status="review", priority=9), make_item(status="review")
    page = signed_in("team_member", "council_tax").get(f"/review/{item.number}/").content.decode()
    assert f'rel="prefetch" as="image" href="/items/{following.number}/pages/1-1000.png"' in page


def test_the_reviewer_sets_the_clock_with_the_decision_and_undo_takes_it_back(
    signed_in: Callable[..., Client],
) -> None:
    tuesday, before = dt.date(2026, 11, 24), dt.date(2026, 12, 8)
    item = make_item(status="review", received=tuesday, due=before, flags=["complaint", "vulnerable"])
    client = signed_in("team_member", "council_tax")
    chosen = {"clocks": "1", "clock": ["complaint", "complaint_stage_2"]}
    client.post(f"/review/{item.number}/decide/", {"service": "benefits", **chosen})
    item.refresh_from_db()
    assert (item.due, item.flags) == (dt.date(2026, 12, 22), ["vulnerable", "complaint", "complaint_stage_2"])
    client.post(f"/review/undo/{Correction.objects.get().pk}/")
    item.refresh_from_db()
    assert (item.due, item.flags) == (before, ["complaint", "vulnerable"])


def test_a_decision_to_a_private_service_makes_the_item_private_and_takes_it_from_the_teams_proposed_before(
    signed_in: Callable[..., Client],
) -> None:
    item = make_item(status="review", also=["benefits", "waste"], flags=["complaint"])
    item.decision["routing"]["copies"] = [["benefits", "benefits@wexmere.example"], ["waste", "waste@wexmere.example"]]
    item.save()
    client = signed_in("team_member", "council_tax")
    client.post(f"/review/{item.number}/decide/", {"service": "hr"})
    item.refresh_from_db()
    assert item.private and item.decision["routing"]["attach"] is False
    assert item.decision["routing"]["copies"] == [["customer_feedback", "customer-feedback@wexmere.example"]]
    assert not TrainingExample.objects.exists()
    client.post(f"/review/undo/{Correction.objects.get().pk}/")
    item.refresh_from_db()
    assert not item.private and len(item.decision["routing"]["copies"]) == 2
    client.post(f"/review/{item.number}/decide/", {"service": "waste"})
    item.refresh_from_db()
    assert not item.private
    assert [team for team, _ in item.decision["routing"]["copies"]] == ["benefits", "customer_feedback"]


def test_an_item_private_only_for_the_service_it_was_taken_for_is_open_to_the_one_it_goes_to(
    signed_in: Callable[..., Client],
) -> None:
    item = make_item("hr", status="review", private=True)
    client = signed_in("team_member", "hr", "waste", name="reader")
    NamedReader.objects.create(item=item, account=User.objects.get(username="reader"))
    client.post(f"/review/{item.number}/decide/", {"service": "waste"})
    item.refresh_from_db()
    assert (item.service, item.private) == ("waste", False)


def test_a_proposed_customer_stands_before_the_reasons_and_no_reason_is_said_twice(
    signed_in: Callable[..., Client],
) -> None:
    why = "phrase ‘council tax bill’"
    item = make_item(
        status="review", customer=make_customer(), review_reasons=[f"Not sure enough of the service: {why}"]
    )
    page = signed_in("team_member", "council_tax").get(f"/review/{item.number}/").content.decode()
    assert page.index("Whose is it?") < page.index("Thistlewood") < page.index("Why a person is asked")
    assert page.count(why) == 1


def test_who_decides_says_which_other_services_get_a_copy(signed_in: Callable[..., Client]) -> None:
    item = make_item(status="review", also=["waste"])
    client = signed_in("team_member", "council_tax")
    page = client.get(f"/review/{item.number}/").content.decode()
    assert 'value="waste" checked' in page and "A copy is proposed for" in page
    address = f"/review/{item.number}/decide/"
    client.post(
        address, {"service": "benefits", "copies": "1", "copy": ["council_tax", "benefits"], "copy_other": "rents"}
    )
    item.refresh_from_db()
    assert item.also == ["council_tax", "rents"]
    assert [team for team, _ in item.decision["routing"]["copies"]] == ["council_tax", "rents"]
    assert Event.objects.get(kind="item.decided").details["copies"] == ["council_tax", "rents"]
    client.post(f"/review/undo/{Correction.objects.get().pk}/")
    item.refresh_from_db()
    assert item.also == ["waste"], "as the line proposed it"


def test_a_copy_that_may_not_go_is_said_so(signed_in: Callable[..., Client]) -> None:
    item = make_item(status="review", flags=["private_confidential"])
    client = signed_in("team_leader", "council_tax")
    said = client.post(
        f"/review/{item.number}/decide/", {"service": "council_tax", "copies": "1", "copy": ["waste"]}, follow=True
    )
    item.refresh_from_db()
    assert "waste" not in [team for team, _ in item.decision["routing"]["copies"]]
    assert "No copy goes to Waste" in said.content.decode()


def test_a_service_that_does_not_exist_gets_no_copy_and_nothing_is_decided(signed_in: Callable[..., Client]) -> None:
    item = make_item(status="review")
    client = signed_in("team_member", "council_tax")
    answer = client.post(f"/review/{item.number}/decide/", {"service": "benefits", "copies": "1", "copy": ["moon"]})
    assert answer.status_code == 422 and 'href="#copy"' in answer.content.decode()
    assert Item.objects.get().status == "review"
