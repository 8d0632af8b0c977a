"""Planning a print run: which letters share an envelope, in which file, in which order, on how many sheets."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from mailroom.config.postage import Postage
from mailroom.config.printing import Envelope, Printing, SortBy
from mailroom.errors import Misconfigured
from mailroom.outbound.postage import AddWorkingDays, ChosenPostage, choose_postage
from mailroom.values.channel import LetterFormat

SHEETS_A_SQUARE_METRE = 16
"""An A4 sheet is a sixteenth of A0, which is one square metre (ISO 216)."""
LONGEST_FILE_NAME = 80
"""Characters: as many as the records keep."""


class NoEnvelope(Misconfigured):
    """A letter has more sheets than the largest envelope of config/printing.toml takes."""


@dataclass(frozen=True, slots=True)
class PrintLetter:
    """A letter ready for paper. key: its record. person: the customer, '' if not surely known. pages: sides of print.

    attached: pages of each attachment. joined: they go on where the letter stops, not on new sheets.
    shares: its class may lie in one envelope with another letter to the same person. needs_proof: of posting.
    """

    key: int
    person: str
    address: tuple[str, ...]
    postcode: str
    zone: str
    pages: int
    duplex: bool
    stock: str
    insert: str
    format: LetterFormat
    shares: bool
    service: str
    must_arrive: dt.date | None = None
    attached: tuple[int, ...] = ()
    joined: bool = False
    needs_proof: bool = False

    @property
    def all_pages(self) -> int:
        """With those of its attachments."""
        return self.pages + sum(self.attached)

    @property
    def sheets(self) -> int:
        """Every letter begins on a new sheet; a duplex one with an odd last page has an empty back."""
        sides = 2 if self.duplex else 1
        parts = (self.all_pages,) if self.joined else (self.pages, *self.attached)
        return sum(-(-part // sides) for part in parts)


@dataclass(frozen=True, slots=True)
class PlannedPiece:
    """One envelope. number: its name in the run, from 1. first_sheet: in its file, from 1."""

    number: int
    letters: tuple[PrintLetter, ...]
    envelope: Envelope
    postage: ChosenPostage
    weight_grams: float
    first_sheet: int

    @property
    def sheets(self) -> int:
        """All its letters' sheets."""
        return sum(letter.sheets for letter in self.letters)

    @property
    def needs_proof(self) -> bool:
        """Whether any letter in it does."""
        return any(letter.needs_proof for letter in self.letters)


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One output: pieces that go through printer and enveloper with the same settings."""

    name: str
    pieces: tuple[PlannedPiece, ...]

    @property
    def sheets(self) -> int:
        """How many sheets it has."""
        return sum(p.sheets for p in self.pieces)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """A whole run."""

    files: tuple[PlannedFile, ...]

    @property
    def pieces(self) -> tuple[PlannedPiece, ...]:
        """Every piece in the order of its number."""
        return tuple(p for f in self.files for p in f.pieces)


def plan_run(
    letters: Iterable[PrintLetter],
    run_number: str,
    printing: Printing,
    postage: Postage,
    posted_on: dt.date,
    add_working_days: AddWorkingDays,
) -> RunPlan:
    """The run's files and pieces. Every letter is in exactly one piece, every piece in exactly one file.

    Raises:
        NoEnvelope, NoPrice: naming what config/printing.toml or config/postage.toml lacks.
    """
    rates = _Rates(postage, posted_on, add_working_days)
    enveloped = [rates.stamped(ls, _envelope(ls, printing)) for ls in _together(letters, printing)]
    enveloped.sort(key=lambda e: (e.file_kind, _order(e.letters[0], printing.run.sort)))
    files: list[PlannedFile] = []
    number = 0
    for kind, same in groupby(enveloped, key=lambda e: e.file_kind):
        for part, chunk in enumerate(_parts(same, printing.run.sheets_per_file), 1):
            pieces, sheet = [], 1
            for one in chunk:
                number += 1
                weight = _weight(one, printing)
                pieces.append(PlannedPiece(number, one.letters, one.envelope, one.postage, weight, sheet))
                sheet += one.sheets
            files.append(PlannedFile(_file_name(run_number, kind, part), tuple(pieces)))
    return RunPlan(tuple(files))


def _file_name(run_number: str, kind: Sequence[str], part: int) -> str:
    """What it is printed with, in words; where those are too long to be kept, their beginning and a sign of all."""
    words, end = "-".join(k for k in kind if k), f"-{part:02d}.pdf"
    room = LONGEST_FILE_NAME - len(run_number) - 1 - len(end)
    if len(words) > room:
        sign = hashlib.sha256(words.encode()).hexdigest()[:8]
        words = f"{words[: room - len(sign) - 1]}-{sign}"
    return f"{run_number}-{words}{end}"


@dataclass(frozen=True, slots=True)
class _Enveloped:
    letters: tuple[PrintLetter, ...]
    envelope: Envelope
    postage: ChosenPostage

    @property
    def sheets(self) -> int:
        return sum(letter.sheets for letter in self.letters)

    @property
    def file_kind(self) -> tuple[str, ...]:
        """What printer, enveloper and franking are set to.

        Large print is kept apart so that nobody mixes it up; what needs proof, to be taken out of the franking.
        """
        first = self.letters[0]
        inserts = "+".join(sorted({x.insert for x in self.letters if x.insert}))
        sides = "duplex" if first.duplex else "simplex"
        large = "large-print" if first.format is LetterFormat.LARGE_PRINT else ""
        proof = "proof" if any(x.needs_proof for x in self.letters) else ""
        return self.envelope.code, sides, first.stock, inserts, large, proof, self.postage.code


@dataclass(frozen=True, slots=True)
class _Rates:
    postage: Postage
    posted_on: dt.date
    add_working_days: AddWorkingDays

    def stamped(self, letters: tuple[PrintLetter, ...], envelope: Envelope) -> _Enveloped:
        """An envelope with the cheapest class in time for every letter in it, that gives proof if one needs it."""
        sheets = sum(letter.sheets for letter in letters)
        first = min((x.must_arrive for x in letters if x.must_arrive is not None), default=None)
        chosen = choose_postage(
            self.postage,
            sheets,
            envelope.tariff,
            letters[0].zone,
            self.posted_on,
            first,
            self.add_working_days,
            needs_proof=any(x.needs_proof for x in letters),
        )
        return _Enveloped(letters, envelope, chosen)


def _together(letters: Iterable[PrintLetter], printing: Printing) -> Iterator[tuple[PrintLetter, ...]]:
    """Letters for one envelope: same known person, same address, same paper, and every class of them allows it."""
    alone: list[PrintLetter] = []
    sharing: dict[tuple[object, ...], list[PrintLetter]] = {}
    for letter in letters:
        if printing.run.one_envelope_a_person and letter.shares and letter.person:
            key = (letter.person, letter.address, letter.duplex, letter.stock, letter.format)
            sharing.setdefault(key, []).append(letter)
        else:
            alone.append(letter)
    yield from ((letter,) for letter in alone)
    largest = printing.envelope[-1].most_sheets
    for group in sharing.values():
        yield from _filled(group, largest)


def _filled(group: Sequence[PrintLetter], most: int) -> Iterator[tuple[PrintLetter, ...]]:
    """A person's letters in as few envelopes as hold them."""
    held: list[PrintLetter] = []
    for letter in group:
        if held and sum(x.sheets for x in held) + letter.sheets > most:
            yield tuple(held)
            held = []
        held.append(letter)
    yield tuple(held)


