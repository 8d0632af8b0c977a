"""What a page leaves behind on its way into an archive: notes, actions, other programs' data, settings of presses."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from mailroom.gateways.pdfa_content import INTENTS

_OF_PAGES = (
    *("/Annots", "/AA", "/Thumb", "/B", "/Tabs", "/StructParents", "/PresSteps", "/Trans", "/Dur"),
    *("/TrimBox", "/ArtBox", "/BleedBox", "/BoxColorInfo", "/SeparationInfo"),
)
_OF_ALL = ("/Metadata", "/PieceInfo", "/OPI", "/AF", "/StructParent", "/StructParents")
_OF_IMAGES = ("/Interpolate", "/Alternates")
_OF_FORMS = ("/PS", "/Ref")
_OF_STATES = ("/TR", "/TR2", "/HTP", "/HT", "/BG", "/BG2", "/UCR", "/UCR2")
_OF_FONTS = ("/CIDSet", "/CharSet")
"""Lists of a font's letters that programs write wrongly and no reader needs; PDF/A-2 lets them be left out."""


def leave_behind(page: Any) -> None:
    """Take it all from a page that is the archive's own already, and from everything the page draws with."""
    _without(page, _OF_PAGES)
    seen: set[tuple[int, int]] = set()
    waiting = [page]
    while waiting:
        thing = waiting.pop()
        if thing.objgen != (0, 0):
            if thing.objgen in seen:
                continue
            seen.add(thing.objgen)
        if not isinstance(thing, Array):
            _clean(thing)
        within = thing if isinstance(thing, Array) else (v for key, v in thing.items() if key != "/Parent")
        waiting.extend(value for value in within if isinstance(value, Dictionary | Stream | Array))


def _clean(thing: Any) -> None:
    _without(thing, _OF_ALL)
    kind = thing.get("/Subtype")
    if kind == "/Image":
        _without(thing, _OF_IMAGES)
    elif kind == "/Form":
        _without(thing, _OF_FORMS)
        if thing.get("/Subtype2") == "/PS":
            del thing["/Subtype2"]
    elif kind == "/CIDFontType2" and "/CIDToGIDMap" not in thing:
        thing.CIDToGIDMap = Name.Identity  # what a reader takes when nothing is said
    elif "/FontName" in thing:
        _without(thing, _OF_FONTS)
    for state in thing.get("/ExtGState", Dictionary()).values() if _is_resources(thing) else ():
        _without(state, _OF_STATES)
        if str(state.get("/RI", INTENTS[0])) not in INTENTS:
            del state["/RI"]


def _is_resources(thing: Any) -> bool:
    return isinstance(thing.get("/ExtGState"), pikepdf.Dictionary)


def _without(thing: Any, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in thing:
            del thing[key]
