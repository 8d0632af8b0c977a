from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import openpyxl
import pikepdf
import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM
from mailroom.errors import Misconfigured
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import examined
from mailroom.outbound.steps.check import check_mailing
from mailroom.outbound.steps.single import NotSound, Single, submit_single
from mailroom.outbound.steps.submit import Handover, KeyReused, receive
from mailroom.records.models import Event, Letter, Mailing, MailingStatus
from mailroom.values.letter_body import Block, BlockKind, LetterBody, LetterToSet, Run
from mailroom.values.letter_page import PdfProblem
from tests.outbound.lines import handed_in
from tests.outbound.machines import RememberingQueues, with_class
from tests.outbound.old_system import ADDRESS, old_letters
from tests.outbound.people import HEAD, customer, row, spreadsheet

pytestmark = pytest.mark.django_db
API = Handover("general_letter", actor="housing-system", source="api", template="general_letter")
VALUES = {
    "name": "Ms Thornbury", "subject": "Your new bin", "message": "On Tuesday.",
    "address_line_1": "Ms A Thornbury", "address_line_2": "1 Mill Lane", "address_line_3": "WX10 9WU",
}  # fmt: skip


def _queues(machines: OutboundMachines) -> RememberingQueues:
    assert isinstance(machines.queues, RememberingQueues)
    return machines.queues


