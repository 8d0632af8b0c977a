"""Multi-page bills as councils' older systems print them, with all the numbers that are not the reader's account.

Written for the measurement of other references; the wording is that of public specimen bills, the people are made up.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

LETTERS = "ABCEGHJKLMNPRSTWXYZ"


@dataclass(frozen=True)
class Bill:
    """Its reader and pages. others: references on it that are the reader's own, though not its account."""

    name: str
    account: str
    pages: tuple[str, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """Everything that may be printed."""

    account: str
    previous: str
    place: str
    bank: str
    prn: str
    nino: str
    case: str
    claim: str
    partner: str


def numbers(draw: random.Random, account: str, partner: str) -> Numbers:
    def digits(count: int) -> str:
        return "".join(str(draw.randrange(10)) for _ in range(count))

    nino = f"{draw.choice(LETTERS)}{draw.choice(LETTERS)} {digits(2)} {digits(2)} {digits(2)} {draw.choice('ABCD')}"
    return Numbers(
        account, f"4{digits(7)}", f"00{digits(10)}", f"CT{digits(8)}", f"98265{digits(9)}", nino, f"EN{digits(7)}",
        f"HB{digits(7)}", partner,
    )  # fmt: skip


def _first(name: str, n: Numbers, label: str = "Account number") -> str:
    return (
        f"Wexmere District Council\nRevenues and Benefits\n{name}\n14 Mill Lane\nStokeley\nWX10 9WU\n"
        f"{label}: {n.account}\nProperty reference: {n.place}\nDate of issue: 9 March 2026\n\n"
        f"Dear {name.split()[0]} {name.split()[-1]}\n\nCouncil Tax bill 2026/27\nBand D   £2,104.36\n"
    )


def _worked_out(name: str, n: Numbers) -> tuple[str, ...]:
    return _first(name, n), (
        f"How your bill is worked out\nProperty reference: {n.place}\nValuation band: D\nWexmere District Council "
        f"£214.11\nStokeley Parish Council £61.08\nPolice and Crime Commissioner £286.20\nAmount due £2,104.36"
    )


def _closed_account(name: str, n: Numbers) -> tuple[str, ...]:
    return _first(name, n), (
        f"Statement of account for {name}\nPrevious account number: {n.previous}\nPeriod 1 April 2025 to 12 January "
        f"2026\nCredit transferred to this account £112.40"
    )


def _bank(name: str, n: Numbers) -> tuple[str, ...]:
    return _first(name, n), (
        f"Ways to pay\nBy Direct Debit: we take it from your account on the 1st. Bank reference: {n.bank}\nAt a Post "
        f"Office or shop with a PayPoint sign. Payment Reference Number (PRN): {n.prn}\nSort code 60-01-73"
    )


def _repeated(name: str, n: Numbers) -> tuple[str, ...]:
    return _first(name, n), (
        f"Page 2\nAccount number: {n.account}\nProperty reference: {n.place}\nYour instalments\n1 April £210.36"
    )


def _enforcement(name: str, n: Numbers) -> tuple[str, ...]:
    return _first(name, n), (
        f"Liability order\nCase Reference: {n.case}\nCosts of £64.50 were added on 4 February. Enforcement agents "
        f"quote Reference: {n.case} in everything they write."
    )


def _support(name: str, n: Numbers) -> tuple[str, ...]:
    return _first(name, n), (
        f"Council Tax Support\nNational Insurance number: {n.nino}\nClaim reference: {n.claim}\nWeekly award £14.02"
    )


def _renumbered(name: str, n: Numbers) -> tuple[str, ...]:
    return _first(name, n), (
        f"We have a new computer system. Your old reference: {n.previous}. Please change it in your standing order. "
        f"Your old Account number: {n.previous} works until 30 June."
    )


def _old_statement(name: str, n: Numbers) -> tuple[str, ...]:
    """The hard one: the closed account's statement, behind the words of the account, without any mark of the reader."""
    return _first(name, n), (
        f"Statement of closed account\nAccount number: {n.previous}\n6 The Maltings, Wexmere\nBalance £0.00"
    )


def _partner(name: str, n: Numbers) -> tuple[str, ...]:
    """The hardest: a number that truly is another customer's."""
    return _first(name, n), (
        f"People in your home\nYour partner's Account number: {n.partner}\nSingle person discount ended 1 June 2026"
    )


Layout = Callable[[str, Numbers], tuple[str, ...]]
SOUND: dict[str, Layout] = {
    "property reference": _worked_out,
    "previous account number": _closed_account,
    "bank reference and PRN": _bank,
    "account repeated beside the property's": _repeated,
    "case reference of enforcement": _enforcement,
    "NINO and claim reference": _support,
    "your old reference": _renumbered,
    "statement of a closed account": _old_statement,
    "the partner's account": _partner,
}


def other_page(n: Numbers, name: str) -> str:
    """The next person's page, as it looks where their name is not repeated: only the account is theirs."""
    return f"Page 2\nAccount number: {n.account}\nYour instalments\n1 April £187.00\n1 May £187.00\nBand C"


def other_page_with_property(n: Numbers, name: str) -> str:
    """The next person's page with nothing but their property's number."""
    return f"How your bill is worked out\nProperty reference: {n.place}\nValuation band: C\nAmount due £1,870.00"
