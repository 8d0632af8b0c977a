"""What mail services tell of an email, in each of the forms they tell it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.values.complaints import read_complaints
from mailroom.values.gateway_notice import MOST, read_notices
from mailroom.values.mail_notice import MailNotice, NoticeKind, code_in, is_permanent
from mailroom.values.ses_notice import read_ses
from tests.values.test_bounces import OURS

AMAZONS = "0102018b-1111-2222-3333-444455556666-000000"


def ses(kind: str, key: str = "notificationType", headers: Any = None, **part: Any) -> dict[str, Any]:
    """As Amazon SES publishes it with the original headers; addresses are made up."""
    found = [{"name": "Subject", "value": "x"}, {"name": "Message-ID", "value": OURS}] if headers is None else headers
    mail = {
        "timestamp": "2026-11-24T09:30:00.000Z", "source": "letters@wexmere.example", "messageId": AMAZONS,
        "destination": ["c1@mail.example"], "headersTruncated": False, "headers": found,
        "commonHeaders": {"from": ["letters@wexmere.example"], "subject": "x"},
    }  # fmt: skip
    name = {"Delivery": "delivery", "Bounce": "bounce", "Complaint": "complaint", "DeliveryDelay": "deliveryDelay"}
    return {key: kind, "mail": mail, name.get(kind, kind.lower()): part}


def bounced(kind: str, *recipients: dict[str, str], sub: str = "General") -> dict[str, Any]:
    return ses("Bounce", bounceType=kind, bounceSubType=sub, bouncedRecipients=list(recipients))


def arf(kind: str = "abuse", copy: str = f"Content-Type: message/rfc822\n\nMessage-ID: {OURS}\n\nbody\n") -> bytes:
    return (
        "From: staff@mail.example\nTo: letters@wexmere.example\nSubject: complaint\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nThis is an email abuse report.\n"
        f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: Test/1.0\nVersion: 1\n\n"
        f"--b\n{copy}\n--b--\n"
    ).encode()


@pytest.mark.parametrize(
    ("status", "permanent"),
    [("5.1.1", True), ("5.1.10", True), ("5.0.0", True), ("5.2.1", True), ("5.2.2", False), ("5.7.1", False),
     ("5.1.8", False), ("5.1.7", False), ("4.1.1", False), ("", False), ("5.1.1 <mary>", False)],
)  # fmt: skip
def test_only_what_speaks_of_the_address_itself_is_permanent(status: str, permanent: bool) -> None:
    assert is_permanent(status) is permanent


def test_amazons_hard_bounce_names_our_own_message_not_amazons() -> None:
    told = bounced("Permanent", {"emailAddress": "c1@mail.example", "action": "failed", "status": "5.1.1"})
    assert read_ses(told) == (MailNotice(NoticeKind.BOUNCED, OURS, "5.1.1", True),)
    renamed = bounced("Permanent", {})
    renamed["mail"]["headers"] = [
        {"name": "Message-ID", "value": "<other@mail.example>"},
        {"name": "x-mailroom-message", "value": OURS},
    ]
    assert read_ses(renamed) == (MailNotice(NoticeKind.BOUNCED, OURS, "", True),)


def test_amazons_passing_bounce_counts_only_when_a_server_gave_up() -> None:
    full = bounced("Transient", {"action": "failed", "status": "5.2.2"}, sub="MailboxFull")
    assert read_ses(full) == (MailNotice(NoticeKind.BOUNCED, OURS, "5.2.2", False),)
    holiday = bounced("Transient", {"emailAddress": "c1@mail.example"})
    assert [n.kind for n in read_ses(holiday)] == [NoticeKind.DELAYED]


def test_a_servers_words_in_a_status_are_left_out() -> None:
    told = bounced("Permanent", {"action": "failed", "status": "5.1.1 (mary smith is unknown)"})
    assert read_ses(told)[0].status == "5.1.1"
    assert code_in("no code, mary") == ""


def test_amazons_deliveries_delays_and_complaints_are_told_apart_in_both_its_forms() -> None:
    for key in ("notificationType", "eventType"):
        assert [n.kind for n in read_ses(ses("Delivery", key))] == [NoticeKind.DELIVERED]
        assert [n.kind for n in read_ses(ses("Complaint", key, complaintFeedbackType="abuse"))] == ["complained"]
        assert read_ses(ses("Complaint", key, complaintFeedbackType="not-spam")) == ()
    assert [n.kind for n in read_ses(ses("DeliveryDelay", "eventType"))] == [NoticeKind.DELAYED]
    assert read_ses(ses("Open", "eventType")) == ()


def test_without_the_original_headers_nothing_is_guessed() -> None:
    told = ses("Delivery", headers=[])
    assert read_ses(told)[0].message_id == ""
    with pytest.raises(ValueError):
        read_ses({"hello": "world"})


@given(st.recursive(st.none() | st.booleans() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_whatever_amazon_sends_is_read_or_refused_never_a_crash(part: Any) -> None:
    for kind in ("Bounce", "Complaint", "Delivery"):
        try:
            read_ses({"notificationType": kind, "mail": {"headers": part, "commonHeaders": part}, "bounce": part,
                      "complaint": part})  # fmt: skip
        except ValueError:
            continue


@pytest.mark.parametrize("kind", ["abuse", "fraud", "other", "opt-out", "Abuse"])
def test_a_readers_complaint_names_the_email(kind: str) -> None:
    assert read_complaints(arf(kind)) == (MailNotice(NoticeKind.COMPLAINED, OURS),)


def test_what_is_no_complaint_about_an_email_is_none() -> None:
    assert read_complaints(arf("not-spam")) == ()
    assert read_complaints(arf("auth-failure")) == ()
    assert read_complaints(b"Subject: abuse\n\nFeedback-Type: abuse\n") == ()
    assert read_complaints(arf(copy="Content-Type: text/plain\n\nnothing"))[0].message_id == ""


@given(st.binary(max_size=300))
def test_no_bytes_whatever_make_a_complaint_fail(raw: bytes) -> None:
    read_complaints(
        b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/feedback-report\n\n' + raw
    )


def test_our_own_form_is_read() -> None:
    rows = [{"kind": "bounced", "message_id": OURS, "status": "5.1.1"}, {"kind": "delivered", "message_id": OURS},
            {"kind": "bounced", "message_id": OURS, "permanent": True}]  # fmt: skip
    assert read_notices({"notices": rows}) == (
        MailNotice(NoticeKind.BOUNCED, OURS, "5.1.1", True),
        MailNotice(NoticeKind.DELIVERED, OURS),
        MailNotice(NoticeKind.BOUNCED, OURS, "", True),
    )


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (None, "'notices' has to be"),
        ({"notices": []}, "'notices' has to be"),
        ({"notices": [{}] * (MOST + 1)}, "'notices' has to be"),
        ({"notices": [{"kind": "bounced", "message_id": OURS}, {"kind": "lost", "message_id": OURS}]}, "notice 2"),
        ({"notices": [{"kind": "bounced", "message_id": "x"}]}, "message_id"),
        ({"notices": [{"kind": "bounced", "message_id": OURS, "status": "mary unknown"}]}, "status"),
        ({"notices": [{"kind": "bounced", "message_id": OURS, "permanent": "yes"}]}, "permanent"),
        ({"notices": [{"kind": ["bounced"], "message_id": OURS}]}, "kind"),
        ({"notices": [{"kind": "bounced", "message_id": OURS, "name": "Mary"}]}, "only"),
        ({"notices": ["bounced"]}, "only"),
    ],
)
def test_what_is_wrong_in_our_own_form_is_named(body: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_notices(json.loads(json.dumps(body)))
