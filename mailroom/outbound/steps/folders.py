"""Print-to-folder: files that older systems leave in a watched folder become mailings, each once.

Every file seen is on record until it is safe in the store; it is claimed by an atomic rename, and its source moves to
the dated done folder only after the mailing is committed. A crash anywhere is finished at the next look.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mailroom.config.mailroom import is_ours
from mailroom.config.outgoing import PrintFolder
from mailroom.gateways import watch_folder
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.submit import Handover, receive
from mailroom.records.models import Mailing, WatchedFile, WatchedFileStatus
from mailroom.records.sightings import SeenFile, sight
from mailroom.records.watching import Saying, Watching

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


def name_of(folder: PrintFolder) -> str:
    """What it is called on record: apart from the scanners' folders, whatever those are called."""
    return f"letters/{folder.name}"


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
    def _path(self) -> Path:
        return self.machines.data / self.folder.path

    @property
    def _watching(self) -> Watching:
        return Watching(
            name=name_of(self.folder),
            path=self._path,
            spool=self.spool,
            ignore=self.folder.ignore,
            stuck_after=dt.timedelta(minutes=self.folder.stuck_after_minutes),
            folders=watch_folder,
            clock=self.machines.clock,
            me=self.me,
            saying=Saying(
                called=f"print folder {self.folder.name}",
                waits="Taken from the folder but not in the store yet.",
                nowhere="Let the system print it again.",
            ),
            is_ours=is_ours(self.folder.path),
        )

    def look(self) -> int:
        """One scan: record, wait, take. Returns how many files became mailings.

        Raises:
            Retry: the folder cannot be read. Files already claimed are finished all the same.
        """
        return self._watching.look(self._consider, self._bring_in)

    def _consider(self, file: SeenFile) -> int:
        watching, now = self._watching, self.machines.clock()
        sighting = sight(watching.name, file, now)
        if file.is_link:
            watching.raise_alarm(sighting, "This is a link to a file elsewhere, not a file. Put the file itself here.")
        elif now - sighting.still_since < dt.timedelta(seconds=self.folder.settle_seconds):
            watching.wait(sighting, "The file has not stopped changing. Check the system that prints to it.")
        elif not is_whole(self._path / file.name):
            watching.wait(sighting, "The file ends in the middle. Let the system print it to this folder again.")
        else:
            return watching.take(file, sighting, self._bring_in)
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
