"""Names of people are found after a title or an introduction, each where it stands."""

from __future__ import annotations

from mailroom.gateways.language import SpacyLanguage


def test_names_on_any_line_are_found_in_their_places() -> None:
    text = "The bins at the back\n\nplease tell Mr John Carter\nor my mother, Ada Penrose, of it\nNo NAME here"
    found = [text[start:end] for start, end in SpacyLanguage().people(text)]
    assert found == ["Mr John Carter", "mother, Ada Penrose"]


def test_a_name_does_not_reach_over_the_end_of_a_line() -> None:
    text = "Dear Mr\nCarter Street is dark"
    assert SpacyLanguage().people(text) == ()
