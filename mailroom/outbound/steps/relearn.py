"""What is learnt of a customer changes every letter to them that has not left, of every service, at once."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.decide import decide_again, letters_of_customer


def relearn(machines: OutboundMachines, customer_id: str) -> None:
    """Decide a customer's waiting letters again once the change is committed."""
    transaction.on_commit(partial(decide_again, machines, letters_of_customer(customer_id)))
