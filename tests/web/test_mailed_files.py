"""An email and the attachments that could not be made into pages of it lead to one another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from mailroom.records.models import Batch, Event, Item
from tests.web.post import address_of, make_batch, make_item

pytestmark = pytest.mark.django_db

REASON = "This is a Word document (.docx), which is not read. Ask the sender for a PDF."


def emailed_with(*names: str, status: str = "sent") -> tuple[Item, list[Batch]]:
    """An item that came by email, and files beside it in quarantine; another email's file, too."""
    item = make_item(status=status)
    of_email = {"source": "email-post", "received_from": "mailbox"}
    Batch.objects.filter(pk=item.batch_id).update(claim="email-post-1-7-abc", **of_email)
    Event.record("batch.came_by_email", item.batch, email="0" * 64, apart=len(names))
    files = [make_batch("quarantined", source="email-post") for _ in (*names, "another email's")]
    for number, (file, name) in enumerate(zip(files, names, strict=False), start=1):
        Batch.objects.filter(pk=file.pk).update(
            claim=f"email-post-1-7-abc-{number}", filename=name, reason=REASON, **of_email
        )
    Batch.objects.filter(pk=files[-1].pk).update(claim="email-post-1-77-abc-1", filename="other.docx", **of_email)
    return item, files


@pytest.mark.parametrize(("role", "status"), [("team_member", "sent"), ("team_member", "review")])
def test_an_item_names_the_attachments_that_are_not_among_its_pages_and_why(
    role: str, status: str, signed_in: Callable[..., Client]
) -> None:
    item, files = emailed_with("Letter.docx", "Tenancy.docx", status=status)
    address = address_of(item) if status == "sent" else f"/review/{item.number}/"
    page = signed_in(role, "council_tax").get(address).content.decode()
    assert "Attached to the email, but not among these pages" in page
    for file, name in zip(files, ("Letter.docx", "Tenancy.docx"), strict=False):
        assert f"{name} ({file.number}): {REASON}" in page
    assert "other.docx" not in page


def test_an_item_whose_email_had_no_such_file_says_nothing_of_any(signed_in: Callable[..., Client]) -> None:
    item, _ = emailed_with()
    assert "not among these pages" not in signed_in("team_member", "council_tax").get(address_of(item)).content.decode()


def test_a_file_in_quarantine_leads_to_the_email_it_came_with(signed_in: Callable[..., Client]) -> None:
    item, files = emailed_with("Letter.docx")
    Batch.objects.filter(pk=files[-1].pk).delete()
    for address in ("/print-unit/", "/print-unit/quarantine/"):
        page = signed_in("print_unit").get(address).content.decode()
        assert f'attached to the email <a class="govuk-link" href="/batches/{item.number[:7]}/">' in page
        assert "done folder of the mailbox email-post" in page
    Batch.objects.filter(pk=files[0].pk).update(claim="", received_from="scan_day")
    assert "attached to the email" not in signed_in("print_unit").get("/print-unit/quarantine/").content.decode()
