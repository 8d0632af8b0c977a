"""The history of the site's files: what was changed in the browser, and where a file was changed outside it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db.models import QuerySet

from mailroom.records.models import Event, Mailing, MailingStatus, SiteChange

_UNDER_WAY = (MailingStatus.CHECKING, MailingStatus.AWAITING_APPROVAL, MailingStatus.READY, MailingStatus.PAUSED)
OUTSIDE = "outside"


def changes(file: str = "") -> QuerySet[SiteChange]:
    """Every change, the newest first; of one file, if named."""
    found = SiteChange.objects.select_related("account").order_by("-pk")
    return found.filter(file=file) if file else found


def note_change(
    file: str, rows: Sequence[tuple[str, str, str]], versions: tuple[str, str], previous: str, account: User
) -> SiteChange:
    """Keep a saving; call it in the transaction in which the file is put in its place. versions: before and after.

    Where the version before is not the one the history ends with, the file was changed outside, and that is a row too.
    """
    before, after = versions
    last = SiteChange.objects.filter(file=file).order_by("-pk").first()
    if last is not None and last.after != before:
        SiteChange.objects.create(file=file, changes=[[OUTSIDE, "", ""]], before=last.after, after=before)
    made = SiteChange.objects.create(
        account=account, file=file, changes=[list(row) for row in rows], previous=previous, before=before, after=after
    )
    Event.record("site.changed", made, actor=str(account.pk), file=file, keys=[row[0] for row in rows])
    return made


def mailings_under_way(template: str) -> list[str]:
    """Numbers of mailings that were handed in with the template's words and have letters still to be made."""
    found = Mailing.objects.filter(template=template, status__in=_UNDER_WAY).order_by("pk")
    return [mailing.number for mailing in found[:10]]
