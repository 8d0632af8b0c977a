"""A past run decided again in another world: "what if we had e-billed everybody who consented?". Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mailroom.config.document_classes import DocumentClass
from mailroom.outbound.preference import RecipientFacts, decide_channel
from mailroom.values.channel import Channel


@dataclass(frozen=True, slots=True)
class Replay:
    """A past run decided again. changed: how many went from the first channel to the second."""

    before: Mapping[Channel, int]
    after: Mapping[Channel, int]
    changed: Mapping[tuple[Channel, Channel], int]


def replay(
    cases: Iterable[tuple[RecipientFacts, DocumentClass, dt.date]],
    what_if: Callable[[RecipientFacts, DocumentClass], tuple[RecipientFacts, DocumentClass]],
) -> Replay:
    """Decide each case as it was and as it would have been: "what if we had e-billed consenting customers?"."""
    before: dict[Channel, int] = {}
    after: dict[Channel, int] = {}
    changed: dict[tuple[Channel, Channel], int] = {}
    for facts, kind, on in cases:
        was = decide_channel(facts, kind, on).channel
        would = decide_channel(*what_if(facts, kind), on).channel
        before[was] = before.get(was, 0) + 1
        after[would] = after.get(would, 0) + 1
        if was is not would:
            changed[was, would] = changed.get((was, would), 0) + 1
    return Replay(before, after, changed)
