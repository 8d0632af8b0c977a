"""Layers of a PDF: what a file keeps on a page but does not show."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Dictionary

from mailroom.gateways.pdf_objects import objects_under


def hides_something(page: pikepdf.Page, layers: Any) -> bool:
    """Whether a layer of the page is off when the file is opened. layers: the file's own OCProperties, if it has any.

    A page put into another file leaves these behind, so what it hid would be seen and printed. PDF 32000-1, 8.11.4.3.
    """
    if layers is None:
        return False
    usual = layers.get("/D", Dictionary())
    all_off = usual.get("/BaseState") == "/OFF"
    said = {layer.objgen for layer in usual.get("/ON" if all_off else "/OFF", ())}
    return any(
        isinstance(thing, Dictionary) and thing.get("/Type") == "/OCG" and (thing.objgen in said) != all_off
        for thing in objects_under([page.obj], but=("/Parent", "/P"))
    )