def _envelope(letters: Sequence[PrintLetter], printing: Printing) -> Envelope:
    sheets = sum(letter.sheets for letter in letters)
    for envelope in printing.envelope:
        if sheets <= envelope.most_sheets:
            return envelope
    raise NoEnvelope(
        f"letter {letters[0].key} has {sheets} sheets; the largest envelope of config/printing.toml takes "
        f"{printing.envelope[-1].most_sheets}. Add a larger one, or send this letter apart."
    )


def _order(letter: PrintLetter, sort: SortBy) -> tuple[object, ...]:
    match sort:
        case SortBy.POSTCODE:
            return (*postcode_order(letter.postcode), letter.address, letter.key)
        case SortBy.SERVICE:
            return (letter.service, *postcode_order(letter.postcode), letter.key)
        case SortBy.SUBMITTED:
            return (letter.key,)


def postcode_order(postcode: str) -> tuple[str, int, str, str]:
    """Sorting as the post sorts: WX2 before WX10. Without a postcode (abroad, BFPO) last."""
    found = re.match(r"^([A-Z]+)(\d+)([A-Z]?) (\w+)$", postcode)
    return (found[1], int(found[2]), found[3], found[4]) if found else ("~", 0, "", postcode)


def _parts(same: Iterable[_Enveloped], most_sheets: int) -> Iterator[list[_Enveloped]]:
    """Cut between pieces so that no file has more sheets than the limit (unless one piece alone has)."""
    chunk: list[_Enveloped] = []
    sheets = 0
    for one in same:
        if chunk and sheets + one.sheets > most_sheets:
            yield chunk
            chunk, sheets = [], 0
        chunk.append(one)
        sheets += one.sheets
    if chunk:
        yield chunk


def _weight(one: _Enveloped, printing: Printing) -> float:
    """Grams of envelope, sheets and inserts."""
    gsm = {s.code: s.gsm for s in printing.stock}
    inserts = {i.code: i.weight_grams for i in printing.insert}
    stock = one.letters[0].stock
    if stock not in gsm:
        raise Misconfigured(f"config/printing.toml: stock '{stock}' is not listed. Add it or correct the class.")
    paper = one.sheets * gsm[stock] / SHEETS_A_SQUARE_METRE
    extra = sum(inserts.get(code, 0.0) for code in {x.insert for x in one.letters})
    return round(one.envelope.weight_grams + paper + extra, 1)
