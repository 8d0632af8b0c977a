"""What a page leaves behind on its way into an archive: notes, actions, other programs' data, settings of presses."""

from __future__ import annotations

from typing import Any

from pikepdf import Dictionary, Name, Stream

from mailroom.gateways.pdf_objects import objects_under
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
    for thing in objects_under([page], but=("/Parent",)):
        if isinstance(thing, Dictionary | Stream):
            _clean(thing)


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
    return isinstance(thing.get("/ExtGState"), Dictionary)


def _without(thing: Any, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in thing:
            del thing[key]
