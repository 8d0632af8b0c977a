from __future__ import annotations

import pytest

from mailroom.inbound.channel_wish import ASKS_FOR_EMAIL, ASKS_FOR_POST, channel_wishes


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
    assert channel_wishes(text) == (ASKS_FOR_POST,)


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
