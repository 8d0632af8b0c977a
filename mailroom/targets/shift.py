"""What to shift next: for each service and letter type, who could be digital, the next step, its expected yield."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from mailroom.config.costs import CostLine, Costs
from mailroom.config.targets import OnlineForm
from mailroom.values.channel import Rule
from mailroom.values.counts import NO_CONTACT, DayCount, Direction
from mailroom.values.month import Month
from mailroom.values.period import Period


class NextStep(StrEnum):
    """What a service can do about a kind of post, cheapest and surest first."""

    ASK_THE_LAW = "have the document class reviewed: it may not be emailed yet"
    VERIFY = "ask people who agreed to email to confirm their address"
    ASK_CONSENT = "print the opt-in prompt and code: their email is on record, their agreement is not"
    PROMPT = "print the opt-in prompt and code: no email is on record"
    OFFER_FORM = "offer the online form in every answer and on the letter"
    NOTHING = "nothing: those left are on paper by right or by choice"


@dataclass(frozen=True, slots=True)
class Reach:
    """Who gets one kind of letter on paper, by what stands between them and email. Counts of letters.

    may_email: the class may go by email. unverified: agreed, address not proved. no_consent: an address, no
    agreement. no_contact: no address. household: an address that others of the household share. by_law: the class may
    not be emailed. by_right: choice, format, proof or vulnerability keeps them on paper. Together they are its letters.
    """

    service: str
    kind: str
    may_email: bool
    unverified: int = 0
    no_consent: int = 0
    no_contact: int = 0
    household: int = 0
    by_law: int = 0
    by_right: int = 0

    @property
    def could_be_digital(self) -> int:
        """Letters nothing but a step of ours or theirs keeps on paper."""
        return self.unverified + self.no_consent + self.no_contact


@dataclass(frozen=True, slots=True)
class Funnel:
    """Opt-in prompts of one kind of letter: printed, page opened, confirmed. Each is part of the one before."""

    service: str
    kind: str
    printed: int
    opened: int
    confirmed: int

    @property
    def yield_share(self) -> float | None:
        """Confirmed, of those printed; None before any was printed."""
        return self.confirmed / self.printed if self.printed else None


@dataclass(frozen=True, slots=True)
class Shift:
    """One row of the list: a kind of post, its cost a month, the next step and its expected yield.

    letters and pence: of the month. candidates: letters the step can reach. expected: of them, those it should turn
    a month, by the funnel measured so far. pence_saved: their postage and sheets. reach: of letters, why they are on
    paper.
    """

    service: str
    direction: Direction
    kind: str
    letters: int
    pence: Decimal
    candidates: int
    step: NextStep
    expected: int
    pence_saved: Decimal
    note: str = ""
    reach: Reach | None = None


PRIOR_PROMPTS = 200
"""How many imagined prompts the council-wide yield counts for, so that three early replies prove nothing."""

FIRST_YIELD = 0.03
"""Yield of a prompt before any was measured: a cautious guess, replaced by the council's own count as it grows."""

VERIFY_YIELD = 0.5
"""Of people who agreed already, half confirm when asked: Maidstone, 10 April 2013, 51% of those asked want email."""


def outgoing(rows: Sequence[DayCount], reach: Iterable[Reach], funnels: Sequence[Funnel], costs: Costs) -> list[Shift]:
    """The kinds of letters on paper, the greatest expected saving first. rows: of one month."""
    found = [_letter_kind(rows, r, funnels, costs) for r in reach]
    return sorted((s for s in found if s.letters), key=lambda s: (-s.pence_saved, -s.letters, s.service, s.kind))


def _letter_kind(rows: Sequence[DayCount], reach: Reach, funnels: Sequence[Funnel], costs: Costs) -> Shift:
    mine = [
        r
        for r in rows
        if r.direction is Direction.OUT and (r.service, r.kind) == (reach.service, reach.kind) and r.paper_items
    ]
    letters, sheets = sum(r.items for r in mine), sum(r.sheets for r in mine)
    pence = sum((_cost(r, costs) for r in mine), Decimal(0))
    step, candidates, share = _next_step(reach, _prompt_yield(reach, funnels))
    expected = int(candidates * share)
    each = pence / letters if letters else Decimal(0)
    note = f"{sheets} sheets; {reach.by_right} letters on paper by right or choice"
    return Shift(
        reach.service,
        Direction.OUT,
        reach.kind,
        letters,
        pence,
        candidates,
        step,
        expected,
        each * expected,
        note,
        reach,
    )


