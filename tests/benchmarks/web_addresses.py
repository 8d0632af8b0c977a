"""The addresses that bench_web measures, each in words, with the role that opens it, and what they are filled with."""

from __future__ import annotations

from dataclasses import dataclass

from tests.web.preferences import CODE, TOKEN

LEADER, GOVERNANCE, UNIT, CLERK = "team_leader", "information_governance", "print_unit", "customer_service"
ADMINISTRATOR, MANAGER, ANYBODY = "administrator", "manager", ""

NOT_MEASURED = {
    # Pictures, PDFs and other files, which take as long as their machine takes.
    *("page_picture", "filed_pdf", "batch_page", "batch_preview", "valuable_photo", "valuables_csv"),
    *("letter_pdf", "letter_png", "letter_words_png", "run_output", "figures_download", "repair_png"),
    *("mailing_preview_pdf", "mailing_preview_png", "mailing_file_png", "mailing_attachment_png"),
    *("hand_off_pdf", "hand_off_words"),
    # What is pressed, and answers with another page.
    *("bulk", "act", "batch_edit", "customer_change", "unmerge", "letter_cancel", "mailing_act"),
    *("mailing_repair", "review_decide", "review_undo", "review_returned", "review_next", "review_leave"),
    *("review_give_back", "run_act", "run_build"),
    *("hand_off_move", "return_undo", "sign_out", "valuables_find", "quarantine", "mailing_check", "mailing_columns"),
    *("mailing_hand_in", "mailing_preview", "mailing_repairs", "mailing_draft", "home"),
    # Single sign-on, links that work once: they touch no record but the account's own.
    *("oidc_authentication_init", "oidc_authentication_callback", "code", "choose_password"),
    # One row by its key and the last event of it.
    "lost_file",
}
"""Names of addresses without a row in the table, and why."""


@dataclass(frozen=True, slots=True)
class Newest:
    """What the addresses name. item: sent; waiting: in review. day: of the newest post, '2026-11-25'."""

    item: str
    waiting: str
    day: str
    run: str
    closed_run: str
    mailing: str
    big_mailing: str
    letter: str
    valuable: int
    account: int


def addresses(newest: Newest) -> list[tuple[str, str, str]]:
    """Words, role and address of every row."""
    return [*_back_office(newest), *_print_unit(newest), *_letters(newest), *_others(newest), *_search()]


def _back_office(newest: Newest) -> list[tuple[str, str, str]]:
    return [
        ("Review queue", LEADER, "/review/"),
        ("Review queue, one flag", LEADER, "/review/?service=&flag=vulnerable"),
        ("Review, one item", LEADER, f"/review/{newest.waiting}/"),
        ("Review, finding a customer", LEADER, "/review/find/?q=thisslewood"),
        ("What is learnt from corrections", LEADER, "/review/learning/"),
        ("A team's post, open", LEADER, "/items/"),
        ("A team's post, late", LEADER, "/items/?show=late"),
        ("A team's post, answered", LEADER, "/items/?show=answered"),
        ("Every team's post", GOVERNANCE, "/items/"),
        ("Every team's post, answered", GOVERNANCE, "/items/?show=answered"),
        ("An item", LEADER, f"/items/{newest.item}/"),
        ("Accepting an item from its email", LEADER, f"/items/{newest.item}/accept/"),
        ("Sending an item back as not ours", LEADER, f"/items/{newest.item}/not-ours/"),
        ("Who may open private items", LEADER, "/items/private/"),
        ("Customers by name with a slip", CLERK, "/customers/?q=Given12+Thisslewood"),
        ("Customers by address with a slip", CLERK, "/customers/?q=14+Nlder12+Raod"),
        ("Customers by telephone", CLERK, "/customers/?q=07000000123"),
        ("A customer", LEADER, "/customers/C0000123/"),
        ("A customer, outline", CLERK, "/customers/C0000123/"),
        ("Merging two customers", LEADER, "/customers/C0000123/merge/C0000124/"),
        ("Telling services of a move", CLERK, "/customers/C0000123/tell/?fact=moved"),
    ]


def _print_unit(newest: Newest) -> list[tuple[str, str, str]]:
    return [
        ("Print unit, today, with 60 files in quarantine", UNIT, f"/print-unit/?day={newest.day}"),
        ("Print unit, all batches of a day", UNIT, f"/print-unit/batches/?day={newest.day}"),
        ("Print unit, all stuck files", UNIT, "/print-unit/stuck/"),
        ("Print unit, all files in quarantine", UNIT, "/print-unit/quarantine/"),
        ("A batch", UNIT, f"/batches/{newest.item[:7]}/"),
        ("Separator sheets", UNIT, "/print-unit/sheets/"),
        ("Upload", UNIT, "/upload/"),
        ("Print runs", UNIT, "/print-runs/"),
        ("A print run of 5,000 envelopes, half scanned", UNIT, f"/print-runs/{newest.run}/"),
        ("Scanning off that run", UNIT, f"/print-runs/{newest.run}/scan/"),
        ("A closed print run", UNIT, f"/print-runs/{newest.closed_run}/"),
        ("Returns of a day", UNIT, f"/returns/?day={newest.day}"),
        ("Letters to be made elsewhere", UNIT, "/hand-offs/"),
        ("Letters made elsewhere and delivered", UNIT, "/hand-offs/?show=delivered"),
        ("Register of valuables", UNIT, "/valuables/"),
        ("An entry of the register", UNIT, f"/valuables/{newest.valuable}/"),
        ("Entering a valuable", UNIT, f"/valuables/log/{newest.item}/"),
    ]


