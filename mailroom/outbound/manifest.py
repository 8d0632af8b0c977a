"""The manifest of a print run: a line an envelope, by numbers and codes, without names or addresses."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from mailroom.config.postage import Proof
from mailroom.outbound.print_run import PlannedFile, PlannedPiece, RunPlan


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One envelope. letters: their numbers. proof_needed: '' where none is, else what its class of post gives."""

    piece: str
    file: str
    first_sheet: int
    sheets: int
    envelope: str
    format: str
    sides: str
    stock: str
    inserts: str
    postcode: str
    postage: str
    weight_grams: float
    pence: int
    letters: str
    proof_needed: str


def manifest_rows(plan: RunPlan) -> Iterable[ManifestRow]:
    """Every piece in the order of its number."""
    return (_row(file, piece) for file in plan.files for piece in file.pieces)


def write_manifest_csv(rows: Iterable[ManifestRow], to: Path) -> None:
    """The manifest for a spreadsheet or an enveloping machine."""
    with to.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([f.name for f in fields(ManifestRow)])
        writer.writerows(astuple(row) for row in rows)


def inserts_of(piece: PlannedPiece) -> str:
    """The leaflets that go in."""
    return "+".join(sorted({letter.insert for letter in piece.letters if letter.insert}))


_GIVEN = {
    Proof.NONE: "not by this class",
    Proof.POSTING: "of posting",
    Proof.DELIVERY: "tracked or signed",
}


def proof_of(piece: PlannedPiece) -> str:
    """'' for a piece that needs no proof; else which its class of post gives."""
    return _GIVEN[piece.postage.proof] if piece.needs_proof else ""


def _row(file: PlannedFile, piece: PlannedPiece) -> ManifestRow:
    first = piece.letters[0]
    return ManifestRow(
        piece=f"P{piece.number}",
        file=file.name,
        first_sheet=piece.first_sheet,
        sheets=piece.sheets,
        envelope=piece.envelope.code,
        format=first.format,
        sides="duplex" if first.duplex else "simplex",
        stock=first.stock,
        inserts=inserts_of(piece),
        postcode=first.postcode,
        postage=piece.postage.code,
        weight_grams=piece.weight_grams,
        pence=piece.postage.pence,
        letters=" ".join(f"L{letter.key:08d}" for letter in piece.letters),
        proof_needed=proof_of(piece),
    )
