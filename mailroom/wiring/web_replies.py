"""Holding replies: the council's general letter with the promised date, the way the customer chose."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from mailroom.errors import Review
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.single import Single, submit_single
from mailroom.outbound.steps.submit import Handover
from mailroom.records.models import Item
from mailroom.wiring.outbound import outbound_machines

TEMPLATE = CLASS = "general_letter"


class NowhereToSend(Review):
    """The customer has no current address; write to them another way and note the date only."""


class HoldingReplies:
    """Builds its machines at the first reply."""

    @cached_property
    def _machines(self) -> OutboundMachines:
        return outbound_machines()

    def send_holding_reply(self, item: Item, promised: dt.date, actor: str) -> str:
        """Hand in one letter; the same promise twice is one letter. Returns its number."""
        customer = item.customer
        address = customer.addresses.filter(current=True, gone_away=False).order_by("-pk").first() if customer else None
        if customer is None or address is None:
            raise NowhereToSend("The customer has no current address. Untick ‘send’, and write to them another way.")
        message = (
            f"Thank you for your letter, which we received on {item.received:%-d %B %Y}. We need more time to answer "
            f"it in full. You will have our answer by {promised:%-d %B %Y}."
        )
        values = {"name": customer.name, "subject": "Your letter to us", "message": message}
        lines = (customer.name, *address.lines, address.postcode)
        handover = Handover(
            CLASS,
            actor,
            "web",
            title=f"Holding reply to {item.number}",
            template=TEMPLATE,
            service=item.service,
            idempotency_key=f"holding-{item.number}-{promised}",
        )
        single = Single(values=values, lines=lines, customer_id=customer.pk)
        return submit_single(self._machines, single, handover).number
