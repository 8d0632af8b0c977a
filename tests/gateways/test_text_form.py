from __future__ import annotations

import pytest

from mailroom.gateways.text_form import matter_of

OWN = ("Wexmere District Council", "Civic Offices")
LETTER = """Ada Penrose
14 Tinkers Lane
Harnsea
WX7 3PQ
3rd May 2026
Council Tax Section
Wexmere District Council
Civic Offices
Dear Sir or Madam
Please stop the direct debit of £40.50 for account 51234567 on 4/5/26 and ring 01632 960 123.
I asked ada@post.example twice, with 25% off.
Yours faithfully
A. Penrose"""


@pytest.mark.parametrize(
    "furniture",
    ["Penrose", "Tinkers", "WX7", "May", "Wexmere", "Civic", "Dear", "faithfully", "40.50", "51234567", "960", "4/5"],
)
def test_what_stands_in_letters_on_any_matter_is_left_out(furniture: str) -> None:
    assert furniture not in matter_of(LETTER, OWN)


@pytest.mark.parametrize("kept", ["Council Tax Section", "stop the direct debit", "anamount", "25% off"])
def test_what_the_letter_is_about_stays(kept: str) -> None:
    assert kept in matter_of(LETTER, OWN)


def test_a_heading_in_capitals_and_a_desk_beside_an_address_stay() -> None:
    kept = matter_of("REPORT A REPAIR\nHousing Repairs Team\n5 Quay Road\nWX1 2AB\nThe tap drips")
    assert "REPORT A REPAIR" in kept and "Housing Repairs Team" in kept and "tap drips" in kept
