"""Print-to-folder: files that older systems leave in a watched folder become mailings, each once.

Every file seen is on record until it is safe in the store; it is claimed by an atomic rename, and its source moves to
the dated done folder only after the mailing is committed. A crash anywhere is finished at the next look.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.db import IntegrityError

from mailroom.config.outgoing import PrintFolder
from mailroom.errors import MailroomError, Retry
from mailroom.gateways import watch_folder
from mailroom.gateways.watch_folder import SeenFile
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.submit import Handover, receive
from mailroom.records import executors
from mailroom.records.folders_away import note_away, note_reached, reach
from mailroom.records.models import Event, Mailing, WatchedFile, WatchedFileStatus
from mailroom.records.sightings import OPEN, give_back_lost, keep_claim, release, sight

log = logging.getLogger(__name__)

_SHEETS = (".csv", ".xlsx")
_ONE_FILE = (MailroomError, OSError, IntegrityError)
"""What may go wrong with one file; the others are looked at all the same."""


def is_whole(path: Path) -> bool:
    """Whether a PDF or XLSX file has its end; other files say nothing about it. One that went away is not whole."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            file.seek(max(path.stat().st_size - 1024, 0))
            end = file.read()
    except OSError:
        return False
    if start == b"%PDF":
        return b"%%EOF" in end
    return zipfile.is_zipfile(path) if start == b"PK\x03\x04" else True


def name_of(folder: PrintFolder) -> str:
    """What it is called on record: apart from the scanners' folders, whatever those are called."""
    return f"letters/{folder.name}"


def _in_words(trouble: Exception) -> str:
    """Without the path, which may carry a name."""
    return str(trouble) if isinstance(trouble, MailroomError) else type(trouble).__name__


