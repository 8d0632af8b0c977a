"""Errors of lists and of single buttons stand at their row, and lead there; nothing that was said is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mailroom.outbound.machines import OutboundMachines
from mailroom.records.models import Correction, Customer, Letter, Mailing, NamedReader, TrainingExample
from tests.outbound.lines import handed_in
from tests.outbound.old_system import old_letters
from tests.web.error_summary import errors_of
from tests.web.post import make_customer, make_item
from tests.web.print_unit import PrintUnitOnRecord
from tests.web.test_hand_offs import mailing

__all__ = ["mailing"]
pytestmark = pytest.mark.django_db


def test_a_private_item_is_opened_to_nobody_until_somebody_is_chosen(
    signed_in: Callable[..., Client], person: Callable[..., User]
) -> None:
    first, second = make_item(private=True), make_item(private=True)
    member = person("team_member", "council_tax")
    leader = signed_in("team_leader", "council_tax")
    page = leader.get("/items/private/").content.decode()
    assert page.count('<option value="">Choose a colleague</option>') == 2
    answer = leader.post("/items/private/", {"item": second.pk, "reader": "", "do": "name"})
    assert errors_of(answer) == {f"reader-{second.pk}": f"Choose who may open {second.number}"}
    assert answer.status_code == 422 and not NamedReader.objects.exists()
    page = leader.post(
        "/items/private/", {"item": first.pk, "reader": member.pk, "do": "name"}, follow=True
    ).content.decode()
    assert f"{first.number} is open to team_member." in page


def example() -> TrainingExample:
    reader, _ = User.objects.get_or_create(username="reader")
    kept = Correction.objects.create(item=make_item(), account=reader, proposed="benefits", decided="council_tax")
    return TrainingExample.objects.create(correction=kept, service="council_tax", text="My bill is wrong.")


def test_of_examples_none_ticked_is_said_at_the_first_and_none_is_ticked_again(
    signed_in: Callable[..., Client],
) -> None:
    first, second = example(), example()
    leader = signed_in("team_leader", "council_tax")
    answer = leader.post("/review/learning/", {"do": "accept"})
    assert errors_of(answer) == {f"example-{first.pk}": "Tick at least one example"}
    assert answer.status_code == 422 and b" checked" not in answer.content
    page = leader.post("/review/learning/", {"do": "accept", "example": first.pk}, follow=True).content.decode()
    assert "1 example is accepted, and used from the next training on." in page
    answer = leader.post("/review/learning/", {"do": "refuse", "example": first.pk})
    assert "decided by a colleague" in errors_of(answer)[f"example-{second.pk}"]
    leader.post("/review/learning/", {"do": "refuse", "example": second.pk})
    page = leader.post("/review/learning/", {"do": "refuse", "example": second.pk}, follow=True).content.decode()
    assert "None are left" in page


def test_telling_no_service_is_said_at_the_first_that_can_be_told(signed_in: Callable[..., Client]) -> None:
    make_customer()
    Customer.objects.update(deceased_date="2026-11-01")
    make_item("waste", customer=Customer.objects.get())
    answer = signed_in("customer_service").post("/customers/100200/tell/", {})
    assert answer.status_code == 422
    assert errors_of(answer) == {"service-waste": "Tick a service that is still to be told"}


def test_when_all_known_services_were_told_the_error_leads_to_one_of_the_others(
    signed_in: Callable[..., Client],
) -> None:
    make_customer()
    Customer.objects.update(deceased_date="2026-11-01")
    make_item("waste", customer=Customer.objects.get())
    client = signed_in("customer_service")
    client.post("/customers/100200/tell/", {"service": "waste"})
    (place,) = errors_of(client.post("/customers/100200/tell/", {"service": "waste"}))
    assert place.startswith("service-") and place != "service-waste"


def test_a_step_of_a_hand_off_that_cannot_be_is_said_at_its_row(
    mailing: Mailing, signed_in: Callable[..., Client]
) -> None:
    letter = Letter.objects.get(customer="C1")
    unit = signed_in("print_unit")
    answer = unit.post(f"/hand-offs/{letter.number}/move/", {"to": "handed_over"})
    assert answer.status_code == 422 and list(errors_of(answer)) == [f"move-{letter.pk}"]


def test_an_item_that_is_not_there_is_said_at_the_number_which_stays(signed_in: Callable[..., Client]) -> None:
    unit = signed_in("print_unit")
    answer = unit.get("/valuables/find/", {"number": "B999999-01"})
    assert errors_of(answer) == {"number": "There is no item of that number"}
    assert answer.status_code == 422 and b'value="B999999-01"' in answer.content
    assert "like B000042-03" in errors_of(unit.get("/valuables/find/", {"number": "the blue one"}))["number"]


def test_a_repair_that_is_none_is_said_at_the_first_that_is(
    signed_in: Callable[..., Client], outgoing: OutboundMachines, tmp_path: Path
) -> None:
    refused = handed_in(outgoing, old_letters(tmp_path / "old.pdf", right=14, down=12), "legacy_print")
    answer = signed_in("team_member", refused.service).post(f"/mailings/{refused.number}/repairs/", {"repair": "x"})
    assert answer.status_code == 422 and list(errors_of(answer)) == ["use-move"]


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"do": "expected", "expected": "some"}, "expected"),
        ({"do": "move", "pages": "3", "before": "99"}, "before"),
        ({"do": "merge", "pages": "3"}, "page-3"),
        ({"do": "merge"}, "page-1"),
        ({"do": "decide_again"}, "page-1"),
    ],
)
def test_of_a_batch_each_error_leads_to_its_field_or_page(
    form: dict[str, str], place: str, signed_in: Callable[..., Client], print_unit: PrintUnitOnRecord
) -> None:
    batch = print_unit.batch("spp")
    answer = signed_in("print_unit").post(f"/batches/{batch.number}/edit/", form)
    assert answer.status_code == 422 and list(errors_of(answer)) == [place]


def test_pages_chosen_for_a_move_that_cannot_be_are_still_chosen(
    signed_in: Callable[..., Client], print_unit: PrintUnitOnRecord
) -> None:
    batch = print_unit.batch("spp")
    form = {"do": "move", "pages": ["2", "3"], "before": "99"}
    page = signed_in("print_unit").post(f"/batches/{batch.number}/edit/", form).content.decode()
    assert page.count(" checked") == 2 + 1 and 'value="99"' in page


def test_in_a_long_batch_the_page_somebody_is_at_is_among_those_shown(
    signed_in: Callable[..., Client], print_unit: PrintUnitOnRecord
) -> None:
    batch = print_unit.batch("s" + "pp|" * 140)
    page = signed_in("print_unit").get(f"/batches/{batch.number}/?at=250").content.decode()
    assert 'id="page-250"' in page and 'id="page-1"' not in page
