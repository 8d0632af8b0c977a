"""Outgoing letters as plain counts: what left on which day, by which channel, and why it cost less than it might."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery

from mailroom.records.models import Letter, LetterStatus, Mailpiece
from mailroom.values.channel import Channel, Rule
from mailroom.values.counts import CHOSE_POST, NO_CONTACT, PAPER_OUT, Cause, DayCount, Direction

EMAILED = (LetterStatus.EMAILED, LetterStatus.DELIVERED)
POSTED = (LetterStatus.POSTED, LetterStatus.RETURNED)
_COLUMNS = (
    "status", "mailing__service", "mailing__document_class", "page_count", "sent_at", "decided_at", "created_at",
    "attached_pages", "pk", "rule", "facts", "bearer", "mailpiece__cost_pence", "mailpiece__postage",
    "mailpiece__duplex",
)  # fmt: skip


def outgoing_rows(
    first: dt.date, last: dt.date, zone: ZoneInfo, cheaper_classes: Collection[str]
) -> Iterator[DayCount]:
    """A count of one for each letter that was settled on one of those days, by the council's own calendar.

    The first letter of an envelope bears its postage; the others were consolidated. Letters still on their way are
    not counted. cheaper_classes: postage classes below the standard one.
    """
    bearer = (
        Letter.objects.filter(mailpiece=OuterRef("mailpiece")).values("mailpiece").annotate(n=Min("pk")).values("n")
    )
    letters = settled(first, last, zone).annotate(bearer=Subquery(bearer)).values_list(*_COLUMNS)
    for row in letters.iterator(chunk_size=5000):
        status, service, kind, pages, sent, decided, created, attached, *rest = row
        key, rule, facts, bearing, pence, postage, duplex = rest
        settled_at = sent if status in (*EMAILED, *POSTED) else decided or created
        day = settled_at.astimezone(zone).date()
        if not first <= day <= last:
            continue
        sheets = sheets_of(pages + attached, duplex=duplex is not False)
        channel, cause = _how(status, bears=key == bearing or bearing is None, cheaper=postage in cheaper_classes)
        paid = (pence or 0) if channel == Channel.PRINT and cause is not Cause.CONSOLIDATED else 0
        why = why_on_paper(rule, facts) if channel in PAPER_OUT else ""
        yield DayCount(day, service, Direction.OUT, channel, kind, cause, 1, sheets, paid, why)


def settled(first: dt.date, last: dt.date, zone: ZoneInfo) -> QuerySet[Letter]:
    """Letters emailed, posted, handed off, withheld or cancelled in those days."""
    start = dt.datetime.combine(first, dt.time.min, zone)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, zone)
    sent = Q(status__in=(*EMAILED, *POSTED), sent_at__gte=start, sent_at__lt=end)
    kept = Q(status__in=(LetterStatus.HAND_OFF, LetterStatus.WITHHELD, LetterStatus.CANCELLED))
    decided = Q(decided_at__gte=start, decided_at__lt=end) | Q(
        decided_at=None, created_at__gte=start, created_at__lt=end
    )
    return Letter.objects.filter(sent | (kept & decided))


def sheets_of(pages: int, duplex: bool) -> int:
    """Sheets of paper for so many pages; a letter whose pages were never counted is one sheet."""
    return max(1, (pages + 1) // 2 if duplex else pages)


def _how(status: str, bears: bool, cheaper: bool) -> tuple[str, Cause]:
    """The channel and the one cause of a settled letter."""
    if status in EMAILED:
        return Channel.EMAIL, Cause.EMAILED
    if status == LetterStatus.HAND_OFF:
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
    if rule != Rule.NO_CONSENT:
        return rule
    consents, mailboxes = facts.get("consents"), facts.get("mailboxes")
    if isinstance(consents, list) and any(c.get("choice") == "post" for c in consents):
        return CHOSE_POST
    return rule if mailboxes else NO_CONTACT


def days_touched(
    keys: Collection[str], mailings: Collection[str], runs: Collection[str], zone: ZoneInfo
) -> set[dt.date]:
    """Days whose counts may have changed when something happened to these letters, mailings or print runs."""
    pieces = Mailpiece.objects.filter(run__in=[int(run) for run in runs])
    letters = Letter.objects.filter(Q(pk__in=keys) | Q(mailing__in=mailings) | Q(mailpiece__in=pieces))
    moments = letters.annotate(settled=F("sent_at")).values_list("sent_at", "decided_at", "created_at").distinct()
    return {at.astimezone(zone).date() for row in moments.iterator() for at in row if at}
