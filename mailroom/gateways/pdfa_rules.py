"""Whether a page may stand in a PDF/A-2b as it is, by the rules of ISO 19005-2 that pages of post break in practice."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from mailroom.gateways.pdf_layers import hides_something
from mailroom.gateways.pdf_objects import objects_under
from mailroom.gateways.pdfa_content import INTENTS, LARGEST_NUMBER, LONGEST_STRING, Drawn, Unfit
from mailroom.gateways.pdfa_fonts import is_archival
from mailroom.gateways.scan_file import DAMAGE

_COLOURS_OF_PRESSES = ("/DeviceCMYK", "/CalCMYK", "/Separation", "/DeviceN")
_BLEND_NAMES = (
    "/Normal /Compatible /Multiply /Screen /Overlay /Darken /Lighten /ColorDodge /ColorBurn /HardLight /SoftLight "
    "/Difference /Exclusion /Hue /Saturation /Color /Luminosity"
)
_BLENDS = frozenset(_BLEND_NAMES.split())
_SIDES = (3, 14_400)
"""Points; PDF knows no page smaller or larger."""
_LONGEST_NAME = 127
_CANNOT_BE_FOLLOWED: tuple[type[Exception], ...] = (
    *(Unfit, pikepdf.PdfError, pikepdf.exceptions.DependencyError),
    *DAMAGE,
)


def needs_drawing(page: pikepdf.Page, layers: Any) -> bool:
    """Whether a font is not embedded, a colour is a press's, a picture is coded as PDF/A forbids, or notes are shown.

    layers: the file's own OCProperties. The copy has none, so a layer that is hidden would come to be seen.

    Such a page is drawn as a picture instead: what it shows is kept, and its words are laid under it. So is a page that
    cannot be followed to its end: nobody could say what it breaks.
    """
    try:
        if any(note.get("/Subtype") not in ("/Link", "/Popup") for note in page.obj.get("/Annots", ())):
            return True
        if hides_something(page, layers):
            return True
        drawn = Drawn()
        drawn.follow(page.obj, page.resources)
        return _is_forbidden(page, drawn)
    except _CANNOT_BE_FOLLOWED:
        return True


def _is_forbidden(page: pikepdf.Page, drawn: Drawn) -> bool:
    return (
        any(not is_archival(font, drawn.letters[key]) for key, font in drawn.fonts.items())
        or any(_is_for_presses(space) for space in (*drawn.spaces, page.obj.get("/Group", Dictionary()).get("/CS")))
        or any(_is_badly_coded(image) for image in drawn.images)
        or any(_is_badly_blended(state) for state in drawn.states)
        or any(not _SIDES[0] <= side <= _SIDES[1] for side in _sides(page))
        or not _is_within_limits(page.obj)
    )


def _is_for_presses(space: Any) -> bool:
    """Whether it is, or is built on, colours that a screen has no measure for; a profile must fit its numbers."""
    if not isinstance(space, Array):
        return str(space) in _COLOURS_OF_PRESSES
    family = str(space[0])
    if family == "/ICCBased":
        return not _is_screen_profile(space[1])
    return family in _COLOURS_OF_PRESSES or (family in ("/Indexed", "/I", "/Pattern") and _has_pressed_base(space))


def _has_pressed_base(space: Any) -> bool:
    return len(space) > 1 and _is_for_presses(space[1])


def _is_screen_profile(profile: Any) -> bool:
    head = profile.read_bytes()[:40]
    colours = {1: b"GRAY", 3: b"RGB "}.get(int(profile.N))
    is_lab = int(profile.N) == 3 and head[16:20] == b"Lab "
    return head[36:40] == b"acsp" and head[8] < 5 and (head[16:20] == colours or is_lab)


def _is_badly_coded(image: Any) -> bool:
    filters = str(image.get("/Filter", ""))
    return "/JPXDecode" in filters or "/Crypt" in filters or str(image.get("/Intent", INTENTS[0])) not in INTENTS


def _is_badly_blended(state: Any) -> bool:
    blend = state.get("/BM", Name.Normal)
    return any(str(mode) not in _BLENDS for mode in (blend if isinstance(blend, Array) else [blend]))


def _sides(page: pikepdf.Page) -> list[float]:
    return [
        abs(float(box[end]) - float(box[start]))
        for box in (page.mediabox, page.cropbox)
        for start, end in ((0, 2), (1, 3))
    ]


def _is_within_limits(page: Any) -> bool:
    """Numbers, names and strings anywhere under the page are no larger than PDF/A lets a reader expect."""
    roots = [page[key] for key in ("/Resources", "/Group", "/Contents") if key in page]
    return all(_is_small(thing) for thing in objects_under(roots, but=("/Parent", "/P")))


def _is_small(value: Any) -> bool:
    if isinstance(value, Dictionary | Stream):
        return all(len(key) <= _LONGEST_NAME for key in value)
    if isinstance(value, pikepdf.String):
        return len(bytes(value)) <= LONGEST_STRING
    if isinstance(value, Name):
        return len(str(value).encode("utf-8")) - 1 <= _LONGEST_NAME
    return isinstance(value, bool) or not isinstance(value, int) or abs(value) <= LARGEST_NUMBER
