"""axe looks at every page and at every error a form can show, on a desktop and on a phone of 320 pixels.

320 pixels is a small phone, and what is left of 1,280 at a zoom of 400%.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from mailroom.api import machines as api_machines
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs
from mailroom.records import valuables
from mailroom.records.models import ApiFile, ApiService, Customer, Item, ValuableKind, WatchedFile
from mailroom.records.models.watched_file import NOWHERE
from mailroom.records.valuables import Found
from mailroom.web.public import throttle
from tests.api.door import make_door
from tests.browser.every_page import ADMINISTRATOR, LEADER, MANAGER, NOBODY, STATUS, UNIT, World, pages
from tests.browser.looking import look
from tests.browser.post_on_desks import post
from tests.outbound import print_floor as floor
from tests.outbound.lines import handed_in, run_line
from tests.outbound.people import customer, row, spreadsheet
from tests.web.conftest import PASSWORD
from tests.web.post import make_item
from tests.web.preferences import CODE, TOKEN, RememberingPreferences

__all__ = ["post"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def file(tmp_path: Path) -> ApiFile:
    """A file behind a link that asks for the reader's own address."""
    door = make_door(tmp_path / "api")
    api_machines.use(door)
    service = ApiService.objects.create(name="Elections")
    return ApiFile.objects.create(
        key=FILE, service=service, filename="wards.csv", confirm="ada@mail.example", stored_as="none",
        created_at=door.now(), expires_at=door.now() + dt.timedelta(days=9),
    )  # fmt: skip


@pytest.fixture
def world(
    post: Item,
    file: ApiFile,
    outgoing: OutboundMachines,
    print_floor: PrintMachines,
    person: Callable[..., User],
    tmp_path: Path,
) -> World:
    floor.letters(floor.mailing(), 2)
    closed = print_runs.build_run(print_floor, floor.CUT_OFF, "1")
    assert closed
    floor.post(print_floor, closed)
    floor.letters(floor.mailing(), 2)
    built = print_runs.build_run(print_floor, floor.CUT_OFF, "1")
    assert built
    sent = run_line(outgoing, handed_in(outgoing, spreadsheet(tmp_path, row(customer("C1"))), title="New bins"))
    item = Item.objects.get(status="seen")
    entry = valuables.log(item, Found(ValuableKind.CHEQUE, "Cheque 000123", 4250, "Safe"), person(UNIT, name="first"))
    valuables.witness(entry, person(UNIT, name="second"))
    WatchedFile.objects.create(
        folder="scanner-1", name="morning.pdf", status="stuck", problem="It is still growing after an hour.",
        first_seen=timezone.now(), still_since=timezone.now(),
    )  # fmt: skip
    lost = WatchedFile.objects.create(
        folder="scanner-1", name="noon.pdf", status="claimed", claimed_as="0.pdf", problem=NOWHERE,
        first_seen=timezone.now(), still_since=timezone.now(),
    )  # fmt: skip
    new = person("team_member", "waste", name="j.okafor")
    return World(
        item.number, post.number, item.number[:7], str(item.received), built.number, closed.number, sent.number,
        sent.letters.get().number, entry.pk, new.pk, FILE, link_of(new), lost.pk,
    )  # fmt: skip


def link_of(user: User) -> str:
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return f"/sign-in/choose/{key}/{default_token_generator.make_token(user)}/"


@pytest.fixture
def stranger(visit: Callable[..., Page]) -> Page:
    """Somebody who is not signed in."""
    return visit()


