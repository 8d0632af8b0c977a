"""Reply codes: one on each printed letter whose class wants it, so that its answer and an opt-in find their way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from mailroom.outbound.machines import OutboundMachines
from mailroom.records.models import Letter, ReplyCode
from mailroom.values.channel import Channel, Rule
from mailroom.values.reply_code import make_reply_code

_INVITED = (Rule.NO_CONSENT, Rule.UNVERIFIED_ADDRESS, Rule.BOUNCES)
"""Settled by these, the letter would have been emailed had the person chosen it: worth asking."""


def give_reply_codes(machines: OutboundMachines, letters: Iterable[Letter]) -> None:
    """Make the codes that printed letters need and do not have yet."""
    wanting = [x for x in letters if x.channel == Channel.PRINT and wants_code(machines, x)]
    have = set(ReplyCode.objects.filter(letter__in=wanting).values_list("letter_id", flat=True))
    until = machines.clock() + dt.timedelta(days=machines.outgoing.opt_in_days)
    codes = [
        ReplyCode(code=make_reply_code(machines.random(6)), letter=x, expires_at=until)
        for x in wanting
        if x.pk not in have
    ]
    # A code drawn twice (one in 35 million for a live million) leaves its letter without one: it still prints.
    ReplyCode.objects.bulk_create(codes, ignore_conflicts=True)


def wants_code(machines: OutboundMachines, letter: Letter) -> bool:
    """Whether the class prints reply codes, or this person is to be asked about email."""
    kind = machines.kind(letter.mailing.document_class)
    return bool(letter.mailing.template) and (kind.reply_code or invites(machines, letter))


def invites(machines: OutboundMachines, letter: Letter) -> bool:
    """Whether the letter asks its reader to choose email: they surely are on record, and nothing else holds it back."""
    kind = machines.kind(letter.mailing.document_class)
    return kind.opt_in_prompt and kind.may_email and letter.matched and letter.rule in _INVITED
