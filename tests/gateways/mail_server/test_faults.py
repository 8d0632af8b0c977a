from __future__ import annotations

import email
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from mailroom.config.mail import MailConfig, Security, Smtp
from mailroom.errors import Misconfigured, Retry, Review
from mailroom.gateways.mail_server import (
    FolderMail,
    MailAway,
    MailRefused,
    MailSettingsWrong,
    SesMail,
    SmtpMail,
    open_mail_server,
)
from tests.gateways.mail_server.conftest import Certificate, Post, Serve, knows_the_password, plain
from tests.gateways.mail_server.test_sending import LETTER, OURS


def message_ids(post: Post) -> list[str]:
    return [email.message_from_bytes(raw)["Message-ID"] for raw in post.kept]


def send_until_accepted(server: SmtpMail) -> int:
    """How often it was tried."""
    for attempt in range(1, 6):
        try:
            server.send(LETTER)
        except Retry:
            continue
        server.close()
        return attempt
    raise AssertionError("never accepted")


def test_a_server_that_is_down_is_tried_again_and_gets_the_email_when_it_is_back(serve: Serve) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    server = SmtpMail(Smtp(host="127.0.0.1", port=port, security=Security.NONE, timeout_seconds=2), OURS)
    with pytest.raises(MailAway, match="did not answer"):
        server.send(LETTER)
    with pytest.raises(MailAway):
        server.check()


def test_a_server_that_says_nothing_is_given_up_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        server = SmtpMail(Smtp(host="127.0.0.1", port=port, security=Security.NONE, timeout_seconds=0.3), OURS)
        with pytest.raises(MailAway):
            server.send(LETTER)


@pytest.mark.parametrize("answer", ["450 4.2.1 mailbox busy", "421 4.3.2 closing", "452 4.2.2 full"])
@pytest.mark.parametrize("place", ["at_rcpt", "at_data"])
def test_a_4xx_answer_is_tried_again(serve: Serve, answer: str, place: str) -> None:
    post = serve()
    getattr(post, place).append(answer)
    assert send_until_accepted(SmtpMail(plain(post), OURS)) == 2
    assert message_ids(post) == [LETTER.message_id]


@pytest.mark.parametrize("place", ["at_rcpt", "at_data"])
def test_a_5xx_answer_is_final_and_shows_its_code_but_no_words_that_may_name_a_person(serve: Serve, place: str) -> None:
    post = serve()
    getattr(post, place).append("550 5.1.1 <council-tax@wexmere.example> no such user")
    server = SmtpMail(plain(post), OURS)
    with pytest.raises(MailRefused, match=r"for good \(550 5\.1\.1\)") as refused:
        server.send(LETTER)
    assert isinstance(refused.value, Review)
    assert "council-tax@" not in str(refused.value)
    server.send(LETTER)
    server.close()


def test_a_connection_dropped_in_data_is_tried_again_under_the_same_message_id(serve: Serve) -> None:
    post = serve()
    post.drop = 2
    assert send_until_accepted(SmtpMail(plain(post), OURS)) == 3
    assert message_ids(post) == [LETTER.message_id]


def test_a_connection_is_kept_for_the_next_email_of_the_same_thread(serve: Serve) -> None:
    post = serve()
    server = SmtpMail(plain(post), OURS)
    for _ in range(5):
        server.send(LETTER)
    assert (post.connections, len(post.kept)) == (1, 5)

    def elsewhere() -> None:
        server.send(LETTER)
        server.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    server.close()
    assert (post.connections, len(post.kept)) == (2, 6)


def test_tls_that_is_asked_for_and_missing_stops_the_email(serve: Serve) -> None:
    post = serve()
    server = SmtpMail(Smtp(host="127.0.0.1", port=post.port, security=Security.STARTTLS, timeout_seconds=5), OURS)
    with pytest.raises(MailSettingsWrong, match=r"config/mail\.toml.*Nothing was sent") as wrong:
        server.send(LETTER)
    assert isinstance(wrong.value, Misconfigured)
    assert post.kept == []


def test_starttls_and_sign_in_with_the_right_password(serve: Serve, certificate: Certificate, tmp_path: Path) -> None:
    post = serve(
        tls_context=certificate.server(), require_starttls=True, authenticator=knows_the_password, auth_required=True
    )
    (tmp_path / "right").write_text("right\n")
    (tmp_path / "wrong").write_text("wrong\n")

    def with_password(file: str) -> SmtpMail:
        settings = Smtp(
            host="127.0.0.1", port=post.port, user="mailroom", password_file=str(tmp_path / file), timeout_seconds=5
        )
        return SmtpMail(settings, OURS, certificate.client())

    server = with_password("right")
    server.send(LETTER)
    server.check()
    assert message_ids(post) == [LETTER.message_id]
    with pytest.raises(MailSettingsWrong, match=r"refused the sign-in \(535\).*smtp\.password_file"):
        with_password("wrong").send(LETTER)
    with pytest.raises(MailSettingsWrong, match=r"'smtp\.password_file' .* cannot be read"):
        with_password("absent").send(LETTER)


def test_a_certificate_nobody_vouches_for_stops_the_email(serve: Serve, certificate: Certificate) -> None:
    post = serve(tls_context=certificate.server(), require_starttls=True)
    server = SmtpMail(Smtp(host="127.0.0.1", port=post.port, timeout_seconds=5), OURS)
    with pytest.raises(MailSettingsWrong, match="certificate is not trusted"):
        server.send(LETTER)
    assert post.kept == []


def test_a_folder_that_cannot_be_written_is_tried_again_and_has_no_half_files(tmp_path: Path) -> None:
    in_the_way = tmp_path / "council-tax@wexmere.example"
    in_the_way.write_text("a file where the inbox should be")
    with pytest.raises(MailAway, match="cannot be written"):
        FolderMail(tmp_path, OURS).send(LETTER)
    in_the_way.unlink()
    FolderMail(tmp_path, OURS).send(LETTER)
    assert [p.name for p in in_the_way.iterdir()] == ["B000042-03.11.eml"]


class Amazon:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def send_raw_email(self, **settings: Any) -> None:
        raise self._error


def says(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "x"}}, "SendRawEmail")


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (says("Throttling"), MailAway),
        (says("MessageRejected"), MailRefused),
        (EndpointConnectionError(endpoint_url="https://email"), MailAway),
    ],
)
def test_amazons_answers_are_told_apart(error: Exception, becomes: type[Exception]) -> None:
    with pytest.raises(becomes):
        SesMail("eu-west-2", OURS, Amazon(error)).send(LETTER)


def test_the_site_says_how_mail_leaves(tmp_path: Path) -> None:
    config = MailConfig(sender=LETTER.sender)
    open_mail_server(config, ["wexmere.example"], tmp_path).send(LETTER)
    assert len(list((tmp_path / "emails").rglob("*.eml"))) == 1
    by_smtp = open_mail_server(config.model_copy(update={"transport": "smtp"}), ["wexmere.example"], tmp_path)
    assert isinstance(by_smtp, SmtpMail)
