from __future__ import annotations

import dataclasses
import datetime as dt
import email
from email.message import Message
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from mailroom.config.environment import Environment, read_environment
from mailroom.gateways.mail_server import MailAway
from mailroom.records import hand_offs
from mailroom.records.models import ClosedMonth, DigestSent, Letter, LetterStatus, Person, ReportSent, ServiceNotice
from mailroom.targets.overview import Overview
from mailroom.targets.progress import Standing
from mailroom.wiring.notices import Notices
from mailroom.wiring.reports import Reports
from tests.web.post import make_batch, make_customer, make_item, make_letter

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 13)
NOW = dt.datetime(2026, 11, 13, 9, tzinfo=dt.UTC)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return read_environment({"MAILROOM_DATA": str(tmp_path), "MAILROOM_SECRET_KEY": "k"})


@pytest.fixture
def notices(environment: Environment) -> Notices:
    return Notices.read(environment)


def with_readers(notices: Notices, *readers: dict[str, object]) -> Notices:
    figures = notices.reports.figures
    targets = figures.targets.model_validate({**figures.targets.model_dump(), "report": readers})
    made = type(figures)(figures.council, figures.zone, figures.costs, targets, figures.catalogue, figures.may_email)
    reports = type(notices.reports)(notices.reports.site, made)
    return Notices(reports, notices.mail, notices.routing, notices.server, notices.public_url)


def inbox(environment: Environment, address: str) -> list[Message]:
    folder = environment.data / "emails" / address
    return [email.message_from_bytes(f.read_bytes()) for f in sorted(folder.glob("*.eml"))] if folder.is_dir() else []


def text_of(message: Message) -> str:
    part = next(p for p in message.walk() if p.get_content_type() == "text/plain")
    return bytes(part.get_payload(decode=True)).decode()  # type: ignore[arg-type]


def test_a_team_gets_one_digest_of_what_is_due_soon_and_late(notices: Notices, environment: Environment) -> None:
    make_item("waste", due=DAY + dt.timedelta(days=3))  # Monday: one working day left
    make_item("waste", due=DAY - dt.timedelta(days=4))
    make_item("waste", due=DAY + dt.timedelta(days=20))
    make_item("waste", status="answered", due=DAY)
    assert notices.send_digests(DAY, NOW) == 1
    (message,) = inbox(environment, "waste@wexmere.example")
    assert "2 items due soon or late" in str(message["Subject"])
    assert "1 working day left" in text_of(message)
    assert "4 working days late" in text_of(message)


def test_a_day_is_told_of_once_and_a_repeat_keeps_its_message_id(notices: Notices, environment: Environment) -> None:
    make_item("waste", due=DAY)
    assert notices.send_digests(DAY, NOW) == 1
    assert notices.send_digests(DAY, NOW) == 0
    first = inbox(environment, "waste@wexmere.example")[0]["Message-ID"]
    DigestSent.objects.update(sent_at=None)  # a crash between the server's yes and our note of it
    assert notices.send_digests(DAY, NOW) == 1
    assert [m["Message-ID"] for m in inbox(environment, "waste@wexmere.example")] == [first]


def test_a_leader_is_told_of_late_items_of_all_their_services_in_one_email(
    notices: Notices, environment: Environment
) -> None:
    leader = User.objects.create(username="leader", email="leader@wexmere.example")
    Person.objects.create(account=leader, role="team_leader", services=["waste", "parking"])
    late = [make_item(service, due=DAY - dt.timedelta(days=1)).number for service in ("waste", "parking")]
    make_item("waste", due=DAY)
    notices.send_digests(DAY, NOW)
    (message,) = inbox(environment, "leader@wexmere.example")
    assert all(number in text_of(message) for number in late)
    assert "2 items overdue" in text_of(message)


def test_the_print_unit_is_told_of_a_batch_that_does_not_balance(notices: Notices, environment: Environment) -> None:
    batch = make_batch(pages=3)
    batch.received = DAY - dt.timedelta(days=1)
    batch.save()
    notices.send_digests(DAY, NOW)
    (message,) = inbox(environment, "print-unit@wexmere.example")
    assert f"{batch.number}: 3 pages were fed but 0 are on record" in text_of(message)


