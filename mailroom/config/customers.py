"""config/customers.toml: how the council's customer file is laid out, and when a match is sure."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from pydantic import Field, model_validator

from mailroom.config.section import Section, load_section
from mailroom.values.linkage_record import Nicknames
from mailroom.values.match_keys import name_key


class CustomerColumns(Section):
    """The heading of the column that holds each fact; '' when the file has none."""

    id: str
    last_name: str
    title: str = ""
    first_name: str = ""
    middle_names: str = ""
    former_last_name: str = ""
    date_of_birth: str = ""
    nino: str = ""
    email: str = ""
    email_verified: str = ""
    phone: str = ""
    preferred_channel: str = ""
    consent_date: str = ""
    accessible_format: str = ""
    language: str = ""
    vulnerable: str = ""
    deceased_date: str = ""
    address_lines: tuple[str, ...] = ()
    postcode: str = ""
    uprn: str = ""
    previous_address: str = ""
    references: dict[str, str] = Field(default_factory=dict)

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading the file must have."""
        single = [v for k, v in self if isinstance(v, str)]
        return tuple(h for h in (*single, *self.address_lines, *self.references.values()) if h)


class CaseColumns(Section):
    """The headings of a file of case references."""

    type: str
    value: str
    customer: str


class MatchingPolicy(Section):
    """When an item goes on a record without a person.

    attach_above: least probability that the record is the right one of all records and nobody at all.
    on_record_share: how many of those who write are customers on record. list_above, list_at_most: which candidates
    a clerk is shown.
    """

    attach_above: float = Field(default=0.98, gt=0.5, lt=1)
    on_record_share: float = Field(default=0.9, gt=0, lt=1)
    list_above: float = Field(default=0.001, ge=0, lt=1)
    list_at_most: int = Field(default=5, ge=1)


class CustomersConfig(Section):
    """The whole file. nicknames: full name -> its short forms, in any spelling of case."""

    columns: CustomerColumns
    cases: CaseColumns
    matching: MatchingPolicy = MatchingPolicy()
    nicknames: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    date_format: str = "%Y-%m-%d"
    delimiter: str = ","
    encoding: str = "utf-8-sig"

    @model_validator(mode="after")
    def _one_sign_between(self) -> CustomersConfig:
        if len(self.delimiter) != 1:
            raise ValueError("delimiter must be one character")
        return self

    @cached_property
    def full_names(self) -> Nicknames:
        """Short form -> the full names it may stand for, as name keys."""
        found: dict[str, tuple[str, ...]] = {}
        for full, shorts in self.nicknames.items():
            for short in shorts:
                found[name_key(short)] = (*found.get(name_key(short), ()), name_key(full))
        return found


def load_customers_config(site: Path) -> CustomersConfig:
    """Read it. Raises Misconfigured naming file and key."""
    return load_section(site / "config" / "customers.toml", CustomersConfig)
