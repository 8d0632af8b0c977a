from __future__ import annotations

import pytest

from mailroom.outbound.preflight import page_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Page 2 of 3", (2, 3)),
        ("Tudalen 1 o 2", (1, 2)),
        ("page 1/4", (1, 4)),
        ("Page 4 of 3", None),
        ("see page 1 of 2, Page 3 of 4", None),
        ("nothing", None),
    ],
)
def test_page_numbers_are_read(text: str, said: tuple[int, int] | None) -> None:
    found = page_of(text)
    assert (found and (found.number, found.of)) == said
