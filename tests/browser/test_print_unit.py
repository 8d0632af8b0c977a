"""The print unit's desk in a real browser: a batch split by keyboard alone, and every state looked at by axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as steps
from mailroom.records import cuts, valuables
from mailroom.records.accounts import make_account
from mailroom.records.models import Batch, LeftBy, PrintRun, ValuableKind
from mailroom.records.valuables import Found
from mailroom.values.batch_layout import BatchEdit, EditKind
from mailroom.values.sheet_mark import SheetMark
from tests.browser.looking import look
from tests.outbound import print_floor as floor
from tests.web.post import make_batch, make_item
from tests.web.print_unit import PrintUnitOnRecord

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def items_of(batch: Batch) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for number, item in batch.pages.exclude(item=None).order_by("place", "number").values_list("number", "item"):
        found.setdefault(item, []).append(number)
    return list(found.values())


def ready(page: Page) -> None:
    page.wait_for_selector("body.js-enabled")
    page.wait_for_function("!document.querySelector('[data-keys]')?.hidden")


def test_a_batch_is_split_and_put_into_force_by_keyboard_alone(
    sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    batch = print_unit.batch("|spppp-")
    page = sign_in("print_unit")
    page.goto(f"/batches/{batch.number}/")
    ready(page)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    expect(page.get_by_text("Not in force yet")).to_be_visible()
    ready(page)
    expect(page.locator("#page-4")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    expect(page.get_by_text("2 changes.")).to_be_visible()
    ready(page)
    page.keyboard.press("u")
    expect(page.get_by_text("1 change.")).to_be_visible()
    ready(page)
    assert items_of(batch) == [[2, 3, 4, 5, 6, 7]]
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 items go on the line again")).to_be_visible()
    assert items_of(batch) == [[2, 3], [4, 5, 6, 7]]


def test_a_page_is_moved_by_mouse_and_by_keys(sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord) -> None:
    batch = print_unit.batch("spsp")
    page = sign_in("print_unit")
    page.goto(f"/batches/{batch.number}/")
    ready(page)
    page.locator("[data-page='4']").drag_to(page.locator("[data-page='2']"))
    expect(page.get_by_text("1 change.")).to_be_visible()
    ready(page)
    page.keyboard.press("m")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 changes.")).to_be_visible()
    ready(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("on the line again")).to_be_visible()
    assert items_of(batch) == [[4, 1, 2], [3]]


def test_axe_finds_no_fault_in_any_state_of_the_print_units_pages(
    sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    page = sign_in("print_unit")
    batch = print_unit.batch("|spp-|s?p|sppp")
    Batch.objects.filter(pk=batch.pk).update(expected_items=4, reason="The batch header says 4 items; 3 were found.")
    batch.items.filter(position=1).update(status="sent", service="council_tax", team="council_tax")
    batch.items.filter(position=2).update(status="review", private=True)
    one = User.objects.get()
    cuts.add_edit(batch, BatchEdit(EditKind.SPLIT, (3,)), one)
    cuts.add_edit(batch, BatchEdit(EditKind.TURN_RIGHT, (12,)), one)
    cuts.add_edit(batch, BatchEdit(EditKind.BLANK, (13,)), one)
    reading, aside = make_batch("reading", pages=2), make_batch("quarantined", pages=4)
    Batch.objects.filter(pk=aside.pk).update(reason="The file is password-protected. Ask the sender for an open copy.")
    problems = {}
    for name, address in (
        ("batch", f"/batches/{batch.number}/"),
        ("batch-being-read", f"/batches/{reading.number}/"),
        ("today", f"/print-unit/?day={batch.received}"),
        ("batches", f"/print-unit/batches/?day={batch.received}"),
        ("stuck", "/print-unit/stuck/"),
        ("quarantine", "/print-unit/quarantine/"),
        ("upload", "/upload/"),
        ("sheets", "/print-unit/sheets/"),
    ):
        if found := look(page, name, address):
            problems[name] = found
    page.goto("/print-unit/sheets/")
    page.wait_for_selector("body.js-enabled")
    page.get_by_label("How many separator sheets").fill("many")
    page.get_by_label("A batch header on top").check()
    page.get_by_role("button", name="Make the sheets").click()
    page.get_by_text("There is a problem").wait_for()
    if found := look(page, "sheets-problem"):
        problems["sheets-problem"] = found
    assert problems == {}


HEARD = """window.heard = [];
window.AudioContext = class {
  createOscillator() {
    const tone = { frequency: {}, connect: (to) => to, stop() {} };
    tone.start = () => window.heard.push(tone.frequency.value);
    return tone;
  }
  createGain() { return { gain: {}, connect: (to) => to }; }
};"""
"""The pitch of each tone the page sounds; a browser of tests has no loudspeaker."""
LOW, HIGH = 196, 1175


def test_a_print_run_is_built_released_scanned_off_and_closed(
    sign_in: Callable[..., Page], print_floor: PrintMachines
) -> None:
    floor.letters(floor.mailing(), 3)
    page = sign_in("print_unit")
    page.add_init_script(HEARD)
    page.goto("/print-runs/")
    page.get_by_role("button", name="Build a run").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    asked = PrintRun.objects.get()
    steps.build_asked(print_floor, asked.pk, asked.attempts)
    page.get_by_role("button", name="Look again").click()
    page.get_by_role("button", name="Release to the printers").click()
    page.get_by_role("button", name="Scan it off").click()
    page.wait_for_selector("body.js-enabled")
    run = PrintRun.objects.get()
    expect(page.get_by_label("Mark")).to_be_focused()
    marks = [
        SheetMark("WDC", run.pk, p.number, n, p.sheets).payload
        for p in run.pieces.all()
        for n in range(1, p.sheets + 1)
    ]
    for mark in ["not one of ours", *marks]:
        page.keyboard.type(mark)  # as a hand scanner does, with Enter at the end
        page.keyboard.press("Enter")
        if mark == "not one of ours":
            expect(page.locator("#verdict")).to_contain_text("Stop")
    expect(page.locator("#done")).to_have_text("3")
    expect(page.locator("#left")).to_have_text("0")
    assert page.evaluate("window.heard") == [LOW, LOW, HIGH, HIGH, HIGH], "a wrong one is told from a good one unseen"
    page.get_by_role("button", name="Close: it is posted").click()
    expect(page.get_by_text("Its letters are posted")).to_be_visible()
    assert PrintRun.objects.get().status == "posted"


def test_axe_finds_no_fault_in_any_state_of_a_print_run(
    sign_in: Callable[..., Page], print_floor: PrintMachines
) -> None:
    page = sign_in("print_unit")
    problems = {}

    def see(name: str, address: str) -> None:
        if found := look(page, name, address):
            problems[name] = found

    see("print-runs-none", "/print-runs/")
    mailing = floor.mailing()
    floor.letters(mailing, 9)
    floor.letters(mailing, 1, fields={"broken": True})
    me = str(User.objects.get().pk)
    asked = steps.ask_for_run(print_floor, floor.CUT_OFF, me)
    PrintRun.objects.update(status="building", stage="composing", done=3000, total=8210)
    see("run-building", f"/print-runs/{asked.number}/")
    PrintRun.objects.update(problem="config/postage.toml: no price for a letter, abroad, on 2 March 2026. Add it.")
    see("run-stopped", f"/print-runs/{asked.number}/")
    PrintRun.objects.update(status="empty", problem="")
    see("run-empty", f"/print-runs/{asked.number}/")
    run = steps.build_run(print_floor, floor.CUT_OFF, me)
    assert run
    see("print-run-built", f"/print-runs/{run.number}/")
    other = str(make_account("j.okafor", "a long pass phrase 9", "print_unit", ()).pk)
    steps.release_run(print_floor, run, other)
    for piece in run.pieces.all()[:4]:
        steps.scan_mark(print_floor, run, SheetMark("WDC", run.pk, piece.number, 1, piece.sheets).payload, other)
    steps.spoil(print_floor, run, "P6", other)
    steps.ask_reprint(print_floor, run, "P6", other, "torn by the enveloper")
    steps.ask_reprint(print_floor, run, "P7", me, "toner smudged")
    run.jobs.filter(pk=run.jobs.all()[0].pk).update(status="stopped", problem="The printer is out of paper.", taken=2)
    see("print-run", f"/print-runs/{run.number}/")
    see("print-run-scan", f"/print-runs/{run.number}/scan/")
    page.keyboard.type("rubbish")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text("Stop")
    see("print-run-scan-stop", "")
    see("print-runs", "/print-runs/")
    assert problems == {}


def test_axe_finds_no_fault_in_the_register_of_valuables(sign_in: Callable[..., Page]) -> None:
    page = sign_in("print_unit")
    me, other = User.objects.get(), make_account("second", "a long pass phrase 9", "print_unit", ())
    make_item(flags=["original_documents"])
    first, second, third = (make_item(flags=["cheque_enclosed"]) for _ in range(3))
    cheque = Found(ValuableKind.CHEQUE, "Cheque 000123, Harnsea Building Society", 102450, "Safe, shelf 2")
    waits, kept, gone = (valuables.log(item, cheque, other) for item in (first, second, third))
    for entry in (kept, gone):
        valuables.witness(entry, me)
    gone.refresh_from_db()
    valuables.sign_out(gone, LeftBy.TRACKED_POST, valuables.Proof("AB123456789GB"), me)
    problems = {}
    for name, address in (
        ("valuables", "/valuables/"),
        ("valuables-log", f"/valuables/log/{first.number}/"),
        ("valuable-second", f"/valuables/{waits.pk}/"),
        ("valuable", f"/valuables/{kept.pk}/"),
        ("valuable-gone", f"/valuables/{gone.pk}/"),
    ):
        if found := look(page, name, address):
            problems[name] = found
    page.goto(f"/valuables/log/{first.number}/")
    page.get_by_role("button", name="Log it").click()
    page.get_by_text("There is a problem").wait_for()
    if found := look(page, "valuables-log-problem"):
        problems["valuables-log-problem"] = found
    assert problems == {}
