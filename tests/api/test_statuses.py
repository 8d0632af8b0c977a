from __future__ import annotations

import datetime as dt
import itertools

import pytest

from mailroom.api.statuses import (
    ALL_STATUSES,
    leaves_by_email,
    of_type,
    shown_status,
    stored_status,
    with_status,
)
from mailroom.records.models import ApiNotification, Asked, Letter, LetterStatus, Mailing
from mailroom.values.channel import Channel
from tests.api.door import System

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


@pytest.fixture
def every_kind(system: System) -> list[ApiNotification]:
    """Every status of a letter, in every way of leaving, just sent and sent last week; and those of test keys."""
    key = system.service.keys.get()
    mailing = Mailing.objects.create(service="housing", document_class="x", title="x", source="api",
                                     submitted_by="x", submitted_at=NOW)  # fmt: skip
    made = []
    channels = ("", *Channel)
    sent = (NOW, NOW - dt.timedelta(days=7))
    for position, (status, channel, at, asked) in enumerate(itertools.product(LetterStatus, channels, sent, Asked), 1):
        letter = Letter.objects.create(mailing=mailing, position=position, status=status, channel=channel, sent_at=at)
        made.append(ApiNotification(letter=letter, asked=asked))
    for asked, outcome in itertools.product(Asked, ("delivered", "permanent-failure", "temporary-failure")):
        made.append(ApiNotification(asked=asked, outcome=outcome))
    for n in made:
        n.service, n.api_key, n.key_kind, n.digest, n.created_at = system.service, key, key.kind, "", NOW
        n.save()
    return made


def test_a_filter_finds_exactly_those_whose_answers_say_so(every_kind: list[ApiNotification]) -> None:
    for status in ALL_STATUSES:
        found = set(ApiNotification.objects.filter(with_status(status, NOW)).values_list("pk", flat=True))
        if status in ("accepted", "received"):
            said = {
                n.pk for n in every_kind
                if shown_status(n, NOW) == status and stored_status(n, NOW) != "returned-letter"
            }  # fmt: skip
        elif status == "failed":
            said = {n.pk for n in every_kind if stored_status(n, NOW).endswith("-failure")}
        else:
            said = {n.pk for n in every_kind if stored_status(n, NOW) == status}
        assert found == said, status


def test_a_type_finds_exactly_those_whose_answers_say_so(every_kind: list[ApiNotification]) -> None:
    emails = set(ApiNotification.objects.filter(of_type("email")).values_list("pk", flat=True))
    letters = set(ApiNotification.objects.filter(of_type("letter")).values_list("pk", flat=True))
    assert emails == {n.pk for n in every_kind if leaves_by_email(n)}
    assert letters == {n.pk for n in every_kind} - emails
    assert not ApiNotification.objects.filter(of_type("sms")).exists()


def test_letters_are_accepted_until_posted_and_received_after(every_kind: list[ApiNotification]) -> None:
    def status(ours: LetterStatus) -> str:
        letter = Letter.objects.filter(status=ours, channel=Channel.PRINT, api_notification__asked=Asked.LETTER)[0]
        return shown_status(letter.api_notification, NOW)

    assert [status(s) for s in (LetterStatus.QUEUED, LetterStatus.IN_RUN)] == ["accepted", "accepted"]
    assert [status(s) for s in (LetterStatus.POSTED, LetterStatus.RETURNED)] == ["received", "received"]
    assert status(LetterStatus.WITHHELD) == "permanent-failure"


def test_an_email_counts_as_delivered_when_no_bounce_has_come_in_three_days(every_kind: list[ApiNotification]) -> None:
    emailed = Letter.objects.filter(status=LetterStatus.EMAILED, channel=Channel.EMAIL)
    fresh, old = emailed.filter(sent_at=NOW)[0], emailed.filter(sent_at__lt=NOW)[0]
    assert shown_status(fresh.api_notification, NOW) == "sending"
    assert shown_status(old.api_notification, NOW) == "delivered"
