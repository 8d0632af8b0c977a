"""config/reading.toml: limits on what is opened, and how pages are read."""

from __future__ import annotations

from pydantic import Field

from mailroom.config.section import Section


class Limits(Section):
    """What a file may ask of the machine before it is quarantined. Sizes in bytes, pixels and points (1/72 inch)."""

    max_bytes: int = Field(default=500_000_000, gt=0)
    max_pages: int = Field(default=2_000, gt=0)
    max_pixels: int = Field(default=150_000_000, gt=0, description="of one picture; A3 at 600 dpi is 70 million")
    max_side: int = Field(default=30_000, gt=0, description="pixels along one side of a picture")
    max_page_points: float = Field(default=3_400, gt=0, description="longest side of a PDF page; A0 is 3,370")


class Reading(Section):
    """How one page is read. Confidences are 0 to 1; ratio is the share of ink of a page."""

    languages: str = Field(default="eng", pattern=r"^[a-z_]+(\+[a-z_]+)*$")
    dpi: int = Field(default=200, ge=100, le=400)
    seconds_a_page: float = Field(default=180, gt=0, description="of the processor; by the clock ten times as many")
    memory_megabytes: int = Field(default=3_000, ge=500)
    second_reader: bool = True
    second_reader_below: float = Field(default=0.91, ge=0, le=1)
    upside_down_below: float = Field(default=0.62, ge=0, le=1)
    unread_below: float = Field(default=0.30, ge=0, le=1)
    textract: bool = False
    textract_region: str = "eu-west-2"


class ReadingConfig(Section):
    """The whole of reading.toml."""

    limits: Limits = Limits()
    reading: Reading = Reading()
