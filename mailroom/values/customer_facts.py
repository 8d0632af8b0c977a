"""What the stations may know of a customer record: the facts a letter can be compared with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mailroom.values.postal_address import PostalAddress


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """An address on record. current: where they live according to it; the others are previous ones."""

    address: PostalAddress
    current: bool = True
    uprn: str = ""
    gone_away: bool = False


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """One customer record. Blank means "not known".

    former_last_names: names they had before. phones: digits only. emails: lower case.
    references: (type, value) pairs. family_share: how common the family name is on the base, 0 to 1 (0: not known).
    merged_into: the record that replaced this one, or ''.
    """

    customer_id: str
    last_name: str
    first_name: str = ""
    middle_names: str = ""
    title: str = ""
    former_last_names: tuple[str, ...] = ()
    date_of_birth: dt.date | None = None
    nino: str = ""
    addresses: tuple[KnownAddress, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    deceased: bool = False
    merged_into: str = ""
    family_share: float = 0.0
