"""Sending letters in a real browser: a spreadsheet with two bad rows, corrected, looked at and handed in."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from reportlab.pdfgen.canvas import Canvas

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.mailings import cancel_letter, pause
from mailroom.records.models import DraftCheck, Letter, Mailing
from mailroom.wiring import letter_drafts
from tests.browser.looking import look
from tests.outbound.leaflets import leaflet
from tests.outbound.lines import decided, handed_in, run_line
from tests.outbound.machines import with_class
from tests.outbound.old_system import old_letters
from tests.outbound.people import HEAD, customer, emailable, row
from tests.web.conftest import use_outgoing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def spreadsheet(folder: Path, name: str, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Path:
    path = folder / name
    with path.open("w", newline="") as file:
        csv.writer(file).writerows((head, *rows))
    return path


@pytest.fixture
def service(outgoing: OutboundMachines) -> str:
    return outgoing.kind("general_letter").service


SWAPPED = (
    ["Statement of account", "", "Ms Ada Thornbury", "Paid in March: £138.15"],
    ["Statement of account", "", "Ms Cai Thornbury", "Paid in March: £96.40"],
    ["Statement of account", "", "Ms Cai Thornbury", "Paid in March: £96.40"],
)
"""What the second row names is the third reader's."""


def choose(page: Page, path: Path, everybody: Sequence[Path] = (), named: Sequence[Path] = ()) -> None:
    page.goto("/mailings/new/")
    page.wait_for_selector("body.js-enabled")
    kind = "general_letter:" if path.suffix == ".pdf" else "general_letter:general_letter"
    page.get_by_label("What kind of letter").select_option(kind)
    page.get_by_label("File").set_input_files(path)
    page.get_by_label("Attachments for everybody").set_input_files(list(everybody))
    if named:
        page.get_by_text("Each reader gets a PDF of their own").click()
        page.get_by_label("PDFs that rows name").set_input_files(list(named))
    page.get_by_role("button", name="Check the file").click()
    page.wait_for_url("**/mailings/new/check/")


