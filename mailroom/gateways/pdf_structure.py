"""Tags for reading programs: content marked while reportlab draws it, and the structure tree added with pikepdf.

reportlab writes no structure by itself. Marked content goes into its page stream as operators; afterwards the tree says
what each mark is: headings, paragraphs, lists, tables with their header cells, pictures with their words.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen.canvas import Canvas

_made = itertools.count(1)
_HEADINGS = ("H1", "H2", "H3")
DECORATION, END = "/Artifact BMC", "EMC"
"""The operators that begin what says nothing, and that end a piece of anything."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What some content is. Tags are read out in the order they were made, whatever order they are drawn in.

    kind: P, H1, H2, H3, LI, Caption, TH, TD or Figure. place: (table, row) of a cell, the caption's row is -1.
    scope: of a header cell, Column or Row. alt: a picture in words; size: its width and height.
    language: of its words, '' for the document's.
    """

    kind: str = "P"
    place: tuple[int, int] | None = None
    scope: str = ""
    alt: str = ""
    size: tuple[float, float] = (0, 0)
    language: str = ""
    key: int = field(default_factory=lambda: next(_made))


def new_table() -> int:
    """A number for a table, by which its cells find together."""
    return next(_made)


@dataclass
class Marks:
    """What has been marked on a canvas: by tag, the (page from 0, mark on that page) of each piece.

    corners: where a picture's lower left corner is on its page.
    """

    by_tag: dict[Tag, list[tuple[int, int]]] = field(default_factory=dict)
    on_page: dict[int, int] = field(default_factory=dict)
    corners: dict[Tag, tuple[float, float]] = field(default_factory=dict)

    def begin(self, tag: Tag, page: int) -> str:
        """The operator that begins a piece of the tag on a page, from 0."""
        number = self.on_page.get(page, 0)
        self.on_page[page] = number + 1
        self.by_tag.setdefault(tag, []).append((page, number))
        return f"/{'Span' if tag.kind == 'LI' else tag.kind} <</MCID {number}>> BDC"


def marks_of(canvas: Canvas) -> Marks:
    """The marks made on a canvas so far."""
    marks: Marks = canvas.__dict__.setdefault("mailroom_marks", Marks())
    return marks


@contextmanager
def marked(canvas: Canvas, tag: Tag) -> Iterator[None]:
    """What is drawn meanwhile is a piece of the tag. A header cell drawn again on a next page is not read again."""
    marks = marks_of(canvas)
    if tag.scope == "Column" and tag in marks.by_tag:
        with decoration(canvas):
            yield
        return
    if tag.size[0]:
        marks.corners[tag] = canvas.absolutePosition(0, 0)
    canvas.addLiteral(marks.begin(tag, canvas.getPageNumber() - 1))
    yield
    canvas.addLiteral(END)


@contextmanager
def decoration(canvas: Canvas) -> Iterator[None]:
    """What is drawn meanwhile says nothing: rules, backgrounds, the footer of each page."""
    canvas.addLiteral(DECORATION)
    yield
    canvas.addLiteral(END)


def with_structure(content: bytes, marks: Marks) -> bytes:
    """The PDF with its structure tree, saying that it is PDF/UA; the same content and marks give the same bytes."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        _Tree(pdf).grow(marks)
        _describe(pdf)
        to = io.BytesIO()
        pdf.save(to, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return to.getvalue()


def _describe(pdf: pikepdf.Pdf) -> None:
    """Title, author, subject and language once more as XMP, which is where PDF/UA looks for them."""
    del pdf.docinfo["/Trapped"]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
        about.load_from_docinfo(pdf.docinfo)
        about["dc:language"] = {str(pdf.Root.Lang)}
        about["pdfuaid:part"] = "1"


class _Tree:
    """A structure tree that grows tag by tag."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._pages = [page.obj for page in pdf.pages]
        self._root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self._document = self._element("Document", self._root)
        self._parents: list[dict[int, Any]] = [{} for _ in self._pages]
        self._deepest = 0
        self._leaves: dict[Tag, Any] = {}

    def grow(self, marks: Marks) -> None:
        """Add every tag, in the order they were made, and hang the tree into the document."""
        table = row = items = self._document
        place: tuple[int, int] = (0, 0)
        in_list = False
        for tag in sorted(marks.by_tag, key=lambda tag: tag.key):
            if tag.place:
                if tag.place[0] != place[0]:
                    table = self._element("Table", self._document)
                if tag.place != place and tag.kind != "Caption":
                    row = self._element("TR", table)
                place = tag.place
            if tag.kind == "LI" and not in_list:
                items = self._element("L", self._document)
            in_list = tag.kind == "LI"
            above = row if tag.place else self._element("LI", items) if in_list else self._document
            self._leaf(tag, table if tag.kind == "Caption" else above, marks.by_tag[tag])
        for tag, corner in marks.corners.items():
            self._frame(tag, corner)
        self._hang_up()

    def _leaf(self, tag: Tag, above: Any, pieces: Sequence[tuple[int, int]]) -> None:
        element = self._element(self._name(tag.kind), above)
        if tag.alt:
            element.Alt = String(tag.alt)
        if tag.language:
            element.Lang = String(tag.language)
        if tag.scope:
            element.A = Dictionary(O=Name.Table, Scope=Name(f"/{tag.scope}"))
        self._leaves[tag] = element
        for page, number in pieces:
            element.K.append(Dictionary(Type=Name.MCR, Pg=self._pages[page], MCID=number))
            self._parents[page][number] = element

    def _frame(self, tag: Tag, corner: tuple[float, float]) -> None:
        """Where a picture stands on its page."""
        (left, low), (width, height) = corner, tag.size
        box = Array([round(edge, 2) for edge in (left, low, left + width, low + height)])
        self._leaves[tag].A = Dictionary(O=Name.Layout, BBox=box, Placement=Name.Block)

    def _name(self, kind: str) -> str:
        """A heading may not skip a level, though a summary may have a section before the first part."""
        if kind not in _HEADINGS:
            return "LBody" if kind == "LI" else kind
        self._deepest = min(_HEADINGS.index(kind) + 1, self._deepest + 1)
        return _HEADINGS[self._deepest - 1]

    def _element(self, kind: str, above: Any) -> Any:
        made = self._pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{kind}"), P=above, K=Array()))
        if "/K" not in above:
            above.K = Array()
        above.K.append(made)
        return made

    def _hang_up(self) -> None:
        numbers = Array()
        for index, (page, parents) in enumerate(zip(self._pages, self._parents, strict=True)):
            page.StructParents, page.Tabs = index, Name.S
            numbers.append(index)
            numbers.append(Array([parents[n] for n in range(len(parents))]))
        self._root.ParentTree = self._pdf.make_indirect(Dictionary(Nums=numbers))
        self._root.ParentTreeNextKey = len(self._pages)
        root = self._pdf.Root
        root.StructTreeRoot, root.MarkInfo = self._root, Dictionary(Marked=True)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
