"""What was found on an item's pages: the index fields."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from mailroom.values.confidence import Confidence
from mailroom.values.geometry import Box
from mailroom.values.person_name import PersonName
from mailroom.values.postal_address import PostalAddress


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the paper: the page's number in its file, and the box if known."""

    page: int
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference, in its canonical form (`value`) and as read (`printed`).

    type: a code of classifiers/references.toml (council_tax, pcn, ...) or one of the general ones:
    phone, email, nino, vrm.
    """

    type: str
    value: str
    printed: str
    place: Place
    confidence: Confidence


class NameRole(StrEnum):
    """Where a name stood, which says whose it is."""

    SIGNATURE = "signature"
    SENDER_BLOCK = "sender_block"
    FORM_FIELD = "form_field"
    SUBJECT = "subject"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name and the part of the letter it stood in."""

    name: PersonName
    role: NameRole
    place: Place
    confidence: Confidence


class AddressRole(StrEnum):
    """Whose address it is, as far as its position tells."""

    SENDER = "sender"
    COUNCIL = "council"
    NEW = "new"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """An address and whose it seems to be."""

    address: PostalAddress
    role: AddressRole
    place: Place
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date as written. `label` says what the words near it make of it: written, birth, deadline, other."""

    date: dt.date
    label: str
    place: Place


@dataclass(frozen=True, slots=True)
class FoundAmount:
    """Money in pence."""

    pence: int
    place: Place


@dataclass(frozen=True, slots=True)
class IndexFields:
    """Everything the indexing station picked out of one item, each in order of appearance."""

    references: tuple[Reference, ...] = ()
    names: tuple[FoundName, ...] = ()
    addresses: tuple[FoundAddress, ...] = ()
    dates: tuple[FoundDate, ...] = ()
    amounts: tuple[FoundAmount, ...] = ()

    @property
    def date_written(self) -> dt.date | None:
        """The date in the letter; never the date of receipt."""
        return next((d.date for d in self.dates if d.label == "written"), None)

    def of_type(self, *types: str) -> tuple[Reference, ...]:
        """References of the given types."""
        return tuple(r for r in self.references if r.type in types)