def _letters(newest: Newest) -> list[tuple[str, str, str]]:
    return [
        ("Mailings", LEADER, "/mailings/"),
        ("Mailings, an old page", LEADER, "/mailings/?page=9"),
        ("A mailing", LEADER, f"/mailings/{newest.mailing}/"),
        ("A mailing of a letter to everybody", LEADER, f"/mailings/{newest.big_mailing}/"),
        ("A mailing to everybody, a group of it", LEADER, f"/mailings/{newest.big_mailing}/?show=posted"),
        ("A mailing to everybody, a name in it", LEADER, f"/mailings/{newest.big_mailing}/?q=Given976"),
        ("A new mailing", LEADER, "/mailings/new/"),
        ("Templates of one letter", LEADER, "/mailings/one/"),
        ("Writing one letter", LEADER, "/mailings/one/council_tax_reminder/"),
        ("A letter", LEADER, f"/letters/{newest.letter}/"),
    ]


def _others(newest: Newest) -> list[tuple[str, str, str]]:
    parts = ("services", "teams", "routing", "templates", "roles", "thresholds", "costs", "postage", "retention")
    months = f"from={newest.day[:7]}&to={newest.day[:7]}"
    return [
        ("Targets, overview", MANAGER, f"/targets/?{months}"),
        ("Targets, overview of a service", LEADER, f"/targets/?{months}&service=council_tax"),
        ("Targets, service levels", MANAGER, f"/targets/levels/?{months}"),
        ("Targets, rows behind a figure", MANAGER, f"/targets/rows/?{months}"),
        ("Targets, the random sample", LEADER, "/targets/audit/"),
        ("Configuration", ADMINISTRATOR, "/configuration/"),
        *((f"Configuration, {part}", ADMINISTRATOR, f"/configuration/{part}/") for part in parts),
        ("Configuration, a team", ADMINISTRATOR, "/configuration/teams/waste/"),
        ("Configuration, words of a letter", ADMINISTRATOR, "/configuration/letters/general_letter/"),
        ("Configuration, what was changed", ADMINISTRATOR, "/configuration/history/"),
        ("Accounts", ADMINISTRATOR, "/accounts/"),
        ("A new account", ADMINISTRATOR, "/accounts/new/"),
        ("An account", ADMINISTRATOR, f"/accounts/{newest.account}/"),
        ("Own second factor", UNIT, "/account/second-factor/"),
        ("Own password", UNIT, "/account/password/"),
        ("Signing in", ANYBODY, "/sign-in/"),
        ("A resident's code", ANYBODY, "/reply/"),
        ("A resident's choice of email or post", ANYBODY, f"/reply/{CODE}"),
        ("A resident confirming it", ANYBODY, f"/letters/confirm/{TOKEN}"),
        ("A resident taking it back", ANYBODY, f"/letters/choices/{TOKEN}"),
        ("A resident's letter behind a link", ANYBODY, f"/letters/{TOKEN}"),
        ("/healthz", ANYBODY, "/healthz"),
        ("/readyz", ANYBODY, "/readyz"),
        ("/metrics", ANYBODY, "/metrics"),
    ]


def _search() -> list[tuple[str, str, str]]:
    return [
        ("Search, a word in most items, own services", LEADER, "/search/?q=council"),
        ("Search, two common words, own services", LEADER, "/search/?q=council+rent"),
        ("Search, a phrase", LEADER, "/search/?q=%22council+tax%22"),
        ("Search, a phrase of common words, seldom together", LEADER, "/search/?q=%22tax+council+rent%22"),
        ("Search, a phrase of common words, never together", LEADER, "/search/?q=%22rent+tax+bin+claim+council%22"),
        ("Search, a rare word", LEADER, "/search/?q=word29000x"),
        ("Search, a word nobody wrote", LEADER, "/search/?q=zanzibar"),
        ("Search, a reference", LEADER, "/search/?q=5000+0123"),
        ("Search, common word without another", LEADER, "/search/?q=council+-rent"),
        ("Search, every service", GOVERNANCE, "/search/?q=council"),
        ("Search, every service, three words", GOVERNANCE, "/search/?q=council+tax+claim"),
        ("Search, narrowed to a small service", GOVERNANCE, "/search/?q=council&service=legal"),
        ("Search, narrowed to a rare flag", GOVERNANCE, "/search/?q=council&flag=court_papers"),
        ("Search, narrowed to a month years ago", GOVERNANCE, "/search/?q=council&since=2019-03-01&until=2019-03-31"),
        ("Search, one customer's letters", GOVERNANCE, "/search/?q=council&customer=C0000123"),
    ]
