"""What web/preferences.py promises the pages, asked of the real outgoing side and of the tests' stand-in alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from mailroom.config.document_classes import EmailCarries
from mailroom.errors import Review
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.confirmation import ask_whether_theirs
from mailroom.records.models import Consent, Customer, ReplyCode
from mailroom.values.confirmed_fact import ConfirmedFact, FactKind, FactSource
from mailroom.web import preferences as web_preferences
from mailroom.web.preferences import Preferences
from mailroom.wiring.web_preferences import OutgoingPreferences
from tests.outbound.lines import decided, handed_in, run_line
from tests.outbound.machines import RememberingMail, RememberingQueues, with_class
from tests.outbound.people import customer, emailable, row, spreadsheet
from tests.web.preferences import CODE, POSTCODE, TOKEN, RememberingPreferences

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Side:
    """One side to ask. code: printed on a letter. link: of an emailed letter to somebody at `postcode`.

    confirm: the token of the email that asks whether an address is theirs, once it was asked for.
    """

    preferences: Preferences
    code: str
    kind: tuple[str, str]
    link: str
    postcode: str
    confirm: Callable[[], str]


@pytest.fixture(params=["stand-in", "real"])
def side(request: pytest.FixtureRequest, outgoing: OutboundMachines, tmp_path: Path) -> Side:
    made = _stand_in() if request.param == "stand-in" else _real(outgoing, tmp_path)
    web_preferences.use(made.preferences)
    return made


def _stand_in() -> Side:
    customer("C1")
    kind = ("council_tax_bill", "Council Tax bill")
    return Side(RememberingPreferences(), CODE, kind, TOKEN, POSTCODE, lambda: TOKEN)


def _real(outgoing: OutboundMachines, folder: Path) -> Side:
    """Ada's letter was emailed as a link; Ben's waits for paper with its code."""
    linked = with_class(outgoing, "general_letter", email_carries=EmailCarries.LINK, unsubscribe=True)
    run_line(linked, handed_in(linked, spreadsheet(folder, row(emailable("C1")), name="emailed.csv")))
    printed = handed_in(linked, spreadsheet(folder, row(customer("C2", "Ben", "Oakes")), name="printed.csv"))
    letter = decided(linked, printed).letters.get()
    made = OutgoingPreferences()
    vars(made)["_machines"] = linked
    sent = _sent(linked)
    link = sent[0].plain.split("/letters/", 1)[1].split()[0]
    code = ReplyCode.objects.get(letter=letter).code
    kind = linked.kind("general_letter")

    def confirm() -> str:
        assert isinstance(linked.queues, RememberingQueues)
        for job, args in linked.queues.on.items():
            if job.startswith("confirm-"):
                ask_whether_theirs(linked, *args)  # type: ignore[arg-type]
        return sent[-1].plain.split("/confirm/", 1)[1].split()[0]

    return Side(made, code, (kind.code, kind.name), link, "WX10 9WU", confirm)


def _sent(machines: OutboundMachines) -> list[object]:
    assert isinstance(machines.mail, RememberingMail)
    return machines.mail.sent  # type: ignore[return-value]


def test_a_code_shows_the_kind_of_its_letter_and_nothing_else_opens(side: Side) -> None:
    opened = side.preferences.open_code(side.code)
    assert opened is not None
    assert (opened.document_class, opened.class_name) == side.kind
    assert side.preferences.open_code("ZZZZZZZZZZ") is None


def test_an_address_counts_only_once_its_link_was_pressed_and_it_is_taken_back_by_the_same(side: Side) -> None:
    side.preferences.ask_for_email("ZZZZZZZZZZ", "b@mail.example")
    side.preferences.ask_for_email(side.code, "b@mail.example")
    token = side.confirm()
    for wrong in (token + "x", "made-up", ""):
        assert not side.preferences.confirm_email(wrong)
        assert not side.preferences.take_back(wrong)
    assert side.preferences.confirm_email(token)
    assert side.preferences.take_back(token)


def test_a_link_gives_its_letter_to_who_knows_the_postcode_and_says_only_whether_it_is_known(side: Side) -> None:
    assert side.preferences.knows_link(side.link)
    assert not side.preferences.knows_link("made-up")
    copy = side.preferences.letter_behind(side.link, side.postcode.lower().replace(" ", ""))
    assert copy is not None and copy.filename == "letter.pdf" and copy.pdf.startswith(b"%PDF")
    assert side.preferences.letter_behind(side.link, "WX1 1AA") is None
    assert side.preferences.letter_behind("made-up", side.postcode) is None


def test_a_fact_is_recorded_in_words_and_one_about_nobody_on_record_says_why_not(side: Side) -> None:
    def fact(who: str) -> ConfirmedFact:
        return ConfirmedFact(FactKind.DIED, who, FactSource.CLERK, "7", source_key="1")

    assert side.preferences.confirm_fact(fact("C1"))
    with pytest.raises(Review):
        side.preferences.confirm_fact(fact("C404"))


def test_one_click_of_the_mail_program_on_a_sent_emails_own_address_ends_the_emails(
    outgoing: OutboundMachines, tmp_path: Path
) -> None:
    """RFC 8058, from the headers of an email that was sent to the public page of the real outgoing side."""
    real = _real(outgoing, tmp_path)
    web_preferences.use(real.preferences)
    headers = dict(_sent(outgoing)[0].headers)  # type: ignore[attr-defined]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("https://wexmere.example")
    program = Client(enforce_csrf_checks=True)
    assert program.get(address).status_code == 200
    assert not Consent.objects.filter(choice__in=("post", "none", "stop")).exists(), "opening it changes nothing"
    before = Consent.objects.count()
    assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Consent.objects.count() == before + 1
    assert Consent.objects.order_by("pk").last().customer == Customer.objects.get(pk="C1")  # type: ignore[union-attr]


def test_a_residents_letter_is_read_by_the_page_from_the_real_outgoing_side_and_its_link_locks(
    outgoing: OutboundMachines, tmp_path: Path
) -> None:
    real = _real(outgoing, tmp_path)
    web_preferences.use(real.preferences)
    reader = Client()
    for _ in range(5):
        assert reader.post(f"/letters/{real.link}", {"answer": "WX1 1AA"}).status_code == 422
    assert reader.post(f"/letters/{real.link}", {"answer": real.postcode}).status_code == 422, "closed for an hour"
