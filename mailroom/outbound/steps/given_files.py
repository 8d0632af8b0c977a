"""Attachments on their way in: each safe in the store, and the list of them kept there too until they are handed in."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailroom.errors import Reject
from mailroom.outbound.machines import OutboundMachines
from mailroom.values.attachment import GivenFile

TakeOut = Callable[[Path, Path, int], Iterator[tuple[str, Path]]]
"""The PDFs of a ZIP file: (bundle, folder, most bytes of each)."""


class NotAPdf(Reject):
    """An attachment is no PDF. Save it as one."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An attachment in the store, and its size in bytes."""

    file: GivenFile
    size: int


def keep_file(machines: OutboundMachines, path: Path, name: str, *, everybody: bool) -> KeptFile:
    """Put one in the store. Raises NotAPdf, or Retry when the store is full or away."""
    with path.open("rb") as opened:
        if opened.read(5) != b"%PDF-":
            raise NotAPdf("An attachment is not a PDF. Save it as a PDF and choose it again.")
    return KeptFile(GivenFile(name[-255:], machines.store.put(path), everybody), path.stat().st_size)


def keep_all(
    machines: OutboundMachines, path: Path, name: str, take_out: TakeOut, *, everybody: bool
) -> Iterator[KeptFile]:
    """Put a PDF, or every PDF of a ZIP file, in the store. Raises NotAPdf or the bundle's own Reject."""
    if not name.lower().endswith(".zip"):
        yield keep_file(machines, path, name, everybody=everybody)
        return
    most = int(machines.printing.preflight.most_megabytes * 1_000_000)
    with tempfile.TemporaryDirectory(prefix="mailroom-attachments-") as folder:
        for inner, taken in take_out(path, Path(folder), most):
            yield keep_file(machines, taken, inner, everybody=everybody)


def keep_list(machines: OutboundMachines, files: Iterable[KeptFile]) -> str:
    """The list in the store, under a key that a page can remember; '' for none."""
    rows = [[kept.file.name, kept.file.document, kept.file.everybody, kept.size] for kept in files]
    return machines.store.put(json.dumps(rows).encode()) if rows else ""


def listed(machines: OutboundMachines, key: str) -> Sequence[KeptFile]:
    """The list again."""
    rows = json.loads(machines.store.get(key)) if key else []
    return [KeptFile(GivenFile(name, document, everybody), size) for name, document, everybody, size in rows]
