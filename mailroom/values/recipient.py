"""What is on record of the person a letter is for, as far as it decides how the letter goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the consent register."""

    choice: str
    document_class: str
    given_on: dt.date
    source: str


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """One email address of a customer. bounces: undelivered emails in a row. shared: also on another customer's record.

    bounced_on: the days of those bounces, as far as they are known.
    """

    key: int
    address: str
    verified: bool
    bounces: int
    dead: bool
    shared: bool
    bounced_on: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One address of a customer. told: they told us themselves that they live here now."""

    lines: tuple[str, ...]
    postcode: str
    house: str
    current: bool
    gone_away: bool
    told: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """One customer. choices: in the order they were given."""

    customer_id: str
    deceased: bool
    vulnerable: bool
    language: str
    accessible_format: str
    choices: tuple[Choice, ...]
    emails: tuple[EmailAddress, ...]
    places: tuple[Place, ...]
