"""The journeys of the desks and of a resident by keyboard alone: no mouse, no field reached but by Tab."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs
from mailroom.records.models import Correction, Item, Mailing, PrintRun
from mailroom.values.sheet_mark import SheetMark
from tests.browser.keys import Keys, modelled_seconds
from tests.browser.post_on_desks import post
from tests.outbound import print_floor as floor
from tests.outbound.people import customer, emailable, row, spreadsheet
from tests.web.post import make_item
from tests.web.preferences import TOKEN, RememberingPreferences
from tests.web.print_unit import PrintUnitOnRecord

__all__ = ["post"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_KEYS_FOR_A_RIGHT_PROPOSAL = 3
MOST_SECONDS = 10
THOUGHTS = 3
"""At a right proposal: is this its service, is this its customer, is there anything else on the page? Each an M."""


def shown(page: Page) -> str:
    """The number of the item on the review screen."""
    page.wait_for_selector("body.js-enabled")
    return page.locator("h1").inner_text().split()[0]


def test_three_items_are_reviewed_the_last_is_undone_and_a_right_proposal_takes_one_key(
    post: Item, sign_in: Callable[..., Page], record_property: Callable[[str, object], None]
) -> None:
    make_item(status="review", review_reasons=["A third item"])
    make_item(status="review", review_reasons=["A fourth item"])
    page = sign_in("team_leader", "council_tax", "waste")
    keys = Keys(page)
    keys.open(page.get_by_role("navigation").get_by_role("link", name="Review"), "**/review/")
    keys.open(page.get_by_role("button", name="Start"), re.compile(r"/review/B"))
    seen, seconds, modelled = [shown(page)], [], {}
    keys.counted()
    for presses in (("1",), ("/", *"waste", "Enter"), ("1",)):
        decided_at = time.monotonic()
        for key in presses:
            keys.press(key)
        expect(page.get_by_role("heading", level=1)).not_to_contain_text(seen[-1])
        seen.append(shown(page))
        seconds.append(time.monotonic() - decided_at)
        if presses == ("1",):
            assert keys.pressed <= MOST_KEYS_FOR_A_RIGHT_PROPOSAL
        modelled[len(seconds)] = modelled_seconds(keys.counted(), THOUGHTS, seconds[-1])
    record_property("seconds_to_next_item", seconds)
    print("Seconds from the decision to the next item:", ", ".join(f"{s:.2f}" for s in seconds))  # noqa: T201
    print("Seconds an item by the keystroke-level model:", ", ".join(f"{s:.1f}" for s in modelled.values()))  # noqa: T201
    assert min(modelled[1], modelled[3]) < MOST_SECONDS, "by the model; nobody was timed"
    mine = Correction.objects.filter(account__username="team_leader").order_by("pk")
    assert [c.decided for c in mine] == ["council_tax", "waste", "council_tax"]
    third = Correction.objects.latest("pk").item
    assert third.number == seen[2] and third.status == "routed"
    keys.press("u")
    expect(page.get_by_role("heading", level=1)).to_contain_text(third.number)
    third.refresh_from_db()
    assert third.status == "review"


def test_a_batch_is_split_from_today_on_the_split_is_undone_and_made_again(
    sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    batch = print_unit.batch("|spppp-")
    page = sign_in("print_unit")
    keys = Keys(page)
    for part, said in (("Day", batch.received.day), ("Month", batch.received.month), ("Year", batch.received.year)):
        keys.tab_to(page.get_by_label(part, exact=True))  # what stands in a field that is tabbed to is chosen
        keys.type(str(said))
    keys.press("Enter")
    keys.open(page.get_by_role("link", name=batch.number).first, f"**/batches/{batch.number}/")
    keys.tab_to(page.locator("#page-1"))
    for _ in range(3):
        keys.press("ArrowRight")
    for key, words in (("s", "1 change."), ("u", "Nothing is changed"), ("s", "1 change.")):
        keys.press(key)
        if key == "s":
            expect(page.get_by_text(words)).to_be_visible()
        else:
            expect(page.get_by_text("1 change.")).to_have_count(0)
        page.wait_for_selector("body.js-enabled")
        expect(page.locator("#page-4")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("2 items go on the line again")).to_be_visible()
    assert batch.items.exclude(status="withdrawn").count() == 2


def test_an_item_is_answered_from_the_teams_list(post: Item, sign_in: Callable[..., Page]) -> None:
    other = Item.objects.get(status="seen")
    page = sign_in("team_leader", "council_tax")
    keys = Keys(page)
    keys.open(page.get_by_role("navigation").get_by_role("link", name="My team’s post"), "**/items/")
    keys.open(page.get_by_role("link", name=other.number), f"**/items/{other.number}/")
    keys.tab_to(page.get_by_label("In your words"))
    keys.type("By telephone")
    keys.tab_to(page.get_by_role("button", name="Mark answered"))
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("By telephone")
    other.refresh_from_db()
    assert (other.status, other.handling.answer) == ("answered", "By telephone")


def test_a_customer_is_looked_up_by_a_misspelt_name(post: Item, sign_in: Callable[..., Page]) -> None:
    page = sign_in("team_leader", "council_tax")
    keys = Keys(page)
    keys.open(page.get_by_role("navigation").get_by_role("link", name="Customers"), "**/customers/")
    keys.tab_to(page.get_by_label("Name, address"))
    keys.type("Margaret Thisslewood")
    keys.press("Enter")
    page.wait_for_url("**/customers/?q=*")
    keys.open(page.get_by_role("link", name="Mrs Margaret Thistlewood"), "**/customers/100200/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thistlewood")


def choose_file(keys: Keys, path: Path) -> None:
    """Enter opens the computer's own window for files; the page listens from the start, Enter being too quick."""
    field = keys.page.get_by_label("File", exact=True)
    keys.tab_to(field)
    keys.press("Enter")
    expect(field).to_have_value(re.compile(rf"{re.escape(path.name)}$"))


