from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mailroom.errors import Retry
from mailroom.outbound.notices import NoticeEmail
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.recipient_facts import facts_of
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.returns import NotPosted, UnknownReturn, record_return, returns_on_scan
from mailroom.outbound.steps.tell_services import tell_services
from mailroom.records.models import (
    CustomerAddress,
    Event,
    Letter,
    LetterStatus,
    PrintRun,
    ReplyCode,
    ServiceNotice,
)
from mailroom.records.recipients import recipients
from mailroom.values.return_reason import ReturnReason
from mailroom.values.sheet_mark import SheetMark
from tests.outbound import print_floor as floor
from tests.outbound.print_floor import CUT_OFF

pytestmark = pytest.mark.django_db
HOME = {"address_lines": ["Mrs A Rawlinson", "83 Church Lane", "Stokeley", "WX10 9WU"], "postcode": "WX10 9WU"}


@pytest.fixture
def machines(tmp_path: Path) -> PrintMachines:
    return floor.machines(tmp_path)


def _posted(machines: PrintMachines, count: int = 3, **changes: object) -> PrintRun:
    floor.letters(floor.mailing(), count, **{"format": "standard", **changes})
    run = runs.build_run(machines, CUT_OFF, "robin")
    assert run is not None
    floor.post(machines, run)
    return run


def _gone_away(letter: Letter) -> bool:
    assert letter.customer_id
    person = recipients([letter.customer_id])[letter.customer_id]
    return facts_of(person, letter.address_lines, letter.postcode, matched=True).gone_away


def test_any_mark_on_the_envelope_finds_the_exact_letter(machines: PrintMachines) -> None:
    run = _posted(machines, 5)
    letters = {x.mailpiece.number: x for x in Letter.objects.all() if x.mailpiece}
    ReplyCode.objects.create(code="ABC123DEFG", letter=letters[4])
    marks = {
        1: SheetMark("WDC", run.pk, 1, 1, 1).payload.lower(),
        2: f"r{run.pk} p2",
        3: letters[3].number,
        5: f"R{run.pk} P5 1/1",
    }
    for number, mark in marks.items():
        assert record_return(machines, mark, ReturnReason.REFUSED, "kim").letters == (letters[number].number,)
    assert Letter.objects.filter(status=LetterStatus.RETURNED, return_reason="refused").count() == 4


def test_a_reply_code_finds_its_letter(machines: PrintMachines) -> None:
    from mailroom.values.reply_code import make_reply_code, printed

    _posted(machines, 2)
    letter = Letter.objects.order_by("pk")[1]
    code = make_reply_code(b"\x01\x02\x03\x04\x05\x06")
    ReplyCode.objects.create(code=code, letter=letter)
    assert record_return(machines, printed(code), ReturnReason.GONE_AWAY, "kim").letters == (letter.number,)


def test_no_more_post_goes_to_an_address_the_person_left(machines: PrintMachines) -> None:
    person = floor.customer()
    CustomerAddress.objects.create(customer=person, lines=["83 Church Lane", "Stokeley"], postcode="WX10 9WU")
    run = _posted(machines, 1, customer=person, matched=True, **HOME)
    before = Letter.objects.get()
    assert not _gone_away(before)
    returned = record_return(machines, f"R{run.pk} P1", ReturnReason.GONE_AWAY, "kim")
    assert returned.address_stopped and returned.customer == person.pk
    assert _gone_away(before)
    assert CustomerAddress.objects.get().gone_away


def test_post_stops_even_to_an_address_that_is_not_on_record(machines: PrintMachines) -> None:
    person = floor.customer()
    run = _posted(machines, 1, customer=person, matched=True, **HOME)
    record_return(machines, f"R{run.pk} P1", ReturnReason.NO_SUCH_ADDRESS, "kim")
    assert _gone_away(Letter.objects.get())
    assert not CustomerAddress.objects.get().current


def test_a_doubtful_match_changes_nobodys_record(machines: PrintMachines) -> None:
    person = floor.customer()
    CustomerAddress.objects.create(customer=person, lines=["83 Church Lane", "Stokeley"], postcode="WX10 9WU")
    run = _posted(machines, 1, customer=person, matched=False, **HOME)
    returned = record_return(machines, f"R{run.pk} P1", ReturnReason.GONE_AWAY, "kim")
    assert not returned.address_stopped
    assert returned.customer == ""
    assert not CustomerAddress.objects.get().gone_away


def test_a_refused_letter_does_not_stop_post(machines: PrintMachines) -> None:
    person = floor.customer()
    run = _posted(machines, 1, customer=person, matched=True, **HOME)
    assert not record_return(machines, f"R{run.pk} P1", ReturnReason.REFUSED, "kim").address_stopped
    assert not CustomerAddress.objects.exists()


