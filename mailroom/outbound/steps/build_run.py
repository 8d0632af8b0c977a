"""Building a print run: letters claimed, composed, planned, written to print files, read back, and put on record.

Safe to kill anywhere. Letters are claimed in one commit under the run's cut-off and put in their envelopes in one
more; between the two nothing is on record but the claim, and building again from it gives the same run.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q, QuerySet

from mailroom.outbound.postal_address import UK_AREAS, LetterAddress
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.print_run import PrintLetter, RunPlan, plan_run
from mailroom.outbound.steps.keep_run import BuiltRun, keep_run
from mailroom.outbound.steps.run_files import note_progress, write_outputs
from mailroom.records.models import BuildStage, Event, Letter, LetterStatus, MailingStatus, PrintRun, PrintRunStatus
from mailroom.values.channel import LetterFormat
from mailroom.values.print_sheet import PagesToPrint
from mailroom.values.working_days import add_working_days, is_working_day, working_day_from

_AT_ONCE = 1000
"""Letters composed in one go: enough to draw fixed parts once, few enough to hold in memory."""


def build_run(machines: PrintMachines, cut_off: dt.datetime, actor: str) -> PrintRun | None:
    """The run of that cut-off, built; None when no letter is ready. Repeated, it carries on or returns what is there.

    Raises:
        Misconfigured: config/printing.toml or postage.toml lacks something; the run stays open and can be built again.
        Reject: a file read back was not what was planned; nothing can be released.
    """
    run = claim_letters(machines, cut_off, actor)
    return run if run is None else build_claimed(machines, run, actor)


def build_claimed(machines: PrintMachines, run: PrintRun, actor: str) -> PrintRun:
    """Build a run from its claim; one that is not being built is left as it is. Raises as build_run."""
    if run.status != PrintRunStatus.BUILDING:
        return run
    machines.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{run.number}-", dir=machines.work) as folder:
        composed = _compose(machines, run, Path(folder))
        plan = _plan(machines, run, composed.letters)
        outputs = write_outputs(machines, run, plan, composed.pages, composed.problems, Path(folder))
    return keep_run(machines, run, BuiltRun(plan, composed.problems, outputs), actor)


def build_at_cut_off(machines: PrintMachines) -> PrintRun | None:
    """A round: the day's run, once its cut-off has passed on a working day, if the site wants that. None otherwise."""
    settings = machines.printing.run
    now = machines.local_time(machines.clock())
    cut_off = dt.datetime.combine(now.date(), settings.cut_off, now.tzinfo)
    if not settings.build_at_cut_off or now < cut_off or not is_working_day(now.date()):
        return None
    if PrintRun.objects.exclude(status=PrintRunStatus.EMPTY).filter(cut_off=cut_off).exists():
        return None
    return build_run(machines, cut_off, "line")


def unfinished_runs(machines: PrintMachines) -> list[PrintRun]:
    """Runs whose building was broken off. Not those a worker is at, or will be."""
    begun = PrintRun.objects.filter(status=PrintRunStatus.BUILDING).order_by("pk")
    return [run for run in begun if not (run.attempts and machines.queues.is_unfinished(job_of(run)))]


def job_of(run: PrintRun) -> str:
    """The engine's name for the job that builds the run."""
    return f"print-run-{run.pk}-{run.attempts}"


def claim_letters(machines: PrintMachines, cut_off: dt.datetime, actor: str) -> PrintRun | None:
    """The run of that cut-off with every letter that was ready by then; None when there was none."""
    stale = _ready(cut_off).filter(
        Q(customer__updated_at__gt=F("decided_at")) | Q(customer__consents__given_at__gt=F("decided_at"))
    )
    changed = list(stale.values_list("pk", flat=True).distinct())
    if changed:
        machines.decide_again(changed)
    with transaction.atomic():
        run, made = live_runs().get_or_create(cut_off=cut_off, defaults={"built_by": actor})
        asked = PrintRun.objects.filter(pk=run.pk, status=PrintRunStatus.ASKED)
        if not made and not asked.update(status=PrintRunStatus.BUILDING):
            return run
        run.refresh_from_db()
        ready = _ready(cut_off).filter(Q(customer=None) | Q(customer__deceased_date=None))
        taken = Letter.objects.filter(pk__in=ready.values("pk"), status=LetterStatus.TO_PRINT).update(
            status=LetterStatus.IN_RUN, print_run=run
        )
        if not taken:
            return _empty(run, made)
        Event.record("print_run.claimed", run, actor=actor, letters=taken)
    return run


