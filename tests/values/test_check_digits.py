from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.values.check_digits import CheckDigit, is_right

RIGHT = {
    CheckDigit.LUHN: "79927398713",
    CheckDigit.MODULUS_11: "0306406152",
    CheckDigit.ISO_7064: "GB82WEST12345698765432",
}
"""Luhn's textbook number, an ISBN of ten digits, and an IBAN with its country and check moved to the end below."""
RULES = [rule for rule in CheckDigit if rule is not CheckDigit.NONE]


def right(rule: CheckDigit) -> str:
    value = RIGHT[rule]
    return value[4:] + value[:4] if rule is CheckDigit.ISO_7064 else value


@pytest.mark.parametrize("rule", RULES)
def test_published_numbers_keep_to_their_rule(rule: CheckDigit) -> None:
    assert is_right(rule, right(rule))


@pytest.mark.parametrize("rule", RULES)
def test_every_single_misread_digit_is_noticed(rule: CheckDigit) -> None:
    value = right(rule)
    for at, digit in enumerate(value):
        if digit.isdigit():
            for other in "0123456789".replace(digit, ""):
                assert not is_right(rule, value[:at] + other + value[at + 1 :])


@given(st.text(max_size=12), st.sampled_from(CheckDigit))
def test_whatever_is_read_is_judged_and_without_a_rule_is_right(value: str, rule: CheckDigit) -> None:
    assert is_right(rule, value) in ((True,) if rule is CheckDigit.NONE else (True, False))
