"""One contract for every way of sending, run on a real SMTP server, on a folder, and on Amazon's answers."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email
import email.policy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from mailroom.gateways.mail_server import (
    AllowList,
    FolderMail,
    MailRefused,
    MailServer,
    OutsideAddress,
    SesMail,
    SmtpMail,
)
from mailroom.values.outgoing_email import EmailFile, OutgoingEmail
from tests.gateways.mail_server.conftest import Serve, plain

OURS = AllowList(["Wexmere.example"])
LETTER = OutgoingEmail(
    message_id="<B000042-03.11@wexmere.example>",
    sender="mailroom@wexmere.example",
    sender_name="Wexmere Mailroom",
    recipient="council-tax@wexmere.example",
    subject="[URGENT] B000042-03 Council Tax – ateb cyn 8 Rhagfyr, Tŷ Gŵyr",
    plain="Answer by 8 December. £12.50\n.\nA line of one dot, and " + "a very long line " * 80,
    html="<p lang='cy'>Tŷ Gŵyr</p>",
    date=dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC),
    headers=(("X-Mailroom-Item", "B000042-03"), ("Auto-Submitted", "auto-generated")),
    attachments=(EmailFile("B000042-03.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 50),),
)


@dataclass
class Way:
    """A way of sending, and what arrived by it."""

    server: MailServer
    arrived: Callable[[], list[EmailMessage]]
    is_folder: bool = False


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture(params=["smtp", "folder", "ses"])
def way(request: pytest.FixtureRequest, tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    if request.param == "folder":
        yield Way(
            FolderMail(tmp_path, OURS), lambda: [read(p.read_bytes()) for p in sorted(tmp_path.rglob("*.eml"))], True
        )
    elif request.param == "smtp":
        post = serve()
        smtp = SmtpMail(plain(post), OURS)
        yield Way(smtp, lambda: [read(raw) for raw in post.kept])
        smtp.close()
    else:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with mock_aws():
            client = boto3.client("ses", region_name="eu-west-2")
            client.verify_email_identity(EmailAddress=LETTER.sender)
            kept = ses_backends[DEFAULT_ACCOUNT_ID]["eu-west-2"].sent_messages
            yield Way(SesMail("eu-west-2", OURS, client), lambda: [read(m.raw_data.encode()) for m in kept])


def test_the_email_arrives_as_it_was_composed(way: Way) -> None:
    way.server.send(LETTER)
    (mail,) = way.arrived()
    assert mail["Subject"] == LETTER.subject
    assert mail["Message-ID"] == LETTER.message_id
    assert mail["From"] == "Wexmere Mailroom <mailroom@wexmere.example>"
    assert mail["To"] == "council-tax@wexmere.example"
    assert mail["Date"] == "Tue, 24 Nov 2026 09:30:00 +0000"
    assert (mail["X-Mailroom-Item"], mail["Auto-Submitted"]) == ("B000042-03", "auto-generated")
    plain_part, html_part = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain_part is not None
    assert html_part is not None
    assert plain_part.get_content().splitlines() == LETTER.plain.splitlines()
    assert "Tŷ Gŵyr" in html_part.get_content()
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("B000042-03.pdf", "application/pdf")
    assert file.get_content() == LETTER.attachments[0].content


def test_a_repeat_goes_under_the_same_message_id(way: Way) -> None:
    way.server.send(LETTER)
    way.server.send(LETTER)
    arrived = way.arrived()
    assert {mail["Message-ID"] for mail in arrived} == {LETTER.message_id}
    assert len(arrived) == (1 if way.is_folder else 2)


@pytest.mark.parametrize(
    "recipient",
    [
        "council-tax@wexmere.exmaple",
        "council-tax@evil.wexmere.example",
        "council-tax@wexmere.example.evil.example",
    ],
)
def test_no_item_leaves_to_an_outside_address_by_a_slip(way: Way, recipient: str) -> None:
    with pytest.raises(OutsideAddress, match=r"was stopped.*allowed_domains of config/routing\.toml"):
        way.server.send(dataclasses.replace(LETTER, recipient=recipient))
    assert way.arrived() == []


@pytest.mark.parametrize(
    "recipient",
    [
        "thief@evil.example,council-tax@wexmere.example",
        "thief@evil.example\nBcc: x@wexmere.example",
        "thief@evil.example <council-tax@wexmere.example",
        "council..tax@wexmere.example",
        "côuncil-tax@wexmere.example",
        "@wexmere.example",
        "council-tax",
        "",
    ],
)
def test_what_is_no_address_is_refused_for_good_and_never_tried_again(way: Way, recipient: str) -> None:
    with pytest.raises(MailRefused, match="is not an email address") as refused:
        way.server.send(dataclasses.replace(LETTER, recipient=recipient))
    assert refused.value.status == "5.1.3"
    assert way.arrived() == []


@pytest.mark.parametrize("wrong", [{"sender": "mailroom@@wexmere.example"}, {"subject": "two\nlines"}])
def test_a_head_that_cannot_be_written_is_refused_for_good(way: Way, wrong: dict[str, str]) -> None:
    with pytest.raises(MailRefused, match="cannot be put together"):
        way.server.send(dataclasses.replace(LETTER, **wrong))  # type: ignore[arg-type]
    assert way.arrived() == []


def test_the_domain_counts_in_any_case(way: Way) -> None:
    way.server.send(dataclasses.replace(LETTER, recipient="Council-Tax@WEXMERE.Example"))
    assert len(way.arrived()) == 1
