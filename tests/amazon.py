"""Amazon SNS for tests: signs messages as SNS does, with a certificate of its own, and serves that certificate."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

TOPIC = "arn:aws:sns:eu-west-2:123456789012:letters"
HOST = "https://sns.eu-west-2.amazonaws.com"
NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


@dataclass
class Amazon:
    """fetched: every address that was asked for. name: what its certificate is made out to."""

    name: str = "sns.amazonaws.com"
    days: int = 365
    fetched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        builder = x509.CertificateBuilder(
            name, name, self._key.public_key(), 7, NOW - dt.timedelta(days=30), NOW + dt.timedelta(days=self.days)
        )
        self._pem = builder.sign(self._key, SHA256()).public_bytes(Encoding.PEM)

    def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        return self._pem if url.endswith(".pem") else b"<ConfirmSubscriptionResponse/>"

    def notification(self, message: object, version: str = "2", **changes: str) -> dict[str, Any]:
        told = {"Type": "Notification", "Message": json.dumps(message), **self._common(version), **changes}
        return self.signed(told, ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"))

    def confirmation(self, **changes: str) -> dict[str, Any]:
        token = "2336412f37fb687f5d51e6e241d09c805a5a57b3"
        url = f"{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token={token}"
        told = {"Type": "SubscriptionConfirmation", "Message": "You have chosen to subscribe.", "Token": token,
                "SubscribeURL": url, **self._common("2"), **changes}  # fmt: skip
        return self.signed(told, ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"))

    def signed(self, told: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        text = "".join(f"{name}\n{told[name]}\n" for name in names if name in told)
        digest = SHA1() if told["SignatureVersion"] == "1" else SHA256()
        signature = self._key.sign(text.encode(), padding.PKCS1v15(), digest)
        return {**told, "Signature": base64.b64encode(signature).decode()}

    def _common(self, version: str) -> dict[str, str]:
        return {
            "MessageId": str(uuid.uuid4()), "TopicArn": TOPIC, "Timestamp": "2026-11-24T09:30:00.000Z",
            "SignatureVersion": version, "SigningCertURL": f"{HOST}/SimpleNotificationService-abc.pem",
        }  # fmt: skip
