"""Stage 2 of a complaint is heard from an answer that was had and is refused, not from a threat to go further."""

from __future__ import annotations

import pytest

from mailroom.inbound.evidence import spoken
from mailroom.inbound.taken_further import ANOTHER_LOOK, NOT_ACCEPTED, taken_further

TAKEN = [
    "Thank you for your reply of 4 June. It does not deal with the two visits I told you about.",
    "I have had the manager's response. She says the crew came. I have photographs of that day and of "
    "the day after. I want this looked at again by somebody outside the depot.",
    "Ms Hale's letter gives no reasons. Her findings are unsatisfactory and I ask for the next stage.",
    "You replied on the 9th. I'm not happy with that, so please pass it further.",
    "Stage one was a paragraph copied from your website. I will not accept it.",
]
NOT_TAKEN = [
    "I want to complain about the noise. If nothing is done I will take it further, to the Ombudsman if need be.",
    "I have written three times and had no reply. This is not acceptable. Somebody senior should look at it.",
    "Please send me your answer within ten days, otherwise I shall go to the next stage.",
    "I am not satisfied with how the bins are put back. Look at our street on any Tuesday.",
    "Your letter of 2 May asked for my payslips. They are enclosed.",
]


@pytest.mark.parametrize("text", TAKEN)
def test_an_answer_that_is_refused_or_is_to_be_looked_at_again_takes_a_complaint_further(text: str) -> None:
    assert taken_further(text)
    assert set(taken_further(text)) <= spoken(text)


def test_refusing_an_answer_and_asking_for_another_look_are_told_apart() -> None:
    refused, asked = "It does not answer my question.", "I want it heard again by somebody else."
    assert taken_further(f"Your reply came. {refused}") == (NOT_ACCEPTED,)
    assert taken_further(f"Your reply came. {asked}") == (ANOTHER_LOOK,)
    assert taken_further(f"Your reply came. {refused} {asked}") == (NOT_ACCEPTED, ANOTHER_LOOK)


@pytest.mark.parametrize("text", NOT_TAKEN)
def test_a_first_complaint_or_an_answer_that_is_only_mentioned_does_not(text: str) -> None:
    assert not taken_further(text)
    assert not spoken(text) & {NOT_ACCEPTED, ANOTHER_LOOK}


def test_an_answer_far_from_the_refusal_is_another_matter() -> None:
    between = " The weather was fine." * 6
    assert not taken_further(f"Thank you for your reply about the fence.{between} I am not happy with the bins.")
