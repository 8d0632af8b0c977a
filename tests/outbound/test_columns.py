from __future__ import annotations

from pathlib import Path

from mailroom.config.letter_templates import load_letter_templates
from mailroom.outbound.columns import match_columns
from mailroom.outbound.letter_template import read_template

TEMPLATE = read_template(load_letter_templates(Path(__file__).parents[2])["general_letter"])


def test_columns_are_matched_in_any_case_and_spacing_and_the_rest_is_named() -> None:
    found = match_columns(TEMPLATE, ("Name", "SUBJECT", "Betreff", "Address_Line_1", "Post code", "Email address", ""))
    assert dict((field, column) for field, column, _ in found.fields) == {
        "name": "Name",
        "subject": "SUBJECT",
        "message": "",
        "address line 1": "Address_Line_1",
        "postcode": "Post code",
    }
    assert found.unused == ("Betreff",)


def test_a_file_without_an_address_lacks_its_first_line() -> None:
    assert ("address line 1", "", True) in match_columns(TEMPLATE, ("name",)).fields
