"""The outgoing line behind the address for delivery notices."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from pathlib import Path

from mailroom.api import delivery_notice_machines as door
from mailroom.config.outgoing import DeliveryNotices
from mailroom.config.site import load_site
from mailroom.errors import Misconfigured
from mailroom.gateways.sns import CONFIRMATION, FAREWELL, SnsMessages
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.bounces import take_notice
from mailroom.values.mail_notice import MailNotice
from mailroom.wiring.outbound import outbound_machines

log = logging.getLogger(__name__)

_SHORTEST = 32
"""Signs of a secret: 128 bits in hexadecimal."""


class DeliveryNoticeDoor:
    """Fits mailroom.api.delivery_notice_machines.NoticeDoor."""

    def __init__(self, outbound: OutboundMachines, settings: DeliveryNotices, sns: SnsMessages | None = None) -> None:
        self._outbound, self._settings = outbound, settings
        self._sns = sns or SnsMessages(settings.sns_topics)

    @property
    def takes_amazon(self) -> bool:
        """Whether any topic of Amazon SNS is ours."""
        return bool(self._settings.sns_topics)

    def secrets(self) -> tuple[bytes, ...]:
        """What mail gateways sign with."""
        return secrets_of(self._settings)

    def open_amazon(self, envelope: Mapping[str, object]) -> str | None:
        """What is inside a message of SNS, once it is found to be Amazon's."""
        kind = self._sns.check(envelope)
        if kind == CONFIRMATION:
            self._sns.confirm(envelope)
            log.info("delivery notices: a subscription of our topic is confirmed")
            return None
        if kind == FAREWELL:
            log.warning("delivery notices: Amazon SNS no longer sends us notices of a topic; subscribe it again")
            return None
        return str(envelope["Message"])

    def take(self, notice: MailNotice) -> str:
        """Act on a notice."""
        return take_notice(self._outbound, notice)

    def now(self) -> dt.datetime:
        """The time."""
        return self._outbound.clock()


def secrets_of(settings: DeliveryNotices) -> tuple[bytes, ...]:
    """The lines of the secret file. Raises Misconfigured when it cannot be read or a secret is too short."""
    if not settings.secret_file:
        return ()
    try:
        lines = Path(settings.secret_file).read_bytes().split()
    except OSError as unread:
        raise _wrong(f"cannot be read ({unread.strerror})") from unread
    if not lines or min(map(len, lines)) < _SHORTEST:
        raise _wrong(f"has no secret, or one of fewer than {_SHORTEST} signs")
    return tuple(lines)


def introduce_delivery_notices() -> None:
    """Set the door. Raises Misconfigured."""
    site = load_site()
    door.use(DeliveryNoticeDoor(outbound_machines(site), site.outgoing.delivery_notices))


def _wrong(what: str) -> Misconfigured:
    return Misconfigured(
        f"config/outgoing.toml: 'delivery_notices.secret_file' {what}. Make one: openssl rand -hex 32 > FILE"
    )
