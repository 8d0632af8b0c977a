"""Outgoing letters as plain counts: what left on which day, by which channel, and why it cost less than it might."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from mailroom.records.daily_sql import any_of_list, as_day, day_of, list_has_any
from mailroom.records.models import Letter, LetterStatus, Mailpiece
from mailroom.values.channel import Channel, Rule
from mailroom.values.counts import CHOSE_POST, NO_CONTACT, PAPER_OUT, Cause, DayCount, Direction

EMAILED = (LetterStatus.EMAILED, LetterStatus.DELIVERED)
POSTED = (LetterStatus.POSTED, LetterStatus.RETURNED)
KEPT = (*LetterStatus.handed_off(), LetterStatus.WITHHELD, LetterStatus.CANCELLED)


def outgoing(first: dt.date, last: dt.date, zone: ZoneInfo, cheaper_classes: Collection[str]) -> Iterator[DayCount]:
    """Letters that were settled on those days, by the council's own calendar, like ones together.

    The first letter of an envelope bears its postage; the others were consolidated. Letters still on their way are
    not counted. cheaper_classes: postage classes below the standard one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(zone), 2 * _span(first, last, zone))
        for settled_on, service, kind, status, rule, chose, known, shares, postage, items, sheets, pence in cursor:
            day = as_day(settled_on)
            assert day is not None
            channel, cause = _how(status, bears=not shares, cheaper=postage in cheaper_classes)
            paid = int(pence or 0) if channel == Channel.PRINT and cause is not Cause.CONSOLIDATED else 0
            why = _why(rule, bool(chose), bool(known)) if channel in PAPER_OUT else ""
            yield DayCount(day, service, Direction.OUT, channel, kind, cause, items, int(sheets), paid, why)


def left(first: dt.date, last: dt.date, zone: ZoneInfo) -> QuerySet[Letter]:
    """Those letters themselves that were emailed or posted in those days.

    Asked by the moment they left, which is the order they are shown in too: a first page ends with its last row.
    """
    begins, ends = (dt.datetime.combine(day, dt.time.min, zone) for day in (first, last + dt.timedelta(days=1)))
    return Letter.objects.filter(sent_at__gte=begins, sent_at__lt=ends, status__in=(*EMAILED, *POSTED))


def stayed(first: dt.date, last: dt.date, zone: ZoneInfo) -> QuerySet[Letter]:
    """Those that were handed off, withheld or cancelled: settled in those days without leaving by us."""
    return Letter.objects.filter(pk__in=RawSQL(_stayed("l.id"), _span(first, last, zone)))


def _span(first: dt.date, last: dt.date, zone: ZoneInfo) -> list[Any]:
    """The start of the first day and the end of the last, as either half of `_settled` is given them."""
    moments = (dt.datetime.combine(day, dt.time.min, zone) for day in (first, last + dt.timedelta(days=1)))
    return [connection.ops.adapt_datetimefield_value(moment.astimezone(dt.UTC)) for moment in moments]


_DECIDED = "COALESCE(l.decided_at, l.created_at)"


def _settled(columns: str, sent: str, kept: str) -> str:
    """Some columns of the letters settled in a span; each half has an index of its own.

    sent, kept: a further column of the letters that left us, and of those that did not.
    """
    return f"""
    SELECT {columns}{sent} FROM records_letter l
    WHERE l.sent_at >= %s AND l.sent_at < %s AND l.status IN ({_quoted(*EMAILED, *POSTED)})
    UNION ALL {_stayed(f"{columns}{kept}")}"""


def _stayed(columns: str) -> str:
    return f"""
    SELECT {columns} FROM records_letter l
    WHERE {_DECIDED} >= %s AND {_DECIDED} < %s AND l.status IN ({_quoted(*KEPT)})"""


def _quoted(*statuses: LetterStatus) -> str:
    return ", ".join(f"'{status}'" for status in statuses)


def _statement(zone: ZoneInfo) -> str:
    columns = "l.status, l.rule, l.facts, l.page_count + l.attached_pages AS sides, l.mailing_id, l.mailpiece_id, l.id"
    days = (f", {day_of(moment, zone)} AS day" for moment in ("l.sent_at", _DECIDED))
    return f"""
WITH letters AS ({_settled(columns, *days)}
), plain AS (
    SELECT letters.day, m.service, m.document_class AS kind, letters.status, letters.rule,
        {any_of_list("letters.facts", "consents", "choice", "post")} AS chose,
        {list_has_any("letters.facts", "mailboxes")} AS known,
        EXISTS (
            SELECT 1 FROM records_letter o WHERE o.mailpiece_id = letters.mailpiece_id AND o.id < letters.id
        ) AS shares,
        p.postage, p.cost_pence AS pence,
        CASE WHEN letters.sides = 0 THEN 1 WHEN p.duplex IS NULL OR p.duplex THEN (letters.sides + 1) / 2
            ELSE letters.sides END AS sheets
    FROM letters JOIN records_mailing m ON m.id = letters.mailing_id
        LEFT JOIN records_mailpiece p ON p.id = letters.mailpiece_id
)
SELECT day, service, kind, status, rule, chose, known, shares, postage, COUNT(*), SUM(sheets), SUM(pence)
FROM plain GROUP BY day, service, kind, status, rule, chose, known, shares, postage"""


def _how(status: str, bears: bool, cheaper: bool) -> tuple[str, Cause]:
    """The channel and the one cause of a settled letter."""
    if status in EMAILED:
        return Channel.EMAIL, Cause.EMAILED
    if status in LetterStatus.handed_off():
        return Channel.HAND_OFF, Cause.NONE
    if status == LetterStatus.WITHHELD:
        return Channel.WITHHELD, Cause.SUPPRESSED
    if status == LetterStatus.CANCELLED:
        return Channel.WITHHELD, Cause.NOT_SENT
    if not bears:
        return Channel.PRINT, Cause.CONSOLIDATED
    return Channel.PRINT, Cause.CHEAPER_CLASS if cheaper else Cause.NONE


def why_on_paper(rule: str, facts: dict[str, object]) -> str:
    """The rule that put a letter on paper. No consent has three stories: post was chosen, no address, never asked."""
    consents = facts.get("consents")
    chose = isinstance(consents, list) and any(c.get("choice") == "post" for c in consents)
    return _why(rule, chose, bool(facts.get("mailboxes")))


def _why(rule: str, chose_post: bool, has_mailbox: bool) -> str:
    if rule != Rule.NO_CONSENT:
        return rule
    return CHOSE_POST if chose_post else rule if has_mailbox else NO_CONTACT


def days_touched(
    keys: Collection[str], mailings: Collection[str], runs: Collection[str], zone: ZoneInfo
) -> set[dt.date]:
    """Days whose counts may have changed when something happened to these letters, mailings or print runs."""
    pieces = Mailpiece.objects.filter(run__in=[int(run) for run in runs])
    letters = Letter.objects.filter(Q(pk__in=keys) | Q(mailing__in=mailings) | Q(mailpiece__in=pieces))
    moments = letters.annotate(settled=F("sent_at")).values_list("sent_at", "decided_at", "created_at").distinct()
    return {at.astimezone(zone).date() for row in moments.iterator() for at in row if at}
