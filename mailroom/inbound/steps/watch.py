"""Watching the folders: every file seen is on record until it is safe in the store."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.db import IntegrityError, transaction
from django.utils import timezone

from mailroom.config.mailroom import WatchFolder, place
from mailroom.errors import MailroomError, Reject, Retry
from mailroom.inbound.intake import Verdict, day_in_filename, judge, read_path
from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.take_in import Provenance, take_in
from mailroom.records import executors
from mailroom.records.folders_away import note_away, note_reached, reach
from mailroom.records.models import Event, WatchedFile, WatchedFileStatus
from mailroom.records.sightings import OPEN, Claimed, SeenFile, give_back_lost, keep_claim, release, sight

log = logging.getLogger(__name__)

_ONE_FILE = (MailroomError, OSError, IntegrityError)
"""What may go wrong with one file, such as another watcher taking it first; the others are looked at all the same."""


class Folders(Protocol):
    """The folder machine: gateways/watch_folder.py fits."""

    def files_in(self, folder: Path, ignore: tuple[str, ...]) -> tuple[SeenFile, ...]:
        """Every file there."""

    @property
    def HalfClaimed(self) -> type[Retry]:
        """Raised where a claim is to be kept."""

    def find_mark(self, folder: Path, known: bool) -> bool:
        """Whether it is the folder itself, and not the empty place of a share that is off."""

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

    def move_aside(self, path: Path, folder: Path, name: str) -> Path:
        """To the dated done folder."""


_NOT_IN_STORE = "Taken from the folder but not in the store yet; it lies in the spool."
_NOWHERE = "It is neither in its folder nor in the spool. Ask who moved it, and scan the paper again."


@dataclass(frozen=True, slots=True)
class Look:
    """What one scan of a folder came to: files taken in, and files still waited for."""

    taken: int
    waiting: int


@dataclass(frozen=True)
class Watcher:
    """Looks at one folder. `incomplete` is the reader's error for a file that does not yet parse to its end.

    me: the executor that looks; two of them on one folder do not touch each other's claims.
    """

    folder: WatchFolder
    folders: Folders
    machines: Machines
    incomplete: type[Reject]
    me: str = ""

    @property
    def _path(self) -> Path:
        return place(self.machines.data, self.folder.path)

    @property
    def _spool(self) -> Path:
        return place(self.machines.data, self.machines.config.intake.spool)

    def look(self) -> Look:
        """One scan of the folder: record, wait, take.

        Raises:
            Retry: the folder cannot be read. Files already claimed are finished all the same.
        """
        try:
            reach(self.folder.name, self._path, self.folders, self.machines.clock())
        except Retry:
            self._finish_claims(is_reached=False)
            raise
        taken = self._finish_claims()
        give_back_lost(self.folder.name, self._path, self.folder.ignore, self.folders)
        seen = {f.name: f for f in self._files()}
        self._forget_those_gone(set(seen))
        for file in seen.values():
            try:
                taken += self._consider(file)
            except _ONE_FILE as trouble:
                log.warning("watch folder %s: a file waits. %s", self.folder.name, _in_words(trouble))
        waiting = WatchedFile.objects.filter(folder=self.folder.name, status=WatchedFileStatus.SETTLING).count()
        return Look(taken, waiting)

    def _files(self) -> tuple[SeenFile, ...]:
        """What lies in the folder; one that cannot be read is on record until it can be read again."""
        try:
            found = self.folders.files_in(self._path, self.folder.ignore)
        except Retry as away:
            note_away(self.folder.name, str(away), self.machines.clock())
            raise
        note_reached(self.folder.name)
        return found

    def _consider(self, file: SeenFile) -> int:
        now = self.machines.clock()
        sighting = sight(self.folder.name, file, now)
        settle = dt.timedelta(seconds=self.folder.settle_seconds)
        stuck_after = dt.timedelta(minutes=self.folder.stuck_after_minutes)
        if file.is_link:
            self._raise_alarm(sighting, "This is a link to a file elsewhere, not a file. Put the scan itself here.")
            return 0
        verdict = judge(sighting.first_seen, sighting.still_since, now, settle, stuck_after)
        if verdict is Verdict.LOOK_INSIDE:
            problem = self._unfinished(self._path / file.name)
            if not problem:
                return self._take(file, sighting)
            if now - sighting.first_seen >= stuck_after:
                self._raise_alarm(sighting, problem)
        elif verdict is Verdict.STUCK:
            self._raise_alarm(sighting, "The file has not stopped changing. Check the scanner.")
        return 0

    def _unfinished(self, path: Path) -> str:
        """Why the file cannot be taken yet, or ''. A file that is whole but bad is taken, and quarantined later."""
        try:
            self.machines.reader.page_count(path)
        except self.incomplete as not_yet:
            return str(not_yet)
        except Reject:
            return ""
        return ""

    def _take(self, file: SeenFile, sighting: WatchedFile) -> int:
        claim_name = uuid.uuid4().hex + Path(file.name).suffix.lower()
        won = WatchedFile.objects.filter(pk=sighting.pk, status__in=OPEN).update(
            status=WatchedFileStatus.CLAIMED, claimed_as=claim_name, claimed_by=self.me
        )
        if not won:
            return 0
        try:
            lies_at = self.folders.claim(self._path, file, self._spool, claim_name)
        except self.folders.HalfClaimed as half:
            keep_claim(sighting, str(half))
            raise
        except MailroomError as no:
            release(sighting)
            if self.machines.clock() - sighting.first_seen >= dt.timedelta(minutes=self.folder.stuck_after_minutes):
                self._raise_alarm(sighting, str(no))
            raise
        sighting.refresh_from_db()
        self._bring_in(lies_at, sighting)
        return 1

    def _finish_claims(self, is_reached: bool = True) -> int:
        """Claims that a crash, a full store or a full disk cut short, ours and those of executors that are gone."""
        claimed = list(WatchedFile.objects.filter(folder=self.folder.name, status=WatchedFileStatus.CLAIMED))
        gone = executors.are_gone({c.claimed_by for c in claimed})
        finished = 0
        for sighting in claimed:
            if sighting.claimed_by != self.me and sighting.claimed_by not in gone:
                continue
            try:
                finished += self._finish(sighting, is_reached)
            except _ONE_FILE as trouble:
                keep_claim(sighting, f"{_NOT_IN_STORE} {_in_words(trouble)}")
                log.warning("watch folder %s: a file waits. %s", self.folder.name, _in_words(trouble))
        return finished

    def _finish(self, sighting: WatchedFile, is_reached: bool) -> int:
        """The file lies in the spool, or still under its hidden name, or the claim never came to a move."""
        if not is_reached and not (self._spool / sighting.claimed_as).exists():
            return 0
        try:
            lies_at = self.folders.finish(self._path, sighting, self._spool, sighting.claimed_as)
        except self.folders.HalfClaimed:
            raise
        except Retry:
            release(sighting)
            raise
        if lies_at:
            self._bring_in(lies_at, sighting)
            return 1
        if sighting.batch_id:
            WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.TAKEN, problem="")
        elif (self._path / sighting.name).exists():
            release(sighting)
        else:
            keep_claim(sighting, _NOWHERE)
        return 0

    def _bring_in(self, lies_at: Path, sighting: WatchedFile) -> None:
        """Store, record, and only then move the source to the dated done folder."""
        now = self.machines.clock()
        if sighting.batch is None:
            batch = take_in(lies_at, self._provenance(sighting, now), self.machines)
            WatchedFile.objects.filter(pk=sighting.pk).update(batch=batch)
        done = (
            place(self.machines.data, self.machines.config.intake.done)
            / timezone.localdate(now).isoformat()
            / self.folder.name
        )
        self.folders.move_aside(lies_at, done, sighting.name)
        WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.TAKEN, problem="")

    def _provenance(self, sighting: WatchedFile, now: dt.datetime) -> Provenance:
        said = read_path(sighting.name, self.machines.services)
        scanned = dt.datetime.fromtimestamp(sighting.modified_ns / 1e9, tz=now.tzinfo)
        named, today = day_in_filename(sighting.name), timezone.localdate(now)
        received, rests_on = today, "scan_day"
        if said.received:
            received, rests_on = said.received, "sub_folder"
        elif named and named <= today:
            received, rests_on = named, "file_name"
        return Provenance(
            filename=Path(sighting.name).name,
            source=self.folder.name,
            scanner=self.folder.scanner,
            policy=self.folder.policy,
            duplex=self.folder.duplex,
            service=said.service,
            received=received,
            received_from=rests_on,
            scanned_at=scanned,
            claim=sighting.claimed_as,
        )

    def _raise_alarm(self, sighting: WatchedFile, problem: str) -> None:
        """Once a file: it stays where it is, and the ledger names it until it is taken or removed."""
        if sighting.status == WatchedFileStatus.STUCK and sighting.problem == problem:
            return
        with transaction.atomic():
            WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.STUCK, problem=problem)
            Event.record("watched_file.stuck", sighting, folder=self.folder.name)

    def _forget_those_gone(self, names: set[str]) -> None:
        """A file somebody took away again is no longer waited for; the record stays."""
        waiting = WatchedFile.objects.filter(folder=self.folder.name, status__in=OPEN)
        gone = [w.pk for w in waiting if w.name not in names]
        WatchedFile.objects.filter(pk__in=gone).update(status=WatchedFileStatus.GONE)


def _in_words(trouble: Exception) -> str:
    """Without the path, which may carry a name."""
    return str(trouble) if isinstance(trouble, MailroomError) else type(trouble).__name__
