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

from mailroom.config.outgoing import PrintFolder
from mailroom.errors import MailroomError
from mailroom.gateways import watch_folder
from mailroom.gateways.watch_folder import SeenFile
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.submit import Handover, receive
from mailroom.records.models import Event, Mailing, WatchedFile, WatchedFileStatus
from mailroom.records.sightings import OPEN, sight

log = logging.getLogger(__name__)

_SHEETS = (".csv", ".xlsx")


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


@dataclass(frozen=True)
class PrintFolderWatch:
    """Looks at one folder. spool, done: where claimed and finished files lie, on this machine's disk."""

    folder: PrintFolder
    machines: OutboundMachines
    spool: Path
    done: Path

    @property
    def _name(self) -> str:
        """Apart from the scanners' folders, whatever those are called."""
        return f"letters/{self.folder.name}"

    @property
    def _path(self) -> Path:
        return self.machines.data / self.folder.path

    def look(self) -> int:
        """One scan: record, wait, take. Returns how many files became mailings.

        Raises:
            Retry: the folder cannot be read. Files already claimed are finished all the same.
        """
        self._path.mkdir(parents=True, exist_ok=True)
        taken = self._finish_claims()
        seen = watch_folder.files_in(self._path, self.folder.ignore)
        open_ones = WatchedFile.objects.filter(folder=self._name, status__in=OPEN)
        open_ones.exclude(name__in=[f.name for f in seen]).update(status=WatchedFileStatus.GONE)
        for file in seen:
            try:
                taken += self._consider(file)
            except MailroomError as trouble:
                log.warning("print folder %s: %s", self.folder.name, trouble)
        return taken

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
        if not mine.update(status=WatchedFileStatus.CLAIMED, claimed_as=claim_name):
            return 0
        try:
            lies_at = watch_folder.claim(self._path, file, self.spool, claim_name)
        except MailroomError:
            WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.SETTLING, claimed_as="")
            raise
        sighting.refresh_from_db()
        self._bring_in(lies_at, sighting)
        return 1

    def _finish_claims(self) -> int:
        """Claims that a crash cut short: the file lies in the spool, or still under its hidden name."""
        finished = 0
        for sighting in WatchedFile.objects.filter(folder=self._name, status=WatchedFileStatus.CLAIMED):
            target = self.spool / sighting.claimed_as
            hidden = watch_folder.hidden_name(self._path, sighting.name, sighting.claimed_as)
            if not target.exists() and hidden.exists():
                watch_folder.bring_to_spool(hidden, target)
            if target.exists():
                self._bring_in(target, sighting)
                finished += 1
            elif sighting.mailing_id:
                WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.TAKEN)
            elif (self._path / sighting.name).exists():
                WatchedFile.objects.filter(pk=sighting.pk).update(status=WatchedFileStatus.SETTLING, claimed_as="")
        return finished

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
