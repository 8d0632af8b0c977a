"""Print runs asked for at the desk, built by real worker processes on the real engine, which are killed meanwhile."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.lines.mailroom import Mailroom

ASK = """
import django; django.setup()
from mailroom.outbound.steps.print_runs import ask_for_run
from mailroom.wiring.printing import print_machines
print(ask_for_run(print_machines(), None, "unit").number)
"""
POST = """
import django; django.setup()
from django.utils import timezone
from mailroom.records.models import Letter, Mailing
now = timezone.now()
mailing = Mailing.objects.create(service="council_tax", document_class="general_letter", title="Bins", source="web",
    template="general_letter", status="ready", submitted_by="anna", submitted_at=now)
Letter.objects.bulk_create(Letter(mailing=mailing, position=n, name="Ms Ada Thornbury", status="to_print",
    channel="print", fields={{"name": "Ada", "subject": "Bins", "message": "On Tuesday."}}, decided_at=now,
    address_lines=["Ms Ada Thornbury", f"{{n}} Mill Lane", "Stokeley", "WX10 9WU"], postcode="WX10 9WU")
    for n in range(1, {count} + 1))
"""


def _python(mailroom: Mailroom, script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], env=mailroom.environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _open(mailroom: Mailroom, letters: int) -> None:
    _python(mailroom, POST.format(count=letters))


def _runs(mailroom: Mailroom) -> list[tuple[str, int, int]]:
    found = mailroom.rows("select status, letter_count, piece_count from records_printrun")
    return [(str(status), int(letters), int(pieces)) for status, letters, pieces in found]


def _books_balance(mailroom: Mailroom, letters: int) -> None:
    assert _runs(mailroom) == [("built", letters, letters)]
    (enveloped,) = mailroom.rows(
        "select count(distinct mailpiece_id), count(*) from records_letter where status='in_run'"
    )
    assert enveloped == (letters, letters)


def test_a_run_asked_for_is_built_by_a_worker(mailroom: Mailroom) -> None:
    _open(mailroom, 40)
    mailroom.start()
    assert _python(mailroom, ASK) == "R000001"
    mailroom.wait(lambda: _runs(mailroom) == [("built", 40, 40)], 60)
    _books_balance(mailroom, 40)


@pytest.mark.slow
def test_a_run_whose_workers_are_killed_while_they_build_it_is_built_once(mailroom: Mailroom) -> None:
    _open(mailroom, 1500)
    worker = mailroom.start()
    assert _python(mailroom, ASK) == "R000001"
    for stage in ("composing", "writing"):
        mailroom.wait(lambda: mailroom.rows(f"select 1 from records_printrun where stage = '{stage}'") != [], 300)  # noqa: B023
        worker.kill()
        worker.wait()
        assert _runs(mailroom)[0][0] == "building"
        worker = mailroom.start()
    mailroom.wait(lambda: _runs(mailroom)[0][0] == "built", 300)
    _books_balance(mailroom, 1500)
