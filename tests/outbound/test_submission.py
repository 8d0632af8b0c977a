from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailroom.config.letter_templates import parse_source
from mailroom.outbound import submission
from mailroom.outbound.letter_template import read_template
from mailroom.outbound.postal_address import UK_AREAS
from mailroom.outbound.submission import MOST_TOLD, CheckedSubmission, PaperRule, check_rows, take_row, take_rows
from mailroom.values.letter_signs import LetterSigns

TEMPLATE = read_template(
    parse_source(
        "t",
        '+++\nname="N"\ndocument_class="general_letter"\nsubject="S"\n+++\n'
        "Dear ((name)), you owe ((amount)).\n\n[[if late]]\nSince ((since))\n[[end]]",
        "t.md",
    )
)
LATIN = LetterSigns.of(range(0x250))
RULE = PaperRule(UK_AREAS, LATIN)
HEAD = ("Name", "Amount", "Address line 1", "Address line 2", "Postcode", "Email address", "Late", "Since")
GOOD = ("Mr Lee", "12.00", "Mr A Lee", "1 High Street", "sw1a 1aa", "a@b.example", "", "")


def _check(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> CheckedSubmission:
    return check_rows(enumerate((head, *rows), 1), TEMPLATE, RULE)


def _changed(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(c.lower().replace(" ", "_"), v) for c, v in zip(HEAD, GOOD, strict=True))


def _told(checked: CheckedSubmission) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.code) for p in checked.problems]


def test_a_good_file_is_sound_and_its_letters_come_out_normalised() -> None:
    assert _check(GOOD).is_sound
    (letter,) = take_rows(enumerate((HEAD, GOOD), 1), TEMPLATE, RULE)
    assert letter.address.lines == ("Mr A Lee", "1 High Street", "SW1A 1AA")
    assert (letter.position, letter.row, letter.email) == (1, 2, "a@b.example")


def test_each_kind_of_bad_row_is_told_with_its_row_and_column() -> None:
    checked = _check(
        GOOD,
        _changed(amount=" "),
        _changed(postcode="SW1A 1CC"),
        _changed(email_address="a(at)b"),
        GOOD,
        _changed(name="Ms Ray", address_line_1="Ms Ray", late="yes"),
    )
    assert _told(checked) == [
        (3, "Amount", "missing_field"),
        (4, "Postcode", "not_a_postcode"),
        (5, "Email address", "bad_email"),
        (6, "", "duplicate_row"),
        (7, "Since", "missing_field"),
    ]
    assert not checked.is_sound


def test_no_problem_repeats_what_is_in_the_cell() -> None:
    checked = _check(_changed(email_address="secret-person"), _changed(postcode="secret-place"))
    assert "secret" not in " ".join(p.message for p in checked.problems)


def test_missing_and_double_columns_are_told_once_and_not_for_every_row() -> None:
    checked = _check(GOOD, GOOD, head=("Name", "Name", *HEAD[2:]))
    assert _told(checked) == [(1, "Name", "column_twice"), (1, "amount", "column_missing")]


def test_the_name_goes_on_the_envelope_when_line_one_is_only_the_street() -> None:
    row = _changed(address_line_1="1 High Street", address_line_2="Anytown")
    (letter,) = take_rows(enumerate((HEAD, row), 1), TEMPLATE, RULE)
    assert letter.address.lines == ("Mr Lee", "1 High Street", "Anytown", "SW1A 1AA")


@pytest.mark.parametrize(
    ("name", "line", "is_added"),
    [
        ("Mr Hill", "12 Hill Street", True),
        ("Mr Hill", "Hill House", True),
        ("Mr Hill", "Church Hill", True),
        ("Mr Hill", "The Hill", True),
        ("Mrs Lee", "Leeds Road", True),
        ("Łęcki", "1 High Street", True),
        ("Mr John Hill", "Mr A Hill", True),
        ("Mr Hill", "Mr A Hill", False),
        ("Mr John Hill", "J Hill", False),
        ("Mr J Hill", "JOHN HILL", False),
        ("Hill", "A Hill", False),
        ("Mr & Mrs Hill", "Mr and Mrs J Hill", False),
        ("Hill & Sons Ltd", "Hill & Sons Ltd", False),
        ("Ms Ada Hill", "Ms Ada Hill & Mr Ben Ogilvie", False),
        ("Mr Ben Ogilvie", "Ms Ada Hill and Mr Ben Ogilvie", False),
        ("Ms Ada Hill", "Ms A Hill, Mr B Ogilvie", False),
        ("Mr & Mrs Hill", "Mr and Mrs Hill", False),
        ("David Hill", "HILL, David", False),
        ("Mrs Hill", "c/o Mrs Hill", True),
        ("Mr Hill", "Hill, Church Lane", True),
    ],
)
def test_nobodys_name_is_lost_because_their_street_is_called_like_them(name: str, line: str, is_added: bool) -> None:
    """Nor put above two people who are both addressed: the letter would count as the one's alone."""
    row = _changed(name=name, address_line_1=line)
    (letter,) = take_rows(enumerate((HEAD, row), 1), TEMPLATE, RULE)
    assert letter.address.lines[0] == (name if is_added else line)


