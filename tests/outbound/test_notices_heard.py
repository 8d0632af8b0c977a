"""What is heard of an email after it left changes its letter once, whoever tells it and in whatever order."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.notices import NoticeEmail
from mailroom.outbound.steps import email
from mailroom.outbound.steps.bounces import Heard, take_notice
from mailroom.outbound.steps.letter_page import letter_behind
from mailroom.outbound.steps.tell_services import tell_services
from mailroom.outbound.steps.tokens import Purpose, token_for
from mailroom.records.models import Consent, ContactPoint, Customer, Event, Letter, LetterStatus
from mailroom.values.channel import Channel, Rule
from mailroom.values.mail_notice import MailNotice, NoticeKind
from tests.outbound import print_floor
from tests.outbound.lines import decided, handed_in
from tests.outbound.machines import Clock, RememberingMail, make_machines
from tests.outbound.people import emailable, row, spreadsheet

pytestmark = pytest.mark.django_db


def emailed(machines: OutboundMachines, folder: Path, number: str = "C1") -> Letter:
    mailing = handed_in(machines, spreadsheet(folder, row(emailable(number)), name=f"{number}.csv"))
    letter = decided(machines, mailing).letters.get()
    for job in email.plan_emails(machines, letter.mailing_id, f"letters-{letter.mailing_id}-1"):
        email.send_letters(machines, job)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.EMAILED
    return letter


def told(letter: Letter, kind: NoticeKind, status: str = "", permanent: bool = False) -> MailNotice:
    return MailNotice(kind, letter.message_id, status, permanent)


def test_a_delivery_is_noted_and_a_bounce_after_it_still_prints_the_letter(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    letter = emailed(machines, tmp_path)
    assert take_notice(machines, told(letter, NoticeKind.DELIVERED)) is Heard.NEWS
    assert take_notice(machines, told(letter, NoticeKind.DELIVERED)) is Heard.KNOWN
    letter.refresh_from_db()
    assert (letter.status, letter.delivered_at) == (LetterStatus.DELIVERED, machines.clock())
    assert take_notice(machines, told(letter, NoticeKind.BOUNCED, "5.1.1", True)) is Heard.NEWS
    assert take_notice(machines, told(letter, NoticeKind.DELIVERED)) is Heard.KNOWN
    letter.refresh_from_db()
    assert (letter.status, letter.channel, letter.rule) == (LetterStatus.TO_PRINT, Channel.PRINT, Rule.BOUNCES)
    assert ContactPoint.objects.get().dead


def test_news_that_overtakes_the_mail_servers_yes_is_not_lost(tmp_path: Path) -> None:
    heard: list[Heard] = []

    class Quick(RememberingMail):
        """Tells of the bounce before it answers the sender."""

        def send(self, mail: object) -> None:
            letter = Letter.objects.get()
            heard.append(take_notice(machines, told(letter, NoticeKind.BOUNCED, "5.1.1", True)))

    machines = make_machines(tmp_path, mail=Quick())
    letter = decided(machines, handed_in(machines, spreadsheet(tmp_path, row(emailable("C1"))))).letters.get()
    for job in email.plan_emails(machines, letter.mailing_id, "letters-1-1"):
        email.send_letters(machines, job)
    letter.refresh_from_db()
    assert heard == [Heard.NEWS]
    assert letter.status == LetterStatus.TO_PRINT


def test_after_a_complaint_the_person_is_on_paper_until_they_choose_email_again(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    letter = emailed(machines, tmp_path)
    assert take_notice(machines, told(letter, NoticeKind.COMPLAINED)) is Heard.NEWS
    assert take_notice(machines, told(letter, NoticeKind.COMPLAINED)) is Heard.KNOWN
    letter.refresh_from_db()
    assert letter.status == LetterStatus.EMAILED
    choice = Consent.objects.get(source="complaint")
    assert (choice.choice, choice.document_class, choice.source_key) == ("post", "", str(letter.pk))
    cells = row(Customer.objects.get(), subject="Second")
    second = decided(machines, handed_in(machines, spreadsheet(tmp_path, cells))).letters.get()
    assert (second.channel, second.rule) == (Channel.PRINT, Rule.NO_CONSENT)
    assert Event.objects.get(kind="customer.back_to_paper").details["service"] == "customer_feedback"
    heard: list[NoticeEmail] = []
    assert tell_services(print_floor.machines(tmp_path / "floor", tell=heard.append)) == {"customer_feedback": ""}
    assert letter.number in heard[0].plain and "called unwanted" in heard[0].plain


def test_an_email_that_is_none_of_ours_is_unknown_and_changes_nothing(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    emailed(machines, tmp_path)
    for message_id in ("", "<somebody@else.example>"):
        assert take_notice(machines, MailNotice(NoticeKind.BOUNCED, message_id, "5.1.1", True)) is Heard.UNKNOWN
    assert not ContactPoint.objects.get().dead


FULL = (NoticeKind.BOUNCED, "5.2.2", False)
DELIVERED = (NoticeKind.DELIVERED, "", False)


@pytest.mark.parametrize(
    ("heard", "days", "channel"),
    [
        ([(1, FULL), (2, FULL)], 0, Channel.PRINT),
        ([(1, FULL), (2, DELIVERED), (3, FULL)], 0, Channel.EMAIL),
        ([(1, FULL), (2, DELIVERED), (3, FULL), (4, FULL)], 0, Channel.PRINT),
        ([(1, FULL), (2, DELIVERED), (2, FULL)], 0, Channel.PRINT),  # told delivered, and came back after all
        ([(1, FULL), (2, FULL)], 180, Channel.PRINT),
        ([(1, FULL), (2, FULL)], 181, Channel.EMAIL),
    ],
)
def test_two_undelivered_in_a_row_mean_paper_until_one_arrives_between_or_they_are_too_old(
    machines: OutboundMachines,
    tmp_path: Path,
    heard: list[tuple[int, tuple[NoticeKind, str, bool]]],
    days: int,
    channel: Channel,
) -> None:
    first = emailed(machines, tmp_path)
    letters = {1: first}
    for number in range(2, 5):
        letters[number] = _copy(first, number)
    for number, notice in heard:
        assert take_notice(machines, told(letters[number], *notice)) is Heard.NEWS
    clock = machines.clock
    assert isinstance(clock, Clock)
    clock.now += dt.timedelta(days=days)
    mailing = handed_in(
        machines, spreadsheet(tmp_path, row(Customer.objects.get(), message="And another."), name="next.csv")
    )
    assert decided(machines, mailing).letters.get().channel == channel


def _copy(letter: Letter, number: int) -> Letter:
    """Another letter emailed to the same mailbox."""
    again = Letter.objects.get(pk=letter.pk)
    again.pk, again.key, again.position, again.message_id = None, uuid4(), number, f"<{number}@wexmere.example>"
    again.save()
    return again


def test_a_reader_who_opens_the_letter_behind_its_link_ends_the_row_unless_a_later_email_came_back(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    first = emailed(machines, tmp_path)
    opened = _copy(first, 2)
    take_notice(machines, told(first, *FULL))
    Letter.objects.filter(pk=opened.pk).update(document=machines.store.put(b"%PDF"))
    token = token_for(Purpose.READ, str(opened.key))
    assert letter_behind(machines, token, opened.postcode)
    assert ContactPoint.objects.get().bounces == 0
    ContactPoint.objects.update(bounces=1)
    Letter.objects.filter(pk=opened.pk).update(opened_at=None, sent_at=machines.clock() - dt.timedelta(days=1))
    assert letter_behind(machines, token, opened.postcode)
    assert ContactPoint.objects.get().bounces == 1


NOTICES = st.lists(st.sampled_from(
    [(NoticeKind.DELIVERED, "", False), (NoticeKind.DELAYED, "4.4.1", False), (NoticeKind.BOUNCED, "5.1.1", True),
     (NoticeKind.BOUNCED, "5.2.2", False), (NoticeKind.COMPLAINED, "", False)]
), max_size=6)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(notices=NOTICES)
def test_in_whatever_order_and_however_often_it_prints_once_if_it_bounced_and_never_otherwise(
    machines: OutboundMachines, tmp_path: Path, notices: list[tuple[NoticeKind, str, bool]]
) -> None:
    number = f"C{Customer.objects.count() + 1}"
    letter = emailed(machines, tmp_path, number)
    news = [take_notice(machines, told(letter, *notice)) is Heard.NEWS for notice in notices]
    bounces = [n for n in notices if n[0] is NoticeKind.BOUNCED]
    letter.refresh_from_db()
    assert (letter.status == LetterStatus.TO_PRINT) is bool(bounces)
    assert ContactPoint.objects.get(customer_id=number).bounces == min(len(bounces), 1)
    assert sum(news[n] for n, notice in enumerate(notices) if notice[0] is NoticeKind.BOUNCED) == min(len(bounces), 1)
    assert Letter.objects.filter(mailing=letter.mailing_id).count() == 1