def test_a_mailing_with_two_bad_rows_is_refused_then_handed_in(
    sign_in: Callable[..., Page], outgoing: OutboundMachines, tmp_path: Path
) -> None:
    good = [row(customer("C1")), row(emailable("C2")), row(customer("C3", "Cai"))]
    bad = [good[0], (*good[1][:1], "", *good[1][2:]), (*good[2][:6], "nowhere", *good[2][7:])]
    page = sign_in("team_leader", outgoing.kind("general_letter").service)
    keys = Keys(page)
    (tmp_path / "good").mkdir()
    files = spreadsheet(tmp_path, *bad), spreadsheet(tmp_path / "good", *good)
    chosen = iter(files)
    page.on("filechooser", lambda chooser: chooser.set_files(next(chosen)))
    for path in files:
        keys.open(page.get_by_role("navigation").get_by_role("link", name="Mailings"), "**/mailings/")
        keys.open(page.get_by_role("button", name="Send letters"), "**/mailings/new/")
        keys.tab_to(page.get_by_label("What kind of letter"))
        while page.get_by_label("What kind of letter").input_value() != "general_letter:general_letter":
            keys.press("ArrowDown")
        choose_file(keys, path)
        keys.open(page.get_by_role("button", name="Check the file"), "**/mailings/new/check/")
        if path.parent == tmp_path:
            expect(page.get_by_role("region", name="What is wrong").get_by_role("row")).to_have_count(3)
    keys.tab_to(page.get_by_role("button", name="Hand it in"))
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/mailings/M\d+/$"))
    assert Mailing.objects.get().filename.endswith(".csv")


def test_a_print_run_is_built_released_scanned_off_and_closed(
    sign_in: Callable[..., Page], print_floor: PrintMachines
) -> None:
    floor.letters(floor.mailing(), 2)
    page = sign_in("print_unit")
    keys = Keys(page)
    keys.open(page.get_by_role("navigation").get_by_role("link", name="Print runs"), "**/print-runs/")
    keys.open(page.get_by_role("button", name="Build a run"), re.compile(r"/print-runs/R\d+/$"))
    run = PrintRun.objects.get()
    print_runs.build_asked(print_floor, run.pk, run.attempts)
    keys.tab_to(page.get_by_role("button", name="Look again"))
    keys.press("Enter")
    keys.tab_to(page.get_by_role("button", name="Release to the printers"))
    keys.press("Enter")
    keys.open(page.get_by_role("button", name="Scan it off"), "**/scan/")
    expect(page.get_by_label("Mark")).to_be_focused()
    for piece in PrintRun.objects.get().pieces.all():
        for sheet in range(1, piece.sheets + 1):
            keys.type(SheetMark("WDC", run.pk, piece.number, sheet, piece.sheets).payload)
            keys.press("Enter")
    expect(page.locator("#left")).to_have_text("0")
    keys.tab_to(page.get_by_role("button", name="Close: it is posted"))
    keys.press("Enter")
    expect(page.get_by_text("Its letters are posted")).to_be_visible()
    assert PrintRun.objects.get().status == "posted"


def test_a_resident_chooses_email_by_the_code_on_a_letter(
    visit: Callable[..., Page], preferences: RememberingPreferences
) -> None:
    page = visit(320, 640)
    page.goto("/reply/")
    keys = Keys(page)
    keys.tab_to(page.get_by_label("Code"))
    keys.type("AB3-4K7-9X2Q")
    keys.press("Enter")
    page.wait_for_url("**/reply/AB34K79X2Q")
    keys.tab_to(page.get_by_label("Your email address"))
    keys.type("m@example.com")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    page.goto(f"/letters/confirm/{TOKEN}")  # the link of the email
    keys.tab_to(page.get_by_role("button", name="Yes, send letters by email"))
    keys.press("Enter")
    expect(page.get_by_role("link", name="Changed your mind")).to_be_visible()
    assert (preferences.asked, preferences.chosen) == ([("AB34K79X2Q", "m@example.com")], ["email"])
