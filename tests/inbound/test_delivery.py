from __future__ import annotations

import dataclasses
import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mailroom.errors import Misconfigured
from mailroom.gateways.page_templates import SiteTemplates
from mailroom.inbound.delivery import (
    Earlier,
    Letterhead,
    Posting,
    attachment_of,
    compose,
    subject_of,
    without_what_it_is_about,
)
from mailroom.values.outgoing_email import OutgoingEmail

TEMPLATES = Path(__file__).parents[2] / "templates"
SITE = SiteTemplates(TEMPLATES)
POSTING = Posting(
    item="B000042-03",
    service_name="Council Tax",
    team_name="Council Tax",
    customer="C1000014",
    received=dt.date(2026, 11, 24),
    due=dt.date(2026, 12, 8),
    due_in=10,
    flags=("bereavement",),
    marks=("URGENT", "CHEQUE"),
    reasons=("account number 50318842", "phrase 'single <person> & discount'"),
    pages=2,
    link="https://mail.wexmere.example/items/B000042-03/",
    is_copy=False,
    attached=True,
)
HEAD = Letterhead("mailroom@wexmere.example", "Wexmere Mailroom", "Wexmere District Council")
WHEN = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
ENVELOPE = ("<B000042-03.11@wexmere.example>", "council-tax@wexmere.example", WHEN)


def letter(**changes: object) -> OutgoingEmail:
    return compose(dataclasses.replace(POSTING, **changes), HEAD, ENVELOPE, SITE.render)  # type: ignore[arg-type]


