"""What a page draws with: its content and that of the forms, patterns and letters on it, told without drawing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

_WORDS = (
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re "
    "RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \""
)
_OPERATORS = frozenset(_WORDS.split())
_SHOWS = ("Tj", "TJ", "'", '"')
_COLOURS = ("cs", "CS", "k", "K")
_NAMED_IN = {"Do": "/XObject", "gs": "/ExtGState", "sh": "/Shading", "Tf": "/Font"}
_SPACES_EVERYBODY_KNOWS = ("/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern")
INTENTS = ("/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation")
LARGEST_NUMBER, LONGEST_STRING = 2_147_483_647, 32_767
_IN_BRACKETS = re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)
_IN_PICTURES = re.compile(rb"\bID\s.*?\sEI\b", re.DOTALL)
_HEXADECIMAL = re.compile(rb"(?<!<)<([^<>]*)>(?!>)")
_PAIRS = re.compile(rb"(?:[0-9A-Fa-f]{2})*")
_BLANKS = b" \t\r\n\f\0"
_CODED = "AHx ASCIIHexDecode A85 ASCII85Decode Fl FlateDecode RL RunLengthDecode CCF CCITTFaxDecode DCT DCTDecode"
_CODINGS = frozenset(f"/{coding}" for coding in _CODED.split())
"""Of a picture in the line; PDF 32000-1, table 94, without LZW."""
_DEEPEST_STATE = 28
_MOST_BYTES = 8_000_000
"""A content longer than this (a map) takes longer to follow than to draw."""


class Unfit(Exception):
    """The content breaks a rule of PDF/A, or cannot be followed."""


@dataclass
class Drawn:
    """What contents say, gathered: letters as bytes by the font's key, the colour spaces and pictures in the line."""

    letters: dict[int, set[bytes]] = field(default_factory=dict)
    fonts: dict[int, Any] = field(default_factory=dict)
    spaces: list[Any] = field(default_factory=list)
    images: list[Any] = field(default_factory=list)
    states: list[Any] = field(default_factory=list)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def follow(self, content: Any, resources: Any) -> None:
        """Follow a page, form, pattern or letter, and whatever it draws. Raises Unfit."""
        if resources is None:
            raise Unfit("a content without resources of its own")
        follower = _Follower(self, resources)
        follower.follow(content)
        for inner, own in self._inner(resources, follower.used):
            if inner.objgen == (0, 0) or inner.objgen not in self._seen:
                self._seen.add(inner.objgen)
                self.follow(inner, own)

    def _inner(self, resources: Any, used: set[tuple[str, str]]) -> Iterator[tuple[Any, Any]]:
        """What the content draws of its resources; programs also list what they never draw."""

        def drawn(group: str) -> list[Any]:
            things = resources.get(group, Dictionary())
            return [things[name] for kind, name in used if kind == group and name in things]

        yield from self._drawings(drawn("/XObject"))
        yield from self._patterns(drawn("/Pattern"))
        yield from self._masks(drawn("/ExtGState"))
        yield from _drawn_letters(drawn("/Font"))
        self.spaces.extend(drawn("/ColorSpace"))
        self.spaces.extend(shading.get("/ColorSpace") for shading in drawn("/Shading"))

    def _drawings(self, things: list[Any]) -> Iterator[tuple[Any, Any]]:
        for thing in things:
            kind = str(thing.get("/Subtype", ""))
            if kind == "/Image":
                self._picture(thing)
            elif kind == "/Form":
                self._group(thing)
                yield thing, thing.get("/Resources", Dictionary())
            else:
                raise Unfit(f"a drawing of the kind {kind}")

    def _patterns(self, patterns: list[Any]) -> Iterator[tuple[Any, Any]]:
        for pattern in patterns:
            if isinstance(pattern, Stream):
                yield pattern, pattern.get("/Resources", Dictionary())
            elif "/Shading" in pattern:
                self.spaces.append(pattern.Shading.get("/ColorSpace"))

    def _masks(self, states: list[Any]) -> Iterator[tuple[Any, Any]]:
        for state in states:
            self.states.append(state)
            mask = state.get("/SMask")
            if isinstance(mask, Dictionary) and "/G" in mask:
                self._group(mask.G)
                yield mask.G, mask.G.get("/Resources", Dictionary())

    def _picture(self, image: Any) -> None:
        self.images.append(image)
        self.spaces.append(image.get("/ColorSpace"))
        for key in ("/SMask", "/Mask"):
            if isinstance(image.get(key), Stream):
                self._picture(image[key])

    def _group(self, form: Any) -> None:
        if "/Group" in form:
            self.spaces.append(form.Group.get("/CS"))


