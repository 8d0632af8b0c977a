"""Our own letters among the incoming mail: which mailpieces' marks an item shows. Pure."""

from __future__ import annotations

from mailroom.values.decisions import Classification, ItemPages
from mailroom.values.sheet_mark import read_sheet_mark

_GONE_AWAY, _RETURNED = "gone_away", "returned_mail"


def pieces_on(item: ItemPages, council: str) -> tuple[str, ...]:
    """The mailpieces whose sheet marks are on the item, as people say them ('R000042 P7'); each once."""
    codes = (code.content for page in item.pages for code in page.barcodes)
    marks = (mark for text in codes if (mark := read_sheet_mark(text, council)))
    return tuple(dict.fromkeys(f"R{mark.run:06d} P{mark.piece}" for mark in marks))


def came_back(pieces: tuple[str, ...], found: Classification) -> str:
    """Why a person looks: our letter, and signs that the post returned it; '' for one sent in with an answer."""
    if not pieces or (_GONE_AWAY not in found.flag_codes and found.doc_type != _RETURNED):
        return ""
    return f"Our letter {', '.join(pieces)} came back. Record it as returned post."
