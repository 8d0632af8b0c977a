"""Repairs of PDFs from the pages: shown before and after, applied, and on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mailroom.outbound.machines import OutboundMachines
from mailroom.records.models import Event, Mailing
from tests.outbound.lines import handed_in, run_line
from tests.outbound.old_system import old_letters
from tests.web.test_mailings import choose, hand_in, pdf

pytestmark = pytest.mark.django_db


def drifted(folder: Path) -> SimpleUploadedFile:
    return pdf(old_letters(folder / "old.pdf", right=14, down=12))


def test_a_pdf_that_misses_the_window_is_repaired_before_it_is_handed_in(
    signed_in: Callable[..., Client], outgoing: OutboundMachines, tmp_path: Path
) -> None:
    client = signed_in("team_member", outgoing.kind("legacy_print").service)
    page = choose(client, drifted(tmp_path), "legacy_print:")
    assert "See what could be repaired" in page and "Hand it in" not in page
    came_as = client.session["mailing_draft"]["key"]
    page = client.get("/mailings/new/repairs/").content.decode()
    assert "Move the print" in page and "Nothing would be wrong" in page and "As it came, page" in page
    for side in ("before", "after"):
        assert client.get(f"/mailings/repairs/move/{side}.png").content.startswith(b"\x89PNG")
    assert client.get("/mailings/repairs/move/never.png").status_code == 404
    page = client.post("/mailings/new/repairs/", {"repair": "move"}, follow=True).content.decode()
    assert "The file as it came is kept" in page and "2 letters" in page and "Repaired" in page
    assert "Mrs Alison Rawlinson" in client.get("/mailings/new/letters/1/").content.decode()
    mailing = hand_in(client)
    assert (mailing.original, mailing.repair_codes) == (came_as, ("move",))
    run_line(outgoing, mailing)
    mailing.refresh_from_db()
    assert mailing.letters.count() == 2
    assert Event.objects.filter(kind="mailing.repaired").count() == 1


def test_a_refused_mailing_is_repaired_on_its_page_by_its_own_service_only(
    signed_in: Callable[..., Client], outgoing: OutboundMachines, tmp_path: Path
) -> None:
    mailing = handed_in(outgoing, old_letters(tmp_path / "old.pdf", right=14, down=12), "legacy_print")
    client = signed_in("team_member", mailing.service)
    assert "See what could be repaired" in client.get(f"/mailings/{mailing.number}/").content.decode()
    page = client.get(f"/mailings/{mailing.number}/repairs/").content.decode()
    assert "Move the print" in page and "/mailings/repairs/move/after.png" in page
    assert signed_in("team_member", "waste", name="w").get(f"/mailings/{mailing.number}/repairs/").status_code == 404
    page = client.post(f"/mailings/{mailing.number}/repairs/", {"repair": "explode"}, follow=True).content.decode()
    assert "Choose one of the repairs" in page
    client.post(f"/mailings/{mailing.number}/repairs/", {"repair": "move"})
    run_line(outgoing, Mailing.objects.get())
    mailing.refresh_from_db()
    assert (mailing.repair_codes, mailing.letter_count) == (("move",), 2)
    assert "Move the print" in client.get(f"/mailings/{mailing.number}/").content.decode()