class Outline(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.language = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        facts = dict(attrs)
        self.links += [facts["href"] or ""] if "href" in facts else []
        self.language = self.language or facts.get("lang") or ""


def test_the_subject_has_the_item_the_service_the_customer_the_date_and_the_marks() -> None:
    assert letter().subject == (
        "[URGENT] [CHEQUE] B000042-03 Council Tax, customer C1000014, answer by 8 December 2026"
    )


def test_a_site_may_keep_the_customers_number_out_of_subjects() -> None:
    assert "C1000014" not in subject_of(POSTING, shows_customer_number=False)


def test_a_subject_is_always_one_line() -> None:
    sneaky = dataclasses.replace(POSTING, service_name="Council\r\nBcc: thief@evil.example\r\n Tax")
    assert "\n" not in subject_of(sneaky, True)
    assert "\r" not in subject_of(sneaky, True)


def test_a_copy_says_that_another_team_owns_the_item() -> None:
    copy = letter(is_copy=True)
    assert copy.subject.startswith("[URGENT] [CHEQUE] Copy: B000042-03")
    assert "another team owns this item" in copy.plain
    assert "another team owns this item" in copy.html


def test_headers_keep_holiday_replies_away_and_name_the_item() -> None:
    headers = dict(letter().headers)
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Mailroom-Item"] == "B000042-03"
    assert headers["X-Priority"] == "1"
    assert dict(letter(marks=()).headers)["X-Priority"] == "3"


def test_the_same_facts_give_the_same_email_again() -> None:
    assert letter() == letter()
    assert letter().message_id == ENVELOPE[0]


@pytest.mark.parametrize(
    "says", ["8 December 2026", "24 November 2026", "C1000014", "50318842", "10 working days left"]
)
def test_plain_text_and_html_say_the_same(says: str) -> None:
    assert says in letter().plain
    assert says in letter().html


def test_accept_and_not_ours_are_one_click_away_in_both() -> None:
    email = letter()
    for way in ("", "accept/", "not-ours/"):
        assert POSTING.link + way in email.plain
        assert POSTING.link + way in Outline(email.html).links


def test_the_html_can_be_heard_names_its_language_and_loads_nothing_from_outside() -> None:
    outline = Outline(letter().html)
    assert outline.language == "en-GB"
    assert (outline.tags.count("h1"), outline.tags.count("title")) == (1, 1)
    assert "h2" in outline.tags
    assert not {"img", "script", "link", "iframe", "style"} & set(outline.tags)
    assert 'role="presentation"' not in letter().html, "the facts are a real table with row heads"


def test_words_from_a_letter_cannot_become_markup() -> None:
    assert "<person>" not in letter().html
    assert "single &lt;person&gt; &amp; discount" in letter().html
    assert "single <person> & discount" in letter().plain


def test_one_working_day_is_not_called_days() -> None:
    for due_in, words in ((1, "1 working day left"), (0, "today"), (-2, "2 working days late")):
        assert words in letter(due_in=due_in).plain
        assert words in letter(due_in=due_in).html


def test_an_item_is_attached_unless_it_is_private_or_too_large() -> None:
    (pdf,), why = attachment_of("B000042-03", b"%PDF", False, 15)
    assert (pdf.filename, pdf.content_type, why) == ("B000042-03.pdf", "application/pdf", "")
    assert attachment_of("B1-01", b"%PDF", True, 15) == (
        (),
        "it is private, and is shown only to people who may see it.",
    )
    assert attachment_of("B1-01", bytes(15_000_001), False, 15) == ((), "it is larger than 15 MB.")
    assert attachment_of("B1-01", bytes(15_000_000), False, 15)[0]


def test_an_email_without_the_item_says_why() -> None:
    email = letter(attached=False, why_not_attached="it is larger than 15 MB.")
    for body in (email.plain, email.html):
        assert re.search(r"The item is not attached: it is larger than 15 MB\.", body)


def test_a_template_can_neither_reach_into_the_machine_nor_use_a_name_nobody_gave(tmp_path: Path) -> None:
    (tmp_path / "sly.txt").write_text("{{ council.__class__.__mro__ }}")
    (tmp_path / "typo.txt").write_text("{{ councl }}")
    for name in ("sly.txt", "typo.txt", "absent.txt"):
        with pytest.raises(Misconfigured, match=re.escape(str(tmp_path / name))):
            SiteTemplates(tmp_path).render(name, {"council": "Wexmere"})


FIRST = Earlier(
    "B000040-01", dt.date(2026, 11, 3), dt.date(2026, 11, 17), -5, None, True, "https://mail.example/items/B000040-01/"
)


def test_a_chaser_says_in_subject_and_body_which_letter_it_chases_and_how_late_that_one_is() -> None:
    email = letter(earlier=FIRST)
    assert email.subject.endswith("chaser of B000040-01, 5 working days late, answer by 8 December 2026")
    for body in (email.plain, email.html):
        said = " ".join(re.sub(r"<[^>]+>", "", body).split())
        assert "The customer is chasing: B000040-01, received 3 November 2026, " in said
        assert "to be answered by 17 November 2026, 5 working days late" in said
        assert FIRST.link in body


@pytest.mark.parametrize(
    ("changes", "subject", "body"),
    [
        ({"due_in": 2}, "chaser of B000040-01, answer", "2 working days left"),
        ({"due": None, "due_in": 0}, "chaser of B000040-01, answer", "not yet answered"),
        (
            {"answered": dt.date(2026, 11, 10), "chasing": False},
            "second letter after B000040-01, answer",
            "answered on",
        ),
        ({"answered": dt.date(2026, 11, 25)}, "chaser of B000040-01, answer", "answered on 25 November 2026"),
    ],
)
def test_how_the_first_letter_stands_is_told_as_it_is(changes: dict[str, object], subject: str, body: str) -> None:
    email = letter(earlier=dataclasses.replace(FIRST, **changes))  # type: ignore[arg-type]
    assert subject in email.subject
    assert body in email.plain and body in email.html


def test_a_first_letter_says_nothing_of_chasing() -> None:
    assert "chas" not in letter().plain + letter().html + letter().subject


def test_attachments_that_are_none_of_its_pages_are_counted_with_their_numbers_and_never_named() -> None:
    email = letter(beside=("B000043", "B000044"))
    for body in (email.plain, email.html):
        words = " ".join(re.sub(r"<[^>]+>", "", body).split())
        assert (
            "Not among its pages: 2 attachments of the email that could not be made into pages (B000043, B000044)."
            in (words)
        )
        assert "ask the print unit for them" in words
    assert "1 attachment of the email" in letter(beside=("B000043",)).plain
    assert "Not among its pages" not in letter().plain + letter().html
    copied = without_what_it_is_about(dataclasses.replace(POSTING, beside=("B000043",)))
    assert copied.beside == ()
