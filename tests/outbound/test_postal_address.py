from __future__ import annotations

import pytest

from mailroom.outbound.postal_address import UK_AREAS, AddressProblem, Zone, address_from

DEMO = UK_AREAS | {"WX"}
GOOD = ("Mr Nigel Rawlinson", "83 Church Lane", "Stokeley", "WX10 9WU")


def test_a_good_address_has_no_problem_and_keeps_its_lines() -> None:
    address = address_from(GOOD, DEMO)
    assert address.problems == ()
    assert address.lines == GOOD
    assert address.without_name.one_line == "83 Church Lane, Stokeley, WX10 9WU"


def test_an_invented_postcode_area_is_refused_unless_the_site_turns_it_on() -> None:
    assert address_from(GOOD).problems == (AddressProblem.NOT_A_POSTCODE,)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ((), AddressProblem.EMPTY),
        (("", "  ", ","), AddressProblem.EMPTY),
        (("Mr A Lee", "SW1A 1AA"), AddressProblem.TOO_SHORT),
        (("A", "1", "2", "3", "4", "5", "6", "SW1A 1AA"), AddressProblem.TOO_LONG),
        (("***", "1 High Street", "SW1A 1AA"), AddressProblem.NO_NAME_OR_STREET),
        (("A Lee", "(1 High Street", "SW1A 1AA"), AddressProblem.BAD_CHARACTER),
        (("A Lee", "1 High Street", "Anytown"), AddressProblem.NOT_A_POSTCODE),
        (("A Lee", "1 High Street", "SW1A 1CI"), AddressProblem.NOT_A_POSTCODE),
        (("A Lee", "NFA", "Anytown", "SW1A 1AA"), AddressProblem.NO_FIXED_ABODE),
        (("A Lee", "no fixed  abode", "SW1A 1AA"), AddressProblem.NO_FIXED_ABODE),
        (("Cpl A Lee", "1 Sqn", "BFPO 58", "Germany"), AddressProblem.BFPO_WITH_COUNTRY),
    ],
)
def test_each_rule_is_broken_by_its_address(lines: tuple[str, ...], problem: AddressProblem) -> None:
    assert problem in address_from(lines).problems


def test_normalising_tidies_spaces_commas_case_and_the_country() -> None:
    address = address_from((" Mr  A Lee ,", "1 High Street ,", "", "Anytown,", "sw1a1aa", "United Kingdom"))
    assert address.lines == ("Mr A Lee", "1 High Street", "Anytown", "SW1A 1AA")
    assert address.problems == ()


def test_a_postcode_behind_the_town_gets_its_own_line() -> None:
    assert address_from(("A Lee", "1 High Street", "Anytown SW1A 1AA")).lines[-2:] == ("Anytown", "SW1A 1AA")


def test_bfpo_numbers_go_last_and_in_form() -> None:
    address = address_from(("Cpl A Lee", "bfpo c/o 58", "1 Sqn"))
    assert address.lines == ("Cpl A Lee", "1 Sqn", "BFPO 58")
    assert address.problems == ()
    assert address.zone is Zone.INLAND


@pytest.mark.parametrize(
    ("country", "zone"), [("Türkiye", Zone.EUROPE), ("Yr Almaen", Zone.EUROPE), ("U.S.A.", Zone.WORLD)]
)
def test_countries_are_known_in_english_welsh_and_with_accents(country: str, zone: Zone) -> None:
    address = address_from(("A Lee", "1 Main Street", "Town 12345", country))
    assert address.zone is zone
    assert address.problems == ()


def test_a_foreign_address_is_refused_where_post_abroad_is_not_allowed() -> None:
    assert address_from(("A Lee", "1 Rue X", "France"), abroad=False).problems == (AddressProblem.ABROAD,)


@pytest.mark.parametrize("postcode", ["JE2 4UH", "GY1 1WR", "IM1 1AA"])
def test_the_crown_dependencies_are_inland(postcode: str) -> None:
    address = address_from(("A Lee", "1 Quay", postcode))
    assert address.problems == ()
    assert address.zone is Zone.INLAND
