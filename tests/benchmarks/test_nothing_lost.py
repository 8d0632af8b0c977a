"""What the benchmarks of outgoing letters call lost, doubled or somebody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.records.models import Letter, Mailing, Mailpiece, PrintRun
from tests.benchmarks.bench_outbound import put_on_record, spreadsheet
from tests.benchmarks.nothing_lost import letters_found_their_customers, rows_are_letters, run_holds_all
from tests.outbound.machines import make_machines
from tests.outbound.print_floor import NOW, letters, mailing

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return spreadsheet(tmp_path / "bills.csv", 6, 9)


@pytest.fixture
def submitted(tmp_path: Path, sheet: Path) -> Mailing:
    from mailroom.outbound.steps import check, match
    from mailroom.outbound.steps.submit import Handover, receive

    machines = make_machines(tmp_path)
    put_on_record(9)
    made = receive(machines, sheet, Handover("council_tax_bill", "anna", "web", template="council_tax_bill"))
    check.check_mailing(machines, made.pk)
    match.match_positions(machines, made.pk, 1, 6)
    return made


def test_letters_that_are_their_rows_and_their_customers_pass(submitted: Mailing, sheet: Path) -> None:
    rows_are_letters(submitted, sheet)
    assert letters_found_their_customers(submitted) == 6


@pytest.mark.parametrize(
    ("position", "change", "told"),
    [(6, None, "row 6"), (3, None, "row 3"), (4, {"postcode": "WX1 1AA"}, "row 4"), (2, {"position": 60}, "row 2")],
)
def test_a_row_without_its_own_letter_is_named(
    submitted: Mailing, sheet: Path, position: int, change: dict[str, object] | None, told: str
) -> None:
    letter = submitted.letters.filter(position=position)
    if change is None:
        letter.delete()
    else:
        letter.update(**change)
    with pytest.raises(SystemExit, match=told):
        rows_are_letters(submitted, sheet)


def test_a_letter_no_row_asked_for_is_named(submitted: Mailing, sheet: Path) -> None:
    Letter.objects.create(mailing=submitted, position=7)
    with pytest.raises(SystemExit, match="position 7"):
        rows_are_letters(submitted, sheet)


def test_a_letter_matched_to_somebody_else_is_named(submitted: Mailing) -> None:
    right = submitted.letters.get(position=5)
    wrong = submitted.letters.exclude(pk=right.pk).values_list("customer", flat=True)[0]
    submitted.letters.filter(pk=right.pk).update(customer=wrong)
    with pytest.raises(SystemExit, match="position 5"):
        letters_found_their_customers(submitted)


def test_a_letter_for_paper_that_is_in_no_envelope_is_found() -> None:
    paper, run = mailing(), PrintRun.objects.create(cut_off=NOW, letter_count=2, sheet_count=2, piece_count=2)
    for number, letter in enumerate(letters(paper, 2), 1):
        piece = Mailpiece.objects.create(
            run=run, number=number, first_sheet=number, sheets=1, pages=1, weight_grams=9.5, cost_pence=91
        )
        Letter.objects.filter(pk=letter.pk).update(print_run=run, mailpiece=piece)
    run_holds_all(run, paper)
    Letter.objects.filter(position=2).update(mailpiece=None)
    with pytest.raises(SystemExit, match="placed"):
        run_holds_all(run, paper)
