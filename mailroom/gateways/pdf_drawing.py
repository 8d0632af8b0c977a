"""Whether what draws a PDF page can be followed: pdfium leaves out what it cannot follow, and says nothing.

A page of which nothing is left would pass for the blank side of a sheet, one of which half is left for a shorter
letter.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Stream

from mailroom.gateways.scan_file import DAMAGE

PDF_DAMAGE: tuple[type[Exception], ...] = (pikepdf.PdfError, *DAMAGE)
"""What a damaged PDF raises once it is looked into."""
_KNOWN = frozenset(
    (
        *("b", "B", "b*", "B*", "BDC", "BI", "BMC", "BT", "BX", "c", "cm", "CS", "cs", "d", "d0", "d1", "Do", "DP"),
        *("EI", "EMC", "ET", "EX", "f", "F", "f*", "G", "g", "gs", "h", "i", "ID", "j", "J", "K", "k", "l", "m", "M"),
        *("MP", "n", "q", "Q", "re", "RG", "rg", "ri", "s", "S", "SC", "sc", "SCN", "scn", "sh", "T*", "Tc", "Td"),
        *("TD", "Tf", "Tj", "TJ", "TL", "Tm", "Tr", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y", "'", '"'),
        "INLINE IMAGE",
    )
)
"""Of PDF 2.0, and how pikepdf names a picture among the instructions."""
_MAY_BE_CUT = "input stream is complete but output may still be valid"
"""What qpdf says of packed instructions without an end; some programs leave out the end's check sum only."""
_REMARK = re.compile(rb"%[^\r\n]*")
_DEEPEST = 4


def is_misdrawn(path: Path, number: int, shows_nothing: bool) -> bool:
    """Whether instructions of the page, from 1, are missing, cut off or no instructions. shows_nothing: it is white."""
    try:
        with warnings.catch_warnings(action="ignore"), pikepdf.open(path, suppress_warnings=True) as pdf:
            page = pdf.pages[number - 1]
            return _is_unreachable(page) or _is_garbled(pdf, page, page.obj, shows_nothing)
    except PDF_DAMAGE:
        return True


def _is_unreachable(page: pikepdf.Page) -> bool:
    """Nothing where the instructions should be. qpdf knows no reference to nothing; what they would use tells then."""
    content = page.obj.get("/Contents")
    if content is None:
        own = page.obj.get("/Resources")
        return isinstance(own, Dictionary) and any(len(_entries(own, kind)) for kind in ("/Font", "/XObject"))
    parts = content if isinstance(content, Array) else [content]
    return not all(isinstance(part, Stream) for part in parts)


def _is_garbled(pdf: pikepdf.Pdf, page: Any, holder: Any, shows_nothing: bool, depth: int = 1) -> bool:
    """page: a page, or a form drawn on one. holder: where its resources are."""
    pdf.get_warnings()  # those before are no concern of this one
    steps = pikepdf.parse_content_stream(page)
    told = [str(warning) for warning in pdf.get_warnings()]
    names = [str(step.operator) for step in steps]
    if any(_MAY_BE_CUT not in warning for warning in told) or not _KNOWN.issuperset(_binding(names)):
        return True
    if told and names.count("BT") != names.count("ET"):
        return True
    if shows_nothing and not steps and isinstance(page, pikepdf.Page):
        return bool(_REMARK.sub(b"", _content(page)).strip())
    drawn = [str(step.operands[0]) for step, name in zip(steps, names, strict=True) if name == "Do" and step.operands]
    pictures = _entries(_resources(page, holder), "/XObject")
    if shows_nothing and any(name not in pictures for name in drawn):
        return True
    forms = (pictures[name] for name in dict.fromkeys(drawn) if name in pictures)
    return depth < _DEEPEST and any(
        _is_garbled(pdf, form, form, shows_nothing, depth + 1) for form in forms if form.get("/Subtype") == "/Form"
    )


def _content(page: pikepdf.Page) -> bytes:
    content = page.obj.get("/Contents")
    parts = content if isinstance(content, Array) else [content] if content is not None else []
    return b"".join(part.read_bytes() for part in parts)


def _binding(names: Iterable[str]) -> Iterator[str]:
    """Without what stands between BX and EX, which a reader that does not know it is told to pass over."""
    passed_over = 0
    for name in names:
        passed_over = max(passed_over + (name == "BX") - (name == "EX"), 0)
        if not passed_over:
            yield name


def _resources(page: Any, holder: Any) -> Any:
    return page.resources if isinstance(page, pikepdf.Page) else holder.get("/Resources")


def _entries(resources: Any, kind: str) -> Any:
    found = resources.get(kind) if isinstance(resources, Dictionary) else None
    return found if isinstance(found, Dictionary) else Dictionary()
