"""templates/sheets/sheets.toml: the words on the separator and batch header sheets."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from mailroom.config.section import Section, load_section


class SheetWording(Section):
    """One kind of sheet: its title, and what the person with the paper in hand should do."""

    title: str = Field(min_length=1, max_length=30)
    lines: tuple[str, ...] = Field(default=(), max_length=6)


class SheetsWording(Section):
    """The whole of sheets.toml."""

    separator: SheetWording
    header: SheetWording


def load_sheets(site: Path) -> SheetsWording:
    """Read the site's wording. Raises Misconfigured."""
    return load_section(site / "templates" / "sheets" / "sheets.toml", SheetsWording)
