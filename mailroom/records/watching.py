"""Looking at a watched folder: what scanners' folders and letters' folders have in common.

Every file seen is on record until it is safe in the store. It is claimed by an atomic rename, brought in, and only then
moved away by whoever brings it in; a crash anywhere is finished at the next look.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.db import IntegrityError, transaction

from mailroom.errors import MailroomError, Retry
from mailroom.records import executors
from mailroom.records.folders_away import note_away, note_reached, reach
from mailroom.records.models import Event, WatchedFile, WatchedFileStatus
from mailroom.records.models.watched_file import NOWHERE
from mailroom.records.sightings import (
    OPEN,
    Claimed,
    SeenFile,
    free_the_name,
    give_a_name,
    give_back_lost,
    is_the_file,
    keep_claim,
    release,
)
from mailroom.values.file_name import is_recordable

log = logging.getLogger(__name__)

_ONE_FILE = (MailroomError, OSError, IntegrityError)
"""What may go wrong with one file, such as another watcher taking it first; the others are looked at all the same."""

_IS_IN = (
    "Taken in and safe in the store: do not scan it again. Only its source could not be moved from the spool to the "
    "done folder. Free some space there, or give Mailroom the right to write; it goes on by itself."
)

BringIn = Callable[[Path, WatchedFile], None]
"""Store what lies there, record it, and only then move it to the dated done folder. Safe to repeat."""


class FolderMachine(Protocol):
    """The folder machine: gateways/watch_folder.py fits."""

    def files_in(self, folder: Path, ignore: tuple[str, ...]) -> tuple[SeenFile, ...]:
        """Every file there."""

    @property
    def HalfClaimed(self) -> type[Retry]:
        """Raised where a claim is to be kept."""

    def find_mark(self, folder: Path, known: Sequence[str], is_ours: bool) -> str | None:
        """Its mark, which the empty place of a share that is off has not."""

    def claim(self, folder: Path, seen: Claimed, spool: Path, claim_name: str) -> Path:
        """Take one file out of everybody else's reach. Raises HalfClaimed where the claim is to be kept."""

    def finish(self, folder: Path, seen: Claimed, spool: Path, claim_name: str) -> Path | None:
        """Go on with a claim that was cut short."""

    def hidden_in(self, folder: Path, ignore: tuple[str, ...]) -> tuple[str, ...]:
        """Files that claims have hidden."""

    def claim_of(self, hidden: str) -> str:
        """Whose it is."""

    def give_back(self, folder: Path, hidden: str, name: str) -> str:
        """One that nobody claims any more."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What operators are told. called: the folder, in logs. waits: of a claimed file, in the ledger.

    nowhere: what to do about one that is nowhere.
    """

    called: str
    waits: str
    nowhere: str


