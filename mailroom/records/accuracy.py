"""How often the line's proposal was right, month by month, measured on people's decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth

from mailroom.records.models import Correction


@dataclass(frozen=True, slots=True)
class MonthOfDecisions:
    """Items people decided in a month. right: the proposal stood. not_ours: sent on its own, and sent back."""

    month: dt.date
    decided: int
    right: int
    not_ours: int

    @property
    def share(self) -> float:
        """Of the decided, how many proposals stood."""
        return self.right / self.decided if self.decided else 0.0


def by_month(services: Sequence[str], since: dt.date) -> list[MonthOfDecisions]:
    """The months since then, newest first, for proposals or decisions of those services; undone ones left out."""
    ours = Q(proposed__in=services) | Q(decided__in=services)
    found = (
        Correction.objects.filter(ours, undone_at=None, at__date__gte=since)
        .annotate(month=TruncMonth("at"))
        .values("month")
        .annotate(
            settled=Count("pk", filter=~Q(decided="")),
            right=Count("pk", filter=Q(decided=F("proposed")) & ~Q(decided="")),
            returned=Count("pk", filter=Q(decided="")),
        )
        .order_by("-month")
    )
    return [MonthOfDecisions(r["month"].date(), r["settled"], r["right"], r["returned"]) for r in found]
