"""Whether a spreadsheet's names stand beside their own addresses, as far as rows and records can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from mailroom.outbound.names_printed import folded, people_in
from mailroom.outbound.slipped_names import Disagreement, Evidence, RowNames, Slip, find_slips
from mailroom.outbound.submission import MOST_TOLD, RowProblem, SubmittedLetter
from mailroom.records.families_on_record import by_number, by_place, by_reference
from mailroom.values.match_keys import house_key, reference_key

_CHUNK = 1000
"""Rows looked up together."""
_SHORTEST_REFERENCE = 5
"""Characters, as in matching: shorter ones are on too many records to mean anything."""
_GREETS = re.compile(r"^(?:dear|annwyl)\s+(.+?)[,:]?$", re.IGNORECASE)
_TITLED = re.compile(r"^(?:mr|mrs|miss|ms|mx|dr)\b", re.IGNORECASE)


def slipped_names(letters: Iterable[SubmittedLetter], *, newcomers: bool) -> Iterator[RowProblem]:
    """A problem for each name that stands in another's row, and one for the file where two in three do.

    newcomers: the class writes to people who may not be on record at their address yet.
    """
    found = find_slips(_names(letters), most=MOST_TOLD, newcomers=newcomers)
    for disagreement in found.disagreements:
        yield RowProblem(0, "", "names_disagree", _in_bulk(disagreement))
    for slip in found.rows:
        yield RowProblem(slip.row, slip.column, "name_slipped", _of_one(slip))
    for _ in range(found.count - len(found.rows)):
        yield RowProblem(0, "", "name_slipped", "A name stands in another person's row.")


def _in_bulk(found: Disagreement) -> str:
    return (
        f"Of {found.known:,} rows whose {found.kind} is known, {found.wrong:,} name somebody else. "
        "A column was moved or sorted alone: put names and addresses side by side again."
    )


def _of_one(slip: Slip) -> str:
    if slip.fits:
        return f"The name does not fit the {slip.kind} of its row, but that of row {slip.fits}. A column has slipped."
    return f"The name is not the one its row's {slip.kind} is for."


def _names(letters: Iterable[SubmittedLetter]) -> Iterator[RowNames]:
    source = iter(letters)
    while chunk := list(islice(source, _CHUNK)):
        recorded = _OnRecord(chunk)
        for letter in chunk:
            said = {**_said_in(letter), **{kind: names for kind, names in recorded(letter).items() if names}}
            yield RowNames(letter.row, _column(letter), _families(letter.name), said)


class _OnRecord:
    """What the records say of a chunk of rows."""

    def __init__(self, letters: Sequence[SubmittedLetter]) -> None:
        self._numbers = by_number({x.customer_id for x in letters if x.customer_id})
        keys = {key for x in letters if (key := _reference(x))}
        self._references = by_reference(keys)
        self._places = by_place({_place(x) for x in letters if x.address.postcode})

    def __call__(self, letter: SubmittedLetter) -> Mapping[Evidence, frozenset[str]]:
        place = self._places.get(_place(letter), frozenset())
        found = {
            Evidence.NUMBER: self._numbers.get(letter.customer_id, frozenset()),
            Evidence.REFERENCE: self._references.get(_reference(letter), frozenset()),
            Evidence.ADDRESS: place,
        }
        return {kind: frozenset(folded(name) for name in names) for kind, names in found.items()}


def _reference(letter: SubmittedLetter) -> str:
    key = reference_key(letter.reference)
    return key if len(key) >= _SHORTEST_REFERENCE else ""


def _place(letter: SubmittedLetter) -> tuple[str, str]:
    return letter.address.postcode, house_key(letter.address.lines[1:-1])


def _said_in(letter: SubmittedLetter) -> dict[Evidence, frozenset[str]]:
    """What the row itself says beside its addressee: whom it greets, another name, an email address."""
    greeted = [m[1] for value in letter.fields.values() if (m := _GREETS.match(value))]
    others = [line for line in letter.address.lines[1:2] if _TITLED.match(line)]
    if letter.fields.get("recipient") and (name := letter.fields.get("name")):
        others.append(name)
    mailbox = folded(letter.email.partition("@")[0])
    found = {
        Evidence.SALUTATION: frozenset(f for line in greeted for f in _families(line)),
        Evidence.SECOND_NAME: frozenset(f for line in others for f in _families(line)),
        Evidence.EMAIL: frozenset({mailbox} if mailbox else ()),
    }
    return {kind: names for kind, names in found.items() if names}


def _families(line: str) -> frozenset[str]:
    return frozenset(person.family for person in people_in(line))


def _column(letter: SubmittedLetter) -> str:
    """The column the addressee stands in."""
    return next((key for key in ("recipient", "name") if letter.fields.get(key) == letter.name), "address line 1")
