"""The sheets station: what to print on separator and batch header sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from mailroom.config.sheets import SheetsWording
from mailroom.inbound.separator_code import SheetCode, SheetKind, encode
from mailroom.values.printed_sheet import PrintedSheet

MOST_SHEETS = 500


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """What somebody wants printed.

    job: a fresh short code, so that sheets of two printings are told apart. count: separator sheets. service, received,
    scanner: said by every sheet to the items behind it; blank where they are not known. expected: items in the batch,
    for the header on top.
    """

    job: str
    count: int
    service: str = ""
    service_name: str = ""
    received: dt.date | None = None
    scanner: str = ""
    header: bool = False
    expected: int | None = None

    def __post_init__(self) -> None:
        """Refuse an order nobody could print."""
        if not 0 <= self.count <= MOST_SHEETS:
            raise ValueError(f"between 0 and {MOST_SHEETS} separator sheets at a time, not {self.count}")
        if not self.count and not self.header:
            raise ValueError("ask for at least one sheet")
        if self.expected is not None and self.expected < 1:
            raise ValueError(f"a batch has at least one item, not {self.expected}")


def sheets_for(order: SheetOrder, council: str, wording: SheetsWording) -> Iterator[PrintedSheet]:
    """The order's sheets, the header first. Raises ValueError for a field with an asterisk in it."""
    if order.header:
        yield PrintedSheet(
            payload=encode(_code(order, council, SheetKind.HEADER, 0)),
            title=wording.header.title,
            big=f"{order.expected} letters" if order.expected else "Count: ______",
            facts=_facts(order),
            lines=wording.header.lines,
            foot=f"{council}  job {order.job}  header",
            banded=True,
        )
    for number in range(1, order.count + 1):
        yield PrintedSheet(
            payload=encode(_code(order, council, SheetKind.SEPARATOR, number)),
            title=wording.separator.title,
            big=str(number),
            facts=_facts(order),
            lines=wording.separator.lines,
            foot=f"{council}  job {order.job}  sheet {number} of {order.count}",
        )


def _code(order: SheetOrder, council: str, kind: SheetKind, number: int) -> SheetCode:
    return SheetCode(
        council=council,
        kind=kind,
        job=order.job,
        number=number,
        total=order.count,
        service=order.service,
        received=order.received,
        scanner=order.scanner,
        expected=order.expected if kind is SheetKind.HEADER else None,
    )


def _facts(order: SheetOrder) -> tuple[tuple[str, str], ...]:
    facts = (
        ("Service", order.service_name or order.service),
        ("Received", f"{order.received.day} {order.received:%B %Y} only" if order.received else ""),
        ("Scanner", order.scanner),
    )
    return tuple((name, value) for name, value in facts if value)
