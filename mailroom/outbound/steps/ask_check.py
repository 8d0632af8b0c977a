"""A large file checked before it is handed in: on record at once, looked through by a worker; a page says how far.

Nobody has to wait at that page. What a killed worker leaves is put on again by the sweep; what nobody came back for is
forgotten after a few days. The file is checked once more on the line when it is handed in.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from mailroom.errors import MailroomError, Reject, Retry, Review
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.attached import template_files
from mailroom.outbound.steps.check import examine
from mailroom.outbound.steps.examined import Examined, unusable
from mailroom.outbound.steps.given_files import listed
from mailroom.outbound.steps.plain_rows import columns_of, plain_rows
from mailroom.records.models import CheckStage, DraftCheck

_GRACE = dt.timedelta(seconds=10)
"""Long enough for a commit to reach the queue, so that the sweep does not race the ordinary way."""
KEPT_FOR = dt.timedelta(days=3)
_EVERY = 1.0
"""Seconds between two notes of how far it is."""


class NeverFinished(Review):
    """Its check was begun again and again and never finished. Look at the workers' log, or split the file."""


def ask_for_check(machines: OutboundMachines, draft: DraftCheck) -> DraftCheck:
    """The check of that draft, put on the queue if it is new; one of the same draft before it was changed is dropped.

    draft: not saved; what it depends on, and who asks.
    """
    with transaction.atomic():
        DraftCheck.objects.filter(once=draft.once, asked_by=draft.asked_by).exclude(draft_key=draft.draft_key).delete()
        wanted = {f.attname: getattr(draft, f.attname) for f in draft._meta.concrete_fields if f.attname != "id"}
        check, made = DraftCheck.objects.get_or_create(
            draft_key=draft.draft_key, defaults={**wanted, "asked_at": machines.clock()}
        )
        if made:
            transaction.on_commit(partial(machines.queues.put_draft_check, check.pk, check.attempts))
    return check


def check_draft(machines: OutboundMachines, check_id: int) -> str:
    """Check it and note what was found. Returns 'done', or 'gone' where nobody waits for it any more.

    Raises:
        Retry: passing trouble; the job is repeated.
    """
    check = DraftCheck.objects.filter(pk=check_id, found__isnull=True).first()
    if check is None:
        return "gone"
    try:
        with machines.store.path_for_reading(check.file) as path:
            found, rows = _found(machines, check, path)
    except Retry:
        raise
    except MailroomError as why:
        found, rows = _as_kept(unusable(why)), ""
    DraftCheck.objects.filter(pk=check.pk).update(found=found, rows=rows)
    return "done"


def sweep_checks(machines: OutboundMachines) -> int:
    """Put on again what no engine holds, and forget what is old. Returns how many were put on."""
    now = machines.clock()
    DraftCheck.objects.filter(asked_at__lt=now - KEPT_FOR).delete()
    moved = 0
    for check in DraftCheck.objects.filter(found__isnull=True, asked_at__lt=now - _GRACE).order_by("pk"):
        if machines.queues.is_unfinished(f"draft-check-{check.pk}-{check.attempts}"):
            continue
        if check.attempts >= machines.attempts:
            why = NeverFinished(f"Its check was begun {check.attempts} times and never finished. Split the file.")
            DraftCheck.objects.filter(pk=check.pk).update(found=_as_kept(unusable(why)))
            continue
        with transaction.atomic():
            DraftCheck.objects.filter(pk=check.pk).update(attempts=F("attempts") + 1)
            transaction.on_commit(partial(machines.queues.put_draft_check, check.pk, check.attempts + 1))
        moved += 1
    return moved


def _found(machines: OutboundMachines, check: DraftCheck, path: Path) -> tuple[dict[str, Any], str]:
    """What the check came to, and the store key of a workbook's rows, by which any letter can be looked at."""
    kind = machines.kind(check.document_class)
    files = (*template_files(machines, check.template), *(kept.file for kept in listed(machines, check.files)))
    repairs = [code for code, _ in check.repairs]
    totals = {CheckStage.FILES: len(files), **_total(machines, check.template, path)}
    noting = _Noting(check.pk, totals)
    if not check.template:
        return _as_kept(examine(machines, path, kind, "", files, repairs, noting)), ""
    with plain_rows(machines, path, noting) as rows:
        examined = examine(machines, rows, kind, check.template, files, looked=noting)
        kept = "" if rows == path else machines.store.put(rows)
        columns = columns_of(machines, check.template, rows)
        matched = {"fields": [list(match) for match in columns.fields], "unused": list(columns.unused)}
        return {**_as_kept(examined), **matched}, kept


def _as_kept(examined: Examined) -> dict[str, Any]:
    return {
        "letters": examined.letter_count,
        "count": examined.problem_count,
        "problems": list(examined.problems),
        "fields": [],
        "unused": [],
    }


def _total(machines: OutboundMachines, template: str, path: Path) -> dict[CheckStage, int]:
    """About how many rows or pages there are; none where the file cannot be opened, which the check will say."""
    try:
        if template:
            return dict.fromkeys((CheckStage.READING, CheckStage.ROWS), machines.count_rows(path))
        return {CheckStage.PAGES: machines.pdfs.count_pages(path)}
    except Reject:
        return {}


class _Noting:
    """Notes on the record how far the check is, once in a while; never backwards."""

    def __init__(
        self, check_id: int, totals: Mapping[CheckStage, int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._check_id, self._totals, self._clock = check_id, totals, clock
        self._furthest: dict[CheckStage, int] = {}
        self._noted = 0.0

    def __call__(self, stage: CheckStage, done: int) -> None:
        if done <= self._furthest.get(stage, 0):
            return  # rows are read a second time for what goes with them
        is_new = stage not in self._furthest
        self._furthest[stage] = done
        if is_new or self._clock() - self._noted > _EVERY:
            self._noted = self._clock()
            total = max(self._totals.get(stage, 0), done) if self._totals.get(stage) else 0
            DraftCheck.objects.filter(pk=self._check_id).update(stage=stage, done=done, total=total)