def _cost(row: DayCount, costs: Costs) -> Decimal:
    return (
        row.pence
        + row.items * costs.pence(CostLine.ENVELOPE, row.day)
        + row.sheets * costs.pence(CostLine.PRINT_SHEET, row.day)
    )


def _next_step(reach: Reach, prompted: float) -> tuple[NextStep, int, float]:
    if not reach.could_be_digital + reach.by_law:
        return NextStep.NOTHING, 0, 0.0
    if not reach.may_email:
        return NextStep.ASK_THE_LAW, reach.could_be_digital + reach.by_law, 0.0
    choices = (
        (reach.unverified * VERIFY_YIELD, NextStep.VERIFY, reach.unverified, VERIFY_YIELD),
        (reach.no_consent * prompted, NextStep.ASK_CONSENT, reach.no_consent, prompted),
        (reach.no_contact * prompted, NextStep.PROMPT, reach.no_contact, prompted),
    )
    _, step, candidates, share = max(choices, key=lambda choice: choice[0])
    return step, candidates, share


def _prompt_yield(reach: Reach, funnels: Sequence[Funnel]) -> float:
    """The kind's own share confirmed, pulled towards the council's while prompts are few."""
    printed, confirmed = sum(f.printed for f in funnels), sum(f.confirmed for f in funnels)
    everywhere = (confirmed + PRIOR_PROMPTS * FIRST_YIELD) / (printed + PRIOR_PROMPTS)
    own = [f for f in funnels if (f.service, f.kind) == (reach.service, reach.kind)]
    own_printed, own_confirmed = sum(f.printed for f in own), sum(f.confirmed for f in own)
    return (own_confirmed + PRIOR_PROMPTS * everywhere) / (own_printed + PRIOR_PROMPTS)


_BETWEEN = {
    Rule.UNVERIFIED_ADDRESS.value: "unverified",
    Rule.BOUNCES.value: "unverified",
    Rule.NO_CONSENT.value: "no_consent",
    NO_CONTACT: "no_contact",
    Rule.DOUBTFUL_MATCH.value: "no_contact",
    Rule.HOUSEHOLD.value: "household",
}
"""What stands between a letter's reader and email, by the rule that decided; the others are rights or choices."""


def reach(paper: Iterable[DayCount], may_email: Mapping[str, bool]) -> list[Reach]:
    """Who got each kind of letter on paper. paper: letters with the rule that put them there (`DayCount.why`).

    Letters the law kept on paper, of a class that may go by email since, are of readers who were not asked yet.
    """
    sums: dict[tuple[str, str], Counter[str]] = {}
    for row in paper:
        barrier = _BETWEEN.get(row.why, "by_right")
        if row.why == Rule.LAW:
            barrier = "no_consent" if may_email.get(row.kind, True) else "by_law"
        sums.setdefault((row.service, row.kind), Counter())[barrier] += row.paper_items
    return [Reach(service, kind, may_email.get(kind, True), **parts) for (service, kind), parts in sorted(sums.items())]


def incoming(rows: Sequence[DayCount], forms: Iterable[OnlineForm], period: Period) -> list[Shift]:
    """Matters that came on paper although an online form exists, the most frequent first.

    No cost, since none of a letter received is published, and no yield before one is measured.
    """
    found = []
    for form in forms:
        items = sum(r.paper_items for r in rows if r.direction is Direction.IN and _fits(form, r, period))
        if items:
            found.append(
                Shift(
                    form.service,
                    Direction.IN,
                    form.kind,
                    items,
                    Decimal(0),
                    items,
                    NextStep.OFFER_FORM,
                    0,
                    Decimal(0),
                    form.form,
                )
            )
    return sorted(found, key=lambda s: (-s.letters, s.service, s.kind))


def _fits(form: OnlineForm, row: DayCount, period: Period) -> bool:
    return Month.of(row.day) in period and (row.service, row.kind) == (form.service, form.kind)