def joined(day: dt.date, must_arrive: dt.date | None = None) -> Letter:
    """A letter that joined the hand-off list that day at noon."""
    made = make_letter(make_customer(f"C{day}"), LetterStatus.HAND_OFF, format="braille", must_arrive=must_arrive)
    at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    ServiceNotice.objects.create(letter=made, service="council_tax", kind="hand_off", made_at=at)
    return made


def hand_off_days(notices: Notices, environment: Environment, number: str, last: dt.date) -> list[dt.date]:
    """The days, from the Friday on, on which the print unit's digest names the letter."""
    told: list[dt.date] = []
    for n in range((last - DAY).days + 1):
        day = DAY + dt.timedelta(days=n)
        before = len(inbox(environment, "print-unit@wexmere.example"))
        notices.round(dt.datetime.combine(day, dt.time(9), dt.UTC))
        fresh = inbox(environment, "print-unit@wexmere.example")[before:]
        told += [day for message in fresh if number in text_of(message)]
    return told


def test_the_print_unit_is_told_of_a_letter_to_make_elsewhere_when_it_is_new_and_not_every_day(
    notices: Notices, environment: Environment
) -> None:
    made = joined(dt.date(2026, 11, 12), dt.date(2026, 12, 24))
    assert hand_off_days(notices, environment, made.number, dt.date(2026, 11, 18)) == [DAY]
    (message,) = inbox(environment, "print-unit@wexmere.example")
    assert "1 letter waits to be made elsewhere" in str(message["Subject"])
    assert f"{made.number}: braille, by 24 December; on the list since 12 November" in text_of(message)


def test_it_is_told_again_of_one_left_lying_and_then_once_a_week_until_a_supplier_has_it(
    notices: Notices, environment: Environment
) -> None:
    made = joined(dt.date(2026, 11, 12))
    days = [13, 19, 23]  # new; five working days without a supplier; the Monday after
    told = hand_off_days(notices, environment, made.number, dt.date(2026, 11, 27))
    assert told == [dt.date(2026, 11, day) for day in days]
    hand_offs.move_on(made, LetterStatus.AT_SUPPLIER, "1")
    notices.round(dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC))
    assert len(inbox(environment, "print-unit@wexmere.example")) == len(days)


def test_it_is_told_again_when_a_must_arrive_day_is_near_and_when_it_is_past(
    notices: Notices, environment: Environment
) -> None:
    made = joined(dt.date(2026, 11, 12), dt.date(2026, 11, 19))
    told = hand_off_days(notices, environment, made.number, dt.date(2026, 11, 20))
    assert told == [DAY, dt.date(2026, 11, 17), dt.date(2026, 11, 20)]
    assert "by 19 November, too late already" in text_of(inbox(environment, "print-unit@wexmere.example")[-1])


def test_those_told_of_before_are_counted_beside_a_new_one_and_none_is_lost_while_the_mail_server_is_away(
    notices: Notices, environment: Environment
) -> None:
    old = joined(dt.date(2026, 11, 12), dt.date(2026, 12, 24))
    notices.round(NOW)
    new = joined(dt.date(2026, 11, 13), dt.date(2026, 12, 24))
    away = Notices(notices.reports, notices.mail, notices.routing, Away(), notices.public_url)
    away.round(NOW + dt.timedelta(days=3))
    notices.round(NOW + dt.timedelta(days=4))
    text = text_of(inbox(environment, "print-unit@wexmere.example")[-1])
    assert new.number in text and old.number not in text
    assert "1 told of before waits too." in text


def test_nobody_is_written_to_when_there_is_nothing_to_say(notices: Notices, environment: Environment) -> None:
    assert notices.send_digests(DAY, NOW) == 0
    assert not (environment.data / "emails").exists()


def test_a_long_list_is_counted_not_poured_out(notices: Notices, environment: Environment) -> None:
    for _ in range(18):
        make_item("waste", due=DAY)
    notices.send_digests(DAY, NOW)
    (message,) = inbox(environment, "waste@wexmere.example")
    assert "and 3 more." in text_of(message)


def test_a_report_is_sent_once_to_its_readers_on_the_third_working_day_and_the_month_is_closed(
    notices: Notices, environment: Environment
) -> None:
    reading = with_readers(notices, {"service": "", "to": ["head@wexmere.example"]})
    reading.round(dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC))
    assert not inbox(environment, "head@wexmere.example")
    for hour in (9, 10):
        reading.round(dt.datetime(2026, 11, 4, hour, tzinfo=dt.UTC))
    (message,) = [m for m in inbox(environment, "head@wexmere.example") if "Post and service" in str(m["Subject"])]
    assert sorted(p.get_content_type() for p in message.walk() if p.get_filename()) == ["application/pdf", "text/csv"]
    assert ClosedMonth.objects.get().month == dt.date(2026, 10, 1)


