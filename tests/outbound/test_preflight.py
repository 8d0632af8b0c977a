from __future__ import annotations

import pytest

from mailroom.outbound.preflight import Identity, MixUpGuard, page_of
from mailroom.values.letter_page import LetterPage, PdfProblem

CUSTOMERS = {
    1: Identity("Mrs Alison Rawlinson", "WX10 9WU", "50893044"),
    2: Identity("Mr David Howard", "WX11 0DA", "55359958"),
    3: Identity("Ms Sarah Jones", "WX10 9WU", "HB/8737699"),
    4: Identity("Ms Sarah Jones", "WX2 4GX", "HB9313732"),
}
GUARD = MixUpGuard(CUSTOMERS, innocent=("WX1 1AA",))


def _page(text: str, number: int = 2) -> LetterPage:
    return LetterPage(number, 595, 842, text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Account number: 55359958", "reference"),
        ("Claim HB 8737699 or HB8737699", "reference"),
        ("18 Station Road, Stokeley WX11 0DA", "postcode"),
        ("18 Station Road, Stokeley WX110DA", "postcode"),
        ("Dear Mr David Howard,", "name"),
        ("MR DAVID HOWARD", ""),
    ],
)
def test_a_page_with_another_customers_marks_is_found(text: str, kind: str) -> None:
    findings = GUARD.check(1, [_page("Dear Mrs Rawlinson", 1), _page(text)])
    assert [f.detail for f in findings] == ([kind] if kind else [])
    assert all(f.page == 2 and f.problem is PdfProblem.OTHER_PERSON for f in findings)


def test_a_page_with_its_own_marks_and_the_councils_postcode_passes() -> None:
    own = "Mrs Alison Rawlinson\n83 Church Lane\nWX10 9WU\nAccount number: 50893044\nCivic Offices, Wexmere WX1 1AA"
    assert GUARD.check(1, [_page(own)]) == ()


def test_namesakes_and_neighbours_are_told_apart_by_their_references() -> None:
    assert GUARD.check(3, [_page("Ms Sarah Jones, WX10 9WU, HB/8737699")]) == ()
    assert [f.detail for f in GUARD.check(3, [_page("Ms Sarah Jones, HB9313732")])] == ["reference"]


def test_an_other_persons_page_stops_the_whole_mailing() -> None:
    assert PdfProblem.OTHER_PERSON.stops_the_mailing
    assert not PdfProblem.BLANK_PAGE.stops_the_mailing


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Page 2 of 3", (2, 3)),
        ("Tudalen 1 o 2", (1, 2)),
        ("page 1/4", (1, 4)),
        ("Page 4 of 3", None),
        ("see page 1 of 2, Page 3 of 4", None),
        ("nothing", None),
    ],
)
def test_page_numbers_are_read(text: str, said: tuple[int, int] | None) -> None:
    assert page_of(text) == said
