"""Letters of a large mailing are written in parts: each once, and none of a mailing that does not go."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from mailroom.errors import Retry
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import check
from mailroom.outbound.steps.mailings import cancel
from mailroom.outbound.steps.submit import Handover, receive
from mailroom.records.models import Event, Letter, Mailing
from tests.outbound.people import customer, row, spreadsheet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailing(machines: OutboundMachines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mailing:
    monkeypatch.setattr(check, "_BATCH", 2)
    path = spreadsheet(tmp_path, *(row(customer(f"C{n}")) for n in range(1, 6)))
    return receive(machines, path, Handover("general_letter", "anna", "web", template="general_letter"))


def _breaking_off(monkeypatch: pytest.MonkeyPatch, after: int, do: object = None) -> None:
    """Something happens once so many letters are made."""
    real, made = check.letter_of, []

    def making(*args: object) -> Letter:
        made.append(1)
        if len(made) == after + 1:
            assert not connection.in_atomic_block  # nobody else waits for the database
            if callable(do):
                do()
            else:
                raise Retry("killed")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(check, "letter_of", making)


def test_a_check_broken_off_while_it_writes_is_finished_with_each_letter_once(
    machines: OutboundMachines, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _breaking_off(patch, after=4)
        with pytest.raises(Retry):
            check.check_mailing(machines, mailing.pk)
    mailing.refresh_from_db()
    assert (mailing.status, mailing.letters.count()) == ("checking", 4)
    kept = set(mailing.letters.values_list("key", flat=True))
    assert check.check_mailing(machines, mailing.pk) == "ready"
    assert list(mailing.letters.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    assert kept < set(mailing.letters.values_list("key", flat=True))
    assert Event.objects.filter(kind="mailing.checked").count() == 1


def test_a_mailing_cancelled_while_its_letters_are_written_leaves_none_waiting(
    machines: OutboundMachines, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    _breaking_off(monkeypatch, after=2, do=lambda: cancel(machines, mailing.pk, "anna"))
    assert check.check_mailing(machines, mailing.pk) == "cancelled"
    assert set(mailing.letters.values_list("status", flat=True)) == {"cancelled"}


def test_of_an_attempt_broken_off_nothing_stays_when_the_next_one_refuses(
    machines: OutboundMachines, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _breaking_off(patch, after=4)
        with pytest.raises(Retry):
            check.check_mailing(machines, mailing.pk)
    object.__setattr__(machines, "read_rows", lambda _: iter([(1, ("name",)), (2, ("Ada",))]))
    assert check.check_mailing(machines, mailing.pk) == "refused"
    assert not Letter.objects.exists()
