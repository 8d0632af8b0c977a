"""Runs of letters as the outgoing line really makes them: from templates, cut from PDFs, large print, both mixed."""

from __future__ import annotations

import dataclasses
import tempfile
from functools import partial
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailroom.gateways.letter_pdf import read_letters
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import email
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.compose_run import compose_run
from mailroom.outbound.steps.decide import decide_again
from mailroom.outbound.steps.resend import email_instead
from mailroom.outbound.steps.returns import record_return
from mailroom.records.models import Consent, Customer, Letter, LetterStatus, MailingStatus, PrintRun
from mailroom.values.letter_body import LetterToSet
from mailroom.values.return_reason import ReturnReason
from tests.gateways.letters import PRINTING, letter, set_all, smallest_type
from tests.outbound import people, print_floor
from tests.outbound.lines import handed_in, run_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor(machines: OutboundMachines, tmp_path: Path) -> PrintMachines:
    return _floor(machines, tmp_path)


def _floor(machines: OutboundMachines, folder: Path) -> PrintMachines:
    return print_floor.machines(
        folder,
        store=machines.store,
        clock=machines.clock,
        compose=partial(compose_run, machines),
        decide_again=lambda keys: decide_again(machines, Letter.objects.filter(pk__in=keys)),
        email_instead=partial(email_instead, machines),
    )


def _built(floor: PrintMachines) -> PrintRun:
    run = runs.build_run(floor, floor.clock(), "robin")
    assert run is not None
    return run


def _words(floor: PrintMachines, run: PrintRun, one: Letter) -> str:
    assert one.mailpiece is not None
    with floor.store.path_for_reading(run.outputs[one.mailpiece.file]) as path:
        first = (one.mailpiece.first_sheet - 1) * (2 if one.mailpiece.duplex else 1) + 1
        pages = read_letters(path, PRINTING.window, first, one.mailpiece.sheets * 2)
        return "\n".join(page.text for page in pages)


def test_letters_from_a_template_are_printed_each_for_its_reader(
    machines: OutboundMachines, floor: PrintMachines, tmp_path: Path
) -> None:
    ada, bob = people.customer("C1"), people.customer("C2", "Bob", "Marsh", accessible_format="Large print (18pt)")
    run_line(machines, handed_in(machines, people.spreadsheet(tmp_path, people.row(ada), people.row(bob))))
    run = _built(floor)
    for who in (ada, bob):
        one = Letter.objects.get(customer=who)
        assert who.name in _words(floor, run, one)
    assert {p.format for p in run.pieces.all()} == {"standard", "large_print"}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wishes=st.lists(st.sampled_from(["", "large_print", "Large print (18pt)"]), min_size=1, max_size=5),
    pages=st.integers(min_value=1, max_value=3),
    from_pdf=st.booleans(),
)
def test_whoever_asked_for_large_print_gets_every_printed_page_at_the_large_size(
    machines: OutboundMachines, tmp_path: Path, wishes: list[str], pages: int, from_pdf: bool
) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as made, transaction.atomic():
        floor = _floor(machines, Path(made))
        readers = [people.customer(f"C{n}", accessible_format=wish) for n, wish in enumerate(wishes, 1)]
        message = "We have looked at what you told us, and write to say what we decided. " * 14 * pages
        source = people.spreadsheet(Path(made), *(people.row(who, message=message) for who in readers))
        if from_pdf:
            source = Path(made) / "bills.pdf"
            set_all(source, *(_own_letter(who) for who in readers))
        handed = handed_in(machines, source, "legacy_print" if from_pdf else "general_letter", again=True)
        assert run_line(machines, handed).problems == []
        run = _built(floor)
        assert run.letter_count == len(readers)
        for one in Letter.objects.select_related("mailpiece", "customer"):
            assert one.mailpiece is not None and one.customer is not None
            with floor.store.path_for_reading(run.outputs[one.mailpiece.file]) as path:
                sides = 2 if one.mailpiece.duplex else 1
                first = (one.mailpiece.first_sheet - 1) * sides + 1
                printed = smallest_type(path, first, one.mailpiece.sheets * sides)
            asked = bool(one.customer.accessible_format)
            assert (printed >= PRINTING.type.large_size) == asked
        transaction.set_rollback(True)


def _own_letter(who: Customer) -> LetterToSet:
    (address,) = who.addresses.all()
    plain = letter(0, template="council_tax_reminder")
    lines = (f"{who.title} {who.first_name} {who.last_name}", *address.lines, address.postcode)
    bodies = tuple(dataclasses.replace(body, blocks=body.blocks[1:]) for body in plain.bodies)
    return dataclasses.replace(plain, bodies=bodies, address=lines, reply_code="", opt_in=False, reference="")