def test_recording_a_return_twice_changes_nothing_the_second_time(machines: PrintMachines) -> None:
    run = _posted(machines, 1)
    record_return(machines, f"R{run.pk} P1", ReturnReason.GONE_AWAY, "kim")
    again = record_return(machines, f"R{run.pk} P1", ReturnReason.REFUSED, "kim")
    assert again.was_known
    assert Letter.objects.get().return_reason == "gone_away"
    assert Event.objects.filter(kind="letter.returned").count() == ServiceNotice.objects.count() == 1


def test_every_letter_of_a_shared_envelope_came_back(machines: PrintMachines) -> None:
    person = floor.customer()
    floor.letters(floor.mailing("general_letter", "waste"), 1, customer=person, matched=True, format="standard", **HOME)
    run = _posted(machines, 1, customer=person, matched=True, **HOME)
    first = Letter.objects.order_by("pk")[0]
    assert len(record_return(machines, first.number, ReturnReason.GONE_AWAY, "kim").letters) == 2
    assert {n.service for n in ServiceNotice.objects.all()} == {"waste", "council_tax"}
    assert run.pieces.count() == 1


def test_a_mark_that_is_not_ours_or_never_left_is_told(machines: PrintMachines) -> None:
    floor.letters(floor.mailing(), 1)
    for mark in ("5012345678900", "R999 P1", "L00000000", ""):
        with pytest.raises(UnknownReturn):
            record_return(machines, mark, ReturnReason.GONE_AWAY, "kim")
    with pytest.raises(NotPosted):
        record_return(machines, Letter.objects.get().number, ReturnReason.GONE_AWAY, "kim")


def test_a_scan_of_returned_envelopes_finds_every_mark_in_their_windows(machines: PrintMachines) -> None:
    run = _posted(machines, 4)
    (file,) = runs.files_of(run)
    with machines.store.path_for_reading(run.outputs[file.name]) as path:
        found = returns_on_scan(machines, path, ReturnReason.GONE_AWAY, "kim")
    assert (found.unknown, found.sides) == ((), 8)
    assert len(found.returned) == 4
    assert Letter.objects.filter(status=LetterStatus.RETURNED).count() == 4


def test_a_letter_goes_again_by_email_only_if_it_may(tmp_path: Path) -> None:
    asked: list[int] = []

    def email_instead(letter: Letter) -> bool:
        asked.append(letter.pk)
        return True

    machines = floor.machines(tmp_path, email_instead=email_instead)
    run = _posted(machines, 3)
    reasons = (ReturnReason.GONE_AWAY, ReturnReason.DECEASED, ReturnReason.REFUSED)
    resent = [record_return(machines, f"R{run.pk} P{n}", r, "kim").resent for n, r in enumerate(reasons, 1)]
    assert [len(r) for r in resent] == [1, 0, 0]
    assert len(asked) == 1


def test_each_service_is_told_once_in_one_email_by_numbers_only(tmp_path: Path) -> None:
    told: list[NoticeEmail] = []
    machines = floor.machines(tmp_path, tell=told.append)
    run = _posted(machines, 3)
    for number in (1, 2):
        record_return(machines, f"R{run.pk} P{number}", ReturnReason.GONE_AWAY, "kim")
    assert tell_services(machines) == {"council_tax": ""}
    assert tell_services(machines) == {}
    (email,) = told
    returned = Letter.objects.filter(status=LetterStatus.RETURNED)
    for letter in returned:
        assert letter.number in email.plain and letter.number in email.html
        assert letter.address_lines[0] not in email.plain + email.html
        assert letter.postcode not in email.plain + email.html


def test_a_mail_server_that_is_away_gets_the_same_email_later(tmp_path: Path) -> None:
    told: list[NoticeEmail] = []

    def tell(email: NoticeEmail) -> None:
        told.append(email)
        if len(told) == 1:
            raise Retry("the mail server is away")

    machines = floor.machines(tmp_path, tell=tell)
    run = _posted(machines, 2)
    record_return(machines, f"R{run.pk} P1", ReturnReason.GONE_AWAY, "kim")
    assert tell_services(machines) == {"council_tax": "the mail server is away"}
    record_return(machines, f"R{run.pk} P2", ReturnReason.GONE_AWAY, "kim")
    tell_services(machines)
    tell_services(machines)
    assert [e.message_id for e in told[:2]] == [told[0].message_id] * 2
    assert told[0].plain == told[1].plain
    assert len({e.message_id for e in told}) == 2
    assert not ServiceNotice.objects.filter(sent_at=None).exists()
    assert told[0].date <= dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
