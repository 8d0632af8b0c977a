"""Reading the errors of a page as the GOV.UK Design System has them: the summary, where it leads, what stands there."""

from __future__ import annotations

from django.http import HttpResponse
from lxml.html import HtmlElement, document_fromstring


def errors_of(answer: HttpResponse) -> dict[str, str]:
    """The id each link of the summary leads to, and its words. What is not as the Design System asks fails here."""
    page: HtmlElement = document_fromstring(answer.content.decode())
    assert page.findtext(".//title", "").startswith(("Error:", "Gwall:"))
    links = page.xpath("//*[contains(@class, 'govuk-error-summary')]//li/a")
    found = {link.get("href", "").removeprefix("#"): link.text_content() for link in links}
    assert found and len(found) == len(links)
    for place, words in found.items():
        _message_is_at(page, place, words)
    return found


def _message_is_at(page: HtmlElement, place: str, words: str) -> None:
    (field,) = page.xpath("//*[@id=$place]", place=place)
    is_button = field.tag == "button" or field.get("role") == "button"
    assert is_button or field.tag in ("input", "select", "textarea"), f"#{place} is a {field.tag}, not a field"
    groups = [field, *field.iterancestors("fieldset")]
    described = {one for group in groups for one in group.get("aria-describedby", "").split()}
    messages = [m.text_content() for one in described for m in page.xpath("//p[@id=$one]", one=one)]
    assert any(words in message for message in messages), f"#{place} is not described by ‘{words}’"
    closed = [d for d in field.iterancestors("details") if "open" not in d.attrib]
    assert not closed, f"#{place} is in a part of the page that is closed"
