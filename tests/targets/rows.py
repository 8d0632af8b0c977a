"""Rows the tests of figures are made of."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from mailroom.config.costs import Costs
from mailroom.values.counts import Cause, DayCount, Direction

DAY = dt.date(2026, 10, 5)


def count(**changes: object) -> DayCount:
    """An ordinary day of printed letters, with changes."""
    facts = {
        "day": DAY,
        "service": "council_tax",
        "direction": Direction.OUT,
        "channel": "print",
        "kind": "council_tax_bill",
        "cause": Cause.NONE,
        "items": 10,
        "sheets": 20,
        "pence": 685,
    }
    return DayCount(**{**facts, **changes})  # type: ignore[arg-type]


def costs(**changes: object) -> Costs:
    """68.5p postage, 4.5p a sheet, 2p an envelope from April 2025; 1.5 minutes a letter out, 3 in, 1 scanned."""
    start = dt.date(2025, 4, 1)
    facts: dict[str, object] = {
        "price": (
            {"line": "postage", "starts": start, "pence": Decimal("68.5"), "source": "test"},
            {"line": "print_sheet", "starts": start, "pence": Decimal("4.5"), "source": "test"},
            {"line": "envelope", "starts": start, "pence": Decimal(2), "source": "test"},
            {"line": "storage_sheet", "starts": start, "pence": Decimal("0.5"), "source": "test"},
        ),
        "minutes": (
            {"line": "post_out", "starts": start, "minutes": Decimal("1.5"), "source": "test"},
            {"line": "post_in", "starts": start, "minutes": Decimal(3), "source": "test"},
            {"line": "scanned_in", "starts": start, "minutes": Decimal(1), "source": "test"},
        ),
    }
    return Costs.model_validate({**facts, **changes})


_OUT = st.tuples(st.just(Direction.OUT), st.sampled_from(["print", "email", "withheld"]), st.sampled_from(Cause))
_IN = st.tuples(st.just(Direction.IN), st.sampled_from(["post", "email", "web"]), st.just(Cause.NONE))

any_count = st.builds(
    lambda way, **rest: DayCount(direction=way[0], channel=way[1], cause=way[2], **rest),
    way=st.one_of(_OUT, _IN),
    day=st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31)),
    service=st.sampled_from(["council_tax", "benefits", "waste"]),
    kind=st.sampled_from(["letter", "form", "bill"]),
    items=st.integers(0, 5000),
    sheets=st.integers(0, 9000),
    pence=st.integers(0, 500000),
)
