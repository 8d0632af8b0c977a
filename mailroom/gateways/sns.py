"""Amazon SNS calling an address of ours: whether a message is truly Amazon's and of our topic, and confirming it once.

Nothing a message says is believed before its signature is checked, and nothing is fetched but from SNS itself: the
host of the certificate and of the confirmation is that of the topic's own region.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509.oid import NameOID

from mailroom.errors import Reject, Retry

NOTIFICATION, CONFIRMATION, FAREWELL = "Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"
_SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    FAREWELL: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_TOPIC = re.compile(r"arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]+):\d{12}:[\w.-]+", re.ASCII)
_HASHES = {"1": SHA1, "2": SHA256}
_TIMEOUT = 10.0
_LARGEST = 100_000


class NotFromAmazon(Reject):
    """The message is not signed by Amazon SNS, or it is of a topic that is not ours. Nothing is done with it."""


class AmazonAway(Retry):
    """Amazon's certificate or confirmation could not be fetched. SNS sends the message again by itself."""


def fetch_from_amazon(url: str) -> bytes:
    """GET over https, redirects not followed. Raises AmazonAway."""
    try:
        with requests.get(url, timeout=_TIMEOUT, allow_redirects=False, stream=True) as answer:
            content = answer.raw.read(_LARGEST, decode_content=True)
    except requests.RequestException as away:
        raise AmazonAway(f"Amazon SNS did not answer ({type(away).__name__}). It is tried again.") from away
    if answer.status_code != requests.codes.ok:
        raise AmazonAway(f"Amazon SNS answered {answer.status_code}. It is tried again.")
    return bytes(content)


@dataclass
class SnsMessages:
    """Checks messages of these topics. fetch: gets what lies behind an address of Amazon's."""

    topics: Collection[str]
    fetch: Callable[[str], bytes] = fetch_from_amazon
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    _certificates: dict[str, x509.Certificate] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, message: Mapping[str, object]) -> str:
        """Its type, once the signature is found good. Raises NotFromAmazon or AmazonAway."""
        kind, topic = _text(message, "Type"), _text(message, "TopicArn")
        if topic not in self.topics or kind not in _SIGNED:
            raise NotFromAmazon("It is of a topic that config/outgoing.toml does not name, or of an unknown type.")
        url = _text(message, "SigningCertURL")
        if not _is_amazons(url, topic) or not urlsplit(url).path.endswith(".pem"):
            raise NotFromAmazon("Its certificate does not lie with Amazon SNS.")
        key = self._certificate(url).public_key()
        digest = _HASHES.get(_text(message, "SignatureVersion"))
        if digest is None or not isinstance(key, RSAPublicKey):
            raise NotFromAmazon("Its signature is of a kind that is not known.")
        try:
            signature = base64.b64decode(_text(message, "Signature"), validate=True)
            key.verify(signature, _signed_text(message, kind), PKCS1v15(), digest())
        except (InvalidSignature, binascii.Error):
            raise NotFromAmazon("Its signature is wrong.") from None
        return kind

    def confirm(self, message: Mapping[str, object]) -> None:
        """Say yes to a subscription of one of our topics; the message has been checked. Raises as `check` does."""
        url, topic = _text(message, "SubscribeURL"), _text(message, "TopicArn")
        asked = parse_qs(urlsplit(url).query)
        if (
            not _is_amazons(url, topic)
            or asked.get("Action") != ["ConfirmSubscription"]
            or asked.get("TopicArn") != [topic]
        ):
            raise NotFromAmazon("Its confirmation does not lead to Amazon SNS, or confirms something else.")
        self.fetch(url)

    def _certificate(self, url: str) -> x509.Certificate:
        """Fetched once and kept until it runs out."""
        now = self.clock()
        with self._lock:
            found = self._certificates.get(url)
        if found is None:
            try:
                found = x509.load_pem_x509_certificate(self.fetch(url))
            except ValueError:
                raise NotFromAmazon("What lies behind its certificate's address is no certificate.") from None
            names = [n.value for n in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
            if "sns.amazonaws.com" not in names and urlsplit(url).hostname not in names:
                raise NotFromAmazon("Its certificate is not that of Amazon SNS.")
        if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
            raise NotFromAmazon("Its certificate has run out.")
        with self._lock:
            self._certificates[url] = found
        return found


def _signed_text(message: Mapping[str, object], kind: str) -> bytes:
    """Names and values by turns, each on its own line, in Amazon's order; Subject only if there is one."""
    names = [name for name in _SIGNED[kind] if name != "Subject" or isinstance(message.get(name), str)]
    return "".join(f"{name}\n{_text(message, name)}\n" for name in names).encode()


def _is_amazons(url: str, topic: str) -> bool:
    """Whether an address is https at the SNS of the topic's region, with nothing odd about it."""
    named = _TOPIC.fullmatch(topic)
    if named is None:
        return False
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "https" and parts.port is None and parts.username is None and parts.password is None
    except ValueError:
        return False
    end = "amazonaws.com.cn" if named[1] == "aws-cn" else "amazonaws.com"
    return plain and parts.hostname == f"sns.{named[2]}.{end}"


def _text(message: Mapping[str, object], name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str):
        raise NotFromAmazon(f"It has no '{name}'.")
    return value