@dataclass(frozen=True)
class Watching:
    """One folder. name: as it is on record. me: the executor that looks; two of them do not touch each other's claims.

    spool: where claimed files lie, on this machine's disk. is_ours: the folder is made if it was never there.
    """

    name: str
    path: Path
    spool: Path
    ignore: tuple[str, ...]
    stuck_after: dt.timedelta
    folders: FolderMachine
    clock: Callable[[], dt.datetime]
    me: str
    saying: Saying
    is_ours: bool = False

    def look(self, consider: Callable[[SeenFile], int], bring_in: BringIn) -> int:
        """One scan: finish old claims, then consider every file. Returns how many were taken in all.

        Raises:
            Retry: the folder cannot be read. Files already claimed are finished all the same.
        """
        try:
            reach(self.name, self.path, self.folders, self.clock(), self.is_ours)
        except Retry:
            self._finish_claims(bring_in, is_reached=False)
            raise
        taken = self._finish_claims(bring_in)
        give_back_lost(self.name, self.path, self.ignore, self.folders)
        seen = self._files()
        self._forget_those_gone({f.name for f in seen})
        for file in seen:
            try:
                if is_recordable(file.name):
                    taken += consider(file)
                else:
                    give_a_name(self.path, file, self.clock(), self.folders)
            except _ONE_FILE as trouble:
                self._warn(trouble)
        return taken

    def take(self, file: SeenFile, sighting: WatchedFile, bring_in: BringIn) -> int:
        """Claim the file and bring it in. Returns 1, or 0 if somebody else has it.

        Raises:
            MailroomError, OSError: it is not in yet; the claim stands, or the file is to be looked at again.
        """
        claim_name = uuid.uuid4().hex + PurePosixPath(file.name).suffix.lower()
        mine = WatchedFile.objects.filter(pk=sighting.pk, status__in=OPEN)
        if not mine.update(status=WatchedFileStatus.CLAIMED, claimed_as=claim_name, claimed_by=self.me):
            return 0
        try:
            lies_at = self.folders.claim(self.path, file, self.spool, claim_name)
        except self.folders.HalfClaimed as half:
            keep_claim(sighting, str(half))
            raise
        except MailroomError as no:
            release(sighting)
            self.wait(sighting, str(no))
            raise
        sighting.refresh_from_db()
        bring_in(lies_at, sighting)
        return 1

    def wait(self, sighting: WatchedFile, problem: str) -> None:
        """Patience first, then a person is told."""
        if self.clock() - sighting.first_seen >= self.stuck_after:
            self.raise_alarm(sighting, problem)

    def raise_alarm(self, sighting: WatchedFile, problem: str) -> None:
        """Once a file: it stays where it is, and the ledger names it until it is taken or removed."""
        if sighting.status == WatchedFileStatus.STUCK and sighting.problem == problem:
            return
        with transaction.atomic():
            WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.STUCK, problem=problem)
            Event.record("watched_file.stuck", sighting, folder=self.name)

    def _files(self) -> tuple[SeenFile, ...]:
        """What lies in the folder; one that cannot be read is on record until it can be read again."""
        try:
            found = self.folders.files_in(self.path, self.ignore)
        except Retry as away:
            note_away(self.name, str(away), self.clock())
            raise
        note_reached(self.name)
        return found

    def _forget_those_gone(self, names: Iterable[str]) -> None:
        """A file somebody took away again is no longer waited for; the record stays."""
        waiting = WatchedFile.objects.filter(folder=self.name, status__in=OPEN)
        gone = [w.pk for w in waiting if w.name not in names]
        WatchedFile.objects.filter(pk__in=gone).update(status=WatchedFileStatus.GONE)

    def _finish_claims(self, bring_in: BringIn, is_reached: bool = True) -> int:
        """Claims that a crash, a full store or a full disk cut short, ours and those of executors that are gone."""
        claimed = list(WatchedFile.objects.filter(folder=self.name, status=WatchedFileStatus.CLAIMED))
        gone = executors.are_gone({c.claimed_by for c in claimed})
        finished = 0
        for sighting in claimed:
            if sighting.claimed_by != self.me and sighting.claimed_by not in gone:
                continue
            try:
                finished += self._finish(sighting, bring_in, is_reached)
            except _ONE_FILE as trouble:
                sighting.refresh_from_db()
                is_in = sighting.batch_id or sighting.mailing_id
                keep_claim(sighting, f"{_IS_IN if is_in else self.saying.waits} {_in_words(trouble)}")
                self._warn(trouble)
        return finished

    def _finish(self, sighting: WatchedFile, bring_in: BringIn, is_reached: bool) -> int:
        """The file lies in the spool, or still under its hidden name, or the claim never came to a move."""
        if not is_reached and not (self.spool / sighting.claimed_as).exists():
            return 0
        try:
            lies_at = self.folders.finish(self.path, sighting, self.spool, sighting.claimed_as)
        except self.folders.HalfClaimed:
            raise
        except Retry:
            release(sighting)
            raise
        if lies_at:
            bring_in(lies_at, sighting)
            return 1
        if sighting.batch_id or sighting.mailing_id:
            WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.TAKEN, problem="")
        elif is_the_file(self.path / sighting.name, sighting):
            release(sighting)
        else:
            lost = f"{NOWHERE} {self.saying.nowhere} If it is lost for good: `mailroom lost-file {sighting.number}`."
            keep_claim(sighting, f"{lost}{executors.elsewhere(sighting.claimed_by)}")
            if is_reached and (self.path / sighting.name).exists():
                free_the_name(sighting)
        return 0

    def _warn(self, trouble: Exception) -> None:
        log.warning("%s: a file waits. %s", self.saying.called, _in_words(trouble))


def _in_words(trouble: Exception) -> str:
    """Without the path, which may carry a name."""
    if isinstance(trouble, OSError) and trouble.strerror:
        return f"{trouble.strerror}."
    return str(trouble) if isinstance(trouble, MailroomError) else type(trouble).__name__
