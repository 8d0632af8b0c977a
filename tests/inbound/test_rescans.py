from __future__ import annotations

from mailroom.inbound.rescans import differing_bits, likeness_of_pages, likeness_of_texts

A, A_AGAIN, B = "ffff0000ffff0000", "ffff0000ffff0003", "0123456789abcdef"


def test_two_scans_of_one_page_differ_in_few_bits() -> None:
    assert differing_bits(A, A_AGAIN) == 2


def test_a_page_without_a_picture_is_like_nothing() -> None:
    assert differing_bits(A, "") == 64


def test_an_item_is_alike_only_by_the_share_of_its_pages_that_find_a_partner_each_used_once() -> None:
    assert likeness_of_pages([A, B], [A_AGAIN, B], 6) == 1.0
    assert likeness_of_pages([A, A], [A, B], 6) == 0.5
    assert likeness_of_pages([A], [], 6) == 0.0


def test_a_slip_of_the_recogniser_keeps_two_readings_alike_and_another_letter_does_not() -> None:
    letter = "Dear Sir my bin was not emptied on Tuesday please come back"
    slipped = "Dear Sir my bm was not emptied on Tuesday please come baok"
    assert likeness_of_texts(letter, slipped) > 0.9
    assert likeness_of_texts(letter, "I wish to appeal against penalty charge WX123 for parking") < 0.7