@dataclass(frozen=True)
class PrintFolderWatch:
    """Looks at one folder. spool, done: where claimed and finished files lie, on this machine's disk.

    me: the executor that looks; two of them on one folder do not touch each other's claims.
    """

    folder: PrintFolder
    machines: OutboundMachines
    spool: Path
    done: Path
    me: str = ""

    @property
    def _name(self) -> str:
        return name_of(self.folder)

    @property
    def _path(self) -> Path:
        return self.machines.data / self.folder.path

    def look(self) -> int:
        """One scan: record, wait, take. Returns how many files became mailings.

        Raises:
            Retry: the folder cannot be read. Files already claimed are finished all the same.
        """
        try:
            reach(self._name, self._path, watch_folder, self.machines.clock(), is_ours=True)
        except Retry:
            self._finish_claims(is_reached=False)
            raise
        taken = self._finish_claims()
        give_back_lost(self._name, self._path, self.folder.ignore, watch_folder)
        seen = self._files()
        open_ones = WatchedFile.objects.filter(folder=self._name, status__in=OPEN)
        open_ones.exclude(name__in=[f.name for f in seen]).update(status=WatchedFileStatus.GONE)
        for file in seen:
            try:
                taken += self._consider(file)
            except _ONE_FILE as trouble:
                log.warning("print folder %s: a file waits. %s", self.folder.name, _in_words(trouble))
        return taken

    def _files(self) -> tuple[SeenFile, ...]:
        try:
            found = watch_folder.files_in(self._path, self.folder.ignore)
        except Retry as away:
            note_away(self._name, str(away), self.machines.clock())
            raise
        note_reached(self._name)
        return found

    def _consider(self, file: SeenFile) -> int:
        now = self.machines.clock()
        sighting = sight(self._name, file, now)
        if file.is_link:
            self._raise_alarm(sighting, "This is a link to a file elsewhere, not a file. Put the file itself here.")
        elif now - sighting.still_since < dt.timedelta(seconds=self.folder.settle_seconds):
            self._wait(sighting, now, "The file has not stopped changing. Check the system that prints to it.")
        elif not is_whole(self._path / file.name):
            self._wait(sighting, now, "The file ends in the middle. Let the system print it to this folder again.")
        else:
            return self._take(file, sighting)
        return 0

    def _wait(self, sighting: WatchedFile, now: dt.datetime, problem: str) -> None:
        """Patience first, then a person is told."""
        if now - sighting.first_seen >= dt.timedelta(minutes=self.folder.stuck_after_minutes):
            self._raise_alarm(sighting, problem)

    def _take(self, file: SeenFile, sighting: WatchedFile) -> int:
        claim_name = uuid.uuid4().hex + PurePosixPath(file.name).suffix.lower()
        mine = WatchedFile.objects.filter(pk=sighting.pk, status__in=OPEN)
        if not mine.update(status=WatchedFileStatus.CLAIMED, claimed_as=claim_name, claimed_by=self.me):
            return 0
        try:
            lies_at = watch_folder.claim(self._path, file, self.spool, claim_name)
        except watch_folder.HalfClaimed as half:
            keep_claim(sighting, str(half))
            raise
        except MailroomError as no:
            release(sighting)
            self._wait(sighting, self.machines.clock(), str(no))
            raise
        sighting.refresh_from_db()
        self._bring_in(lies_at, sighting)
        return 1

    def _finish_claims(self, is_reached: bool = True) -> int:
        """Claims that a crash, a full store or a full disk cut short, ours and those of executors that are gone."""
        finished = 0
        claimed = list(WatchedFile.objects.filter(folder=self._name, status=WatchedFileStatus.CLAIMED))
        gone = executors.are_gone({c.claimed_by for c in claimed})
        for sighting in claimed:
            if sighting.claimed_by not in (self.me, "") and sighting.claimed_by not in gone:
                continue
            try:
                finished += self._finish(sighting, is_reached)
            except _ONE_FILE as trouble:
                keep_claim(sighting, f"Taken from the folder but not in the store yet. {_in_words(trouble)}")
                log.warning("print folder %s: a file waits. %s", self.folder.name, _in_words(trouble))
        return finished

    def _finish(self, sighting: WatchedFile, is_reached: bool) -> int:
        """The file lies in the spool, or still under its hidden name, or the claim never came to a move."""
        if not is_reached and not (self.spool / sighting.claimed_as).exists():
            return 0
        try:
            lies_at = watch_folder.finish(self._path, sighting, self.spool, sighting.claimed_as)
        except watch_folder.ClaimLost:
            release(sighting)
            raise
        if lies_at:
            self._bring_in(lies_at, sighting)
            return 1
        if sighting.mailing_id:
            WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.TAKEN, problem="")
        elif (self._path / sighting.name).exists():
            release(sighting)
        else:
            keep_claim(sighting, "It is neither in its folder nor in the spool. Let the system print it again.")
        return 0

    def _bring_in(self, lies_at: Path, sighting: WatchedFile) -> None:
        """Store, record, and only then move the source to the dated done folder."""
        if sighting.mailing_id is None:
            mailing = self._receive(lies_at, sighting)
            WatchedFile.objects.filter(pk=sighting.pk).update(mailing=mailing)
        day = self.machines.today().isoformat()
        watch_folder.move_aside(lies_at, self.done / day / self.folder.name, sighting.name)
        WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.TAKEN, problem="")

    def _receive(self, lies_at: Path, sighting: WatchedFile) -> Mailing:
        filename = PurePosixPath(sighting.name).name
        is_sheet = PurePosixPath(filename).suffix.lower() in _SHEETS
        handover = Handover(
            document_class=self.folder.document_class,
            actor=f"folder {self.folder.name}",
            source="folder",
            title=f"{self.machines.kind(self.folder.document_class).name}: {filename}",
            template=self.folder.template if is_sheet else "",
            site_files=self.folder.attachments,
            idempotency_key=f"folder-{sighting.claimed_as}",
        )
        return receive(self.machines, lies_at, handover, filename)

    def _raise_alarm(self, sighting: WatchedFile, problem: str) -> None:
        """Once a file: it stays where it is until it is taken or removed."""
        if sighting.status != WatchedFileStatus.STUCK or sighting.problem != problem:
            WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.STUCK, problem=problem)
            Event.record("watched_file.stuck", sighting, folder=self._name)
