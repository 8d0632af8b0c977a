from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from mailroom.gateways.letter_pdf import read_letters
from mailroom.outbound.large_print import reflowed
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.compose import count_pages, letter_pdf, set_letters
from mailroom.records.models import Customer, Letter
from mailroom.values.channel import LetterFormat
from mailroom.values.letter_body import Block, BlockKind, LetterBody, LetterToSet, Run
from mailroom.values.letter_page import LetterPage
from mailroom.values.reply_code import printed
from tests.gateways.letters import PRINTING, smallest_type
from tests.outbound.lines import decided, handed_in
from tests.outbound.people import account, customer, emailable, row, spreadsheet

pytestmark = pytest.mark.django_db
WORDS = "You owe 12.00 for the year. Please pay it by the end of the month, or phone us if you cannot."


def _pages(machines: OutboundMachines, pdf: bytes, folder: Path) -> list[LetterPage]:
    path = folder / "composed.pdf"
    path.write_bytes(pdf)
    return list(read_letters(path, machines.printing.window))


def _letter(machines: OutboundMachines, folder: Path, who: Customer, **cells: str) -> Letter:
    return decided(machines, handed_in(machines, spreadsheet(folder, row(who, **cells)))).letters.get()


def _old_systems_file(machines: OutboundMachines, folder: Path) -> Path:
    words = (Run(f"Account number: 50800001. {WORDS}"),)
    body = LetterBody("A letter", tuple(Block(BlockKind.PARAGRAPH, words) for _ in range(20)))
    address = ("Ms Ada Thornbury", "1 Mill Lane", "Stokeley", "WX10 9WU")
    path = folder / "old.pdf"
    machines.typesetter.write([LetterToSet((body,), address, dt.date(2026, 3, 2))], path)
    return path


def test_the_address_stands_in_the_window_and_the_words_of_the_row_in_the_letter(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    letter = _letter(machines, tmp_path, customer("C1"))
    (page,) = _pages(machines, letter_pdf(machines, letter), tmp_path)
    assert page.window == ("Ms Ada Thornbury", "1 Mill Lane", "Stokeley", "WX10 9WU")
    assert "We will bring it on Tuesday." in page.text
    assert "23 November 2026" in page.text


def test_large_print_is_set_anew_at_eighteen_point(machines: OutboundMachines, tmp_path: Path) -> None:
    long = WORDS * 12
    ordinary = _letter(machines, tmp_path, customer("C1"), message=long)
    large = _letter(machines, tmp_path, customer("C2", "Ben", accessible_format="large_print"), message=long)
    first = _pages(machines, letter_pdf(machines, ordinary), tmp_path)
    second = _pages(machines, letter_pdf(machines, large), tmp_path)
    assert len(second) > len(first)
    (tmp_path / "large.pdf").write_bytes(letter_pdf(machines, large))
    assert smallest_type(tmp_path / "large.pdf") >= PRINTING.type.large_size
    assert second[0].window[0] == "Ms Ben Thornbury"


def test_a_letter_that_came_as_a_pdf_is_cut_out_unchanged_or_set_anew_in_large_print_without_losing_a_word(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    account(customer("C1"), "50800001")
    source = _old_systems_file(machines, tmp_path)
    mailing = handed_in(machines, source, "legacy_print")
    assert mailing.letter_count == 1, mailing.problems
    decided(machines, mailing)
    cut = _pages(machines, letter_pdf(machines, mailing.letters.get()), tmp_path)
    original = list(read_letters(source, machines.printing.window))
    assert [p.text for p in cut] == [p.text for p in original]
    mailing.letters.update(format=LetterFormat.LARGE_PRINT)
    large = _pages(machines, letter_pdf(machines, mailing.letters.get()), tmp_path)
    assert len(large) > len(cut)
    said = " ".join(p.text for p in large)
    assert said.count("Account number: 50800001") == 20
    assert len(re.findall(r"phone\s+us\s+if\s+you\s+cannot", said)) == 20


def test_reflowing_keeps_every_word_but_the_window_and_the_page_numbers() -> None:
    window = ("Ms Ada Thornbury", "1 Mill Lane", "WX10 9WU")
    lines = (*window, "Dear Ms Thornbury", "Your bill is £12.00.", "Council Tax | £12.00", "Page 1 of 2")
    page = LetterPage(1, 595, 842, "\n".join(lines), window)
    said = reflowed((page,), "A bill").text
    assert said.split() == ["Dear", "Ms", "Thornbury", "Your", "bill", "is", "£12.00.", "Council", "Tax", "|", "£12.00"]


def test_welsh_comes_first_and_english_follows_for_who_asked_for_it(machines: OutboundMachines, tmp_path: Path) -> None:
    who = customer("C1", language="cy")
    bill = machines.templates["council_tax_bill"]
    values = {**dict.fromkeys(bill.needed | bill.asked, "12.00"), "name": who.name}
    head = (*values, "address line 1", "address line 2", "address line 3", "postcode", "customer id")
    cells = (*values.values(), who.name, "1 Mill Lane", "Stokeley", "WX10 9WU", "C1")
    path = spreadsheet(tmp_path, cells, head=head)
    letter = decided(machines, handed_in(machines, path, "council_tax_bill")).letters.get()
    assert letter.bilingual
    text = " ".join(p.text for p in _pages(machines, letter_pdf(machines, letter), tmp_path))
    assert text.index("Rhif y cyfrif") < text.index("Account number")


def test_a_printed_letter_carries_its_reply_code_and_an_emailed_one_does_not(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    on_paper = _letter(machines, tmp_path, customer("C1"))
    (page,) = _pages(machines, letter_pdf(machines, on_paper), tmp_path)
    assert printed(on_paper.reply_codes.get().code) in page.text
    assert "Would you rather have letters like this by email?" in page.text
    emailed = _letter(machines, tmp_path, emailable("C2", first="Ben"))
    (page,) = _pages(machines, letter_pdf(machines, emailed), tmp_path)
    assert "please quote" not in page.text


def test_many_letters_in_one_file_are_where_they_are_said_to_be_with_the_pages_counted_before(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    rows = [row(customer(f"C{n}", first=f"Ada{'abc'[n]}"), message=WORDS * (1 + 15 * n)) for n in range(3)]
    mailing = decided(machines, handed_in(machines, spreadsheet(tmp_path, *rows)))
    letters = list(mailing.letters.order_by("position").select_related("mailing"))
    places = set_letters(machines, letters, tmp_path / "many.pdf")
    assert [p.page_count for p in places] == count_pages(machines, letters)
    with pdfium.PdfDocument(tmp_path / "many.pdf") as pdf:
        assert len(pdf) == sum(p.page_count for p in places)
    for letter, place in zip(letters, places, strict=True):
        first = next(read_letters(tmp_path / "many.pdf", machines.printing.window, place.first_page, 1))
        assert first.window[0] == letter.name