def live_runs() -> QuerySet[PrintRun]:
    """Runs that hold their cut-off: not those taken apart, nor those no letter was ready for."""
    return PrintRun.objects.exclude(status__in=(PrintRunStatus.ABANDONED, PrintRunStatus.EMPTY))


def _empty(run: PrintRun, made: bool) -> PrintRun | None:
    """A run nobody knew of leaves no trace; one that was asked for says that it is empty."""
    if made:
        run.delete()
        return None
    run.status = PrintRunStatus.EMPTY
    run.save(update_fields=["status"])
    Event.record("print_run.empty", run)
    return run


def _ready(cut_off: dt.datetime) -> QuerySet[Letter]:
    """Letters waiting for paper whose mailing may leave by the cut-off."""
    mailing = Q(mailing__status__in=(MailingStatus.READY, MailingStatus.DONE))
    scheduled = Q(mailing__scheduled_for=None) | Q(mailing__scheduled_for__lte=cut_off)
    decided = Q(decided_at=None) | Q(decided_at__lte=cut_off)
    return Letter.objects.filter(mailing & scheduled & decided, status=LetterStatus.TO_PRINT)


@dataclass(frozen=True, slots=True)
class _Composed:
    """pages: where each letter's pages and its attachments' are. problems: of letters not to be made, by key."""

    pages: dict[int, tuple[PagesToPrint, ...]]
    letters: list[PrintLetter]
    problems: dict[int, str]


def _compose(machines: PrintMachines, run: PrintRun, folder: Path) -> _Composed:
    """Every letter's pages. In the order of postcodes, so that a print file takes from few of the composed ones."""
    keys = list(Letter.objects.filter(print_run=run).order_by("postcode", "pk").values_list("pk", flat=True))
    done = _Composed({}, [], {})
    areas = UK_AREAS | set(machines.printing.address.extra_postcode_areas)
    for start in range(0, len(keys), _AT_ONCE):
        note_progress(run, BuildStage.COMPOSING, start, len(keys))
        # One record of a mailing for all its letters: joined to every row, it takes longer to read than the letters.
        found = Letter.objects.prefetch_related("mailing").in_bulk(keys[start : start + _AT_ONCE])
        letters = [found[key] for key in keys[start : start + _AT_ONCE]]
        part = folder / f"letters-{start // _AT_ONCE:04d}"
        part.mkdir()
        pages = machines.compose(letters, part)
        for letter in letters:
            _sort_in(machines, letter, pages[letter.pk], areas, done)
    return done


def _sort_in(
    machines: PrintMachines,
    letter: Letter,
    pages: tuple[PagesToPrint, ...] | str,
    areas: frozenset[str],
    done: _Composed,
) -> None:
    """Among the letters to print, or among those that have a problem."""
    if isinstance(pages, str):
        done.problems[letter.pk] = pages
        return
    ready = _print_letter(machines, letter, pages, areas)
    most = machines.printing.envelope[-1].most_sheets
    if isinstance(ready, str):
        done.problems[letter.pk] = ready
    elif ready.sheets > most:
        told = f"It has {ready.sheets} sheets, attachments included; the largest envelope takes {most}."
        done.problems[letter.pk] = told
    else:
        done.pages[letter.pk] = pages
        done.letters.append(ready)


def _print_letter(
    machines: PrintMachines, letter: Letter, pages: tuple[PagesToPrint, ...], areas: frozenset[str]
) -> PrintLetter | str:
    kind = machines.classes.find(letter.mailing.document_class)
    if kind is None:
        return f"config/document_classes.toml has no class '{letter.mailing.document_class}'."
    lines = tuple(letter.address_lines)
    return PrintLetter(
        key=letter.pk,
        person=letter.customer_id or "" if letter.matched else "",
        address=lines,
        postcode=letter.postcode,
        zone=LetterAddress(lines, areas).zone,
        pages=pages[0].count,
        attached=tuple(part.count for part in pages[1:]),
        joined=any(part.joined for part in pages),
        duplex=kind.duplex,
        stock=kind.stock,
        insert=kind.insert,
        format=LetterFormat(letter.format),
        shares=kind.share_envelope,
        needs_proof=kind.needs_proof,
        service=letter.mailing.service,
        must_arrive=letter.must_arrive or letter.mailing.must_arrive,
    )


def _plan(machines: PrintMachines, run: PrintRun, letters: list[PrintLetter]) -> RunPlan:
    posted_on = working_day_from(machines.local_time(run.cut_off).date())
    return plan_run(letters, run.number, machines.printing, machines.postage, posted_on, add_working_days)
