"""The pages of a print file: taken over from letters' PDFs in volumes that memory holds, and bound into one file.

pikepdf holds the content of every page it takes from another file until it is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pikepdf

from mailroom.config.printing import MM
from mailroom.gateways.held_pages import weight_of_page

PAGE_SIZE = (210 * MM, 297 * MM)


def bind(volumes: Sequence[Path], to: Path) -> Path:
    """One file of all volumes, in their order. qpdf copies from file to file, without holding what it copies."""
    if len(volumes) == 1:
        return volumes[0].replace(to)
    how = ("--object-streams=generate", "--deterministic-id", "--remove-unreferenced-resources=no")
    pikepdf.Job(["qpdf", "--empty", "--pages", *map(str, volumes), "--", *how, str(to)]).run()
    return to


class Volume:
    """The sides of a print file, or of a part of it, in their order.

    pikepdf's own lists of pages go through all of them at every look, so pages are put into the tree here, once.
    """

    def __init__(self, out: pikepdf.Pdf, opened: ExitStack) -> None:
        self._out, self._opened = out, opened
        self._sources: dict[Path, tuple[list[pikepdf.Dictionary], float]] = {}
        self._sides: list[pikepdf.Object] = []
        self._taken: set[tuple[int, int]] = set()
        self.weight = 0.0

    def added(self, side: tuple[Path, int] | None) -> pikepdf.Page:
        """Append one side; each source is opened once."""
        page = self._empty() if side is None else self._copied(*side)
        page["/Parent"] = self._out.Root.Pages
        self._sides.append(page)
        return pikepdf.Page(page)

    def bound(self, to: Path) -> int:
        """Write it with all its sides. Returns how many there are."""
        tree = self._out.Root.Pages
        tree["/Kids"], tree["/Count"] = pikepdf.Array(self._sides), len(self._sides)
        self._out.save(to, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        return len(self._sides)

    def _copied(self, path: Path, number: int) -> pikepdf.Object:
        if path not in self._sources:
            source = self._opened.enter_context(pikepdf.open(path))
            objects = [page.obj for page in source.pages]
            self._sources[path] = objects, weight_of_page(path, len(objects))
        pages, weight = self._sources[path]
        page = self._out.copy_foreign(_by_itself(pages[number - 1]))
        if page.objgen in self._taken:  # a page of an attachment to many letters: another page, the same content
            page = self._out.make_indirect(pikepdf.Dictionary(dict(page.items())))
        else:
            self.weight += weight
        self._taken.add(page.objgen)
        return page

    def _empty(self) -> pikepdf.Object:
        page = pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=[0, 0, *PAGE_SIZE], Resources=pikepdf.Dictionary())
        return self._out.make_indirect(page)


def _by_itself(page: pikepdf.Object) -> pikepdf.Object:
    """The page with what it has from the branches of its tree, of which it is taken."""
    for name in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
        branch: pikepdf.Object | None = page
        while branch is not None and name not in branch:
            branch = branch.get("/Parent")
        if branch is not None:
            page[name] = branch[name]
    return page
