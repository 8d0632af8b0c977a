from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mailroom.errors import Review
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.confirmation import (
    MOST_ASKED,
    ask_for_email,
    ask_whether_theirs,
    confirm_email,
    open_code,
    take_back,
)
from mailroom.outbound.steps.preferences import confirm_fact
from mailroom.records.models import Consent, ContactPoint, Customer, Event, Letter, LetterStatus, ReplyCode, Telling
from mailroom.values.channel import Channel, LetterFormat, Rule
from mailroom.values.confirmed_fact import ConfirmedFact, FactKind, FactSource
from mailroom.values.postal_address import PostalAddress
from tests.outbound.lines import decided, handed_in, run_line
from tests.outbound.machines import Clock, RememberingMail, RememberingQueues, with_class
from tests.outbound.people import customer, emailable, mailbox, row, spreadsheet

pytestmark = pytest.mark.django_db


def _fact(kind: FactKind, who: str = "C1", **said: object) -> ConfirmedFact:
    return ConfirmedFact(kind, who, FactSource.ITEM, "clerk-7", source_key="B000001-01", **said)  # type: ignore[arg-type]


def _waiting(machines: OutboundMachines, folder: Path, who: Customer) -> Letter:
    """A letter of another service, decided and waiting for the next run."""
    mailing = handed_in(machines, spreadsheet(folder, row(who), name=f"{who.pk}.csv"))
    return decided(machines, mailing).letters.get()


def _mail(machines: OutboundMachines) -> RememberingMail:
    assert isinstance(machines.mail, RememberingMail)
    return machines.mail


def _queues(machines: OutboundMachines) -> RememberingQueues:
    assert isinstance(machines.queues, RememberingQueues)
    return machines.queues


def _confirmations(machines: OutboundMachines) -> list[str]:
    """Do the queued confirmations and return the links of the emails."""
    for job, args in list(_queues(machines).on.items()):
        if job.startswith("confirm-"):
            ask_whether_theirs(machines, *args)  # type: ignore[arg-type]
            del _queues(machines).on[job]
    return [m.plain.split("/confirm/", 1)[1].split()[0] for m in _mail(machines).sent if "/confirm/" in m.plain]


