"""config/printing.toml: the council's paper: letterhead, type, window, envelopes, stock, marks, runs and printers."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path, PurePosixPath

from pydantic import Field, model_validator

from mailroom.config.section import Section, load_section

MM = 72 / 25.4
"""Points in a millimetre."""


class Area(Section):
    """A rectangle in millimetres from the top left of an A4 page."""

    left: float = Field(ge=0, le=210)
    top: float = Field(ge=0, le=297)
    right: float = Field(ge=0, le=210)
    bottom: float = Field(ge=0, le=297)

    @model_validator(mode="after")
    def _right_way_round(self) -> Area:
        if self.right <= self.left or self.bottom <= self.top:
            raise ValueError("left must be less than right and top less than bottom")
        return self

    def grown(self, by: float) -> Area:
        """The same, larger by so many millimetres on every side, kept on the page."""
        return Area(
            left=max(self.left - by, 0),
            top=max(self.top - by, 0),
            right=min(self.right + by, 210),
            bottom=min(self.bottom + by, 297),
        )


class AddressRules(Section):
    """extra_postcode_areas: areas beyond Royal Mail's that count as real: WX in the demonstration, none in earnest."""

    extra_postcode_areas: tuple[str, ...] = ()
    abroad: bool = True


class Letterhead(Section):
    """What every letter carries. colour: of the name and rules, #rrggbb. foot: one line at the bottom of page 1."""

    council: str
    strapline: str = ""
    colour: str = Field(default="#1d4f5f", pattern=r"^#[0-9a-fA-F]{6}$")
    foot: str = ""
    reply_page: str = Field(default="", description="address people type the code into, without https://")


class Type(Section):
    """Typefaces (files below templates/letters) and sizes in points.

    large_size: RNIB asks for 18 point where a person asked for large print. Nothing on such a letter is smaller but
    the address in the window and the marks, which machines read.
    """

    regular: PurePosixPath = PurePosixPath("fonts/LiberationSans-Regular.ttf")
    bold: PurePosixPath = PurePosixPath("fonts/LiberationSans-Bold.ttf")
    size: float = Field(default=11.5, ge=9, le=16)
    large_size: float = Field(default=18.0, ge=18, le=28)


class Envelope(Section):
    """tariff: which price table of postage.toml. most_sheets: before the next larger envelope is taken."""

    code: str
    most_sheets: int = Field(ge=1)
    weight_grams: float = Field(gt=0)
    tariff: str = "letter"


class Stock(Section):
    """A paper. gsm: grams a square metre; an A4 sheet is a sixteenth of one."""

    code: str
    gsm: float = Field(gt=30, lt=400)


class Insert(Section):
    """A leaflet put in by the enveloper."""

    code: str
    weight_grams: float = Field(gt=0)


class Marks(Section):
    """Marks on every sheet. Positions are millimetres from the top left, in the margin letters must leave empty.

    window: the mark once more inside the address window of the first sheet, for an envelope that comes back unopened.
    It is left out where the letter has words there.
    """

    left: float = Field(default=4.5, ge=3, le=12)
    top: float = Field(default=270.0, ge=5, le=285)
    module: float = Field(default=0.4, ge=0.25, le=0.8, description="one dot of the Data Matrix, millimetres")
    window: bool = True
    window_left: float = Field(default=111.5, ge=24, le=190)
    window_top: float = Field(default=43.0, ge=30, le=90)
    window_module: float = Field(default=0.33, ge=0.25, le=0.8)
    omr: bool = False
    omr_top: float = Field(default=110.0, ge=95, le=250)


class MailmarkKind(StrEnum):
    """Which of Royal Mail's barcodes stands in the window."""

    NONE = "none"
    FOUR_STATE = "four_state"
    TWO_D = "two_d"


