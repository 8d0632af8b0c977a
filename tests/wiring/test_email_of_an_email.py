"""What a team is told of an item that came by email."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mailroom.config.environment import read_environment
from mailroom.config.site import load_site
from mailroom.inbound.steps.deliver import prepare_deliveries
from mailroom.records.models import Delivery
from mailroom.wiring.inbound import composer
from tests.web.test_mailed_files import emailed_with

pytestmark = pytest.mark.django_db


def test_the_team_is_told_which_files_of_the_email_are_not_among_the_pages() -> None:
    item, files = emailed_with("Letter.docx", "Tenancy.docx", status="routed")
    machines: Any = SimpleNamespace(mail_domain="wexmere.example", second_letter_days=42)
    (key,) = prepare_deliveries(machines, item.pk, item.version)
    store: Any = SimpleNamespace()
    email = composer(load_site(), read_environment(), store)(Delivery.objects.get(pk=key))
    assert f"2 attachments of the email that could not be made into pages ({files[0].number}, {files[1].number})" in (
        email.plain
    )
    assert "Letter.docx" not in email.plain + email.html
