from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM
from mailroom.gateways.letter_pdf import LockedLetter, UnreadableLetter, read_letters
from mailroom.gateways.preflight_pdf import measure_letter, picture_of
from mailroom.outbound.postal_address import UK_AREAS, address_from
from mailroom.outbound.preflight import LATER_PAGES, check_letter, first_page_areas
from mailroom.values.geometry import Box
from mailroom.values.letter_page import LetterPage, PdfFinding, PdfProblem
from tests.gateways.letters import PEOPLE, PRINTING, letter, set_all

DEMO = UK_AREAS | {"WX"}
FIRST = first_page_areas(PRINTING.window)


def _measured(path: Path) -> tuple[LetterPage, ...]:
    return tuple(measure_letter(path, PRINTING.window, FIRST, LATER_PAGES))


def _findings(path: Path) -> tuple[PdfFinding, ...]:
    pages = _measured(path)
    return check_letter(pages, address_from(pages[0].window, DEMO), PRINTING.preflight)


def _problems(path: Path) -> set[PdfProblem]:
    return {f.problem for f in _findings(path)}


def _drawn(path: Path, *, size: tuple[float, float] = (210, 297), at: float = 45.0, note: float | None = None) -> Path:
    """A letter from another system: address from `at` millimetres down, a note in the left margin at `note`."""
    canvas = Canvas(str(path), pagesize=(size[0] * MM, size[1] * MM))
    for number, line in enumerate(PEOPLE[0][:4]):
        canvas.drawString(26 * MM, size[1] * MM - at * MM - number * 12, line)
    canvas.drawString(26 * MM, size[1] * MM - 130 * MM, "Dear Mrs Rawlinson, page 1 of 1")
    if note is not None:
        canvas.drawString(2 * MM, size[1] * MM - note * MM, "OVER")
    canvas.save()
    return path


def test_ink_in_the_margin_is_found_with_its_place(tmp_path: Path) -> None:
    findings = [f for f in _findings(_drawn(tmp_path / "a.pdf", note=150)) if f.problem is PdfProblem.OUTSIDE]
    (box,) = (f.box for f in findings)
    assert box is not None
    assert box.x0 * 210 == pytest.approx(2, abs=1)
    assert box.y1 * 297 == pytest.approx(150, abs=1.5)


def test_a_base_font_that_is_not_in_the_file_is_named(tmp_path: Path) -> None:
    (finding,) = (f for f in _findings(_drawn(tmp_path / "a.pdf")) if f.problem is PdfProblem.FONT_NOT_EMBEDDED)
    assert finding.detail == "Helvetica"
    assert finding.problem.is_a_warning


@pytest.mark.parametrize("is_off", [True, False])
def test_what_a_page_hides_in_a_layer_is_found_before_it_is_printed(is_off: bool, tmp_path: Path) -> None:
    path = _drawn(tmp_path / "a.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Notes"))
        usual = pikepdf.Dictionary(OFF=[layer] if is_off else [])
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=usual)
        pdf.pages[0].obj.Resources.Properties = pikepdf.Dictionary(Notes=layer)
        pdf.pages[0].contents_add(b"/OC /Notes BDC 200 400 60 60 re f EMC")
        pdf.save()
    found = [f for f in _findings(path) if f.problem is PdfProblem.HIDDEN_LAYER]
    assert [(f.page, f.box, f.problem.is_a_warning) for f in found] == [(1, Box(0, 0, 1, 1), False)] * is_off


def test_landscape_and_foreign_sizes_are_refused(tmp_path: Path) -> None:
    assert PdfProblem.NOT_A4_UPRIGHT in _problems(_drawn(tmp_path / "a.pdf", size=(297, 210)))
    assert PdfProblem.NOT_A4_UPRIGHT in _problems(_drawn(tmp_path / "b.pdf", size=(216, 279)))
    (box,) = (f.box for f in _findings(tmp_path / "b.pdf") if f.problem is PdfProblem.NOT_A4_UPRIGHT)
    assert box == Box(0, 0, 1, 1)


def test_a_blank_page_and_too_many_pages_are_found(tmp_path: Path) -> None:
    set_all(tmp_path / "a.pdf", letter())
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        for _ in range(10):
            pdf.add_blank_page(page_size=(210 * MM, 297 * MM))
        pdf.save(tmp_path / "b.pdf")
    assert {PdfProblem.BLANK_PAGE, PdfProblem.TOO_LONG} <= _problems(tmp_path / "b.pdf")
    blank = [f.box for f in _findings(tmp_path / "b.pdf") if f.problem is PdfProblem.BLANK_PAGE]
    assert blank == [Box(0, 0, 1, 1)] * 10


def test_a_missing_page_shows_in_the_page_numbers(tmp_path: Path) -> None:
    set_all(tmp_path / "a.pdf", letter(large=True))
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        del pdf.pages[1]
        pdf.save(tmp_path / "b.pdf")
    assert PdfProblem.PAGES_MISSING in _problems(tmp_path / "b.pdf")


def test_the_picture_marks_the_bad_place_in_red(tmp_path: Path) -> None:
    path = _drawn(tmp_path / "a.pdf", note=150)
    findings = _findings(path)
    image = picture_of(path, 1, findings, FIRST)
    (box,) = (f.box for f in findings if f.box is not None)
    edge = image.getpixel((int(box.x0 * image.width) - 3, int((box.y0 + box.y1) / 2 * image.height)))
    body = image.getpixel((image.width // 2, int(image.height * 0.8)))
    assert edge[0] > 180 > 100 > edge[1]
    assert body == (255, 255, 255)


def test_locked_and_broken_files_are_refused_with_their_reason(tmp_path: Path) -> None:
    set_all(tmp_path / "a.pdf", letter())
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 cut off")
    with pytest.raises(LockedLetter, match="password"):
        list(read_letters(tmp_path / "locked.pdf", PRINTING.window))
    with pytest.raises(UnreadableLetter, match="Make it again"):
        list(read_letters(tmp_path / "broken.pdf", PRINTING.window))
