"""Where the words stand that stop a mailing: marked on the picture of the page, read back out of the box."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM
from mailroom.gateways.letter_layout import place_of_words
from mailroom.gateways.letter_pdf import read_letters
from mailroom.outbound.machines import OutboundMachines
from tests.gateways.letters import PRINTING
from tests.outbound.leaflets import given, leaflet
from tests.outbound.lines import handed_in
from tests.outbound.people import HEAD, customer, row, spreadsheet

READERS = (
    ("Ms Ada Thornbury", "1 Mill Lane", "Stokeley", "WX10 9WU"),
    ("Mr Ben Ogilvie", "2 Mill Lane", "Stokeley", "WX11 0DA"),
)


def _letters(path: Path, *foreign: str, pages: tuple[str, ...] = ("Page 1 of 1",)) -> Path:
    """A letter for each reader; on the first one's last page stand these lines too."""
    canvas = Canvas(str(path), pagesize=(210 * MM, 297 * MM))
    for number, reader in enumerate(READERS, 1):
        for page, said in enumerate(pages):
            for n, line in enumerate(reader if page == 0 else ()):
                canvas.drawString(28 * MM, (297 - 46 - 4.5 * n) * MM, line)
            canvas.drawString(26 * MM, (297 - 104) * MM, f"Account number: 5080000{number}")
            canvas.drawString(26 * MM, (297 - 260) * MM, said)
            if number == 1 and page == len(pages) - 1:
                for n, line in enumerate(foreign):
                    canvas.drawString(40 * MM, (297 - 150 - 6 * n) * MM, line)
            canvas.showPage()
    canvas.save()
    return path


def _in_box(path: Path, page: int, box: list[float]) -> str:
    """The words drawn within the box, as another reading of the same page finds them."""
    sheet = pdfium.PdfDocument(path)[page - 1]
    wide, high = sheet.get_size()
    x0, y0, x1, y1 = box
    area = (x0 * wide - 0.5, high - y1 * high - 0.5, x1 * wide + 0.5, high - y0 * high + 0.5)
    return " ".join(str(sheet.get_textpage().get_text_bounded(*area)).split())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "marked"),
    [
        (["We told Mr Ben Ogilvie of this."], "Mr Ben Ogilvie"),
        (["from MR B OGILVIE"], "MR B OGILVIE"),
        (["about Ogilvie, Ben today"], "Ogilvie, Ben"),
        (["for Ben", "Ogilvie"], "for Ben Ogilvie"),  # one box around both lines
        (["Dear Mr Ogilvie, thank you"], "Dear Mr Ogilvie"),
        (["See also 50800002 please."], "50800002"),
        (["sent to wx11 0da last year"], "wx11 0da"),
    ],
)
def test_the_words_of_another_person_are_marked_where_they_stand(
    machines: OutboundMachines, tmp_path: Path, lines: list[str], marked: str
) -> None:
    path = _letters(tmp_path / "letters.pdf", *lines)
    mailing = handed_in(machines, path, "legacy_print")
    (problem,) = (p for p in mailing.problems if p["code"] == "other_person")
    assert (problem["row"], _in_box(path, 1, problem["box"])) == (1, marked)


@pytest.mark.django_db
def test_a_page_number_that_is_out_of_order_is_marked(machines: OutboundMachines, tmp_path: Path) -> None:
    path = _letters(tmp_path / "letters.pdf", pages=("Page 1 of 3", "Page 3 of 3"))
    mailing = handed_in(machines, path, "legacy_print")
    wrong = [p for p in mailing.problems if p["code"] == "pages_missing"]
    assert [(p["row"], _in_box(path, p["row"], p["box"])) for p in wrong] == [
        (1, "Page 1 of 3"), (2, "Page 3 of 3"), (3, "Page 1 of 3"), (4, "Page 3 of 3"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_an_address_nobody_can_post_to_has_its_window_marked(machines: OutboundMachines, tmp_path: Path) -> None:
    path = tmp_path / "letters.pdf"
    canvas = Canvas(str(path), pagesize=(210 * MM, 297 * MM))
    for n, line in enumerate(("Ms Ada Thornbury", "(no fixed abode)", "Stokeley", "WX10 9WU")):
        canvas.drawString(28 * MM, (297 - 46 - 4.5 * n) * MM, line)
    canvas.drawString(26 * MM, (297 - 104) * MM, "Account number: 50800001. Page 1 of 1")
    canvas.save()
    problem = next(p for p in handed_in(machines, path, "legacy_print").problems if p["code"] == "address")
    window = PRINTING.window
    drawn = [n * side for n, side in zip(problem["box"], (210, 297, 210, 297), strict=True)]
    assert drawn == pytest.approx([window.left, window.top, window.right, window.bottom], abs=0.2)


@pytest.mark.django_db
def test_words_of_another_person_on_an_attachment_are_marked(machines: OutboundMachines, tmp_path: Path) -> None:
    files = leaflet(tmp_path, "one.pdf", ["Your statement"], ["Statement", "account of Mr Ben Oakes for March"])
    people = [customer("C1"), customer("C2", "Ben", "Oakes")]
    path = spreadsheet(tmp_path, (*row(people[0]), "one.pdf"), (*row(people[1]), ""), head=(*HEAD, "attachment"))
    mailing = handed_in(machines, path, files=given(machines, files, everybody=False))
    (problem,) = (p for p in mailing.problems if p["code"] == "other_person")
    assert (problem["page"], _in_box(files, 2, problem["box"])) == (2, "Mr Ben Oakes")


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_words_are_found_on_a_page_whichever_way_it_is_turned(tmp_path: Path, turned: int) -> None:
    path = _letters(tmp_path / "upright.pdf", "We told Mr Ben Ogilvie of this.")
    with pikepdf.open(path) as pdf:
        pdf.pages[0].rotate(turned, relative=False)
        pdf.save(tmp_path / "turned.pdf")
    (page, _) = read_letters(tmp_path / "turned.pdf", PRINTING.window)
    at = page.text.index("Ben")
    box = place_of_words(tmp_path / "turned.pdf", 1, at, at + 3)
    upright = place_of_words(path, 1, at, at + 3)
    assert box is not None and upright is not None
    x, y = (upright.x0 + upright.x1) / 2, (upright.y0 + upright.y1) / 2
    seen = {0: (x, y), 90: (1 - y, x), 180: (1 - x, 1 - y), 270: (y, 1 - x)}[turned]
    assert ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) == pytest.approx(seen, abs=0.002)


def test_white_space_has_no_place(tmp_path: Path) -> None:
    path = _letters(tmp_path / "letters.pdf")
    (page, _) = read_letters(path, PRINTING.window)
    at = page.text.index("\n")
    assert place_of_words(path, 1, at, at + 1) is None