def test_axe_finds_no_fault_on_any_page(
    world: World,
    outgoing: OutboundMachines,
    sign_in: Callable[..., Page],
    stranger: Page,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(throttle, "MOST_ATTEMPTS", 1000)
    desks = {NOBODY: stranger, LEADER: sign_in(LEADER, "council_tax", "waste", outgoing.kind("general_letter").service)}
    desks |= {role: sign_in(role) for role in (UNIT, ADMINISTRATOR, MANAGER)}
    problems = {}
    for role, name, address in pages(world):
        answer = desks[role].goto(address)
        found = [] if answer and answer.status == STATUS.get(name, 200) else [f"answered {answer and answer.status}"]
        if found := found + look(desks[role], name) + squeezed(desks[role]):
            problems[name] = found
    assert problems == {}


SQUEEZED = """() => [...document.querySelectorAll("tbody td, tbody th")].filter((cell) =>
  cell.offsetParent && cell.clientWidth < 48 && cell.innerText.trim().length > 16
).map((cell) => `a cell ${cell.clientWidth} px wide: ${cell.innerText}`)"""


def squeezed(page: Page) -> list[str]:
    """Cells of a phone's tables, heads apart, with a few letters a line. The page is as wide as `look` left it."""
    found: list[str] = page.evaluate(SQUEEZED)
    return found


def see(page: Page, name: str, problems: dict[str, list[str]]) -> None:
    """Look at a page that shows an error; its summary has the keyboard."""
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    if found := look(page, name):
        problems[name] = found
    page.set_viewport_size({"width": 1280, "height": 900})


def test_axe_finds_no_fault_in_an_error_of_the_back_office(post: Item, sign_in: Callable[..., Page]) -> None:
    page, problems = sign_in(LEADER, "council_tax"), dict[str, list[str]]()
    item = Item.objects.get(status="seen")
    page.goto(f"/items/{item.number}/")
    page.get_by_role("button", name="Mark answered").click()
    see(page, "item-problem", problems)
    page.get_by_role("link", name="Say how it was answered").click()
    expect(page.get_by_label("In your words")).to_be_focused()
    page.get_by_text("Holding reply", exact=True).click()
    page.get_by_label("Day", exact=True).fill("31")
    page.get_by_label("Month", exact=True).fill("12")
    page.get_by_role("button", name="Promise the date").click()
    see(page, "item-date-problem", problems)
    page.get_by_role("link", name="must include a year").click()
    expect(page.get_by_label("Year", exact=True)).to_be_focused()
    page.goto(f"/items/{item.number}/not-ours/")
    page.get_by_role("main").get_by_role("button").first.click()
    see(page, "not-ours-problem", problems)
    page.goto("/customers/100200/")
    page.get_by_label("Has moved").check()
    page.get_by_role("button", name="Record it").click()
    see(page, "customer-problem", problems)
    page.get_by_role("link", name="Enter the new address").click()
    expect(page.get_by_label("New address, the postcode last")).to_be_focused()
    page.goto(f"/review/{post.number}/")
    page.get_by_label("Wants email instead of post").check()
    page.get_by_label("Email address as read").fill("nobody")
    page.locator("h1").click()
    page.keyboard.press("1")
    see(page, "review-problem", problems)
    page.goto("/customers/100200/merge/100201/")
    Customer.objects.filter(pk="100201").update(merged_into="100300")
    page.get_by_role("button", name="Yes, merge them").click()
    see(page, "customer-merge-problem", problems)
    assert problems == {}


def test_axe_finds_no_fault_in_an_error_of_the_print_unit(
    sign_in: Callable[..., Page], print_floor: PrintMachines, person: Callable[..., User]
) -> None:
    page, problems = sign_in(UNIT), dict[str, list[str]]()
    page.goto("/upload/")
    page.get_by_label("Month").fill("")
    page.get_by_role("button", name="Take in").click()
    see(page, "upload-problem", problems)
    page.get_by_role("link", name="must include a month").click()
    expect(page.get_by_label("Month")).to_be_focused()
    cheque = Found(ValuableKind.CHEQUE, "Cheque 000123", 4250, "Safe")
    entry = valuables.log(make_item(flags=["cheque_enclosed"]), cheque, person(UNIT, name="first"))
    valuables.witness(entry, person(UNIT, name="second"))
    lost = WatchedFile.objects.create(
        folder="scanner-1", name="noon.pdf", status="claimed", claimed_as="0.pdf", problem=NOWHERE,
        first_seen=timezone.now(), still_since=timezone.now(),
    )  # fmt: skip
    page.goto(f"/print-unit/stuck/{lost.pk}/")
    page.get_by_role("button", name="Ask for it to be given up for lost").click()
    see(page, "lost-file-problem", problems)
    page.goto(f"/valuables/{entry.pk}/")
    page.get_by_role("button", name="Sign it out").click()
    see(page, "valuable-problem", problems)
    assert problems == {}


def test_axe_finds_no_fault_in_an_error_about_letters(
    sign_in: Callable[..., Page], outgoing: OutboundMachines, tmp_path: Path
) -> None:
    page, problems = sign_in(LEADER, outgoing.kind("general_letter").service), dict[str, list[str]]()
    path = spreadsheet(tmp_path, row(customer("C1")))
    page.goto("/mailings/new/")
    page.get_by_label("What kind of letter").select_option("general_letter:general_letter")
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("group", name="Must arrive by").get_by_label("Day").fill("1")
    page.get_by_label("Time").fill("noon")
    page.get_by_role("button", name="Hand it in").click()
    see(page, "mailing-hand-in-problem", problems)
    waiting = handed_in(outgoing, path, title="New bins")
    page.goto(f"/mailings/{waiting.number}/")
    page.get_by_text("Change its day").click()
    page.get_by_label("Day").fill("1")
    page.get_by_role("button", name="Save").click()
    see(page, "mailing-problem", problems)
    assert problems == {}


def test_axe_finds_no_fault_in_an_error_about_accounts(
    sign_in: Callable[..., Page], person: Callable[..., User]
) -> None:
    other = person("team_member", "waste", name="j.okafor")
    page, problems = sign_in(ADMINISTRATOR), dict[str, list[str]]()
    page.goto("/accounts/new/")
    page.get_by_role("button", name="Make it").click()
    see(page, "account-new-problem", problems)
    page.goto(f"/accounts/{other.pk}/")
    page.get_by_role("button", name="Close the account").wait_for()
    page.locator("[name=role]").evaluate_all("all => all.forEach((one) => { one.checked = false; })")
    page.get_by_role("button", name="Save").click()
    see(page, "account-problem", problems)
    page.goto("/account/password/")
    page.get_by_role("button", name="Save").click()
    see(page, "password-change-problem", problems)
    page.goto("/account/second-factor/")
    page.get_by_role("button", name="Switch it on").click()
    see(page, "second-factor-problem", problems)
    assert problems == {}


def test_the_list_of_what_was_found_in_review_has_no_fault(post: Item, sign_in: Callable[..., Page]) -> None:
    page = sign_in(LEADER, "council_tax")
    page.goto(f"/review/{post.number}/")
    page.wait_for_selector("body.js-enabled")
    page.keyboard.press("/")
    page.keyboard.type("prosser")
    expect(page.get_by_role("option", name="Aled Prosser")).to_be_visible()
    assert look(page, "review-found") == []


def test_the_step_of_the_second_factor_has_no_fault(stranger: Page, person: Callable[..., User]) -> None:
    TOTPDevice.objects.create(user=person("manager"), name="Authenticator app", confirmed=True)
    page, problems = stranger, dict[str, list[str]]()
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in").click()
    see(page, "sign-in-problem", problems)
    page.get_by_label("User name").fill("manager")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code/**")
    problems["code"] = look(page, "code")
    page.get_by_label("Six digits").fill("123")
    page.keyboard.press("Enter")
    see(page, "code-problem", problems)
    assert {name: found for name, found in problems.items() if found} == {}


def test_somebody_without_a_desk_and_somebody_whose_page_broke_see_pages_without_a_fault(
    stranger: Page, sign_in: Callable[..., Page], preferences: RememberingPreferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = sign_in("manager")
    User.objects.get(username="manager").person.delete()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("No desk yet")
    assert look(page, "no-desk") == []
    monkeypatch.setattr(preferences, "open_code", lambda code: 1 / 0)
    answer = stranger.goto(f"/reply/{CODE}")
    assert answer and answer.status == 500
    assert look(stranger, "broken") == []


def test_axe_finds_no_fault_on_any_step_of_the_public_pages(
    stranger: Page, file: ApiFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, problems = stranger, dict[str, list[str]]()
    page.goto("/reply/")
    page.get_by_role("main").get_by_role("button").click()
    see(page, "public-code-problem", problems)
    page.goto(f"/reply/{CODE}")
    page.get_by_role("main").get_by_role("button").click()
    see(page, "public-choose-problem", problems)
    page.get_by_label("Your email address").fill("m@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    problems["public-asked"] = look(page, "public-asked")
    page.goto(f"/letters/confirm/{TOKEN}")
    page.get_by_role("button", name="Yes, send letters by email").click()
    page.get_by_role("link", name="Changed your mind").wait_for()
    problems["public-confirmed"] = look(page, "public-confirmed")
    page.get_by_role("link", name="Changed your mind").click()
    page.get_by_role("button", name="Yes, stop").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("stopped")
    problems["public-taken-back"] = look(page, "public-taken-back")
    page.goto(f"/letters/{TOKEN}")
    page.get_by_role("main").get_by_role("button").click()
    see(page, "public-letter-problem", problems)
    page.goto(f"/files/{file.key}")
    page.get_by_role("main").get_by_role("button").click()
    see(page, "file-problem", problems)
    monkeypatch.setattr(throttle, "MOST_ATTEMPTS", 0)
    page.goto(f"/reply/{CODE}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Please wait")
    problems["public-wait"] = look(page, "public-wait")
    assert {name: found for name, found in problems.items() if found} == {}
