from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mailroom.config.document_classes import DocumentClass, EmailCarries, load_document_classes
from mailroom.config.letter_templates import load_letter_templates
from mailroom.outbound.emailing import EmailAsked, EmailFrom, compose_email
from mailroom.outbound.letter_template import read_template
from mailroom.values.outgoing_email import OutgoingEmail

SITE = Path(__file__).parents[2]
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
FROM = EmailFrom(
    "letters@wexmere.example", "Wexmere", "Wexmere District Council", "#1d4f5f", "https://wexmere.example/l"
)
BILL = load_document_classes(SITE).find("council_tax_bill")
TEMPLATE = read_template(load_letter_templates(SITE)["council_tax_bill"])
VALUES = {f: f"12.34 & <{f}>" for f in TEMPLATE.needed | TEMPLATE.asked}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "hr", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _email(carries: EmailCarries, *, welsh: bool = False, unsubscribe: bool = False) -> OutgoingEmail:
    assert BILL is not None
    kind: DocumentClass = BILL.model_copy(update={"email_carries": carries, "unsubscribe": unsubscribe})
    asked = EmailAsked(
        "<L1@wexmere.example>", "a@b.example", "50893044", TEMPLATE.fill(VALUES, bilingual=welsh), ("Yours", "Head"),
        NOW, token="tok", unsubscribe="stop", pdf=b"%PDF-",
    )  # fmt: skip
    return compose_email(asked, kind, FROM)


@pytest.mark.parametrize("carries", EmailCarries)
def test_html_is_well_formed_and_escaped_with_language_heads_and_one_title(carries: EmailCarries) -> None:
    tags = _Tags()
    tags.feed(_email(carries, welsh=True).html)
    assert tags.open == []
    names = [tag for tag, _ in tags.seen]
    assert names.count("title") == 1
    assert ("html", {"lang": "en"}) in tags.seen
    assert "name" not in names
    if carries is not EmailCarries.LINK:
        assert any(tag == "div" and attrs.get("lang") == "cy" for tag, attrs in tags.seen)
        assert any(tag == "th" and attrs.get("scope") == "row" for tag, attrs in tags.seen)


def test_plain_text_says_what_the_html_says() -> None:
    email = _email(EmailCarries.BODY)
    for words in ("Your Council Tax bill", "What you have to pay", "appeal to the Valuation Tribunal", "Yours"):
        assert words in email.plain
        assert words in email.html


def test_a_letter_behind_a_link_tells_nothing_of_itself() -> None:
    email = _email(EmailCarries.LINK)
    everything = email.plain + email.html + " ".join(v for _, v in email.headers)
    assert "https://wexmere.example/l/tok" in email.plain
    assert "50893044" not in everything
    assert "Valuation Tribunal" not in everything
    assert email.attachments == ()


def test_the_pdf_is_attached_only_where_the_class_says_so() -> None:
    assert [a.content for a in _email(EmailCarries.ATTACHMENT).attachments] == [b"%PDF-"]
    assert _email(EmailCarries.BODY).attachments == ()


def test_one_click_unsubscribe_is_offered_only_where_the_class_allows() -> None:
    headers = dict(_email(EmailCarries.BODY, unsubscribe=True).headers)
    assert headers["List-Unsubscribe"] == "<https://wexmere.example/l/choices/stop>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(dict(_email(EmailCarries.BODY).headers))
    assert "on paper again" in _email(EmailCarries.BODY).plain
