"""'Tell us once' by email: a service learns that a customer moved or died, by number and link, without names."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.utils import timezone

from mailroom.config.mail import MailConfig
from mailroom.config.routing import RoutingConfig
from mailroom.errors import MailroomError
from mailroom.inbound.machines import MailServer
from mailroom.records.models import Telling
from mailroom.records.tell_us_once import note_failed, note_sent
from mailroom.values.outgoing_email import OutgoingEmail

log = logging.getLogger(__name__)
_WORDS = {
    "moved": "has a new address. Letters go there from now on. Please bring your own records up to date.",
    "died": "has died. Nothing more is sent in their name. Please bring your own records up to date.",
}


class ServiceNotices:
    """Sends each telling once and notes how that went; a failed one is tried again from the customer's page."""

    def __init__(
        self, mail: MailConfig, routing: Callable[[], RoutingConfig], server: MailServer, public_url: str
    ) -> None:
        self._mail, self._routing, self._server, self._url = mail, routing, server, public_url

    def tell(self, telling_id: int) -> None:
        """Email the service and note the outcome."""
        telling = Telling.objects.get(pk=telling_id)
        try:
            self._server.send(self._email(telling))
        except MailroomError as why:
            log.warning("telling %s was not sent: %s", telling_id, type(why).__name__)
            note_failed(telling_id, str(why))
        else:
            note_sent(telling_id, timezone.now())

    def _email(self, telling: Telling) -> OutgoingEmail:
        routing = self._routing()
        team = routing.route_of(telling.service).team
        link = f"{self._url}/customers/{telling.customer_id}/"
        plain = f"Customer {telling.customer_id} {_WORDS[telling.fact]}\n\n{link}\n"
        sentence = f"Customer {telling.customer_id} {_WORDS[telling.fact]}"
        html = (
            f'<!doctype html><html lang="en-gb"><body><p>{sentence}</p><p><a href="{link}">{link}</a></p></body></html>'
        )
        return OutgoingEmail(
            message_id=f"<told.{telling.pk}@{self._mail.sender.rpartition('@')[2]}>",
            sender=self._mail.sender,
            sender_name=self._mail.sender_name,
            recipient=routing.teams[team].inbox,
            subject=f"Tell us once: customer {telling.customer_id}",
            plain=plain,
            html=html,
            date=timezone.now(),
            headers=(("Auto-Submitted", "auto-generated"),),
        )
