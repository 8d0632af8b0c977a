"""The docket of a print run: the one page that travels with it, from the printer to the post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from mailroom.config.postage import Proof
from mailroom.outbound.manifest import inserts_of
from mailroom.outbound.print_run import PlannedFile, PlannedPiece, RunPlan
from mailroom.values.document import Block, Document, Heading, KeyFigure, KeyFigures, Paragraph, Points, Table


@dataclass(frozen=True, slots=True)
class DocketFacts:
    """What the docket says beside the plan. left_out: letters that could not be made, with the reason.

    no_window_mark, no_mailmark: pieces whose window had no room for our mark, or for Royal Mail's barcode.
    """

    number: str
    council: str
    cut_off: str
    built: str
    postage_names: dict[str, str]
    left_out: tuple[tuple[str, str], ...] = ()
    no_window_mark: int = 0
    no_mailmark: int = 0


def docket(plan: RunPlan, facts: DocketFacts) -> Document:
    """The docket, ready to be set."""
    blocks: list[Block] = [_figures(plan), _files_table(plan), _postage_table(plan, facts), *_to_know(plan, facts)]
    blocks += [Heading("Signed off", 1), _SIGNATURES]
    return Document(
        title=f"Print run {facts.number}: docket",
        subtitle=f"Letters ready by {facts.cut_off}",
        author=facts.council,
        made_on=facts.built,
        blocks=tuple(blocks),
    )


_SIGNATURES = Table(
    "Who did what",
    ("Step", "Count", "Initials and time"),
    (
        ("Printed, no sheet short or doubled", "", ""),
        ("Enveloped", "", ""),
        ("Spoiled and printed again", "", ""),
        ("Scanned off and balanced", "", ""),
        ("Handed to the post", "", ""),
    ),
    (5, 2, 4),
    words=3,
)


def _figures(plan: RunPlan) -> KeyFigures:
    pieces = plan.pieces
    letters, sheets = sum(len(p.letters) for p in pieces), sum(p.sheets for p in pieces)
    grams, pence = sum(p.weight_grams for p in pieces), sum(p.postage.pence for p in pieces)
    saved = letters - len(pieces)
    shared = f"{saved} in a shared envelope" if saved else "one an envelope"
    return KeyFigures(
        (
            KeyFigure("Envelopes", f"{len(pieces):,}", f"in {len(plan.files)} files"),
            KeyFigure("Letters", f"{letters:,}", shared),
            KeyFigure("Sheets", f"{sheets:,}", "as printed, A4"),
            KeyFigure("Weight", f"{grams / 1000:,.1f} kg", "with envelopes and inserts"),
            KeyFigure("Cost", pounds(pence), "print and postage"),
        )
    )


def _files_table(plan: RunPlan) -> Table:
    rows = [_file_row(file) for file in plan.files]
    pieces, sheets = len(plan.pieces), sum(f.sheets for f in plan.files)
    grams = sum(p.weight_grams for p in plan.pieces)
    rows.append(("Total", "", "", f"{pieces:,}", f"{sheets:,}", f"{grams / 1000:,.2f}"))
    headers = ("File", "Paper and printer", "Inserts", "Envelopes", "Sheets", "kg")
    return Table("Files, each with one setting of printer and enveloper", headers, tuple(rows),
                 (5.2, 3.4, 2.4, 1.5, 1.2, 1.1), words=3, total=True)  # fmt: skip


def _file_row(file: PlannedFile) -> tuple[str, ...]:
    first = file.pieces[0]
    letter = first.letters[0]
    sides = "both sides" if letter.duplex else "one side"
    grams = sum(p.weight_grams for p in file.pieces)
    paper = f"{letter.stock}, {sides}, {first.envelope.code}"
    return (file.name, paper, inserts_of(first) or "none", f"{len(file.pieces):,}", f"{file.sheets:,}",
            f"{grams / 1000:,.2f}")  # fmt: skip


def _postage_table(plan: RunPlan, facts: DocketFacts) -> Table:
    kinds: dict[tuple[str, str], list[PlannedPiece]] = defaultdict(list)
    for piece in plan.pieces:
        kinds[piece.postage.code, piece.envelope.code].append(piece)
    rows = [
        (
            facts.postage_names.get(code, code),
            envelope,
            f"{len(pieces):,}",
            f"{max(p.postage.arrives_by for p in pieces):%d/%m/%Y}",
            pounds(sum(p.postage.pence for p in pieces)),
        )
        for (code, envelope), pieces in sorted(kinds.items())
    ]
    total = pounds(sum(p.postage.pence for p in plan.pieces))
    rows.append(("Total", "", f"{len(plan.pieces):,}", "", total))
    headers = ("Postage", "Envelope", "Envelopes", "There by", "Cost")
    return Table("Postage", headers, tuple(rows), (4, 2, 2, 2, 2), words=2, total=True)


def _to_know(plan: RunPlan, facts: DocketFacts) -> Iterable[Block]:
    late = [p for p in plan.pieces if p.postage.late]
    points = list(_proof_points(plan, facts))
    if late:
        named = ", ".join(f"P{p.number}" for p in late[:20]) + (" and more" if len(late) > 20 else "")
        points.append(f"{len(late)} will be late even by the fastest class: {named}. Tell their services.")
    if facts.no_window_mark:
        points.append(f"{facts.no_window_mark} have words where the mark in the window stands, and go without it.")
    if facts.no_mailmark:
        points.append(f"{facts.no_mailmark} have no room for Royal Mail's barcode: leave them off the eManifest.")
    if not (points or facts.left_out):
        return
    yield Heading("To know", 1)
    if points:
        yield Points(tuple(points))
    if facts.left_out:
        shown = facts.left_out[:30]
        yield Table(f"{len(facts.left_out)} letters left out; their services have to mend them",
                    ("Letter", "Why"), shown, (2, 9), words=2)  # fmt: skip
    if len(facts.left_out) > 30:
        yield Paragraph(f"The first 30 of {len(facts.left_out)}. The rest are on the run's page.", small=True)


_PROOF_NEEDED = {
    Proof.NONE: "Proof needed: {count}, by {name}, which gives none, nor does any class of config/postage.toml that"
    " carries them. Take them out of the franking and have them certified or signed for at a counter.",
    Proof.POSTING: "Proof needed, of posting: {count}, by {name}. Take them out of the franking and keep the"
    " certificate with this docket.",
    Proof.DELIVERY: "Proof needed, tracked or signed: {count}, by {name}. Take them out of the franking and keep their"
    " numbers with this docket.",
}


def _proof_points(plan: RunPlan, facts: DocketFacts) -> Iterable[str]:
    """A point for each class of post that carries pieces in need of proof, those it proves nothing of first."""
    needing: dict[tuple[Proof, str], list[PlannedFile]] = defaultdict(list)
    for file in plan.files:
        if file.pieces[0].needs_proof:
            postage = file.pieces[0].postage
            needing[postage.proof, postage.code].append(file)
    for (proof, code), files in sorted(needing.items(), key=lambda kv: (kv[0][0] is not Proof.NONE, kv[0])):
        count = sum(len(f.pieces) for f in files)
        spans = ", ".join(f"P{f.pieces[0].number} to P{f.pieces[-1].number} ({f.name})" for f in files)
        said = _PROOF_NEEDED[proof].format(count=f"{count:,}", name=facts.postage_names.get(code, code))
        yield f"{said} They are {spans}."


def pounds(pence: int) -> str:
    """£1,234.56."""
    return f"£{pence / 100:,.2f}"
