"""The docket's counts, weights and money, worked out by hand from the example printing.toml and postage.toml.

Four letters: two of one person in one DL, one of two sheets with the guide in a DL, one of six sheets in a C5.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailroom.config.postage import Proof
from mailroom.outbound.docket import DocketFacts, docket
from mailroom.outbound.manifest import manifest_rows
from mailroom.outbound.print_run import plan_run
from mailroom.values.document import KeyFigures, Points, Table
from mailroom.values.working_days import add_working_days
from tests.outbound.test_print_run import BASE, MONDAY, POSTAGE, PRINTING

LETTERS = (
    BASE,
    replace(BASE, key=2),
    replace(BASE, key=3, person="C3", pages=3, insert="council-tax-guide"),
    replace(BASE, key=4, person="C4", pages=12),
)
BLOCKS = docket(
    plan_run(LETTERS, "R000001", PRINTING, POSTAGE, MONDAY, add_working_days),
    DocketFacts("R000001", "Wexmere", "2 March 2026", "2 March 2026", {"economy": "Economy"}),
).blocks
SHEET = 90 / 16
"""Grams of an A4 sheet of 90 gsm."""
SHARED, WITH_GUIDE, THICK = 4.5 + 2 * SHEET, 4.5 + 2 * SHEET + 6.5, 7.0 + 6 * SHEET
"""Grams of the three envelopes: DL 4.5, C5 7, the guide 6.5."""


def _rows(caption: str) -> list[tuple[str, ...]]:
    (table,) = (b for b in BLOCKS if isinstance(b, Table) and b.caption.startswith(caption))
    return list(table.rows)


def test_the_docket_counts_envelopes_letters_sheets_weight_and_cost() -> None:
    (figures,) = (b.figures for b in BLOCKS if isinstance(b, KeyFigures))
    assert {f.label: f.value for f in figures} == {
        "Envelopes": "3",
        "Letters": "4",
        "Sheets": "10",
        "Weight": "0.1 kg",
        "Cost": "£2.25",
    }


def test_every_file_says_its_paper_envelope_inserts_sheets_and_weight_and_they_add_up() -> None:
    *files, total = _rows("Files")
    said = sorted(
        (paper.rsplit(", ", 1)[1], inserts, pieces, sheets, kg) for _, paper, inserts, pieces, sheets, kg in files
    )
    assert said == [
        ("C5", "none", "1", "6", f"{THICK / 1000:.2f}"),
        ("DL", "council-tax-guide", "1", "2", f"{WITH_GUIDE / 1000:.2f}"),
        ("DL", "none", "1", "2", f"{SHARED / 1000:.2f}"),
    ]
    assert all(paper.startswith("white-90, both sides") for _, paper, *_ in files)
    assert total[3:] == ("3", "10", f"{(SHARED + WITH_GUIDE + THICK) / 1000:.2f}")


def test_postage_is_priced_by_each_envelopes_sheets_with_the_day_it_is_there() -> None:
    """Economy of 5 January 2026: 69p for two sheets, 82p for five and 5p for the sixth; seven working days."""
    assert _rows("Postage") == [
        ("Economy", "C5", "1", "11/03/2026", "£0.87"),
        ("Economy", "DL", "2", "11/03/2026", "£1.38"),
        ("Total", "", "3", "", "£2.25"),
    ]


@pytest.mark.parametrize(
    ("proof", "said", "cell"),
    [
        (Proof.POSTING, "Proof needed, of posting: 2, by Certified. Take them out of the franking", "of posting"),
        (Proof.DELIVERY, "Proof needed, tracked or signed: 2, by Certified. Take them out", "tracked or signed"),
        (Proof.NONE, "Proof needed: 2, by Economy, which gives none, nor does any class", "not by this class"),
    ],
)
def test_pieces_that_need_proof_are_marked_on_docket_and_manifest_also_where_no_class_gives_it(
    proof: Proof, said: str, cell: str
) -> None:
    kinds = tuple(
        k.model_copy(update={"gives_proof": proof}) if k.code == "certified" else k for k in POSTAGE.postage_class
    )
    postage = POSTAGE.model_copy(update={"postage_class": kinds})
    needing = [replace(BASE, key=n, person=f"C{n}", needs_proof=True) for n in (2, 3)]
    plan = plan_run((BASE, *needing), "R000001", PRINTING, postage, MONDAY, add_working_days)
    names = {"economy": "Economy", "certified": "Certified"}
    facts = DocketFacts("R000001", "Wexmere", "2 March 2026", "2 March 2026", names)
    (point,) = (words for b in docket(plan, facts).blocks if isinstance(b, Points) for words in b.texts)
    assert point.startswith(said)
    assert point.endswith(f"They are P2 to P3 ({plan.files[1].name}).")
    assert [(row.piece, row.proof_needed) for row in manifest_rows(plan)] == [("P1", ""), ("P2", cell), ("P3", cell)]