def test_a_recipient_who_is_already_on_line_one_is_not_printed_twice() -> None:
    (letter,) = take_rows(enumerate(((*HEAD, "Recipient"), (*GOOD, "Mr A Lee")), 1), TEMPLATE, RULE)
    assert letter.address.lines == ("Mr A Lee", "1 High Street", "SW1A 1AA")


def test_a_comma_without_quotation_marks_is_told_and_does_not_shift_the_cells_behind_it() -> None:
    """'1, High Street' in a CSV: the postcode would stand under 'Email address', and the rest fall off the end."""
    assert _told(_check((*GOOD, "SW1A 1AA"))) == [(2, "", "cells_too_many")]
    assert _told(_check((*GOOD, "seen by Ann"), head=(*HEAD, ""))) == [(2, "", "cells_too_many")]
    assert _check((*GOOD, "", ""), GOOD[:6], head=HEAD).problem_count == 1  # the second is the first once more


@pytest.mark.parametrize("cell", ["#REF!", "#N/A", "#DIV/0!", "########", "1.23457E+15"])
def test_what_a_spreadsheet_lost_is_never_printed(cell: str) -> None:
    assert _told(_check(_changed(amount=cell))) == [(2, "Amount", "spoilt_cell")]


def test_rows_that_differ_only_in_columns_no_letter_is_made_of_are_the_same_letter_twice() -> None:
    rows = [(*GOOD, "1"), (*GOOD, "2")]
    assert _told(_check(*rows, head=(*HEAD, "Row number"))) == [(3, "", "duplicate_row")]
    assert _check(*rows, head=(*HEAD, "Customer number")).is_sound


def test_one_row_is_taken_without_a_look_at_the_others() -> None:
    sheet = (HEAD, _changed(amount=""), GOOD, _changed(name="Ms Ray"))
    assert take_row(enumerate(sheet, 1), 1, TEMPLATE, RULE) is None
    found = take_row(enumerate(sheet, 1), 3, TEMPLATE, RULE)
    assert found is not None and (found.position, found.row, found.fields["name"]) == (3, 4, "Ms Ray")
    assert {take_row(enumerate(sheet, 1), n, TEMPLATE, RULE) for n in (0, 4)} == {None}


def test_an_empty_file_is_not_sound() -> None:
    assert _told(_check()) == [(0, "", "no_rows")]


def test_a_file_full_of_problems_is_counted_to_the_end_but_not_listed_for_ever() -> None:
    checked = _check(*[_changed(amount="", name=str(n)) for n in range(MOST_TOLD + 50)])
    assert checked.problem_count == MOST_TOLD + 50
    assert len(checked.problems) == MOST_TOLD


def test_a_file_with_more_rows_than_are_taken_is_told_at_the_first_one_too_many_and_read_no_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert submission.MOST_ROWS == 100_000
    monkeypatch.setattr(submission, "MOST_ROWS", 3)
    read = 0

    def rows() -> Iterator[tuple[int, tuple[str, ...]]]:
        nonlocal read
        for read in range(1, 1000):
            yield read, HEAD if read == 1 else _changed(name=f"Mr {read}")

    checked = check_rows(rows(), TEMPLATE, RULE)
    assert _told(checked) == [(5, "", "too_many_rows")]
    assert checked.problems[0].message == "The file has more than 3 rows. Split it and hand in each part."
    assert (checked.is_sound, read) == (False, 5)
    just_enough = check_rows(enumerate((HEAD, *(_changed(name=f"Mr {n}") for n in range(3))), 1), TEMPLATE, RULE)
    assert (just_enough.is_sound, just_enough.letter_count) == (True, 3)


def test_a_cell_that_would_print_as_boxes_is_told_with_its_column_and_one_sign() -> None:
    checked = _check(GOOD, _changed(name="王伟"), _changed(amount="12 \U0001f600"), _changed(address_line_2="טבת 1"))
    assert [(p.row, p.column, p.code) for p in checked.problems] == [
        (3, "Name", "unprintable_sign"),
        (4, "Amount", "unprintable_sign"),
        (5, "Address line 2", "unprintable_sign"),
    ]
    assert [p.message.partition(" cannot be printed")[0] for p in checked.problems] == [
        "“王” (U+738B) and 1 more", "“\U0001f600” (U+1F600)", "“ט” (U+05D8) and 2 more",
    ]  # fmt: skip


def test_a_sign_in_a_cell_that_is_not_printed_stops_nothing() -> None:
    ticked = (*_changed(name="Ms Ray", address_line_1="Ms Ray", late="✓", since="May"), "gone 王")
    assert _check(ticked, head=(*HEAD, "Notes")).is_sound


def test_letters_typed_as_two_signs_are_kept_as_one() -> None:
    (letter,) = take_rows(enumerate((HEAD, _changed(name="Mr Gwy\u0302dd")), 1), TEMPLATE, RULE)
    assert letter.fields["name"] == "Mr Gwŷdd"