class MailmarkSettings(Section):
    """Royal Mail Mailmark. It needs a contract: supply_chain is the number Royal Mail gives (C: 2 digits, L: 6, 2D: 7).

    classes: Royal Mail's class sign for each postage class of postage.toml; pieces of others go without. The barcode
    keeps 2 mm clear on every side and is left out where the address needs the room. left, top: of its bars.
    """

    kind: MailmarkKind = MailmarkKind.NONE
    supply_chain: str = Field(default="", pattern=r"^\d{0,7}$")
    classes: dict[str, str] = Field(default={"first": "1", "second": "2", "economy": "3"})
    left: float = Field(default=27.0, ge=24, le=190)
    top: float = Field(default=41.5, ge=30, le=90)

    @model_validator(mode="after")
    def _numbered(self) -> MailmarkSettings:
        digits = {MailmarkKind.FOUR_STATE: (2, 6), MailmarkKind.TWO_D: (7,)}.get(self.kind, (len(self.supply_chain),))
        if len(self.supply_chain) not in digits:
            raise ValueError(f"mailmark.supply_chain needs {' or '.join(map(str, digits))} digits for {self.kind}")
        return self


class SortBy(StrEnum):
    """The order of mailpieces in a run."""

    POSTCODE = "postcode"
    SERVICE = "service"
    SUBMITTED = "submitted"


class Run(Section):
    """How runs are built. sheets_per_file keeps one output file to what a printer can hold.

    build_at_cut_off: the worker builds the day's run by itself then, on working days; a person still releases it.
    """

    cut_off: dt.time = dt.time(15, 0)
    build_at_cut_off: bool = False
    sort: SortBy = SortBy.POSTCODE
    one_envelope_a_person: bool = True
    sheets_per_file: int = Field(default=2500, ge=1)


class Returns(Section):
    """Where scans of returned envelopes are put: in a folder of their reason (gone_away, refused, ...) below `path`.

    both_sides: the scanner gives the back of each envelope too. settle_seconds: a file must lie still so long.
    """

    path: PurePosixPath = PurePosixPath("watch/returns")
    both_sides: bool = False
    settle_seconds: float = Field(default=3.0, ge=0)


class PreflightLimits(Section):
    """What a letter from elsewhere must keep to. smallest_type: points; 6 is the least an office printer holds.

    typefaces: files below templates/letters that stand in for fonts a PDF names but does not hold, by family and
    style in small letters ('arial bold'). Each must have the widths of the font it stands in for. own_names: people of
    the council whom letters name, so that the mix-up guard does not take them for a customer of the same name.
    """

    most_pages: int = Field(default=10, ge=1)
    most_megabytes: float = Field(default=10.0, gt=0)
    smallest_type: float = Field(default=6.0, ge=4)
    own_names: tuple[str, ...] = ()
    typefaces: dict[str, PurePosixPath] = Field(default_factory=dict)


class PrinterKind(StrEnum):
    """How a printer takes its files."""

    HOT_FOLDER = "hot_folder"
    IPP = "ipp"


class Printer(Section):
    """path: of a hot folder, below the data folder unless absolute. uri: ipp://host:631/printers/name.

    counts: whether its count of printed sheets is to be believed; one that leaves out blank backs counts wrongly.
    """

    name: str
    kind: PrinterKind
    path: PurePosixPath = PurePosixPath("printer")
    uri: str = ""
    stocks: tuple[str, ...] = ()
    counts: bool = True

    @model_validator(mode="after")
    def _has_a_uri(self) -> Printer:
        if self.kind is PrinterKind.IPP and not self.uri.startswith(("ipp://", "ipps://")):
            raise ValueError(f"printer '{self.name}' is of kind ipp; give its uri, ipp://host:631/printers/name")
        return self


class Printing(Section):
    """The whole of printing.toml."""

    address: AddressRules = AddressRules()
    letterhead: Letterhead
    type: Type = Type()
    window: Area = Area(left=24.6, top=39.5, right=120, bottom=66.3)
    envelope: tuple[Envelope, ...] = Field(min_length=1)
    stock: tuple[Stock, ...] = Field(min_length=1)
    insert: tuple[Insert, ...] = ()
    marks: Marks = Marks()
    mailmark: MailmarkSettings = MailmarkSettings()
    run: Run = Run()
    preflight: PreflightLimits = PreflightLimits()
    returns: Returns = Returns()
    printer: tuple[Printer, ...] = ()

    @model_validator(mode="after")
    def _envelopes_grow(self) -> Printing:
        sizes = [e.most_sheets for e in self.envelope]
        if sizes != sorted(sizes):
            raise ValueError("envelopes must be listed smallest first, by most_sheets")
        return self


def load_printing(site: Path) -> Printing:
    """Read the site's printing. Raises Misconfigured."""
    return load_section(site / "config" / "printing.toml", Printing)
