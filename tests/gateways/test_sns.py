"""Messages of Amazon SNS: only what is truly signed for a topic of ours is opened, and nothing else is fetched."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from mailroom.gateways.sns import AmazonAway, NotFromAmazon, SnsMessages, fetch_from_amazon
from tests.amazon import HOST, NOW, TOPIC, Amazon


@pytest.fixture
def amazon() -> Amazon:
    return Amazon()


def messages(amazon: Amazon) -> SnsMessages:
    return SnsMessages((TOPIC,), amazon.fetch, lambda: NOW)


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_message_signed_by_amazon_is_opened_and_its_certificate_fetched_once(amazon: Amazon, version: str) -> None:
    checks = messages(amazon)
    assert checks.check(amazon.notification({"a": 1}, version)) == "Notification"
    assert checks.check(amazon.notification({"a": 2}, version, Subject="Amazon SES")) == "Notification"
    assert amazon.fetched == [f"{HOST}/SimpleNotificationService-abc.pem"]


@pytest.mark.parametrize("name", ["Message", "MessageId", "Timestamp", "TopicArn", "Type", "Signature", "Subject"])
def test_one_changed_word_and_it_is_not_amazons(amazon: Amazon, name: str) -> None:
    told = amazon.notification({"a": 1}, Subject="x")
    with pytest.raises(NotFromAmazon):
        messages(amazon).check({**told, name: told[name] + "x"})
    with pytest.raises(NotFromAmazon):
        messages(amazon).check({k: v for k, v in told.items() if k != name})


def test_somebody_elses_topic_is_refused_before_anything_is_fetched(amazon: Amazon) -> None:
    with pytest.raises(NotFromAmazon, match="topic"):
        messages(amazon).check(amazon.notification({}, TopicArn=TOPIC + "-other"))
    assert amazon.fetched == []


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-2.amazonaws.com/a.pem",
        "https://sns.eu-west-2.amazonaws.com.evil.example/a.pem",
        "https://evil.example/sns.eu-west-2.amazonaws.com/a.pem",
        "https://sns.eu-west-2.amazonaws.com@evil.example/a.pem",
        "https://sns.eu-west-2.amazonaws.com:8443/a.pem",
        "https://sns.us-east-1.amazonaws.com/a.pem",
        "https://bucket.s3.eu-west-2.amazonaws.com/a.pem",
        "https://sns.eu-west-2.amazonaws.com/a.html",
        "https://[sns.eu-west-2.amazonaws.com/a.pem",
        "file:///etc/passwd.pem",
        "",
    ],
)
def test_a_certificate_from_anywhere_else_is_never_fetched(amazon: Amazon, url: str) -> None:
    with pytest.raises(NotFromAmazon):
        messages(amazon).check(amazon.notification({}, SigningCertURL=url))
    assert amazon.fetched == []


def test_a_certificate_made_out_to_somebody_else_or_run_out_is_refused() -> None:
    for amazon in (Amazon(name="evil.example"), Amazon(days=-1)):
        with pytest.raises(NotFromAmazon):
            messages(amazon).check(amazon.notification({}))


def test_a_subscription_is_confirmed_at_amazon_only(amazon: Amazon) -> None:
    told = amazon.confirmation()
    checks = messages(amazon)
    assert checks.check(told) == "SubscriptionConfirmation"
    checks.confirm(told)
    assert amazon.fetched[-1] == told["SubscribeURL"]


@pytest.mark.parametrize(
    "url",
    [
        f"https://evil.example/?Action=ConfirmSubscription&TopicArn={TOPIC}",
        f"{HOST}/?Action=DeleteTopic&TopicArn={TOPIC}",
        f"{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}-other",
        f"http://169.254.169.254/?Action=ConfirmSubscription&TopicArn={TOPIC}",
    ],
)
def test_a_confirmation_that_leads_elsewhere_is_not_given_even_if_it_is_signed(amazon: Amazon, url: str) -> None:
    told = amazon.confirmation(SubscribeURL=url)
    checks = messages(amazon)
    checks.check(told)
    with pytest.raises(NotFromAmazon):
        checks.confirm(told)
    assert url not in amazon.fetched


class _Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = {"/good": 200, "/moved": 302}.get(self.path, 500)
        self.send_response(status)
        self.send_header("Location", "/good")
        self.end_headers()
        self.wfile.write(b"hello" if status == 200 else b"")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Web)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_what_is_fetched_follows_no_redirect_and_anything_but_yes_is_tried_again(web: str) -> None:
    assert fetch_from_amazon(f"{web}/good") == b"hello"
    for path in ("/moved", "/broken"):
        with pytest.raises(AmazonAway):
            fetch_from_amazon(web + path)
    with pytest.raises(AmazonAway):
        fetch_from_amazon("http://127.0.0.1:1/")
