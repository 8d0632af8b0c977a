"""How numbers stand in addresses: an item's address is its number, /items/B000042-03/."""

from __future__ import annotations

from django.urls import register_converter


class BatchNumber:
    """The 42 of B000042."""

    regex = r"B\d{6,12}"

    def to_python(self, value: str) -> int:
        return int(value[1:])

    def to_url(self, value: int) -> str:
        return f"B{value:06d}"


class Position:
    """The 3 of B000042-03."""

    regex = r"\d{2,6}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


register_converter(BatchNumber, "batch")
register_converter(Position, "position")
BATCH = "<batch:batch>/"
ITEM = "<batch:batch>-<position:position>/"
