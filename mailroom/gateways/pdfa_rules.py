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
    return any(_is_forbidden(drawn) for drawn in _drawn_on(page.obj, 0))


def _drawn_on(holder: Any, depth: int) -> Iterator[Any]:
    """The page, and the forms and patterns drawn on it: each has content and resources of its own."""
    resources = holder.get("/Resources")
    if resources is None or depth > _DEEPEST:
        return
    yield holder
    for group in ("/XObject", "/Pattern"):
        for inner in resources.get(group, pikepdf.Dictionary()).values():
            if isinstance(inner, pikepdf.Stream) and inner.get("/Subtype") != "/Image":
                yield from _drawn_on(inner, depth + 1)


def _is_forbidden(holder: Any) -> bool:
    resources = holder.Resources
    images = [x for x in resources.get("/XObject", pikepdf.Dictionary()).values() if x.get("/Subtype") == "/Image"]
    spaces = [*resources.get("/ColorSpace", pikepdf.Dictionary()).values(), *(i.get("/ColorSpace") for i in images)]
    return (
        any(not _is_embedded(font) for font in _fonts_shown(holder))
        or any(_is_for_presses(space) for space in spaces)
        or any("/JPXDecode" in str(image.get("/Filter", "")) for image in images)
    )


def _fonts_shown(holder: Any) -> list[Any]:
    """The fonts some letter is set in; programs also list fonts that they never use."""
    fonts = holder.Resources.get("/Font", pikepdf.Dictionary())
    chosen, shown = "", set()
    for instruction in pikepdf.parse_content_stream(holder, "Tf Tj TJ ' \""):
        if str(instruction.operator) == "Tf":
            chosen = str(instruction.operands[0])
        else:
            shown.add(chosen)
    return [fonts[name] for name in shown if name in fonts]


def _is_embedded(font: Any) -> bool:
    if font.get("/Subtype") == "/Type3":
        return True
    inner = font.get("/DescendantFonts", [font])[0]
    descriptor = inner.get("/FontDescriptor")
    return descriptor is not None and any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _is_for_presses(space: Any) -> bool:
    name = space[0] if isinstance(space, pikepdf.Array) and len(space) else space
    return str(name) in _COLOURS_OF_PRESSES
