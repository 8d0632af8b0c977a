"""Money in the envelope is heard from something of worth that is said to be enclosed, not from a payment told of."""

from __future__ import annotations

import pytest

from mailroom.inbound.evidence import found, spoken
from mailroom.inbound.money_inside import CASH_INSIDE, CHEQUE_INSIDE, money_inside


@pytest.mark.parametrize(
    "text",
    [
        "Rent for the week, £94 in tens and some coins, is taped to the card.",
        "I've popped a fiver in for the voucher.",
        "£20 in with this towards the arrears.",
        "Forty pounds is folded inside this paper.",
    ],
)
def test_cash_that_is_said_to_lie_inside_is_heard(text: str) -> None:
    assert money_inside(text) == (CASH_INSIDE,)
    assert found((CASH_INSIDE,), spoken(text))


@pytest.mark.parametrize(
    "text",
    [
        "Herewith settlement, £164.00, drawn on my account at the building society.",
        "The form is filled in and the cheque (£180, made out to the Council) is inside.",
        "I enclose the fee of £1,872.06 as a cheque.",
        "How are you paying? [ ] card [X] Cheque made out to the Council",
    ],
)
def test_a_cheque_that_is_said_to_lie_inside_is_heard(text: str) -> None:
    assert money_inside(text) == (CHEQUE_INSIDE,)
    assert found((CHEQUE_INSIDE,), spoken(text))


@pytest.mark.parametrize(
    "text",
    [
        "I posted you a cheque on 3 March. My bank says that it has not been presented.",
        "I paid in cash at the machine and it swallowed my coins; the ticket is attached.",
        "I enclose the old licence and a copy of my cheque book.",
        "Your invoice for £1,240.00 is attached.",
        "Can I pay by cheque or cash at the desk?",
    ],
)
def test_a_payment_told_of_or_asked_about_is_not_in_the_envelope(text: str) -> None:
    assert money_inside(text) == ()
