"""References on later pages that the first page does not bear: when they stop a mailing, and when they are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.strange_references import judged, strange_references
from mailroom.records.models import CustomerReference, Mailing
from mailroom.values.letter_page import LetterPage, PdfProblem
from mailroom.values.reference_owner import ReferenceOwner
from tests.outbound.lines import handed_in
from tests.outbound.machines import with_class
from tests.outbound.old_system import ADDRESS
from tests.outbound.people import account, customer

SHAPE = r"(?:Reference|Account number|account number):?\s*([A-Z0-9]{6,12})"
FIRST = LetterPage(1, 595, 842, "Mrs Alison Rawlinson\nAccount number: 50893044\nDear Mrs Rawlinson")
READER = ReferenceOwner("C1", frozenset({"Rawlinson"}))
OTHER = ReferenceOwner("C2", frozenset({"Howard"}))
NAMESAKE = ReferenceOwner("C3", frozenset({"Rawlinson"}))


def _judge(
    text: str, marked: bool = False, **owners: tuple[ReferenceOwner, ...]
) -> list[tuple[PdfProblem, int, str, str]]:
    """owners: by the reference, a letter before its digits."""
    page = LetterPage(2, 595, 842, text)
    strange = strange_references((FIRST, page), SHAPE)
    by_key = {key.removeprefix("n"): theirs for key, theirs in owners.items()}
    found = judged(strange, "Mrs Alison Rawlinson", {"50893044"}, by_key, lambda _: marked)
    return [(f.problem, f.page, f.detail, text[slice(*(f.words or (0, 0)))]) for f in found]


def test_another_customers_reference_stops_the_mailing_and_says_whose_it_is() -> None:
    found = _judge("Property Reference: 40112233", marked=True, n50893044=(READER,), n40112233=(OTHER,))
    assert found == [(PdfProblem.OTHER_PERSON, 2, "the reference of customer C2", "40112233")]


@pytest.mark.parametrize(
    "text",
    [
        "Property Reference: 40112233",
        "Your old Reference: 40112233",
        "Previous account number: 40112233",
        "Bank Reference: 40112233",
    ],
)
def test_a_number_that_is_nobodys_on_record_is_pointed_out_and_stops_nothing(text: str) -> None:
    assert [(f[0], f[3]) for f in _judge(text)] == [(PdfProblem.OTHER_REFERENCE, "40112233")]
    assert PdfProblem.OTHER_REFERENCE.is_a_warning


def test_the_readers_own_other_reference_is_not_even_pointed_out() -> None:
    assert _judge("Property Reference: 40112233", n50893044=(READER,), n40112233=(READER, OTHER)) == []


def test_a_reference_where_the_readers_own_should_be_stops_a_page_without_any_mark_of_the_reader() -> None:
    (found,) = _judge("Statement\nAccount number: 40112233")
    assert found[0] is PdfProblem.OTHER_PERSON and "where the reader's own should be" in found[2]
    assert _judge("Statement\nAccount number: 40112233", marked=True)[0][0] is PdfProblem.OTHER_REFERENCE


def test_where_the_readers_own_is_nobodys_the_family_name_decides() -> None:
    assert _judge("Property Reference: 40112233", n40112233=(OTHER,))[0][0] is PdfProblem.OTHER_PERSON
    assert _judge("Property Reference: 40112233", n40112233=(NAMESAKE,))[0][0] is PdfProblem.OTHER_REFERENCE
    known = _judge("Property Reference: 40112233", n50893044=(READER,), n40112233=(NAMESAKE,))
    assert known[0][0] is PdfProblem.OTHER_PERSON


def test_a_page_that_bears_the_letters_own_reference_may_bear_others() -> None:
    assert _judge("Account number: 50893044, Property Reference: 40112233") == []
    assert strange_references((LetterPage(1, 595, 842, "none"), FIRST), SHAPE) == ()
    assert strange_references((FIRST, LetterPage(2, 595, 842, "Account number: 40112233")), "") == ()


def _bill(machines: OutboundMachines, folder: Path, second_page: str) -> Mailing:
    path = folder / "bill.pdf"
    canvas = Canvas(str(path), pagesize=(210 * MM, 297 * MM))
    for n, line in enumerate(ADDRESS):
        canvas.drawString(28 * MM, (297 - 46 - 4.5 * n) * MM, line)
    canvas.drawString(26 * MM, (297 - 104) * MM, "Account number: 50893044")
    canvas.drawString(26 * MM, (297 - 114) * MM, "Dear Mrs Rawlinson")
    canvas.showPage()
    canvas.drawString(26 * MM, (297 - 40) * MM, second_page)
    canvas.save()
    bills = with_class(machines, "council_tax_bill", reference=SHAPE)
    return handed_in(bills, path, "council_tax_bill")


@pytest.mark.django_db
def test_a_bill_with_the_number_of_its_property_goes_and_one_with_a_strangers_is_stopped(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    reader, stranger = customer("C1", "Alison", "Rawlinson"), customer("C2", "David", "Howard")
    account(reader, "50893044"), account(stranger, "40112233")
    bill = _bill(machines, tmp_path, "Property Reference: 004512300120")
    assert bill.status == "ready"
    assert [(p["code"], p["row"], p["warning"]) for p in bill.problems if p["code"] == "other_reference"] == [
        ("other_reference", 2, True)
    ]
    assert _bill(machines, tmp_path, "Bank Reference: 4011 2233").status == "ready"
    stopped = _bill(machines, tmp_path, "Payment Reference: 40112233")
    (problem,) = [p for p in stopped.problems if not p["warning"]]
    assert stopped.status == "refused" and "the reference of customer C2" in problem["message"] and problem["box"]
    CustomerReference.objects.filter(value="40112233").update(customer=reader)
    assert _bill(machines, tmp_path, "Payment Reference: 40112233 ").status == "ready"