def test_large_print_read_from_a_scan_changes_the_waiting_letter_of_every_service(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    letter = _waiting(machines, tmp_path, customer("C1"))
    told = confirm_fact(machines, _fact(FactKind.FORMAT, format=LetterFormat.LARGE_PRINT))
    assert "large print" in told
    letter.refresh_from_db()
    assert (letter.format, letter.rule) == (LetterFormat.LARGE_PRINT, Rule.FORMAT)
    event = Event.objects.get(kind="customer.fact_confirmed")
    assert (event.actor, event.details["source_key"]) == ("clerk-7", "B000001-01")


def test_ordinary_print_again_ends_a_format(machines: OutboundMachines, tmp_path: Path) -> None:
    letter = _waiting(machines, tmp_path, customer("C1", accessible_format="large_print"))
    confirm_fact(machines, _fact(FactKind.FORMAT, format=LetterFormat.LARGE_PRINT))
    confirm_fact(machines, _fact(FactKind.FORMAT, format=LetterFormat.STANDARD))
    letter.refresh_from_db()
    assert letter.format == LetterFormat.STANDARD


def test_a_death_stops_what_waits(machines: OutboundMachines, tmp_path: Path) -> None:
    letter = _waiting(machines, tmp_path, emailable("C1"))
    confirm_fact(machines, _fact(FactKind.DIED, on=dt.date(2026, 11, 20)))
    letter.refresh_from_db()
    assert (letter.status, letter.rule) == (LetterStatus.WITHHELD, Rule.DECEASED)


def test_a_move_sends_letters_for_the_old_address_to_the_new_one(machines: OutboundMachines, tmp_path: Path) -> None:
    who = customer("C1")
    cells = row(who)
    letter = _waiting(machines, tmp_path, who)
    place = PostalAddress(("9 Quay Road", "Harnsea"), "WX7 3TT")
    confirm_fact(machines, _fact(FactKind.MOVED, address=place))
    letter.refresh_from_db()
    assert letter.address_lines == ["Ms Ada Thornbury", "9 Quay Road", "Harnsea", "WX7 3TT"]
    assert letter.postcode == "WX7 3TT"
    later = handed_in(machines, spreadsheet(tmp_path, tuple(c.replace("Your new bin", "Other") for c in cells)))
    assert decided(machines, later).letters.get().postcode == "WX7 3TT"
    assert "moved" in later.letters.get().reasons[0]


def test_email_instead_waits_for_the_address_to_be_proven(machines: OutboundMachines, tmp_path: Path) -> None:
    letter = _waiting(machines, tmp_path, customer("C1"))
    told = confirm_fact(machines, _fact(FactKind.EMAIL, email="Ada@Mail.example"))
    assert "confirm" in told
    letter.refresh_from_db()
    assert (letter.channel, letter.rule) == (Channel.PRINT, Rule.UNVERIFIED_ADDRESS)
    (token,) = _confirmations(machines)
    assert confirm_email(machines, token)
    letter.refresh_from_db()
    assert (letter.channel, letter.email) == (Channel.EMAIL, "ada@mail.example")


def test_a_death_recorded_by_mistake_is_taken_back_and_letters_go_again(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    letter = _waiting(machines, tmp_path, customer("C1"))
    confirm_fact(machines, _fact(FactKind.DIED))
    Telling.objects.create(customer_id="C1", fact="died", fact_key="2026-11-20", service="rents", by="clerk-7")
    letter.refresh_from_db()
    assert letter.status == LetterStatus.WITHHELD
    assert "tell rents of the mistake" in confirm_fact(machines, _fact(FactKind.ALIVE))
    letter.refresh_from_db()
    assert (letter.status, letter.channel) == (LetterStatus.TO_PRINT, Channel.PRINT)
    assert "on record already" in confirm_fact(machines, _fact(FactKind.ALIVE))


def test_somebody_who_lives_where_post_came_back_from_gets_post_there_again(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    who = customer("C1")
    who.addresses.update(gone_away=True)
    letter = _waiting(machines, tmp_path, who)
    assert (letter.status, letter.rule) == (LetterStatus.WITHHELD, Rule.GONE_AWAY)
    place = who.addresses.get()
    confirm_fact(machines, _fact(FactKind.MOVED, address=PostalAddress(tuple(place.lines), place.postcode)))
    letter.refresh_from_db()
    assert letter.status == LetterStatus.TO_PRINT


def test_email_at_a_new_address_goes_to_it_alone_and_to_no_mailbox_that_was_proven_before(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    """They may have lost the old mailbox, or somebody else reads it."""
    letter = _waiting(machines, tmp_path, emailable("C1"))
    assert (letter.channel, letter.email) == (Channel.EMAIL, "c1@mail.example")
    told = confirm_fact(machines, _fact(FactKind.EMAIL, email="new@mail.example"))
    assert "until then post goes on" in told
    letter.refresh_from_db()
    assert (letter.channel, letter.rule) == (Channel.PRINT, Rule.UNVERIFIED_ADDRESS)
    (token,) = _confirmations(machines)
    assert confirm_email(machines, token)
    letter.refresh_from_db()
    assert (letter.channel, letter.email) == (Channel.EMAIL, "new@mail.example")


def test_email_wished_without_an_address_goes_on_to_the_one_that_is_proven(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    letter = _waiting(machines, tmp_path, emailable("C1"))
    confirm_fact(machines, _fact(FactKind.EMAIL))
    letter.refresh_from_db()
    assert (letter.channel, letter.email) == (Channel.EMAIL, "c1@mail.example")


def test_the_same_fact_twice_is_recorded_once(machines: OutboundMachines) -> None:
    emailable("C1")
    for _ in range(2):
        confirm_fact(machines, _fact(FactKind.POST))
    assert Consent.objects.filter(choice="post").count() == 1
    assert Event.objects.filter(kind="customer.fact_confirmed").count() == 1
    assert "already" in confirm_fact(machines, _fact(FactKind.POST))


def test_a_fact_about_a_merged_record_goes_to_the_one_that_replaced_it(machines: OutboundMachines) -> None:
    now = customer("C1")
    customer("C9", merged_into=now)
    confirm_fact(machines, _fact(FactKind.DIED, "C9"))
    assert Customer.objects.get(pk="C1").deceased_date is not None


def test_what_cannot_be_recorded_says_why(machines: OutboundMachines) -> None:
    with pytest.raises(Review, match="no customer"):
        confirm_fact(machines, _fact(FactKind.POST, "C404"))
    who = customer("C1")
    with pytest.raises(Review, match="Enter the one they gave"):
        confirm_fact(machines, _fact(FactKind.EMAIL))
    mailbox(who, dead=True)
    with pytest.raises(Review, match="came back for good"):
        confirm_fact(machines, _fact(FactKind.EMAIL))


def test_consents_are_only_ever_added(machines: OutboundMachines) -> None:
    emailable("C1")
    for kind in (FactKind.POST, FactKind.EMAIL, FactKind.POST):
        confirm_fact(machines, ConfirmedFact(kind, "C1", FactSource.CLERK, "clerk-7"))
    assert list(Consent.objects.order_by("pk").values_list("choice", flat=True)) == ["email", "post", "email", "post"]


def _code(machines: OutboundMachines, folder: Path) -> tuple[Letter, str]:
    letter = _waiting(machines, folder, customer("C1"))
    return letter, ReplyCode.objects.get(letter=letter).code


def test_a_printed_code_an_address_and_a_pressed_link_make_the_next_letter_an_email(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    letter, code = _code(machines, tmp_path)
    assert open_code(machines, f"https://wexmere.example/reply/{code.lower()}") == letter
    ask_for_email(machines, code, " Ada@Mail.example ")
    letter.refresh_from_db()
    assert letter.channel == Channel.PRINT
    assert not Consent.objects.exists()
    (token,) = _confirmations(machines)
    assert confirm_email(machines, token)
    consent = Consent.objects.get()
    assert (consent.choice, consent.document_class, consent.source) == ("email", "general_letter", "reply_code")
    letter.refresh_from_db()
    assert letter.channel == Channel.EMAIL


def test_a_code_works_once_but_the_link_may_be_pressed_twice(machines: OutboundMachines, tmp_path: Path) -> None:
    _, code = _code(machines, tmp_path)
    ask_for_email(machines, code, "ada@mail.example")
    (token,) = _confirmations(machines)
    assert confirm_email(machines, token)
    assert confirm_email(machines, token)
    assert Consent.objects.count() == 1
    assert open_code(machines, code) is None


def test_wrong_expired_and_stale_codes_and_links_change_nothing(machines: OutboundMachines, tmp_path: Path) -> None:
    _, code = _code(machines, tmp_path)
    ask_for_email(machines, "AAA-AAA-AAAA", "x@mail.example")
    assert not ContactPoint.objects.exists()
    ask_for_email(machines, code, "ada@mail.example")
    (token,) = _confirmations(machines)
    assert not confirm_email(machines, token + "x")
    assert not take_back(machines, "nonsense")
    clock = machines.clock
    assert isinstance(clock, Clock)
    clock.later(days=machines.outgoing.opt_in_days + 1)
    assert open_code(machines, code) is None
    assert not confirm_email(machines, token)
    assert not Consent.objects.exists()


@pytest.mark.parametrize("status", ["withheld", "cancelled", "failed"])
def test_the_code_of_a_letter_that_was_held_back_chooses_nothing(
    machines: OutboundMachines, tmp_path: Path, status: str
) -> None:
    letter, code = _code(machines, tmp_path)
    Letter.objects.filter(pk=letter.pk).update(status=status)
    assert open_code(machines, code) is None
    ask_for_email(machines, code, "ada@mail.example")
    assert not ContactPoint.objects.exists()


def test_a_code_asks_for_a_few_emails_at_most(machines: OutboundMachines, tmp_path: Path) -> None:
    _, code = _code(machines, tmp_path)
    for n in range(MOST_ASKED + 3):
        ask_for_email(machines, code, f"ada{n}@mail.example")
    assert len(_queues(machines).on) - 1 == MOST_ASKED


def test_the_same_link_goes_back_to_post(machines: OutboundMachines, tmp_path: Path) -> None:
    letter, code = _code(machines, tmp_path)
    ask_for_email(machines, code, "ada@mail.example")
    (token,) = _confirmations(machines)
    confirm_email(machines, token)
    assert take_back(machines, token)
    letter.refresh_from_db()
    assert letter.channel == Channel.PRINT
    assert list(Consent.objects.order_by("pk").values_list("choice", flat=True)) == ["email", "post"]


def test_the_link_at_the_foot_of_an_email_goes_back_to_post_or_ends_a_newsletter(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    who = emailable("C1")
    run_line(machines, handed_in(machines, spreadsheet(tmp_path, row(who))))
    token = _mail(machines).sent[0].plain.split("/choices/", 1)[1].split()[0]
    assert take_back(machines, token)
    paper = handed_in(machines, spreadsheet(tmp_path, row(who, subject="Next")))
    assert decided(machines, paper).letters.get().channel == Channel.PRINT
    news = with_class(machines, "general_letter", unsubscribe=True)
    assert take_back(news, token)
    third = handed_in(news, spreadsheet(tmp_path, row(who, subject="Third")))
    assert decided(news, third).letters.get().rule == Rule.STOPPED


def test_an_email_asking_whether_an_address_is_theirs_names_nobody(machines: OutboundMachines, tmp_path: Path) -> None:
    _, code = _code(machines, tmp_path)
    ask_for_email(machines, code, "ada@mail.example")
    _confirmations(machines)
    (mail,) = _mail(machines).sent
    assert "Thornbury" not in mail.plain + mail.html + mail.subject
    assert "C1" not in mail.plain.replace("letters/confirm", "")
