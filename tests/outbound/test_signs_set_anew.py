"""Signs that our typefaces lack, in PDFs whose words have to be set anew: named, and never an empty box."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM
from mailroom.outbound.large_print import reflowed
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.attached import SignsLacking
from mailroom.outbound.steps.compose import letter_pdf
from mailroom.outbound.steps.compose_run import compose_run
from mailroom.outbound.steps.repair import offers
from mailroom.records.models import Letter, LetterStatus, ServiceNotice
from mailroom.values.letter_page import LetterPage
from mailroom.values.repair import RepairKind
from tests.outbound import print_floor
from tests.outbound.leaflets import given
from tests.outbound.lines import handed_in, run_line
from tests.outbound.people import chose, customer, mailbox, row, spreadsheet

CHINESE = "STSong-Light"


def _pdf(path: Path, *letters: tuple[str, str], down: float = 0) -> Path:
    """A letter for each name, with these words; 王 in a font that has it."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    canvas = Canvas(str(path), pagesize=(210 * MM, 297 * MM))
    for number, (name, words) in enumerate(letters, 1):
        canvas.setFont(CHINESE, 10)
        for n, line in enumerate((name, f"{number} Mill Lane", "Stokeley", "WX10 9WU")):
            canvas.drawString(28 * MM, (297 - 46 - down - 4.5 * n) * MM, line)
        canvas.drawString(26 * MM, (297 - 120 - down) * MM, words)
        canvas.showPage()
    canvas.save()
    return path


def test_hyphens_at_line_ends_and_bullets_of_symbol_fonts_are_set_in_signs_we_have() -> None:
    page = LetterPage(1, 595, 842, "\uf0b7 Bring exam\ufffeples\n➢ and a well\x02known bill\n✓ paid")
    body = reflowed((page,), "", window=False)
    assert [(b.kind.value, b.text) for b in body.blocks] == [
        ("bullet", "Bring exam-ples"),
        ("bullet", "and a well-known bill"),
        ("paragraph", "✓ paid"),
    ]


@pytest.mark.django_db
def test_a_sign_is_named_when_the_pdf_is_handed_in_and_the_large_letter_is_left_out_and_its_service_told(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    customer("C1", accessible_format="large print"), customer("C2", "Ben")
    letters = (("Ms Ada Thornbury", "Ask for Mr 王 or Ms 李"), ("Ms Ben Thornbury", "Ask for Mr 王"))
    mailing = handed_in(machines, _pdf(tmp_path / "two.pdf", *letters))
    named = [p for p in mailing.problems if p["code"] == "unprintable"]
    assert [(p["row"], p["warning"]) for p in named] == [(1, True)]
    assert "“王” (U+738B) and 1 more" in named[0]["message"]
    run_line(machines, mailing)
    assert [x.format for x in mailing.letters.order_by("position")] == ["large_print", "standard"]
    floor = print_floor.machines(
        tmp_path,
        store=machines.store,
        clock=machines.clock,
        compose=partial(compose_run, machines),
        classes=machines.classes,
    )
    run = runs.build_run(floor, floor.clock(), "robin")
    assert run is not None and run.letter_count == 1
    left_out = Letter.objects.get(position=1)
    assert left_out.status == LetterStatus.FAILED and "“王” (U+738B)" in left_out.problem
    assert ServiceNotice.objects.filter(letter=left_out, kind="left_out").exists()


@pytest.mark.django_db
def test_an_email_that_would_carry_boxes_is_not_tried_for_ever_but_goes_the_way_of_print(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    reader = customer("C1", accessible_format="large print")
    chose(reader), mailbox(reader)
    mailing = run_line(machines, handed_in(machines, _pdf(tmp_path / "a.pdf", ("Ms Ada Thornbury", "Mr 王"))))
    letter = mailing.letters.get()
    assert (letter.status, letter.channel, letter.format) == (LetterStatus.TO_PRINT, "print", "large_print")
    assert machines.mail.sent == []  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_attachments_and_addresses_that_are_set_in_our_typeface_are_asked_too(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    reader = customer("C1", accessible_format="large print")
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    canvas = Canvas(str(tmp_path / "guide.pdf"), pagesize=(210 * MM, 297 * MM))
    canvas.setFont(CHINESE, 10)
    canvas.drawString(26 * MM, 200 * MM, "Ask for Mr 王")
    canvas.save()
    files = given(machines, tmp_path / "guide.pdf")
    mailing = run_line(machines, handed_in(machines, spreadsheet(tmp_path, row(reader)), files=files))
    assert [(p["file"], p["page"]) for p in mailing.problems if p["code"] == "unprintable"] == [("guide.pdf", 1)]
    letter = mailing.letters.get()
    with pytest.raises(SignsLacking, match=r"王.*of its attachment 'guide.pdf'"):
        letter_pdf(machines, letter)
    letter.format, letter.address_lines = "standard", ["Ms Ada Thornbury", "王 Lane", "WX10 9WU"]
    with pytest.raises(SignsLacking, match="in its address"):
        letter_pdf(machines, letter)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "offered"), [("Ms Ada Thornbury", True), ("Ms 王 Thornbury", False)])
def test_no_sheet_with_an_address_is_offered_that_we_cannot_print(
    machines: OutboundMachines, tmp_path: Path, name: str, offered: bool
) -> None:
    mailing = handed_in(machines, _pdf(tmp_path / "far.pdf", (name, "Words"), down=70), "legacy_print")
    kind = dataclasses.replace(machines).kind("legacy_print")
    found = offers(machines, mailing.pages_from, kind, only=RepairKind.COVER)
    assert bool(found) is offered
