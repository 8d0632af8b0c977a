"""A return noted by mistake is taken back whole: the letter, the address, the notice, the second sending."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import pytest

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.notices import NoticeEmail
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.email import send_letters
from mailroom.outbound.steps.resend import email_instead
from mailroom.outbound.steps.returns import record_return
from mailroom.outbound.steps.tell_services import tell_services
from mailroom.outbound.steps.undo_return import NotReturned, undo_return
from mailroom.records.models import CustomerAddress, Event, Letter, LetterStatus, ServiceNotice
from mailroom.values.return_reason import ReturnReason
from tests.outbound import print_floor as floor
from tests.outbound.people import chose, mailbox
from tests.outbound.print_floor import CUT_OFF
from tests.outbound.test_returns import HOME, _gone_away, _posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> list[NoticeEmail]:
    return []


@pytest.fixture
def unit(tmp_path: Path, told: list[NoticeEmail]) -> PrintMachines:
    return floor.machines(tmp_path, tell=told.append)


def at_home(unit: PrintMachines, count: int = 1) -> list[Letter]:
    """Posted letters to one person's address on record, each in an envelope of its own."""
    person = floor.customer()
    CustomerAddress.objects.create(customer=person, lines=["83 Church Lane", "Stokeley"], postcode="WX10 9WU")
    for number in range(count):
        floor.letters(floor.mailing(), 1, customer=person, matched=True, format="standard", **HOME)
        _post(unit, CUT_OFF + dt.timedelta(minutes=number))
    return list(Letter.objects.order_by("pk"))


def _post(unit: PrintMachines, cut_off: dt.datetime) -> None:
    run = runs.build_run(unit, cut_off, "robin")
    assert run is not None
    floor.post(unit, run)


def test_the_letter_is_posted_again_and_post_goes_to_the_address(unit: PrintMachines) -> None:
    (letter,) = at_home(unit)
    record_return(unit, letter.number, ReturnReason.GONE_AWAY, "kim")
    assert _gone_away(letter)
    undone = undo_return(unit, letter, "kim")
    assert (undone.letters, undone.address_open, undone.emailed) == ((letter.number,), True, ())
    letter.refresh_from_db()
    assert (letter.status, letter.returned_at, letter.return_reason) == (LetterStatus.POSTED, None, "")
    assert not _gone_away(letter)
    assert [e.kind for e in Event.objects.filter(kind__contains="undone").order_by("pk")] == [
        "letter.return_undone",
        "customer.gone_away_undone",
    ]
    with pytest.raises(NotReturned):
        undo_return(unit, letter, "kim")


def test_an_address_that_only_a_return_put_on_record_goes_again(unit: PrintMachines) -> None:
    _posted(unit, 1, customer=floor.customer(), matched=True, **HOME)
    letter = Letter.objects.get()
    record_return(unit, letter.number, ReturnReason.NO_SUCH_ADDRESS, "kim")
    undo_return(unit, letter, "kim")
    assert not CustomerAddress.objects.exists()


def test_post_stays_stopped_while_another_return_stops_it(unit: PrintMachines) -> None:
    first, second = at_home(unit, 2)
    record_return(unit, first.number, ReturnReason.GONE_AWAY, "kim")
    record_return(unit, second.number, ReturnReason.ADDRESSEE_UNKNOWN, "kim")
    assert not undo_return(unit, first, "kim").address_open
    assert _gone_away(first)
    assert undo_return(unit, second, "kim").address_open
    assert not _gone_away(first)


def test_an_address_that_was_known_to_be_wrong_before_stays_so(unit: PrintMachines) -> None:
    (letter,) = at_home(unit)
    CustomerAddress.objects.update(gone_away=True, source="import")
    record_return(unit, letter.number, ReturnReason.GONE_AWAY, "kim")
    assert not undo_return(unit, letter, "kim").address_open
    assert _gone_away(letter)


def test_a_service_that_was_not_told_yet_hears_nothing_and_one_that_was_hears_the_truth(
    unit: PrintMachines, told: list[NoticeEmail]
) -> None:
    first, second = at_home(unit, 2)
    record_return(unit, first.number, ReturnReason.REFUSED, "kim")
    undo_return(unit, first, "kim")
    assert not ServiceNotice.objects.exists()
    record_return(unit, second.number, ReturnReason.REFUSED, "kim")
    tell_services(unit)
    undo_return(unit, second, "kim")
    tell_services(unit)
    assert "did not come back after all" in told[1].plain and second.number in told[1].plain
    record_return(unit, second.number, ReturnReason.GONE_AWAY, "kim")
    tell_services(unit)
    assert "gone away" in told[2].plain
    assert len({email.message_id for email in told}) == len(told) == 3


def test_a_run_that_is_not_closed_yet_still_closes_with_the_letter_in_it(unit: PrintMachines) -> None:
    floor.letters(floor.mailing(), 1, format="standard")
    run = runs.build_run(unit, CUT_OFF, "robin")
    assert run is not None
    letter = Letter.objects.get()
    record_return(unit, letter.number, ReturnReason.OTHER, "kim")
    undo_return(unit, letter, "kim")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.IN_RUN
    floor.post(unit, run)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.POSTED


@pytest.mark.parametrize("has_left", [False, True])
def test_its_second_sending_by_email_is_stopped_unless_it_has_left(
    machines: OutboundMachines, tmp_path: Path, has_left: bool
) -> None:
    unit = floor.machines(tmp_path, email_instead=partial(email_instead, machines))
    (letter,) = at_home(unit)
    Letter.objects.update(fields={"name": "Mrs Rawlinson", "subject": "Bins", "message": "They move."})
    letter.mailing.document_class = "general_letter"
    letter.mailing.save()
    assert letter.customer is not None
    chose(letter.customer)
    mailbox(letter.customer)
    assert record_return(unit, letter.number, ReturnReason.GONE_AWAY, "kim").resent
    again = Letter.objects.latest("pk")
    if has_left:
        send_letters(machines, again.work)
    undone = undo_return(unit, letter, "kim")
    assert undone.emailed == ((again.number,) if has_left else ())
    assert Letter.objects.filter(pk=again.pk).exists() is has_left


def test_letters_held_back_meanwhile_are_decided_again(tmp_path: Path) -> None:
    decided: list[int] = []
    unit = floor.machines(tmp_path, decide_again=decided.extend)
    (letter,) = at_home(unit)
    record_return(unit, letter.number, ReturnReason.GONE_AWAY, "kim")
    floor.letters(floor.mailing(), 1, customer=letter.customer, matched=True, status=LetterStatus.WITHHELD, **HOME)
    decided.clear()
    undo_return(unit, letter, "kim")
    assert Letter.objects.get(status=LetterStatus.WITHHELD).pk in decided
