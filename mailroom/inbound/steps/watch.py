"""Watching the folders: every file seen is on record until it is safe in the store."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.utils import timezone

from mailroom.config.mailroom import WatchFolder, is_ours, place
from mailroom.errors import Reject
from mailroom.inbound.intake import Verdict, day_in_filename, judge, read_path
from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.take_in import AHEAD, Provenance, take_in
from mailroom.records.models import WatchedFile, WatchedFileStatus
from mailroom.records.sightings import SeenFile, sight
from mailroom.records.watching import FolderMachine, Saying, Watching


class Folders(FolderMachine, Protocol):
    """The folder machine: gateways/watch_folder.py fits."""

    def move_aside(self, path: Path, folder: Path, name: str) -> Path:
        """To the dated done folder."""


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
    def _watching(self) -> Watching:
        return Watching(
            name=self.folder.name,
            path=self._path,
            spool=place(self.machines.data, self.machines.config.intake.spool),
            ignore=self.folder.ignore,
            stuck_after=dt.timedelta(minutes=self.folder.stuck_after_minutes),
            folders=self.folders,
            clock=self.machines.clock,
            me=self.me,
            saying=Saying(
                called=f"watch folder {self.folder.name}",
                waits="Taken from the folder but not in the store yet; it lies in the spool.",
                nowhere="Ask who moved it, and scan the paper again.",
            ),
            is_ours=is_ours(self.folder.path),
        )

    def look(self) -> Look:
        """One scan of the folder: record, wait, take.

        Raises:
            Retry: the folder cannot be read. Files already claimed are finished all the same.
        """
        taken = self._watching.look(self._consider, self._bring_in)
        waiting = WatchedFile.objects.filter(folder=self.folder.name, status=WatchedFileStatus.SETTLING).count()
        return Look(taken, waiting)

    def _consider(self, file: SeenFile) -> int:
        watching, now = self._watching, self.machines.clock()
        sighting = sight(self.folder.name, file, now)
        settle = dt.timedelta(seconds=self.folder.settle_seconds)
        if file.is_link:
            watching.raise_alarm(sighting, "This is a link to a file elsewhere, not a file. Put the scan itself here.")
            return 0
        verdict = judge(sighting.first_seen, sighting.still_since, now, settle, watching.stuck_after)
        if verdict is Verdict.LOOK_INSIDE:
            problem = self._unfinished(self._path / file.name)
            if not problem:
                return watching.take(file, sighting, self._bring_in)
            watching.wait(sighting, problem)
        elif verdict is Verdict.STUCK:
            watching.raise_alarm(sighting, "The file has not stopped changing. Check the scanner.")
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
            ahead = said.received > today
            received, rests_on = (today, AHEAD) if ahead else (said.received, "sub_folder")
        elif named and named <= today:
            received, rests_on = named, "file_name"
        return Provenance(
            filename=Path(sighting.name).name,
            source=self.folder.name,
            scanner=self.folder.scanner,
            policy=self.folder.policy,
            duplex=bool(self.folder.duplex),
            service=said.service,
            received=received,
            received_from=rests_on,
            scanned_at=scanned,
            claim=sighting.claimed_as,
        )