def test_a_mailing_with_two_bad_rows_is_refused_then_corrected_and_handed_in(
    sign_in: Callable[..., Page], outgoing: OutboundMachines, service: str, tmp_path: Path
) -> None:
    good = [row(customer("C1")), row(emailable("C2")), row(customer("C3", "Cai"))]
    bad = [(*good[1][:1], "", *good[1][2:]), (*good[2][:6], "nowhere", *good[2][7:])]
    page = sign_in("team_leader", service)
    choose(page, spreadsheet(tmp_path, "bad.csv", good[0], *bad))
    expect(page.get_by_text("There is a problem")).to_be_visible()
    table = page.get_by_role("region", name="What is wrong")
    expect(table.get_by_role("row", name="3 subject The template needs a value here")).to_be_visible()
    expect(table.get_by_role("row", name="4 postcode")).to_be_visible()
    expect(page.get_by_role("button", name="Hand it in")).to_have_count(0)
    choose(page, spreadsheet(tmp_path, "good.csv", *good))
    expect(page.get_by_text("Every row and page is sound")).to_be_visible()
    page.get_by_role("link", name="Look at the letters").click()
    page.get_by_role("link", name="Next letter").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Letter 2")
    page.get_by_role("link", name="Back to the check").click()
    page.get_by_label("What your colleagues will know it by").fill("New bins in Stokeley")
    page.get_by_role("button", name="Hand it in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("New bins in Stokeley")
    run_line(outgoing, Mailing.objects.get())
    run_line(outgoing, Mailing.objects.get())
    page.reload()
    expect(page.get_by_text("They asked for email")).to_be_visible()
    page.get_by_role("link", name=Letter.objects.get(position=1).number).click()
    expect(page.get_by_role("heading", name="Why it goes by post")).to_be_visible()
    page.get_by_role("button", name="Cancel this letter").click()
    expect(page.get_by_text("is cancelled.")).to_be_visible()
    assert sorted(Letter.objects.values_list("status", flat=True)) == ["cancelled", "emailed", "to_print"]


def test_axe_finds_no_fault_in_any_state_of_the_mailing_pages(
    sign_in: Callable[..., Page], outgoing: OutboundMachines, service: str, tmp_path: Path
) -> None:
    page = sign_in("team_leader", service)
    problems = {}

    def see(name: str, address: str) -> None:
        if found := look(page, name, address):
            problems[name] = found

    see("mailings-none", "/mailings/")
    see("letter-templates", "/mailings/one/")
    see("letter-one", "/mailings/one/general_letter/")
    page.get_by_role("button", name="Check it and look at it").click()
    page.get_by_text("There is a problem").wait_for()
    see("letter-one-problem", "")
    see("mailing-new", "/mailings/new/")
    page.get_by_role("button", name="Check the file").click()
    page.get_by_text("There is a problem").wait_for()
    see("mailing-new-problem", "")
    people = [customer("C1"), emailable("C2"), customer("C3", "Cai"), customer("C4", accessible_format="large print")]
    rows = [row(p) for p in people]
    bad = [(*rows[1][:1], "", *rows[1][2:]), (*rows[2][:6], "nowhere", *rows[2][7:])]
    choose(page, spreadsheet(tmp_path, "bad.csv", rows[0], *bad))
    see("mailing-problems", "")
    head = tuple("Betreff" if h == "subject" else h for h in HEAD)
    choose(page, spreadsheet(tmp_path, "columns.csv", *rows, head=head))
    see("mailing-columns", "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letter_drafts, "CHECKED_AT_ONCE", {"csv": 0, "xlsx": 0, "pdf": 0})
        choose(page, spreadsheet(tmp_path, "bills-2027.csv", *rows))
        DraftCheck.objects.update(stage="rows", done=43_000, total=100_000)
        see("mailing-progress", "/mailings/new/check/")
        see("mailings-draft", "/mailings/")
        DraftCheck.objects.all().delete()
    choose(page, marginal(tmp_path))
    see("mailing-preflight", "")
    choose(page, old_letters(tmp_path / "old-system.pdf", down=12))
    page.get_by_role("button", name="See what could be repaired").click()
    page.get_by_role("heading", name="What could be repaired").wait_for()
    page.wait_for_load_state("networkidle")
    see("mailing-repairs", "")
    files = [leaflet(tmp_path, f"statement-{n}.pdf", words) for n, words in enumerate(SWAPPED, 1)]
    named = [(*cells, f"statement-{n}.pdf") for n, cells in enumerate(rows[:3], 1)]
    sheet = spreadsheet(tmp_path, "named.csv", *named, head=(*HEAD, "attachment"))
    guide = leaflet(tmp_path, "how-to-pay.pdf", ["How to pay", "", "At any bank or post office, or by phone."])
    choose(page, sheet, everybody=[guide], named=files)
    see("mailing-attachments", "")
    choose(page, spreadsheet(tmp_path, "good.csv", *rows), everybody=[guide])
    see("mailing-sound", "")
    see("mailing-preview", "/mailings/new/letters/1/")
    done = run_line(outgoing, handed_in(outgoing, spreadsheet(tmp_path, "good.csv", *rows), title="New bins"))
    Letter.objects.filter(position=3).update(status="posted", cost_pence=87)
    see("mailing", f"/mailings/{done.number}/")
    see("letter", f"/letters/{done.letters.get(position=2).number}/")
    cancel_letter(outgoing, done.letters.get(position=1).pk, str(User.objects.get().pk))
    see("letter-cancelled", f"/letters/{done.letters.get(position=1).number}/")
    pause(outgoing, decided(outgoing, handed_in(outgoing, spreadsheet(tmp_path, "two.csv", *rows[:2]))).pk, "1")
    handed_in(outgoing, spreadsheet(tmp_path, "bad.csv", rows[0], *bad), title="Refused")
    see("mailing-refused", f"/mailings/{Mailing.objects.get(title='Refused').number}/")
    strict = with_class(outgoing, "general_letter", needs_approval=True)
    use_outgoing(strict)
    waiting = handed_in(strict, spreadsheet(tmp_path, "three.csv", *rows[:3]), title="To approve")
    see("mailing-to-approve", f"/mailings/{waiting.number}/")
    see("mailings", "/mailings/")
    assert problems == {}


def marginal(folder: Path) -> Path:
    """A PDF with words where none may be."""
    path = folder / "margin.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842))
    for line, words in enumerate(("Mr A Lee", "1 High Street", "Wexmere", "WX10 9WU")):
        canvas.drawString(75, 712 - 12 * line, words)
    for line in range(14):
        canvas.drawString(75, 540 - 16 * line, "We are writing to you about your new bin, which comes on Tuesday.")
    canvas.drawString(3, 420, "Ref 77120")
    canvas.drawString(520, 3, "Page one")
    canvas.save()
    return path
