"""Folders that must lie apart: what is taken out of one must never be what Mailroom keeps in another.

Links are followed and relative paths are below the data folder, because two paths written differently may be one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path, PurePosixPath


def refuse_overlaps(data: Path, emptied: Mapping[str, PurePosixPath], kept: Mapping[str, PurePosixPath]) -> None:
    """Compare the folders, each by what it is to people.

    emptied: folders that files are taken out of, or deleted from. None may lie in another, in one of `kept`, or hold
    one; nor may it be or hold the data folder.

    Raises:
        ValueError: naming the first two that overlap.
    """
    written = {**kept, **emptied}
    real = {what: _real(what, data, path) for what, path in written.items()}
    for one, other in _pairs(emptied, kept):
        a, b = real[one], real[other]
        if a.is_relative_to(b) or b.is_relative_to(a):
            raise ValueError(
                f"{one} ({_both(written[one], a)}) and {other} ({_both(written[other], b)}) overlap; "
                "move one of them out of the other"
            )
    for one in emptied:
        if data.resolve().is_relative_to(real[one]):
            raise ValueError(f"{one} ({_both(emptied[one], real[one])}) holds the data folder; move it out")


def _pairs(emptied: Mapping[str, PurePosixPath], kept: Mapping[str, PurePosixPath]) -> Iterator[tuple[str, str]]:
    yield from combinations(emptied, 2)
    for one in emptied:
        yield from ((one, other) for other in kept)


def _real(what: str, data: Path, path: PurePosixPath) -> Path:
    try:
        return (data / path).resolve()
    except RuntimeError:  # only Python before 3.13 finds the circle here; later ones find it when the folder is read
        raise ValueError(f"{what} ({path}) is a link that leads in a circle; name the folder itself") from None


def _both(written: PurePosixPath, real: Path) -> str:
    """As it stands in the file, and where that is if it looks like another place."""
    return str(written) if real.parts[-len(written.parts) :] == written.parts else f"{written}, which is {real}"
