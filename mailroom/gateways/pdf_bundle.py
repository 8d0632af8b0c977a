"""Many PDFs in one ZIP file, as they are chosen on a page: taken out one by one, never more than their limits allow."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mailroom.errors import Reject

MOST_FILES = 100_000
"""As many as a spreadsheet may have rows."""
_STEP = 1 << 20


class BadBundle(Reject):
    """The ZIP file cannot be used. Make it again from the PDFs."""


def pdfs_in(bundle: Path, folder: Path, most_bytes: int) -> Iterator[tuple[str, Path]]:
    """Each PDF of a ZIP file by its name, written to the folder under a number; gone again when the next is asked for.

    What computers add by themselves (folders, hidden files) is passed over.

    Raises:
        BadBundle: it is no ZIP file, or something in it is no PDF, or is too large.
    """
    try:
        with zipfile.ZipFile(bundle) as opened:
            entries = [e for e in opened.infolist() if not _is_clutter(e)]
            if len(entries) > MOST_FILES:
                raise BadBundle(f"The ZIP file has {len(entries)} files; {MOST_FILES} may be handed in. Split it.")
            for number, entry in enumerate(entries, 1):
                name = PurePosixPath(entry.filename).name
                path = folder / f"{number}.pdf"
                _write(opened, entry, path, most_bytes)
                yield name, path
                path.unlink()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as wrong:
        raise BadBundle("The file is not a ZIP file that can be read, or it has a password. Make it again.") from wrong


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    return entry.is_dir() or "__MACOSX" in path.parts or path.name.startswith(".") or path.name == "Thumbs.db"


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, most_bytes: int) -> None:
    """The size is counted while it is read: what the ZIP file says of it need not be true."""
    left = most_bytes
    with opened.open(entry) as source, path.open("wb") as target:
        while part := source.read(_STEP):
            left -= len(part)
            if left < 0:
                raise BadBundle("A file in the ZIP file is too large. Save its pictures smaller.")
            target.write(part)
    with path.open("rb") as written:
        if written.read(5) != b"%PDF-":
            raise BadBundle("The ZIP file holds something that is no PDF. Leave it out.")
