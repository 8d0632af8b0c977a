from __future__ import annotations

from mailroom.gateways.telling_words import telling


def test_a_clerk_is_shown_words_that_say_something_each_once() -> None:
    strongest = [
        "hut",
        "the hut",
        "we",
        "season",
        "for the season",
        "me",
        "beach hut",
        "licence fee",
        "to pay",
        "ground",
    ]
    assert telling(strongest) == ("hut", "season", "licence fee", "pay")


def test_where_only_small_words_spoke_nothing_is_quoted() -> None:
    assert telling(["we", "of the", "you are"]) == ()
