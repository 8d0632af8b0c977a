"""config/mailroom.toml: the council, its watch folders, and how the line runs."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path, PurePosixPath

from pydantic import Field, field_validator

from mailroom.config.section import Section, repeated


class CuttingPolicy(StrEnum):
    """How the scans of a folder are cut into items."""

    SHEETS = "sheets"
    ONE_ITEM = "one_item"
    SIGNS = "signs"
    AUTO = "auto"


class Noticing(StrEnum):
    """How new files are noticed: the scan is always the truth, events only make it quicker."""

    EVENTS = "events"
    POLLING = "polling"


class Council(Section):
    """Whose mailroom this is. office_closes: an email that comes later counts as received on the next working day."""

    name: str
    code: str = Field(pattern=r"^[A-Z]{2,6}$", description="short code printed on separator sheets")
    timezone: str = "Europe/London"
    office_closes: dt.time = dt.time(17)


class WatchFolder(Section):
    """One folder scanners drop files into. Times in seconds unless the name says minutes.

    duplex: both sides of every sheet come, or one side; without it, each batch's pages show it.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    path: PurePosixPath
    scanner: str = ""
    duplex: bool | None = None
    policy: CuttingPolicy = CuttingPolicy.AUTO
    noticing: Noticing = Noticing.EVENTS
    scan_every_seconds: float = Field(default=5.0, gt=0)
    settle_seconds: float = Field(default=3.0, ge=0)
    stuck_after_minutes: float = Field(default=10.0, gt=0)
    ignore: tuple[str, ...] = (".*", "~*", "*.tmp", "*.part", "Thumbs.db")


class Intake(Section):
    """What happens to files around their taking in. Paths are below the data folder unless absolute."""

    spool: PurePosixPath = PurePosixPath("spool")
    done: PurePosixPath = PurePosixPath("done")
    keep_done_days: int = Field(default=30, ge=1)


class Engine(Section):
    """How much work is done at once, and how long before it counts as stuck.

    pages_at_once 0 means one a core. attempts: how often a batch or an email is put on the line again by itself.
    """

    pages_at_once: int = Field(default=0, ge=0)
    batches_at_once: int = Field(default=6, ge=1)
    items_at_once: int = Field(default=2, ge=1)
    emails_at_once: int = Field(default=2, ge=1)
    letter_emails_a_minute: int = Field(default=600, ge=50, description="to residents; a mail server's own limit")
    sweep_every_seconds: float = Field(default=20.0, gt=0)
    stuck_after_minutes: float = Field(default=15.0, gt=0)
    attempts: int = Field(default=5, ge=1)
    retry_email_after_seconds: float = Field(default=60.0, gt=0)
    heartbeat_seconds: float = Field(default=2.0, gt=0)
    dead_after_seconds: float = Field(default=15.0, gt=0)


class NearDuplicates(Section):
    """When two items count as the same paper scanned twice."""

    within_days: int = Field(default=60, ge=1)
    bits: int = Field(default=6, ge=0, le=32, description="most differing bits of two pages' 64-bit fingerprints")
    text_likeness: float = Field(default=0.8, gt=0, le=1, description="least likeness of the two texts, 0 to 1")


class MailroomConfig(Section):
    """The whole of mailroom.toml."""

    council: Council
    watch_folder: tuple[WatchFolder, ...] = ()
    intake: Intake = Intake()
    engine: Engine = Engine()
    near_duplicates: NearDuplicates = NearDuplicates()

    @field_validator("watch_folder")
    @classmethod
    def _names_differ(cls, folders: tuple[WatchFolder, ...]) -> tuple[WatchFolder, ...]:
        twice = sorted(repeated(f.name for f in folders))
        if twice:
            raise ValueError(f"two folders are named {', '.join(twice)}; give each its own name")
        return folders

    @property
    def folders(self) -> dict[str, PurePosixPath]:
        """Every folder named here, by what it is to people: files are taken out of each, or deleted from it."""
        kept = {"spool": self.intake.spool, "done": self.intake.done}
        return {**{f"watch folder '{f.name}'": f.path for f in self.watch_folder}, **kept}


def is_ours(path: PurePosixPath) -> bool:
    """Whether Mailroom makes the folder itself: a relative one, below the data folder. Others are the council's own."""
    return not path.is_absolute()


def place(data: Path, path: PurePosixPath) -> Path:
    """Where a configured path is: as it stands if absolute, else below the data folder."""
    return data / path
