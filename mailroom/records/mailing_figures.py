"""Mailings and letters as people ask for them: by number, and how far each has got."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from mailroom.records.models import Letter, Mailing

_MAILING = re.compile(r"^M?0*(\d{1,12})$", re.IGNORECASE)
_LETTER = re.compile(r"^L?0*(\d{1,12})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MailingFigures:
    """How a mailing's letters stand. reasons: the settling reason of each decided letter, the commonest first."""

    number: str
    title: str
    service: str
    document_class: str
    status: str
    letters: int
    by_status: Mapping[str, int]
    by_channel: Mapping[str, int]
    by_format: Mapping[str, int]
    reasons: Mapping[str, int]
    cost_pence: int


def find_mailing(number: str) -> Mailing | None:
    """The mailing called M000042, or 42."""
    found = _MAILING.match(number.strip())
    return Mailing.objects.filter(pk=int(found[1])).first() if found else None


def find_letter(number: str) -> Letter | None:
    """The letter called L00000042, or 42."""
    found = _LETTER.match(number.strip())
    return Letter.objects.select_related("mailing").filter(pk=int(found[1])).first() if found else None


def figures_of(mailing: Mailing) -> MailingFigures:
    """Counted in the database but for the reasons, which are read row by row."""
    letters = mailing.letters.all()
    reasons: dict[str, int] = {}
    decided = letters.exclude(decided_at=None).values_list("reasons", flat=True)
    for given in decided.iterator(chunk_size=5000):
        why = given[-1] if given else ""
        reasons[why] = reasons.get(why, 0) + 1
    return MailingFigures(
        mailing.number,
        mailing.title,
        mailing.service,
        mailing.document_class,
        mailing.status,
        mailing.letter_count,
        _count(letters, "status"),
        _count(letters.exclude(channel=""), "channel"),
        _count(letters.exclude(channel=""), "format"),
        dict(sorted(reasons.items(), key=lambda kv: -kv[1])),
        sum(letters.values_list("cost_pence", flat=True)),
    )


def latest_mailings(count: int = 20) -> list[Mailing]:
    """The newest first."""
    return list(Mailing.objects.order_by("-pk")[:count])


def _count(letters: QuerySet[Letter], column: str) -> dict[str, int]:
    rows = letters.order_by().values_list(column).annotate(n=Count("pk"))
    return {str(value): n for value, n in rows}