def test_an_outside_reader_is_refused_once_and_the_others_still_get_theirs(
    notices: Notices, environment: Environment
) -> None:
    reading = with_readers(notices, {"service": "", "to": ["me@elsewhere.example", "head@wexmere.example"]})
    for _ in range(2):
        reading.round(dt.datetime(2026, 11, 4, 9, tzinfo=dt.UTC))
    assert inbox(environment, "head@wexmere.example")
    refused = ReportSent.objects.get(recipient="me@elsewhere.example")
    assert refused.sent_at is None
    assert "elsewhere.example" in refused.problem


class Away:
    def send(self, email: object) -> None:
        raise MailAway("The mail server is away. The email waits and is sent again.")


def test_while_the_mail_server_is_away_nothing_counts_as_sent(notices: Notices, environment: Environment) -> None:
    make_item("waste", due=DAY)
    away = Notices(notices.reports, notices.mail, notices.routing, Away(), notices.public_url)
    away.round(NOW)
    assert not inbox(environment, "waste@wexmere.example")
    notices.round(NOW)
    assert len(inbox(environment, "waste@wexmere.example")) == 1


@pytest.mark.parametrize("moment", [(2026, 11, 14, 9), (2026, 12, 28, 9), (2026, 11, 13, 6)])
def test_no_digest_leaves_on_a_day_off_or_before_its_hour(
    moment: tuple[int, int, int, int], notices: Notices, environment: Environment
) -> None:
    make_item("waste", due=DAY)
    notices.round(dt.datetime(*moment, tzinfo=dt.UTC))
    assert not inbox(environment, "waste@wexmere.example")


def standing(monkeypatch: pytest.MonkeyPatch, stands: Standing) -> None:
    """Every target of the example stands so: how standings are worked out has tests of its own."""
    real = Reports.overview

    def overview(self: Reports, *asked: object) -> Overview:
        view = real(self, *asked)  # type: ignore[arg-type]
        return dataclasses.replace(view, progress=tuple(dataclasses.replace(p, standing=stands) for p in view.progress))

    monkeypatch.setattr(Reports, "overview", overview)


def test_a_manager_hears_of_a_target_off_course_on_the_day_it_shows_and_not_every_day(
    notices: Notices, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = with_readers(notices, {"service": "", "to": ["head@wexmere.example"]})
    told = []
    for day, stands in (
        (16, Standing.ON_PATH),
        (17, Standing.ON_PATH),
        (18, Standing.OFF_PATH),
        (19, Standing.OFF_PATH),
        (20, Standing.ON_PATH),
        (23, Standing.AT_RISK),
    ):
        standing(monkeypatch, stands)
        before = len(inbox(environment, "head@wexmere.example"))
        for hour in (9, 10):
            reading.send_digests(dt.date(2026, 11, day), dt.datetime(2026, 11, day, hour, tzinfo=dt.UTC))
        told += [day] * (len(inbox(environment, "head@wexmere.example")) - before)
    assert told == [18, 23]
    assert "targets may not be reached" in str(inbox(environment, "head@wexmere.example")[0]["Subject"])


def test_on_the_first_working_day_every_target_off_course_is_told_again(
    notices: Notices, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = with_readers(notices, {"service": "", "to": ["head@wexmere.example"]})
    standing(monkeypatch, Standing.OFF_PATH)
    for day in (dt.date(2026, 11, 30), dt.date(2026, 12, 1), dt.date(2026, 12, 2)):
        reading.send_digests(day, NOW)
    assert len(inbox(environment, "head@wexmere.example")) == 2


def test_a_warning_that_could_not_leave_is_sent_when_the_mail_server_is_back(
    notices: Notices, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = with_readers(notices, {"service": "", "to": ["head@wexmere.example"]})
    standing(monkeypatch, Standing.OFF_PATH)
    away = Notices(reading.reports, reading.mail, reading.routing, Away(), reading.public_url)
    assert away.send_digests(DAY, NOW) == 0
    assert reading.send_digests(dt.date(2026, 11, 16), NOW) == 1
    assert reading.send_digests(dt.date(2026, 11, 17), NOW) == 0
