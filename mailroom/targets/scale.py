"""A chart's axis: round numbers people can read, and how figures are written."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from decimal import Decimal

_STEPS = (1, 2, 2.5, 5, 10)


def ticks(highest: float, wanted: int = 4) -> tuple[float, ...]:
    """From 0 in round steps to at least `highest`: 0, 250, 500, ..."""
    if highest <= 0:
        return (0.0, 1.0)
    raw = highest / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in _STEPS if s * power >= raw * (1 - 1e-9))
    if highest >= 10:
        step = max(1.0, step)
    count = math.ceil(highest / step - 1e-9)
    return tuple(step * n for n in range(count + 1))


def number(value: float | Decimal) -> str:
    """A whole number with commas; halves go up."""
    return f"{math.floor(float(value) + 0.5):,}".replace("-", "−")


def money(pence: float | Decimal) -> str:
    """Pence as pounds: whole pounds from £100 on, else with pence. Below nothing it has a minus sign."""
    pounds = Decimal(str(pence)) / 100
    sign, size = ("−" if pounds < 0 else ""), abs(pounds)
    return f"{sign}£{size:,.0f}" if size >= 100 else f"{sign}£{size:,.2f}"


def moneys(pence: Sequence[float | Decimal]) -> tuple[str, ...]:
    """A column of money: whole pounds throughout once one figure reaches £100, so that no two are written unlike."""
    whole = any(abs(float(p)) >= 10_000 for p in pence)
    return tuple(money(p) if not whole else _pounds(p) for p in pence)


def _pounds(pence: float | Decimal) -> str:
    pounds = Decimal(str(pence)) / 100
    return f"{'−' if pounds <= Decimal('-0.5') else ''}£{abs(pounds):,.0f}"


def hours(value: float | Decimal) -> str:
    """Hours: one decimal below 100, so that small ones add up."""
    return f"{float(value):.1f}" if 0 < abs(float(value)) < 100 else number(value)


def percent(share: float | None, places: int = 0) -> str:
    """A share as per cent; an en dash when there is none."""
    return "–" if share is None else f"{100 * share:.{places}f}%".replace("-", "−")


def days(value: int | None) -> str:
    """Working days; an en dash when there are none."""
    return "–" if value is None else str(value)


def in_lines(name: str, most: int) -> tuple[str, ...]:
    """A name in as many lines as it needs to stand beside a bar, broken between words."""
    return tuple(textwrap.wrap(name, most, break_on_hyphens=False)) or ("",)
