"""Understanding one item: indexing, classification, matching and routing in a row. Pure, given the machines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from mailroom.inbound.reply_codes_found import matched_by_code, sorted_by_code
from mailroom.inbound.returned_letters import came_back
from mailroom.inbound.routing import ItemFacts
from mailroom.values.answered_letter import AnsweredLetter
from mailroom.values.decisions import Classification, CustomerMatch, ItemPages, RoutingDecision
from mailroom.values.index_fields import IndexFields


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the stations made of one item. came_back: the mailpieces of ours that it is, if the post returned them."""

    fields: IndexFields
    classification: Classification
    match: CustomerMatch
    decision: RoutingDecision
    answers: AnsweredLetter | None = None
    came_back: tuple[str, ...] = ()


def _no_objections(fields: IndexFields, customer_id: str) -> tuple[str, ...]:
    return ()


def _no_pieces(_: ItemPages) -> tuple[str, ...]:
    return ()


def _answers_nothing(_: ItemPages) -> AnsweredLetter | None:
    return None


@dataclass(frozen=True)
class Stations:
    """The four stations, each already holding its knowledge and machines.

    answers: finds the letter an item answers. objections: what on the item speaks against that letter's reader.
    pieces: the mailpieces of ours whose marks it shows.
    """

    index: Callable[[ItemPages], IndexFields]
    classify: Callable[[ItemPages, IndexFields], Classification]
    match: Callable[[IndexFields, Classification], CustomerMatch]
    route: Callable[[ItemFacts], RoutingDecision]
    answers: Callable[[ItemPages], AnsweredLetter | None] = _answers_nothing
    objections: Callable[[IndexFields, str], tuple[str, ...]] = _no_objections
    pieces: Callable[[ItemPages], tuple[str, ...]] = _no_pieces

    def understand(
        self, item: ItemPages, received: dt.date, doubts: tuple[str, ...] = (), rescan_of: str = ""
    ) -> Understanding:
        """Run them. doubts: why the cut of the batch is in question. rescan_of: an item this one looks like."""
        fields = self.index(item)
        classification = self.classify(item, fields)
        match = self.match(fields, classification)
        answered = self.answers(item)
        if answered:
            classification = sorted_by_code(classification, answered)
            against = self.objections(fields, answered.customer_id) if answered.customer_id else ()
            match = matched_by_code(match, answered, against)
        pieces = self.pieces(item)
        returned = came_back(pieces, classification)
        facts = ItemFacts(
            classification=classification,
            match=match,
            pages=item.pages,
            received=received,
            cut_doubts=doubts,
            rescan_of=rescan_of,
            by_email=item.by_email,
            came_back=returned,
        )
        decision = self.route(facts)
        return Understanding(fields, classification, match, decision, answered, pieces if returned else ())
