from __future__ import annotations

from time import perf_counter

import pytest

from mailroom.inbound.channel_wish import ASKS_FOR_EMAIL, ASKS_FOR_POST, WITHOUT_SCREEN, channel_wishes
from mailroom.inbound.evidence import found, spoken


@pytest.mark.parametrize(
    "text",
    [
        "Just email me in future, the hallway here is not safe.",
        "Please don't post me any more of these letters, an e-mail will do.",
        "I would like the statements as a PDF by email rather than on paper.",
        "Could you put everything online instead?",
    ],
)
def test_one_who_asks_for_email_in_their_own_words_is_heard(text: str) -> None:
    assert channel_wishes(text) == (ASKS_FOR_EMAIL,)


@pytest.mark.parametrize(
    "text",
    [
        "I cannot use the website, so please write by post.",
        "Send it in the post, not by email.",
        "Please send me a paper form as before.",
        "No more e-mails please, a letter will find me.",
    ],
)
def test_one_who_asks_for_post_in_their_own_words_is_heard(text: str) -> None:
    assert set(channel_wishes(text)) - {WITHOUT_SCREEN} == {ASKS_FOR_POST}


@pytest.mark.parametrize(
    "text",
    [
        "I sent an email on Monday and had no answer.",
        "Your letter came in the post on Friday.",
        "Email: j.smith@post.example",
        "The parcel was left on top of the paper bin.",
    ],
)
def test_a_mere_mention_of_email_or_post_is_no_wish(text: str) -> None:
    assert channel_wishes(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Go back to sending my bill in an envelope like you always did.",
        "Kindly carry on with the forms as before.",
        "Send letters to the hostel instead.",
    ],
)
def test_one_who_wants_it_as_it_always_was_asks_for_post(text: str) -> None:
    assert channel_wishes(text) == (ASKS_FOR_POST,)


@pytest.mark.parametrize(
    "text",
    ["I can't work the new booking app.", "I have no wish to go on the computer.", "We don't have the internet."],
)
def test_one_who_lives_without_a_screen_is_heard(text: str) -> None:
    assert WITHOUT_SCREEN in channel_wishes(text)
    assert found((WITHOUT_SCREEN,), spoken(text))


@pytest.mark.parametrize("text", ["I have not had your email.", "I couldn't log in to the website today."])
def test_an_email_that_did_not_come_is_not_a_life_without_screens(text: str) -> None:
    assert channel_wishes(text) == ()


def test_voting_by_post_is_no_wish_about_letters() -> None:
    assert channel_wishes("I should like to vote by post from now on. Please send me the form by post.") == (
        ASKS_FOR_POST,
    )
    assert channel_wishes("I should like to vote by post from now on.") == ()


@pytest.mark.parametrize(
    "text",
    [
        "Kindly reply to tom@harbour.example.",
        "A reply by e-mail (ines@plover.example) would suit me best.",
        "Only my e-mail is private, so use only that: m.k@plover.example",
        "Answer me here, nothing in the post.",
        "How do you want your answer?  [ ] letter  [X] e-mail  r.oduya@plover.example",
    ],
)
def test_one_who_asks_for_this_answer_by_email_is_heard(text: str) -> None:
    assert channel_wishes(text) == (ASKS_FOR_EMAIL,)


@pytest.mark.parametrize(
    "text",
    [
        "I sent it to your officer by e-mail and she replied to tom@harbour.example.",
        "Our e-mail is not working.",
        "How do you want your answer?  [X] letter  [X] e-mail",
    ],
)
def test_an_answer_told_of_or_a_choice_of_both_ways_is_no_wish_for_email(text: str) -> None:
    assert channel_wishes(text) == ()


def test_a_ticked_choice_of_post_is_a_wish() -> None:
    assert channel_wishes("Reply by:  [ ] e-mail   [X] post") == (ASKS_FOR_POST,)


@pytest.mark.parametrize(
    "text", ["Nothing over the internet for me.", "My aunt has no computer.", "Pen and paper, as ever."]
)
def test_one_who_keeps_away_from_machines_is_heard(text: str) -> None:
    assert WITHOUT_SCREEN in channel_wishes(text)


def test_a_long_line_is_looked_through_at_once() -> None:
    started = perf_counter()
    channel_wishes("please reply a.b@c no email not " * 3_000)
    assert perf_counter() - started < 5
