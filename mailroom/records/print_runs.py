"""What the print-run pages read: runs, what waits for paper, requests for reprints, letters left out."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from mailroom.records.models import Event, Letter, LetterStatus, PrintRun, Reprint


@dataclass(frozen=True, slots=True)
class EnvelopeLine:
    """The pieces of a run in one envelope at one postage."""

    envelope: str
    postage: str
    pieces: int
    sheets: int
    pence: int


def newest() -> QuerySet[PrintRun]:
    """Runs, the last one first."""
    return PrintRun.objects.order_by("-pk")


def waiting_for_paper() -> int:
    """Letters that the next run would hold."""
    return Letter.objects.filter(status=LetterStatus.TO_PRINT).count()


def open_reprints(run: PrintRun) -> QuerySet[Reprint]:
    """Requests nobody has agreed to yet."""
    return Reprint.objects.filter(run=run, agreed_at=None).order_by("piece")


def left_out(run: PrintRun) -> list[Letter]:
    """Letters of the run's claim that could not be made, with the problem on each."""
    keys = Event.objects.filter(kind="letter.left_out", details__run=run.pk).values_list("subject_key", flat=True)
    return list(Letter.objects.filter(pk__in=[int(key) for key in keys[:200]]).order_by("pk"))


def by_envelope(run: PrintRun) -> list[EnvelopeLine]:
    """Counts, sheets and cost by envelope and postage."""
    rows = (
        run.pieces.order_by()
        .values_list("envelope", "postage")
        .annotate(Count("pk"), Sum("sheets"), Sum("cost_pence"))
        .order_by("envelope", "postage")
    )
    return [EnvelopeLine(*row) for row in rows]


def note_download(run: PrintRun, name: str, actor: str) -> None:
    """A file with letters in it left the desk."""
    Event.record("print_run.downloaded", run, actor=actor, file=name)
