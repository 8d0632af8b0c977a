"""Whether a page may stand in a PDF/A-2b as it is, by the rules of ISO 19005-2 that pages of post break in practice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

_DEEPEST = 8
_COLOURS_OF_PRESSES = ("/DeviceCMYK", "/Separation", "/DeviceN")


def needs_drawing(page: pikepdf.Page) -> bool:
    """Whether a font is not embedded, a colour is a press's, a picture is coded as PDF/A forbids, or notes are shown.

    Such a page is drawn as a picture instead: what it shows is kept, and its words are laid under it.
    """
    if any(note.get("/Subtype") not in ("/Link", "/Popup") for note in page.obj.get("/Annots", ())):
        return True
    return any(_is_forbidden(resources) for resources in _resources(page.obj.get("/Resources"), 0))


def _resources(resources: Any, depth: int) -> Iterator[Any]:
    """The page's resources and those of the forms and patterns in it."""
    if resources is None or depth > _DEEPEST:
        return
    yield resources
    for group in ("/XObject", "/Pattern"):
        for holder in resources.get(group, pikepdf.Dictionary()).values():
            if "/Resources" in holder and holder.get("/Resources") is not None:
                yield from _resources(holder.get("/Resources"), depth + 1)


def _is_forbidden(resources: Any) -> bool:
    fonts = resources.get("/Font", pikepdf.Dictionary()).values()
    images = [x for x in resources.get("/XObject", pikepdf.Dictionary()).values() if x.get("/Subtype") == "/Image"]
    spaces = [*resources.get("/ColorSpace", pikepdf.Dictionary()).values(), *(i.get("/ColorSpace") for i in images)]
    return (
        any(not _is_embedded(font) for font in fonts)
        or any(_is_for_presses(space) for space in spaces)
        or any("/JPXDecode" in str(image.get("/Filter", "")) for image in images)
    )


def _is_embedded(font: Any) -> bool:
    if font.get("/Subtype") == "/Type3":
        return True
    inner = font.get("/DescendantFonts", [font])[0]
    descriptor = inner.get("/FontDescriptor")
    return descriptor is not None and any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _is_for_presses(space: Any) -> bool:
    name = space[0] if isinstance(space, pikepdf.Array) and len(space) else space
    return str(name) in _COLOURS_OF_PRESSES
