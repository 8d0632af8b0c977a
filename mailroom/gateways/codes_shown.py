"""Which letters a PDF shows of each of its simple fonts, by the codes in the strings of its pages and forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pikepdf

_SHOWS = frozenset(("Tj", "TJ", "'", '"'))
_DEEPEST = 5
"""Forms in forms, as where fonts are looked for."""

Font = tuple[int, int]
"""The number of its object."""


def codes_shown(pdf: pikepdf.Pdf) -> dict[Font, set[int]]:
    """Every byte of every string shown, by the font it is shown in."""
    found: dict[Font, set[int]] = defaultdict(set)
    seen: set[Font] = set()
    for page in pdf.pages:
        for font, string in _shown(page.obj, page.obj.get("/Resources"), seen, 0):
            found[font].update(string)
    return dict(found)


def _shown(content: pikepdf.Object, resources: Any, seen: set[Font], depth: int) -> Iterator[tuple[Font, bytes]]:
    if resources is None or depth > _DEEPEST:
        return
    fonts, forms = resources.get("/Font", {}), resources.get("/XObject", {})
    font: Font | None = None
    kept: list[Font | None] = []
    for instruction in pikepdf.parse_content_stream(content):
        operands: Any = instruction.operands
        word = str(instruction.operator)
        if word == "q":
            kept.append(font)
        elif word == "Q" and kept:
            font = kept.pop()
        elif word == "Tf":
            font = fonts[operands[0]].objgen if operands[0] in fonts else None
        elif word in _SHOWS and font is not None:
            yield from ((font, string) for string in _strings(operands[-1]))
        elif word == "Do" and operands[0] in forms:
            yield from _form(forms[operands[0]], resources, seen, depth + 1)


def _form(form: Any, outer: Any, seen: set[Font], depth: int) -> Iterator[tuple[Font, bytes]]:
    """What a form shows, once; one without resources of its own has those of the page."""
    if form.get("/Subtype") != "/Form" or form.objgen in seen:
        return
    seen.add(form.objgen)
    yield from _shown(form, form.get("/Resources", outer), seen, depth)


def _strings(shown: Any) -> Iterator[bytes]:
    if isinstance(shown, pikepdf.String):
        yield bytes(shown)
    elif isinstance(shown, pikepdf.Array):
        yield from (bytes(part) for part in shown if isinstance(part, pikepdf.String))
