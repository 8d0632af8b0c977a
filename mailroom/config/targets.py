"""config/targets.toml: targets, service standards, and what managers are told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from pydantic import Field, field_validator, model_validator

from mailroom.config.section import Section, load_section, repeated
from mailroom.values.month import Month


class Measure(StrEnum):
    """What a target counts."""

    ITEMS = "items"
    ITEMS_IN = "items_in"
    ITEMS_OUT = "items_out"
    CASH = "cash"
    HOURS = "hours"
    CONTACTS_ONLINE = "contacts_online"

    @property
    def is_a_reduction(self) -> bool:
        """Whether it is a share off the baseline, not an amount to gain."""
        return self in (Measure.ITEMS, Measure.ITEMS_IN, Measure.ITEMS_OUT)

    @property
    def unit(self) -> str:
        """What its figures are: items, pounds or hours."""
        return {Measure.CASH: "pounds", Measure.HOURS: "hours"}.get(self, "items")


class Target(Section):
    """One thing to reach by a day. reduction: share of the baseline; amount: pounds, hours or items a year."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    measure: Measure
    service: str = ""
    baseline: str = ""
    starts: dt.date
    by: dt.date
    reduction: Decimal | None = Field(default=None, gt=0, le=1)
    amount: Decimal | None = Field(default=None, gt=0)
    source: str = ""

    @field_validator("baseline")
    @classmethod
    def _a_month(cls, text: str) -> str:
        if text:
            Month.parse(text)
        return text

    @model_validator(mode="after")
    def _complete(self) -> Target:
        if self.by <= self.starts:
            raise ValueError("`by` must be after `starts`")
        if self.measure.is_a_reduction and (self.reduction is None or not self.baseline):
            raise ValueError(
                f"a target of {self.measure} needs `reduction` and `baseline`, the first month of its year"
            )
        if not self.measure.is_a_reduction and self.amount is None:
            raise ValueError(f"a target of {self.measure} needs `amount`")
        return self

    @property
    def baseline_month(self) -> Month | None:
        """The first month of the baseline year."""
        return Month.parse(self.baseline) if self.baseline else None


class Standard(Section):
    """A promise about answering. Empty keys fit everything; the first standard that fits an item is its own.

    acknowledge_within: working days to a first word (a holding reply, or the answer itself); None promises none.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    flag: str = ""
    service: str = ""
    channel: str = ""
    promise: str
    law: str = ""
    acknowledge_within: int | None = Field(default=None, ge=1)

    def fits(self, service: str, channel: str, flags: tuple[str, ...]) -> bool:
        """Whether an item with these is held to it."""
        return (
            (not self.flag or self.flag in flags)
            and (not self.service or self.service == service)
            and (not self.channel or self.channel == channel)
        )


class ServiceLevel(Section):
    """Promises about handing over, in working days, and when to warn."""

    routed_within: int = Field(default=1, ge=0)
    seen_within: int = Field(default=2, ge=0)
    warn_days: int = Field(default=2, ge=0)
    wanted_share: float = Field(default=0.8, ge=0, le=1)


class Audit(Section):
    """How many auto-routed items a month are drawn for a person to check."""

    sample: int = Field(default=50, ge=0)


class Equality(Section):
    """The equality view. age_bands: the youngest age of each band, from 0.

    suppress_below: smaller groups are hidden, the others rounded to it.
    """

    age_bands: tuple[int, ...] = (0, 25, 45, 65, 75, 85)
    suppress_below: int = Field(default=10, ge=2)

    @field_validator("age_bands")
    @classmethod
    def _rising_from_nought(cls, bands: tuple[int, ...]) -> tuple[int, ...]:
        if not bands or bands[0] != 0 or list(bands) != sorted(set(bands)):
            raise ValueError("age bands start at 0 and rise")
        return bands


class OnlineForm(Section):
    """A matter that need not arrive on paper: the service, its letter type, and the form that does it."""

    service: str
    kind: str
    form: str


class ReportReader(Section):
    """Who is sent the monthly report of a service ('' is the whole council)."""

    service: str = ""
    to: tuple[str, ...]


class SecondLetters(Section):
    """How long after a letter another on the same matter counts as a second one, in days."""

    within_days: int = Field(default=42, ge=1)


class Digest(Section):
    """When the day's digest goes to those it concerns, and how many items it lists; the rest are counted.

    hour: of the morning of each working day. most_items: of one digest.
    """

    hour: int = Field(default=7, ge=0, le=23)
    most_items: int = Field(default=15, ge=1)


class Sources(Section):
    """Which sources of batches are not paper: the beginnings of their names. All others came by post.

    What a shared mailbox took in came by email whatever the mailbox is called.
    """

    email: tuple[str, ...] = ("mailbox",)
    web: tuple[str, ...] = ("upload", "web", "kiosk", "api")

    def channel(self, source: str) -> str:
        """The channel items of a source came by: email, web or post."""
        if source.startswith(self.email):
            return "email"
        return "web" if source.startswith(self.web) else "post"


class Targets(Section):
    """The whole of targets.toml. report_on_working_day: of the month, when the last month is closed and reported."""

    target: tuple[Target, ...] = ()
    standard: tuple[Standard, ...] = ()
    service_level: ServiceLevel = ServiceLevel()
    audit: Audit = Audit()
    equality: Equality = Equality()
    online_form: tuple[OnlineForm, ...] = ()
    sources: Sources = Sources()
    second_letter: SecondLetters = SecondLetters()
    digest: Digest = Digest()
    report_on_working_day: int = Field(default=3, ge=1, le=20)
    report: tuple[ReportReader, ...] = ()

    @model_validator(mode="after")
    def _codes_differ(self) -> Targets:
        codes = [*(t.code for t in self.target), *(s.code for s in self.standard)]
        twice = sorted(repeated(codes))
        if twice:
            raise ValueError(f"the code {', '.join(twice)} is used twice; give each target and standard its own")
        return self

    def standard_of(self, service: str, channel: str, flags: tuple[str, ...]) -> str:
        """The code of the first standard that fits, or ''."""
        return next((s.code for s in self.standard if s.fits(service, channel, flags)), "")

    def acknowledged_within(self, code: str) -> int | None:
        """Working days to a first word under that standard, or None."""
        return next((s.acknowledge_within for s in self.standard if s.code == code), None)

    def standard_name(self, code: str) -> str:
        """A standard's name for people."""
        return next((s.name for s in self.standard if s.code == code), "No standard")


def load_targets(site: Path) -> Targets:
    """Read the site's targets. Raises Misconfigured."""
    return load_section(site / "config" / "targets.toml", Targets)
