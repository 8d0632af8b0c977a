"""Whether the names of a spreadsheet have slipped against the rest of its rows, so that every letter is misaddressed.

Two signs, each for every kind of evidence whose name a row is (records, salutation, email):

- A name does not fit its own row but fits the row beside it, several times within a few rows: a column has slipped.
- Two in three names of the file do not fit their rows: a column was sorted, or pasted, alone.

Pure; docs/outgoing.md says what it cannot see, and how often it is wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Evidence(StrEnum):
    """What says whose row it is. The value is how a clerk calls it."""

    NUMBER = "customer number"
    REFERENCE = "reference"
    ADDRESS = "address"
    SALUTATION = "salutation"
    SECOND_NAME = "other name in the address"
    EMAIL = "email address"


@dataclass(frozen=True, slots=True)
class RowNames:
    """The family names of one row's addressee, and those its evidence is for. All folded; evidence without is left out.

    An email address is given as its part before the @ in letters only: it may hold the family name among others.
    """

    row: int
    column: str
    families: frozenset[str]
    evidence: Mapping[Evidence, frozenset[str]]

    def fits(self, other: RowNames, kind: Evidence) -> bool:
        """Whether this row's addressee may be the person of another row's evidence."""
        said = other.evidence.get(kind, frozenset())
        if kind is Evidence.EMAIL:
            return any(len(family) >= _TELLING and family in mailbox for family in self.families for mailbox in said)
        return any(_same(family, known) for family in self.families for known in said)


@dataclass(frozen=True, slots=True)
class Slip:
    """One name that stands in the wrong row. fits: the row whose evidence it fits, 0 if it is only not its own."""

    row: int
    column: str
    kind: Evidence
    fits: int = 0


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two in three names do not fit a kind of evidence: so many of so many rows that have it."""

    kind: Evidence
    wrong: int
    known: int


@dataclass(frozen=True, slots=True)
class Slips:
    """What was found. rows: in order, no more than asked for; count: how many there are."""

    rows: tuple[Slip, ...]
    count: int
    disagreements: tuple[Disagreement, ...]


REACH = 3
"""Rows up and down in which a slipped name is looked for."""
STRETCH = 10
"""Rows with the same kind of evidence looked at together."""
LEAST_SLIPPED = 3
"""Names within a stretch that fit the same distance away. Two may be neighbours who changed houses, or a couple of two
family names whose rows share mailboxes; three in ten were never seen in a sound file (docs/outgoing.md)."""
LEAST_KNOWN = 20
"""Rows with evidence before two in three can disagree: below that, a few new tenants may be as many."""
_TELLING = 4
"""Letters of a family name that are not by chance part of an email address."""
_IN_BULK = (Evidence.NUMBER, Evidence.REFERENCE, Evidence.ADDRESS, Evidence.SALUTATION)
"""An email address says often nothing of its owner's name, and a second name is often another person."""


def find_slips(rows: Iterable[RowNames], *, most: int, newcomers: bool = False) -> Slips:
    """Look at every row once; what is kept does not grow with them. most: slips listed.

    newcomers: the letters go to people who may not be on record at their address yet, so that says nothing in bulk.
    """
    watch = _Watch(most)
    for row, neighbours in _each_with_neighbours(rows):
        watch.look_at(row, neighbours)
    return watch.result(newcomers=newcomers)


def _each_with_neighbours(rows: Iterable[RowNames]) -> Iterator[tuple[RowNames, Mapping[int, RowNames]]]:
    """Each row with those up to REACH away, by distance."""
    held: deque[RowNames] = deque(maxlen=2 * REACH + 1)
    for row in rows:
        held.append(row)
        if len(held) > REACH:
            yield _around(held, len(held) - 1 - REACH)
    for index in range(max(len(held) - REACH, 0), len(held)):
        yield _around(held, index)


def _around(held: deque[RowNames], index: int) -> tuple[RowNames, Mapping[int, RowNames]]:
    return held[index], {n - index: row for n, row in enumerate(held) if n != index and abs(n - index) <= REACH}


@dataclass(frozen=True, slots=True)
class _Looked:
    """A row against one kind of evidence. elsewhere: rows it fits although not its own, by their distance."""

    row: RowNames
    fits: bool
    elsewhere: Mapping[int, RowNames]


class _Watch:
    """What was seen so far."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._stretches: dict[Evidence, deque[_Looked]] = defaultdict(lambda: deque(maxlen=STRETCH))
        self._slipped: dict[int, Slip] = {}
        self._slipped_rows: set[int] = set()
        self._known: Counter[Evidence] = Counter()
        self._wrong: Counter[Evidence] = Counter()
        self._wrong_rows: dict[Evidence, list[Slip]] = defaultdict(list)

    def look_at(self, row: RowNames, neighbours: Mapping[int, RowNames]) -> None:
        """Compare a row with its own evidence of every kind and that of its neighbours."""
        for kind in row.evidence if row.families else ():
            fits = row.fits(row, kind)
            elsewhere = {} if fits else _fitting(row, neighbours, kind)
            if kind is Evidence.EMAIL and not fits and not elsewhere:
                continue
            self._known[kind] += 1
            if not fits:
                self._wrong[kind] += 1
                if len(self._wrong_rows[kind]) < self._most:
                    self._wrong_rows[kind].append(Slip(row.row, row.column, kind))
            stretch = self._stretches[kind]
            stretch.append(_Looked(row, fits, elsewhere))
            self._judge(kind, stretch)

    def _judge(self, kind: Evidence, stretch: Iterable[_Looked]) -> None:
        distances = Counter(by for looked in stretch for by in looked.elsewhere)
        right = sum(looked.fits for looked in stretch) if distances else 0
        for by, count in distances.items():
            if count < LEAST_SLIPPED or count <= 2 * right:
                continue
            for looked in stretch:
                if by in looked.elsewhere:
                    one, other = looked.row, looked.elsewhere[by]
                    self._slipped_rows.add(one.row)
                    if len(self._slipped) < self._most:
                        self._slipped.setdefault(one.row, Slip(one.row, one.column, kind, other.row))

    def result(self, *, newcomers: bool) -> Slips:
        """What it comes to."""
        kinds = [kind for kind in _IN_BULK if not (newcomers and kind is Evidence.ADDRESS)]
        disagreements = [
            Disagreement(kind, self._wrong[kind], self._known[kind])
            for kind in kinds
            if self._known[kind] >= LEAST_KNOWN and 3 * self._wrong[kind] > 2 * self._known[kind]
        ]
        rows = dict(self._slipped)
        for found in disagreements:
            for slip in self._wrong_rows[found.kind]:
                rows.setdefault(slip.row, slip)
        count = max([len(self._slipped_rows), len(rows), *(found.wrong for found in disagreements)])
        return Slips(tuple(rows[n] for n in sorted(rows))[: self._most], count, tuple(disagreements))


def _fitting(row: RowNames, neighbours: Mapping[int, RowNames], kind: Evidence) -> dict[int, RowNames]:
    """Neighbours whose evidence is this row's addressee. Not namesakes: in a file sorted by name, a mailbox that says
    nothing of its owner would seem to have slipped from theirs."""
    return {by: n for by, n in neighbours.items() if not row.families & n.families and row.fits(n, kind)}


def _same(one: str, other: str) -> bool:
    """Equal, or one is the last part of the other: 'Berg' of 'van der Berg', 'Smith' of 'O'Neill-Smith'."""
    if one == other:
        return True
    return min(len(one), len(other)) >= _TELLING and (one.endswith(other) or other.endswith(one))