def test_letters_cut_from_another_systems_pdf_are_printed_as_they_are(
    machines: OutboundMachines, floor: PrintMachines, tmp_path: Path
) -> None:
    plain = [dataclasses.replace(letter(n), reply_code="", opt_in=False) for n in (0, 1, 2)]
    set_all(tmp_path / "bills.pdf", *plain)
    mailing = run_line(machines, handed_in(machines, tmp_path / "bills.pdf", "legacy_print"))
    assert mailing.problems == []
    run = _built(floor)
    assert run.letter_count == 3
    for one in Letter.objects.select_related("mailpiece"):
        words = _words(floor, run, one)
        assert one.address_lines[0] in words
        assert sum(other.address_lines[0] in words for other in Letter.objects.all()) == 1


def test_what_was_learnt_after_the_decision_changes_the_run(
    machines: OutboundMachines, floor: PrintMachines, tmp_path: Path
) -> None:
    ada, bob, cay = (people.customer(n, n.lower() * 2, f"Family{n}") for n in ("C1", "C2", "C3"))
    rows = [people.row(who) for who in (ada, bob, cay)]
    run_line(machines, handed_in(machines, people.spreadsheet(tmp_path, *rows)))
    assert Letter.objects.filter(status=LetterStatus.TO_PRINT).count() == 3
    machines.clock.later(hours=2)  # type: ignore[attr-defined]
    bob.accessible_format = "braille"
    bob.save()
    people.mailbox(cay)
    Consent.objects.create(customer=cay, choice="email", given_at=machines.clock(), source="clerk")
    run = _built(floor)
    by_customer = dict(Letter.objects.values_list("customer", "status"))
    assert by_customer == {"C1": LetterStatus.IN_RUN, "C2": LetterStatus.HAND_OFF, "C3": LetterStatus.TO_EMAIL}
    assert run.letter_count == 1


def test_a_returned_letter_goes_again_by_email_to_someone_who_consented(
    machines: OutboundMachines, floor: PrintMachines, tmp_path: Path
) -> None:
    ada, bob = people.customer("C1"), people.customer("C2", "Bob", "Marsh")
    rows = [people.row(who) for who in (ada, bob)]
    mailing = run_line(machines, handed_in(machines, people.spreadsheet(tmp_path, *rows)))
    run = _built(floor)
    print_floor.post(floor, run)
    type(mailing).objects.update(status=MailingStatus.DONE)
    people.chose(ada)
    people.mailbox(ada)
    back = {}
    for who in (ada, bob):
        one = Letter.objects.get(customer=who)
        assert one.mailpiece is not None
        back[who.pk] = record_return(floor, f"R{run.pk} P{one.mailpiece.number}", ReturnReason.GONE_AWAY, "kim")
    assert [bool(back[k].resent) for k in ("C1", "C2")] == [True, False]
    again = Letter.objects.get(customer=ada, status=LetterStatus.TO_EMAIL)
    assert again.work in machines.queues.on  # type: ignore[attr-defined]
    assert email.send_letters(machines, again.work) == 1
    (sent,) = machines.mail.sent  # type: ignore[attr-defined]
    assert sent.recipient == "c1@mail.example"
    assert Letter.objects.filter(customer=ada).count() == 2
    assert Letter.objects.filter(customer=bob).count() == 1
    record_return(floor, f"R{run.pk} P1", ReturnReason.GONE_AWAY, "kim")
    assert Letter.objects.count() == 3


def test_the_next_letter_to_an_address_that_gave_post_back_is_not_printed(
    machines: OutboundMachines, floor: PrintMachines, tmp_path: Path
) -> None:
    ada = people.customer("C1")
    run_line(machines, handed_in(machines, people.spreadsheet(tmp_path, people.row(ada))))
    run = _built(floor)
    print_floor.post(floor, run)
    record_return(floor, f"R{run.pk} P1", ReturnReason.GONE_AWAY, "kim")
    machines.clock.later(days=30)  # type: ignore[attr-defined]
    again = people.spreadsheet(tmp_path, people.row(ada, message="Another matter."), name="next.csv")
    run_line(machines, handed_in(machines, again))
    assert Letter.objects.order_by("pk").last().status == LetterStatus.WITHHELD  # type: ignore[union-attr]
    assert runs.build_run(floor, floor.clock(), "robin") is None


def test_a_page_count_on_record_is_the_one_that_was_printed(
    machines: OutboundMachines, floor: PrintMachines, tmp_path: Path
) -> None:
    run_line(machines, handed_in(machines, people.spreadsheet(tmp_path, people.row(people.customer("C1")))))
    run = _built(floor)
    one = Letter.objects.get()
    (file,) = runs.files_of(run)
    with floor.store.path_for_reading(run.outputs[file.name]) as path, pdfium.PdfDocument(path) as pdf:
        assert one.page_count <= len(pdf) <= one.page_count + 1