class _Follower:
    """Goes through one content, operator by operator."""

    def __init__(self, drawn: Drawn, resources: Any) -> None:
        self._drawn, self._resources = drawn, resources
        self._font: Any = None
        self._kept: list[Any] = []
        self.used: set[tuple[str, str]] = set()

    def follow(self, content: Any) -> None:
        written = _written(content)
        if len(written) > _MOST_BYTES:
            raise Unfit("a content too long to follow")
        said = _HEXADECIMAL.findall(_IN_BRACKETS.sub(b"", _IN_PICTURES.sub(b"", written)))
        if not all(_PAIRS.fullmatch(digits.translate(None, _BLANKS)) for digits in said):
            raise Unfit("a hexadecimal string that is not whole bytes")
        for instruction in pikepdf.parse_content_stream(content):
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                self._picture_in_line(instruction.iimage)
            else:
                self._one(str(instruction.operator), list(instruction.operands))

    def _one(self, operator: str, operands: list[Any]) -> None:
        if operator not in _OPERATORS or any(abs(n) > LARGEST_NUMBER for n in operands if isinstance(n, int)):
            raise Unfit(f"the operator {operator!r} with {len(operands)} operands")
        if operator in _NAMED_IN and operands:
            self._named(operator, operands)
        elif operator in _SHOWS:
            self._show(operands[-1])
        elif operator in _COLOURS:
            self._space(Name.DeviceCMYK if operator in ("k", "K") else operands[0])
        elif operator in ("scn", "SCN") and operands and isinstance(operands[-1], Name):
            self.used.add(("/Pattern", str(operands[-1])))
        elif operator == "ri" and str(operands[0]) not in INTENTS:
            raise Unfit("a rendering intent nobody knows")
        elif operator in ("q", "Q"):
            self._keep(operator)

    def _keep(self, operator: str) -> None:
        if operator == "q":
            self._kept.append(self._font)
        elif self._kept:
            self._font = self._kept.pop()
        if len(self._kept) > _DEEPEST_STATE:
            raise Unfit("states nested too deep")

    def _named(self, operator: str, operands: list[Any]) -> None:
        name = str(operands[0])
        found = self._resources.get(_NAMED_IN[operator], Dictionary()).get(name)
        if found is None:
            raise Unfit(f"{name}, which is not among its resources")
        self.used.add((_NAMED_IN[operator], name))
        if operator == "Tf":
            self._font = found
        elif operator == "gs" and "/Font" in found:
            self._font = found.Font[0]

    def _show(self, said: Any) -> None:
        pieces = [piece for piece in (said if isinstance(said, Array) else [said]) if isinstance(piece, pikepdf.String)]
        if self._font is None or any(len(bytes(piece)) > LONGEST_STRING for piece in pieces):
            raise Unfit("letters in no font, or too many at once")
        key = hash(self._font.objgen) if self._font.objgen != (0, 0) else id(self._font)
        self._drawn.fonts.setdefault(key, self._font)
        self._drawn.letters.setdefault(key, set()).update(bytes(piece) for piece in pieces)

    def _space(self, name: Any) -> None:
        known = self._resources.get("/ColorSpace", Dictionary())
        if str(name) in known:
            self.used.add(("/ColorSpace", str(name)))
            return
        if str(name) not in _SPACES_EVERYBODY_KNOWS:
            raise Unfit(f"the colours {name}, which are not among its resources")
        self._drawn.spaces.append(name)

    def _picture_in_line(self, image: Any) -> None:
        said = image.obj
        space = said.get("/ColorSpace", said.get("/CS"))
        if isinstance(space, pikepdf.Name) and str(space) in self._resources.get("/ColorSpace", Dictionary()):
            space = self._resources.ColorSpace[str(space)]
        self._drawn.spaces.append(space)
        filters = said.get("/Filter", said.get("/F", Array()))
        codings = [str(coding) for coding in (filters if isinstance(filters, Array) else [filters])]
        intent = str(said.get("/Intent", INTENTS[0]))
        if not _CODINGS.issuperset(codings) or intent not in INTENTS or said.get("/Interpolate", False):
            raise Unfit("a picture in the line that an archive may not hold")


def _drawn_letters(fonts: list[Any]) -> Iterator[tuple[Any, Any]]:
    for font in fonts:
        if font.get("/Subtype") == "/Type3":
            for letter in font.get("/CharProcs", Dictionary()).values():
                yield letter, font.get("/Resources", Dictionary())


def _written(content: Any) -> bytes:
    streams = content.get("/Contents", ()) if not isinstance(content, Stream) else [content]
    return b"\n".join(s.read_bytes() for s in ([streams] if isinstance(streams, Stream) else streams))