def test_a_sound_spreadsheet_becomes_a_mailing_with_a_letter_a_row_and_its_original_kept(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    path = spreadsheet(tmp_path, row(customer("C1")), row(customer("C2", "Ben")))
    mailing = handed_in(machines, path)
    assert (mailing.status, mailing.letter_count) == (MailingStatus.READY, 2)
    first = mailing.letters.get(position=1)
    assert first.address_lines == ["Ms Ada Thornbury", "1 Mill Lane", "Stokeley", "WX10 9WU"]
    assert first.postcode == "WX10 9WU"
    assert machines.store.get(mailing.original) == path.read_bytes()
    assert list(_queues(machines).on) == [f"mailing-{mailing.pk}-1"]


def test_a_letter_with_a_slip_in_its_postcode_stops_the_mailing_and_is_in_nobody_elses_envelope(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    """Its pages have no page numbers and greet nobody by name, as older systems print: only its address tells."""
    path = tmp_path / "many.pdf"
    canvas = Canvas(str(path), pagesize=(210 * MM, 297 * MM))
    for address in (("A Lee", "1 Mill Lane", "WX10 9WU"), ("B Ray", "2 Mill Lane", "WX10 9W"), ADDRESS):
        for lines in (address, ()):
            for n, line in enumerate(lines):
                canvas.drawString(28 * MM, (297 - 46 - 4.5 * n) * MM, line)
            canvas.drawString(26 * MM, 150 * MM, "Please pay what you owe.")
            canvas.showPage()
    canvas.save()
    mailing = handed_in(machines, path, "legacy_print")
    assert mailing.status == MailingStatus.REFUSED
    assert (3, "address") in {(p["row"], p["code"]) for p in mailing.problems}


def test_warnings_on_every_page_do_not_crowd_out_what_stops_the_mailing(
    machines: OutboundMachines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examined, "MOST_WARNED", 3)
    monkeypatch.setattr(examined, "MOST_TOLD", 2)
    people = [(f"Mr {name} Lee", "1 Mill Lane", "WX10 9WU") for name in ("Adam", "Ben", "Carl")]
    bad = [(f"Mr {name} Ray", "2 Mill Lane", "WX10 9W") for name in ("Dan", "Ed", "Fred")]
    mailing = handed_in(machines, old_letters(tmp_path / "many.pdf", (*people, *bad)), "legacy_print")
    codes = [(p["code"], p["warning"]) for p in mailing.problems]
    assert codes.count(("font_not_embedded", True)) == 3
    assert [c for c, warning in codes if not warning] == ["address", "address"]


def test_an_xlsx_spreadsheet_goes_the_same_way(machines: OutboundMachines, tmp_path: Path) -> None:
    """It is read from the store, where files have no ending."""
    book = openpyxl.Workbook()
    for cells in (HEAD, row(customer("C1")), row(customer("C2", "Ben"))):
        book.worksheets[0].append(cells)
    book.save(path := tmp_path / "letters.xlsx")
    mailing = handed_in(machines, path)
    assert (mailing.status, mailing.letter_count, mailing.problems) == (MailingStatus.READY, 2, [])
    assert mailing.letters.get(position=1).address_lines[0] == "Ms Ada Thornbury"


def test_one_bad_row_refuses_the_whole_mailing_and_names_row_column_code_and_message(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    good = customer("C1")
    mailing = handed_in(machines, spreadsheet(tmp_path, row(good), row(good, subject="")))
    assert mailing.status == MailingStatus.REFUSED
    (problem,) = mailing.problems
    assert (problem["row"], problem["column"], problem["code"]) == (3, "subject", "missing_field")
    assert not Letter.objects.exists()
    assert _queues(machines).on == {}


def test_a_file_that_waits_for_its_check_is_put_on_the_line_and_checked_once(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    path = spreadsheet(tmp_path, row(customer("C1")))
    mailing = receive(machines, path, Handover("general_letter", "anna", "web", template="general_letter"))
    assert mailing.status == MailingStatus.CHECKING
    for _ in range(3):
        assert check_mailing(machines, mailing.pk) == MailingStatus.READY
    assert Letter.objects.count() == 1


def test_the_same_file_again_is_refused_unless_the_person_insists(machines: OutboundMachines, tmp_path: Path) -> None:
    path = spreadsheet(tmp_path, row(customer("C1")))
    first = handed_in(machines, path)
    second = handed_in(machines, path)
    assert [p["code"] for p in second.problems] == ["same_file"]
    assert first.number in second.problems[0]["message"]
    assert handed_in(machines, path, again=True).status == MailingStatus.READY


def test_a_template_of_another_class_is_refused_before_anything_is_kept(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured, match="council_tax_bill"):
        handed_in(machines, spreadsheet(tmp_path), "general_letter", template="council_tax_bill")
    assert not Mailing.objects.exists()


def test_a_class_that_asks_for_approval_queues_nothing_yet(machines: OutboundMachines, tmp_path: Path) -> None:
    mailing = handed_in(machines, _pdf(machines, tmp_path, "Ms Ada Thornbury"), "summons")
    assert mailing.status == MailingStatus.AWAITING_APPROVAL
    assert _queues(machines).on == {}


def _pdf(machines: OutboundMachines, folder: Path, *names: str, foreign: str = "") -> Path:
    """What an older system prints: letters one after the other, each with its address in the window."""
    path = folder / "letters.pdf"
    machines.typesetter.write([_letter(n, name, foreign) for n, name in enumerate(names, 1)], path)
    return path


def _letter(number: int, name: str, foreign: str) -> LetterToSet:
    words = f"Account number: 5080000{number}. You owe 12.00. {foreign}"
    body = LetterBody("A letter", tuple(Block(BlockKind.PARAGRAPH, (Run(words),)) for _ in range(30)))
    return LetterToSet(
        (body,), (name, f"{number} Mill Lane", "Stokeley", f"WX10 9W{'UJ'[number % 2]}"), dt.date(2026, 3, 2)
    )


def test_one_pdf_with_many_letters_is_cut_and_its_addresses_and_references_are_read_from_it(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    path = _pdf(machines, tmp_path, "Ms Ada Thornbury", "Mr Ben Ogilvie")
    mailing = handed_in(machines, path, "legacy_print")
    assert mailing.status == MailingStatus.READY, mailing.problems
    letters = list(mailing.letters.order_by("position"))
    assert [x.name for x in letters] == ["Ms Ada Thornbury", "Mr Ben Ogilvie"]
    assert [x.reference for x in letters] == ["50800001", "50800002"]
    assert [(x.first_page, x.page_count) for x in letters] == [(1, 2), (3, 2)]
    assert len(pdfium.PdfDocument(path)) == 4


def test_a_page_that_carries_somebody_elses_reference_stops_the_mailing(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    path = _pdf(machines, tmp_path, "Ms Ada Thornbury", "Mr Ben Ogilvie", foreign="See also 50800002.")
    mailing = handed_in(machines, path, "legacy_print")
    assert mailing.status == MailingStatus.REFUSED
    assert {(p["row"], p["code"]) for p in mailing.problems} == {(1, "other_person"), (2, "other_person")}


@pytest.mark.parametrize("foreign", ["MR B OGILVIE", "Dear Mr Ogilvie,", "Ben Ogilvie"])
def test_a_page_that_carries_somebody_elses_name_alone_stops_the_mailing(
    machines: OutboundMachines, tmp_path: Path, foreign: str
) -> None:
    path = _pdf(machines, tmp_path, "Ms Ada Thornbury", "Mr Ben Ogilvie", foreign=foreign)
    mailing = handed_in(machines, path, "legacy_print")
    assert mailing.status == MailingStatus.REFUSED
    assert {(p["row"], p["code"]) for p in mailing.problems} == {(1, "other_person"), (2, "other_person")}


def _with_small_type(path: Path, size: float) -> Path:
    canvas = Canvas(str(path), pagesize=(210 * MM, 297 * MM))
    for n, line in enumerate(ADDRESS):
        canvas.drawString(28 * MM, (297 - 46 - 4.5 * n) * MM, line)
    canvas.setFont("Helvetica-Oblique", size)
    canvas.drawString(30 * MM, (297 - 150) * MM, "The small print of this letter says that nothing of it may be small.")
    canvas.save()
    return path


def test_type_too_small_and_fonts_that_are_not_in_the_file_are_boxed_where_they_stand(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    mailing = handed_in(machines, _with_small_type(tmp_path / "small.pdf", 4.5), "legacy_print")
    by_message = {p["message"]: p["box"] for p in mailing.problems}
    (small,) = (box for said, box in by_message.items() if "too small" in said and "4.5 point" in said)
    (slanted,) = (box for said, box in by_message.items() if "Helvetica-Oblique" in said)
    (upright,) = (box for said, box in by_message.items() if said.endswith("(Helvetica)"))
    assert small == slanted
    assert small[0] * 210 == pytest.approx(30, abs=0.5)
    assert small[3] * 297 == pytest.approx(150, abs=1)
    assert upright[3] * 297 < 62


def test_type_large_enough_is_no_problem(machines: OutboundMachines, tmp_path: Path) -> None:
    mailing = handed_in(machines, _with_small_type(tmp_path / "small.pdf", 6.5), "legacy_print")
    assert "type_too_small" not in {p["code"] for p in mailing.problems}


def test_a_file_with_more_megabytes_than_its_letters_may_have_is_refused(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    path = _with_small_type(tmp_path / "large.pdf", 9)
    most = path.stat().st_size / 1_000_000 / 2
    limits = machines.printing.preflight.model_copy(update={"most_megabytes": most})
    printing = machines.printing.model_copy(update={"preflight": limits})
    mailing = handed_in(dataclasses.replace(machines, printing=printing), path, "legacy_print")
    assert mailing.status == MailingStatus.REFUSED
    assert [p["message"] for p in mailing.problems] == [str(PdfProblem.TOO_LARGE)]


def test_a_file_that_is_no_pdf_is_refused_with_what_to_do(machines: OutboundMachines, tmp_path: Path) -> None:
    path = tmp_path / "letters.pdf"
    path.write_bytes(b"PK\x03\x04 not a pdf")
    mailing = handed_in(machines, path, "legacy_print")
    assert mailing.status == MailingStatus.REFUSED
    assert "cannot be read" in mailing.problems[0]["message"]


def test_a_single_letter_from_another_system_is_checked_before_the_answer(machines: OutboundMachines) -> None:
    letter = submit_single(machines, Single(VALUES, client_reference="H-77"), API)
    assert (letter.client_reference, letter.mailing.status) == ("H-77", MailingStatus.READY)
    with pytest.raises(NotSound) as refused:
        submit_single(machines, Single({**VALUES, "address_line_3": "Nowhere"}), API)
    assert [p["code"] for p in refused.value.problems] == ["not_a_postcode"]
    assert Mailing.objects.count() == 1


def test_a_retry_with_the_same_key_makes_no_second_letter_and_another_content_is_refused(
    machines: OutboundMachines,
) -> None:
    keyed = Handover("general_letter", "housing-system", "api", template="general_letter", idempotency_key="k1")
    first = submit_single(machines, Single(VALUES), keyed)
    assert submit_single(machines, Single(VALUES), keyed).pk == first.pk
    with pytest.raises(KeyReused):
        submit_single(machines, Single({**VALUES, "message": "On Monday."}), keyed)
    assert Letter.objects.count() == 1


def test_a_finished_pdf_from_another_system_is_one_letter_however_many_pages_it_has(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    content = _pdf(machines, tmp_path, "Ms Ada Thornbury").read_bytes()
    letter = submit_single(machines, Single(pdf=content), Handover("legacy_print", "old-system", "api"))
    assert (letter.page_count, letter.postcode, letter.reference) == (2, "WX10 9WJ", "50800001")


def test_an_email_from_another_system_needs_an_address_and_its_fields(machines: OutboundMachines) -> None:
    values = {"name": "Ada", "subject": "Your bin", "message": "On Tuesday."}
    letter = submit_single(machines, Single(values, email="Ada@Mail.example"), API)
    assert (letter.email, letter.address_lines) == ("ada@mail.example", [])
    with pytest.raises(NotSound) as refused:
        submit_single(machines, Single({"name": "Ada"}, email="no address"), API)
    assert {p["code"] for p in refused.value.problems} == {"missing_field", "bad_email"}


def test_events_and_problems_hold_no_name_or_address(machines: OutboundMachines, tmp_path: Path) -> None:
    handed_in(machines, spreadsheet(tmp_path, row(customer("C1"), postcode="Thornbury Row")))
    kept = " ".join(f"{e.details}" for e in Event.objects.all()) + f"{Mailing.objects.get().problems}"
    assert "Thornbury" not in kept
    assert "Mill Lane" not in kept


def test_columns_may_stand_in_any_order_and_spelling(machines: OutboundMachines, tmp_path: Path) -> None:
    cells = row(customer("C1"))
    head = tuple(h.upper().replace(" ", "_") for h in reversed(HEAD))
    mailing = handed_in(machines, spreadsheet(tmp_path, tuple(reversed(cells)), head=head))
    assert mailing.status == MailingStatus.READY, mailing.problems


def _with_pictures(path: Path, pictured: set[int]) -> Path:
    """The same file, these pages as scans of themselves."""
    with pdfium.PdfDocument(path) as pdf:
        scans = {n: pdf[n - 1].render(scale=100 / 72).to_pil() for n in pictured}
    made = pikepdf.open(path, allow_overwriting_input=True)
    for number, scan in scans.items():
        scan.save(path.with_suffix(".scan.pdf"), resolution=100)
        with pikepdf.open(path.with_suffix(".scan.pdf")) as one:
            made.pages[number - 1] = one.pages[0]
    made.save(path)
    made.close()
    return path


@pytest.mark.parametrize("pictured", [{3}, {3, 4}, {2}], ids=["a first page", "a whole letter", "a later page"])
def test_a_page_without_words_stops_a_file_of_several_letters_because_nobody_can_tell_whose_it_is(
    machines: OutboundMachines, tmp_path: Path, pictured: set[int]
) -> None:
    """Cut by address, somebody's letter as a picture would lie in the envelope of the letter before it."""
    path = _with_pictures(_pdf(machines, tmp_path, "Ms Ada Thornbury", "Mr Ben Ogilvie", "Ms Cy Tarn"), pictured)
    mailing = handed_in(machines, path, "legacy_print")
    assert mailing.status == MailingStatus.REFUSED
    assert {p["row"] for p in mailing.problems if p["code"] == "no_words"} == pictured


def test_pages_without_words_go_where_the_class_has_them_on_purpose_or_the_file_is_one_letter(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    one = _with_pictures(_pdf(machines, tmp_path, "Ms Ada Thornbury"), {2})
    assert handed_in(machines, one, "legacy_print").status == MailingStatus.READY
    many = _with_pictures(_pdf(machines, tmp_path, "Ms Ada Thornbury", "Mr Ben Ogilvie"), {2})
    allowed = with_class(machines, "legacy_print", picture_pages=True)
    assert handed_in(allowed, many, "legacy_print").status == MailingStatus.READY
