"""The rows behind a figure, page by page and as CSV. Numbers, dates and codes; nothing personal."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mailroom.config.roles import Right
from mailroom.records import figure_listing
from mailroom.records.figure_listing import FACTS, Wanted
from mailroom.records.listed import Listed
from mailroom.records.models import Item, Letter
from mailroom.values.counts import Cause
from mailroom.web.permission import allowed
from mailroom.web.site import kind_name, service_name
from mailroom.web.targets.asking import Choice, choice
from mailroom.web.targets.machines import figures
from mailroom.web.words import status_words

A_PAGE = 100
MOST = 2000
"""Rows shown page by page. Nobody turns more than twenty pages; counting a year's millions would keep all waiting."""
ITEM_COLUMNS = ("Item", "Received", "Service", "Type", "Routed", "Seen", "Due", "Promised", "Answered", "Status")
LETTER_COLUMNS = ("Letter", "Left", "Service", "Document class", "Status", "Rule", "Pages", "Envelope", "Postage")
_STATES = ("open", "overdue", "late", "in_time")


@allowed(Right.FIGURES)
@require_GET
def rows(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    chosen = choice(request)
    incoming = _is_incoming(request)
    wanted = _wanted(request, chosen)
    ways = figures().ways()
    found: Listed[Any] = (
        Listed((figure_listing.items(wanted, ways, chosen.asked.today),))
        if incoming
        else figure_listing.letters(wanted, ways)
    )
    columns, row = (ITEM_COLUMNS, _item) if incoming else (LETTER_COLUMNS, _letter)
    if request.GET.get("format") == "csv":
        return _csv(columns, (row(r) for r in found))
    keys = found.keys(MOST + 1)
    page = Paginator(keys[:MOST], A_PAGE).get_page(request.GET.get("page"))
    context = {
        "chosen": chosen,
        "columns": columns,
        "rows": [row(r) for r in found.rows(list(page))],
        "page": page,
        "most": MOST if len(keys) > MOST else 0,
        "said": _said(wanted, incoming),
        "here": _without_page(request),
        "other": _other_way(request, incoming),
        "incoming": incoming,
    }
    return render(request, "figure_rows.html", context)


def _is_incoming(request: HttpRequest) -> bool:
    way = request.GET.get("direction", "")
    return way != "out" and not request.GET.get("cause") and not request.GET.get("saved")


def _wanted(request: HttpRequest, chosen: Choice) -> Wanted:
    """What the address narrows to; a word nobody knows narrows nothing."""
    said = request.GET
    period = chosen.asked.period
    return Wanted(
        first=period.first.first,
        last=period.last.last,
        service=chosen.asked.service,
        channel=said.get("channel", ""),
        kind=said.get("kind", ""),
        standard=said.get("standard", ""),
        cause=said.get("cause", "") if said.get("cause", "") in {c.value for c in Cause} else "",
        fact=said.get("fact", "") if said.get("fact", "") in FACTS else "",
        state=said.get("state", "") if said.get("state", "") in _STATES else "",
        clock=said.get("clock", ""),
        paper=bool(said.get("paper")),
        saved=bool(said.get("saved")),
    )


def _day(day: dt.date | dt.datetime | None) -> str:
    return f"{day:%-d %b %Y}" if day else ""


def _item(item: Item) -> tuple[str, ...]:
    handling = getattr(item, "handling", None)
    return (
        item.number,
        _day(item.received),
        service_name(item.service),
        kind_name(item.doc_type) if item.doc_type else "not known",
        _day(item.routed_at),
        _day(item.seen_at),
        _day(item.due),
        _day(handling.promised if handling else None),
        _day(item.answered_at),
        status_words(item.status),
    )


def _letter(letter: Letter) -> tuple[str, ...]:
    piece = letter.mailpiece
    return (
        letter.number,
        _day(letter.sent_at or letter.decided_at or letter.created_at),
        service_name(letter.mailing.service),
        letter.mailing.document_class.replace("_", " "),
        letter.status.replace("_", " "),
        letter.rule.replace("_", " "),
        str(letter.page_count),
        f"{piece.run.number} P{piece.number}" if piece else "",
        f"{piece.postage}, {piece.cost_pence}p" if piece else "",
    )


class _Echo:
    """A file that gives back what is written, so that rows leave one by one."""

    def write(self, text: str) -> str:
        return text


def _csv(columns: tuple[str, ...], found: Iterator[tuple[str, ...]]) -> StreamingHttpResponse:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    response = StreamingHttpResponse(
        (writer.writerow(row) for row in _with_head(columns, found)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="rows.csv"'
    return response


def _with_head(columns: tuple[str, ...], found: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    yield columns
    yield from found


def _said(wanted: Wanted, incoming: bool) -> list[str]:
    """What the list is narrowed to, in words."""
    words = {
        "post only": wanted.paper,
        f"channel: {wanted.channel}": wanted.channel,
        f"type: {wanted.kind.replace('_', ' ')}": wanted.kind,
        f"standard: {wanted.standard.replace('_', ' ')}": wanted.standard,
        f"saved because: {wanted.cause.replace('_', ' ')}": wanted.cause,
        f"only: {_FACT_WORDS.get(wanted.fact, '')}": wanted.fact and incoming,
        f"state: {wanted.state.replace('_', ' ')}": wanted.state and incoming,
        "letters that saved something": wanted.saved,
        _CLOCK_WORDS.get(wanted.clock, ""): wanted.clock in _CLOCK_WORDS and incoming,
    }
    return [said for said, holds in words.items() if holds]


_FACT_WORDS = {
    "auto": "routed without a person asked",
    "corrected": "moved to another service by a clerk",
    "bounced": "sent on from team to team",
    "chaser": "second letters before the answer",
    "repeat": "second letters after the answer",
    "held": "a holding reply was sent",
    "first_contact": "settled at first contact",
}


_CLOCK_WORDS = {
    "answered": "owed an answer",
    "acknowledged": "owed a first word by a day of its own",
    "promised": "with a day promised",
}


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _other_way(request: HttpRequest, incoming: bool) -> str:
    """The same months and service the other way; what narrows one direction means nothing in the other."""
    kept = {name: request.GET[name] for name in ("from", "to", "service", "paper") if name in request.GET}
    query = request.GET.copy()
    query.clear()
    query.update({**kept, "direction": "out" if incoming else "in"})
    return query.urlencode()
