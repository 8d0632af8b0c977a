"""Every page people open, with the role that opens it: what axe looks at on a desktop and on a phone.

Pages that are reached by pressing only, and answers that are no page, are named beside the table with where they are
looked at, or why they are not. tests/house/test_every_page_is_looked_at.py holds all three against the addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailroom.web.configuration.parts import PARTS
from tests.web.preferences import CODE, TOKEN

LEADER, UNIT, ADMINISTRATOR, MANAGER, NOBODY = "team_leader", "print_unit", "administrator", "manager", ""


@dataclass(frozen=True, slots=True)
class World:
    """What the addresses name. item: with a team; waiting: in review; link: for choosing a password. lost: a file."""

    item: str
    waiting: str
    batch: str
    day: str
    built_run: str
    closed_run: str
    mailing: str
    letter: str
    valuable: int
    account: int
    file: str
    link: str
    lost: int


def pages(world: World) -> list[tuple[str, str, str]]:
    """Role, name for its picture, and address."""
    return [*_back_office(world), *_print_unit(world), *_letters(world), *_others(world), *_public(world)]


def _back_office(world: World) -> list[tuple[str, str, str]]:
    return [
        (LEADER, "review-queue", "/review/"),
        (LEADER, "review-next", "/review/next/"),
        (LEADER, "review-item", f"/review/{world.waiting}/"),
        (LEADER, "learning", "/review/learning/"),
        (LEADER, "post", "/items/"),
        (LEADER, "post-answered", "/items/?show=answered"),
        (LEADER, "post-none", "/items/?show=late&service=waste"),
        (LEADER, "item", f"/items/{world.item}/"),
        (LEADER, "accept", f"/items/{world.item}/accept/"),
        (LEADER, "not-ours", f"/items/{world.item}/not-ours/"),
        (LEADER, "private", "/items/private/"),
        (LEADER, "customers", "/customers/?q=Thisslewood"),
        (LEADER, "customers-none", "/customers/?q=Nobody+of+that+name"),
        (LEADER, "customer", "/customers/100200/"),
        (LEADER, "customer-merge", "/customers/100200/merge/100201/"),
        (LEADER, "customer-tell", "/customers/100200/tell/"),
        (LEADER, "search", "/search/?q=bins&flag="),
        (LEADER, "search-problem", "/search/?q=bins&since-day=31&since-month=2&since-year=2026"),
        (LEADER, "audit", "/targets/audit/"),
        (LEADER, "not-found", "/items/B999999-01/"),
    ]


def _print_unit(world: World) -> list[tuple[str, str, str]]:
    return [
        (UNIT, "home", "/"),
        (UNIT, "today", "/print-unit/"),
        (UNIT, "today-problem", "/print-unit/?day-day=31&day-month=2&day-year=2026"),
        (UNIT, "batches", f"/print-unit/batches/?day={world.day}"),
        (UNIT, "stuck", "/print-unit/stuck/"),
        (UNIT, "lost_file", f"/print-unit/stuck/{world.lost}/"),
        (UNIT, "quarantined", "/print-unit/quarantine/"),
        (UNIT, "batch", f"/batches/{world.batch}/"),
        (UNIT, "upload", "/upload/"),
        (UNIT, "sheets", "/print-unit/sheets/"),
        (UNIT, "valuables", "/valuables/"),
        (UNIT, "valuables-log", f"/valuables/log/{world.item}/"),
        (UNIT, "valuable", f"/valuables/{world.valuable}/"),
        (UNIT, "print-runs", "/print-runs/"),
        (UNIT, "print-run-built", f"/print-runs/{world.built_run}/"),
        (UNIT, "print-run-closed", f"/print-runs/{world.closed_run}/"),
        (UNIT, "print-run-scan-closed", f"/print-runs/{world.closed_run}/scan/"),
        (UNIT, "hand-offs-none", "/hand-offs/"),
        (UNIT, "returns-none", "/returns/"),
        (UNIT, "forbidden", "/review/"),
    ]


def _letters(world: World) -> list[tuple[str, str, str]]:
    return [
        (LEADER, "mailings", "/mailings/"),
        (LEADER, "mailing-new", "/mailings/new/"),
        (LEADER, "letter-templates", "/mailings/one/"),
        (LEADER, "letter-one", "/mailings/one/council_tax_reminder/"),
        (LEADER, "mailing", f"/mailings/{world.mailing}/"),
        (LEADER, "letter", f"/letters/{world.letter}/"),
    ]


def _others(world: World) -> list[tuple[str, str, str]]:
    return [
        (MANAGER, "targets-without-post", "/targets/?from=2026-10&to=2026-10"),
        (MANAGER, "targets-levels-without-post", "/targets/levels/?from=2026-10&to=2026-10"),
        (MANAGER, "targets-rows-without-post", "/targets/rows/?from=2026-10&to=2026-10&direction=in&state=late"),
        (ADMINISTRATOR, "configuration", "/configuration/"),
        (ADMINISTRATOR, "configuration-history", "/configuration/history/"),
        *((ADMINISTRATOR, f"configuration-{part.code}", f"/configuration/{part.code}/") for part in PARTS),
        (ADMINISTRATOR, "configuration-change", "/configuration/teams/waste/"),
        (ADMINISTRATOR, "configuration-change-service", "/configuration/services/waste/"),
        (ADMINISTRATOR, "configuration-change-all", "/configuration/services/all/"),
        (ADMINISTRATOR, "configuration-letter", "/configuration/letters/council_tax_reminder/"),
        (ADMINISTRATOR, "accounts", "/accounts/"),
        (ADMINISTRATOR, "account-new", "/accounts/new/"),
        (ADMINISTRATOR, "account", f"/accounts/{world.account}/"),
        (ADMINISTRATOR, "second-factor", "/account/second-factor/"),
        (ADMINISTRATOR, "password-change", "/account/password/"),
    ]


def _public(world: World) -> list[tuple[str, str, str]]:
    return [
        (NOBODY, "sign-in", "/sign-in/"),
        (NOBODY, "sign-in-refused", "/sign-in/?refused"),
        (NOBODY, "password-choose", world.link),
        (NOBODY, "password-link-stale", "/sign-in/choose/a/b/"),
        (NOBODY, "public-code", "/reply/"),
        (NOBODY, "public-unknown-code", "/reply/ZZZZZZZZZZ"),
        (NOBODY, "public-choose", f"/reply/{CODE}"),
        (NOBODY, "public-confirm", f"/letters/confirm/{TOKEN}"),
        (NOBODY, "public-take-back", f"/letters/choices/{TOKEN}"),
        (NOBODY, "public-letter", f"/letters/{TOKEN}"),
        (NOBODY, "public-stale", "/letters/made-up"),
        (NOBODY, "file", f"/files/{world.file}"),
        (NOBODY, "file-gone", "/files/00000000-0000-0000-0000-000000000000"),
    ]


STATUS = {
    "not-found": 404,
    "forbidden": 403,
    "password-link-stale": 404,
    "public-unknown-code": 404,
    "public-stale": 410,
    "file-gone": 404,
}
"""What a page answers with where that is not 200."""

PRESSED = {
    "code": "test_every_page.test_the_step_of_the_second_factor_has_no_fault",
    "act": "test_every_page.test_axe_finds_no_fault_in_an_error_of_the_back_office",
    "customer_change": "test_every_page.test_axe_finds_no_fault_in_an_error_of_the_back_office",
    "review_decide": "test_every_page.test_axe_finds_no_fault_in_an_error_of_the_back_office",
    "mailing_act": "test_every_page.test_axe_finds_no_fault_in_an_error_about_letters",
    "mailing_hand_in": "test_every_page.test_axe_finds_no_fault_in_an_error_about_letters",
    "mailing_check": "test_mailings.test_axe_finds_no_fault_in_any_state_of_the_mailing_pages",
    "mailing_preview": "test_mailings.test_axe_finds_no_fault_in_any_state_of_the_mailing_pages",
    "mailing_repairs": "test_mailings.test_axe_finds_no_fault_in_any_state_of_the_mailing_pages",
    "review_find": "test_every_page.test_the_list_of_what_was_found_in_review_has_no_fault",
}
"""Pages reached by pressing, and the test of tests/browser in which axe looks at them."""

NO_PAGE = {
    "pictures": {
        *("page_picture", "batch_page", "batch_preview", "valuable_photo", "letter_png", "letter_words_png"),
        *("repair_png", "mailing_preview_png", "mailing_file_png", "mailing_attachment_png"),
    },
    "files to keep": {
        *("filed_pdf", "valuables_csv", "letter_pdf", "run_output", "figures_download", "mailing_preview_pdf"),
        *("hand_off_pdf", "hand_off_words"),
    },
    "pressed, and answered with another page": {
        *("bulk", "batch_edit", "unmerge", "letter_cancel", "mailing_repair", "review_undo", "review_returned"),
        *("review_leave", "review_give_back"),
        *("run_act", "run_build", "hand_off_move", "return_undo", "sign_out", "valuables_find", "quarantine"),
        *("mailing_columns", "mailing_draft"),
    },
    "the council's own sign-in, which leads to another server and back": {
        *("oidc_authentication_init", "oidc_authentication_callback"),
    },
    "for machines": {"healthz", "readyz", "metrics"},
}
"""Addresses that answer with no page of their own, by the reason."""
