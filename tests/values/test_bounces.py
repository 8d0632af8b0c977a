from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.values.bounces import Bounce, BounceAction, read_bounces

OURS = "<B000042-03.11@wexmere.example>"
RETURNED = f"Content-Type: message/rfc822\n\nFrom: mailroom@wexmere.example\nMessage-ID: {OURS}\nSubject: x\n\nbody\n"
HEADERS_ONLY = f"Content-Type: text/rfc822-headers\n\nFrom: mailroom@wexmere.example\nMessage-ID:\n {OURS}\n"


def report(*recipients: str, copy: str = RETURNED, more: str = "") -> bytes:
    groups = "\n\n".join(("Reporting-MTA: dns; mx.example.org", *recipients))
    return (
        "From: MAILER-DAEMON@mx.example.org\nTo: mailroom@wexmere.example\nSubject: Undelivered Mail\n"
        f'{more}MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nSorry.\n"
        f"--b\nContent-Type: message/delivery-status\n\n{groups}\n\n"
        f"--b\n{copy}\n--b--\n"
    ).encode()


def about(who: str, action: str, status: str, diagnosis: str = "") -> str:
    code = f"\nDiagnostic-Code: smtp; {diagnosis}" if diagnosis else ""
    return f"Final-Recipient: rfc822; {who}\nAction: {action}\nStatus: {status}{code}"


def test_a_mailbox_that_does_not_exist_is_permanent() -> None:
    (bounce,) = read_bounces(
        report(about("Mary@Example.org", "failed", "5.1.1", "550 5.1.1 <mary@example.org> unknown"))
    )
    assert bounce == Bounce(OURS, "mary@example.org", BounceAction.FAILED, "5.1.1", "There is no such mailbox. (5.1.1)")
    assert bounce.is_final
    assert bounce.is_permanent


def test_a_delay_is_neither_final_nor_permanent() -> None:
    (bounce,) = read_bounces(report(about("mary@example.org", "delayed", "4.4.1")))
    assert not bounce.is_final
    assert not bounce.is_permanent


def test_a_server_that_gave_up_after_days_is_final_but_says_nothing_against_the_address() -> None:
    (bounce,) = read_bounces(report(about("mary@example.org", "failed", "4.4.7")))
    assert bounce.is_final
    assert not bounce.is_permanent


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "", "nonsense"])
def test_what_arrived_is_no_bounce(action: str) -> None:
    assert read_bounces(report(about("mary@example.org", action, "2.0.0"))) == ()


def test_each_recipient_of_a_report_is_told() -> None:
    bounces = read_bounces(
        report(about("a@example.org", "failed", "5.2.2"), about("b@example.org", "delivered", "2.0.0"),
               about("c@example.org", "delayed", "4.2.0"))
    )  # fmt: skip
    assert [(b.recipient, b.action.value) for b in bounces] == [
        ("a@example.org", "failed"),
        ("c@example.org", "delayed"),
    ]


def test_the_address_we_wrote_to_counts_not_the_one_it_was_forwarded_to() -> None:
    forwarded = "Original-Recipient: rfc822;mary@example.org\n" + about("m.smith@elsewhere.example", "failed", "5.1.1")
    assert read_bounces(report(forwarded))[0].recipient == "mary@example.org"


@pytest.mark.parametrize(
    ("copy", "more"),
    [(RETURNED, ""), (HEADERS_ONLY, ""), ("Content-Type: text/plain\n\nnothing\n", f"In-Reply-To: {OURS}\n")],
)
def test_our_message_id_is_found_wherever_servers_put_it(copy: str, more: str) -> None:
    assert (
        read_bounces(report(about("mary@example.org", "failed", "5.1.1"), copy=copy, more=more))[0].message_id == OURS
    )


def test_a_vague_status_is_made_clear_by_the_diagnostic_code() -> None:
    (bounce,) = read_bounces(report(about("mary@example.org", "failed", "5.0.0", "552 5.2.2 over quota")))
    assert bounce.status == "5.2.2"
    assert bounce.reason == "The mailbox is full. (5.2.2)"


def test_the_reason_never_repeats_the_servers_words() -> None:
    (bounce,) = read_bounces(report(about("mary@example.org", "failed", "5.9.9", "mary smith of 4 Mill Lane has left")))
    assert bounce.reason == "The mail server gave no reason. (5.9.9)"


def test_an_ordinary_letter_or_a_holiday_reply_is_no_bounce() -> None:
    assert read_bounces(b"Subject: Undeliverable\n\nStatus: 5.1.1\n") == ()
    assert read_bounces(b"Auto-Submitted: auto-replied\nSubject: Away\n\nBack on Monday\n") == ()


@given(st.binary(max_size=400))
def test_no_bytes_whatever_make_it_fail(raw: bytes) -> None:
    read_bounces(raw)
    read_bounces(
        b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n' + raw
    )
