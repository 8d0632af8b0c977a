"""A PDF that goes with letters: a leaflet, a form, a statement."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A PDF handed in with letters. document: its key in the store. everybody: with every letter; else rows name it."""

    name: str
    document: str
    everybody: bool = True

    @property
    def key(self) -> str:
        """How rows may write its name."""
        return file_key(self.name)


def file_key(name: str) -> str:
    """A file's name as it is compared: without folders, capitals and doubled spaces."""
    return " ".join(name.replace("\\", "/").rpartition("/")[2].split()).lower()
