"""The words of a letter template: fields, conditions and simple marks, read once and filled in for each letter.

Nothing in a template or a field is ever executed. Fields are put in after the marks are read, so a field's value
cannot make anything bold, a link or a condition. The format is described in docs/letter-templates.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from mailroom.config.letter_templates import TemplateSource
from mailroom.errors import Misconfigured
from mailroom.values.letter_body import Block, BlockKind, LetterBody, Run
from mailroom.values.letter_signs import composed

WELSH_FROM_HERE = "=== cymraeg ==="
_FIELD = re.compile(r"\(\(([^()?]+?)(?:\?\?(.*?))?\)\)")
_INLINE = re.compile(r"\*\*(?P<bold>.+?)\*\*|\[(?P<words>[^\]]+)\]\((?P<link>https?://[^)\s]+|mailto:[^)\s]+)\)")
_IF = re.compile(r"^\[\[if\s+(?P<neg>not\s+)?(?P<name>[^=\]]+?)\s*(?:=\s*(?P<value>[^\]]+?)\s*)?\]\]$")
_STARTS: tuple[tuple[re.Pattern[str], BlockKind], ...] = (
    (re.compile(r"^##\s+(?P<words>.+)$"), BlockKind.SUBHEADING),
    (re.compile(r"^#\s+(?P<words>.+)$"), BlockKind.HEADING),
    (re.compile(r"^[*-]\s+(?P<words>.+)$"), BlockKind.BULLET),
    (re.compile(r"^(?P<marker>\d{1,2}\.)\s+(?P<words>.+)$"), BlockKind.NUMBER),
    (re.compile(r"^>\s+(?P<words>.+)$"), BlockKind.INSET),
    (re.compile(r"^\|(?P<words>.+)\|$"), BlockKind.TABLE),
)


class TemplateProblem(Misconfigured):
    """The words of a template cannot be understood; the message names template and line."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words or a field. when: the words shown if the field is yes (Notify's ((field??words)))."""

    text: str
    is_field: bool = False
    when: str = ""
    bold: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A block before filling in: cells of pieces (one cell unless a table). same: the block of every letter, if it
    holds no field and is no table.
    """

    kind: BlockKind
    cells: tuple[tuple[_Piece, ...], ...]
    marker: str = ""
    conditions: tuple[tuple[str, str, bool], ...] = ()
    is_fixed: bool = False
    same: Block | None = None

    @classmethod
    def of(
        cls,
        kind: BlockKind,
        cells: tuple[tuple[_Piece, ...], ...],
        marker: str,
        conditions: tuple[tuple[str, str, bool], ...],
    ) -> _Part:
        fixed = not any(p.is_field for cell in cells for p in cell)
        runs = _runs(cells[0], {}) if fixed and cells else ()
        same = Block(kind, runs, (), marker, True) if fixed and kind is not BlockKind.TABLE else None
        return cls(kind, cells, marker, conditions, fixed, same)


@dataclass(frozen=True)
class LetterTemplate:
    """A template read. needed: fields every letter must have; asked: those that only some letters need."""

    source: TemplateSource
    english: tuple[_Part, ...]
    welsh: tuple[_Part, ...]
    needed: frozenset[str]
    asked: frozenset[str]
    _subjects: tuple[tuple[_Piece, ...], ...] = field(repr=False)

    @property
    def code(self) -> str:
        """The template's code."""
        return self.source.code

    @property
    def printed(self) -> frozenset[str]:
        """Fields whose values are printed, not only looked at by a condition or put into an email's subject."""
        return frozenset(p.text for p in self._pieces if p.is_field and not p.when)

    @property
    def own_words(self) -> Iterable[str]:
        """Every word of the template itself that may be on a letter: of both languages, whatever their conditions."""
        yield from (p.when if p.is_field else p.text for p in self._pieces)
        yield from (*self.source.head.from_lines, *self.source.head.sign_off)

    @property
    def _pieces(self) -> Iterable[_Piece]:
        return (p for part in (*self.english, *self.welsh) for cell in part.cells for p in cell)

    def missing(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Fields this letter needs and has no value for; those of blocks whose conditions fail are not needed."""
        by_name = {field_key(k): v for k, v in values.items()}
        used = {n: n for n in self.needed}
        for part in (*self.english, *self.welsh):
            if part.conditions and all(_holds(c, by_name) for c in part.conditions):
                used |= {p.text: p.text for cell in part.cells for p in cell if p.is_field and not p.when}
        return tuple(sorted(n for n in used if not by_name.get(field_key(n), "").strip()))

    def fill(self, values: Mapping[str, str], *, bilingual: bool = False) -> tuple[LetterBody, ...]:
        """The letter's words: Welsh first where asked for and written, then English.

        values: by field name in any case and spacing. Missing fields are filled with nothing: the submission has
        refused such a row long before.
        """
        by_name = {field_key(k): v for k, v in values.items()}
        english = LetterBody(_plain(self._subjects[0], by_name), _fill(self.english, by_name), "en")
        if not (bilingual and self.welsh):
            return (english,)
        subject = _plain(self._subjects[1], by_name) or english.subject
        return LetterBody(subject, _fill(self.welsh, by_name), "cy"), english


@lru_cache(maxsize=4096)
def field_key(name: str) -> str:
    """How field names are compared: 'First Name', 'first_name' and 'firstname' are one (as in Notify)."""
    return re.sub(r"[\s_-]", "", name).lower()


def read_template(source: TemplateSource) -> LetterTemplate:
    """Read a template's words.

    Raises:
        TemplateProblem: an unclosed [[if]], a stray [[end]], or brackets that are no field.
    """
    english, _, welsh = composed(source.words).partition(WELSH_FROM_HERE)
    parts = _parts(english, source.code), _parts(welsh, source.code)
    subjects = tuple(tuple(_pieces(s)) for s in (source.head.subject, source.head.subject_welsh))
    needed = {field_key(n): n for n in _asked_always(parts, subjects)}
    asked = {field_key(n): n for n in _asked_sometimes(parts, subjects)}
    return LetterTemplate(
        source, *parts, frozenset(needed.values()), frozenset(n for k, n in asked.items() if k not in needed), subjects
    )


def is_yes(value: str) -> bool:
    """Whether a condition's field says yes: yes, y, true, 1, ie (Welsh) or any other words; not '', no, n, false, 0."""
    return value.strip().lower() not in ("", "no", "n", "false", "0", "na", "nage")


def _asked_always(languages: Iterable[Sequence[_Part]], subjects: Iterable[Sequence[_Piece]]) -> Iterable[str]:
    """Fields in blocks without conditions, English ones and the subject's."""
    free = (cell for parts in languages for part in parts if not part.conditions for cell in part.cells)
    yield from (p.text for cell in (*free, *subjects) for p in cell if p.is_field and not p.when)


def _asked_sometimes(languages: Iterable[Sequence[_Part]], subjects: Iterable[Sequence[_Piece]]) -> Iterable[str]:
    """Fields that conditions look at, and those used only where a condition holds."""
    every = [part for parts in languages for part in parts]
    yield from (name for part in every for name, _, _ in part.conditions)
    cells = (cell for part in every for cell in part.cells)
    yield from (p.text for cell in (*cells, *subjects) for p in cell if p.is_field)


def _parts(words: str, code: str) -> tuple[_Part, ...]:
    """The blocks of one language, each with the conditions it stands under."""
    found: list[_Part] = []
    conditions: list[tuple[str, str, bool]] = []
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            found.append(_Part.of(BlockKind.PARAGRAPH, (tuple(_pieces(" ".join(paragraph))),), "", tuple(conditions)))
            paragraph.clear()

    for number, raw in enumerate(words.splitlines(), 1):
        line = raw.strip()
        if not line:
            close()
        elif line.startswith("[[") and line.endswith("]]"):
            close()
            _turn(conditions, line, f"template {code}, line {number}")
        elif (block := _block(line, tuple(conditions))) is not None:
            close()
            found.append(block)
        else:
            paragraph.append(line)
    close()
    if conditions:
        raise TemplateProblem(f"template {code}: [[if {conditions[-1][0]}]] is never closed. Add a line [[end]].")
    return tuple(found)


def _turn(conditions: list[tuple[str, str, bool]], line: str, where: str) -> None:
    """Open, turn or close a condition."""
    if line == "[[end]]" and conditions:
        conditions.pop()
    elif line == "[[else]]" and conditions:
        name, value, wanted = conditions.pop()
        conditions.append((name, value, not wanted))
    elif found := _IF.match(line):
        conditions.append((found["name"], found["value"] or "", not found["neg"]))
    else:
        raise TemplateProblem(f"{where}: {line} is not [[if field]], [[if not field]], [[else]] or [[end]].")


def _block(line: str, conditions: tuple[tuple[str, str, bool], ...]) -> _Part | None:
    """The block a line makes by itself, or None if it belongs to a paragraph."""
    if line in ("---", "***"):
        kind = BlockKind.RULE if line == "---" else BlockKind.PAGE_BREAK
        return _Part.of(kind, (), "", conditions)
    for shape, kind in _STARTS:
        if found := shape.match(line):
            cells = found["words"].split("|") if kind is BlockKind.TABLE else [found["words"]]
            marker = found.groupdict().get("marker") or ""
            return _Part.of(kind, tuple(tuple(_pieces(c.strip())) for c in cells), marker, conditions)
    return None


def _pieces(text: str) -> Iterable[_Piece]:
    """Bold, links and fields of one line of words."""
    at = 0
    for found in _INLINE.finditer(text):
        yield from _fields(text[at : found.start()])
        bold, link = found["bold"] is not None, found["link"] or ""
        yield from _fields(found["bold"] or found["words"], bold=bold, link=link)
        at = found.end()
    yield from _fields(text[at:])


def _fields(text: str, *, bold: bool = False, link: str = "") -> Iterable[_Piece]:
    at = 0
    for found in _FIELD.finditer(text):
        if found.start() > at:
            yield _Piece(text[at : found.start()], bold=bold, link=link)
        yield _Piece(found[1].strip(), is_field=True, when=found[2] or "", bold=bold, link=link)
        at = found.end()
    if at < len(text):
        yield _Piece(text[at:], bold=bold, link=link)


def _fill(parts: Sequence[_Part], values: Mapping[str, str]) -> tuple[Block, ...]:
    """The blocks whose conditions hold, filled in; table lines that follow one another become one table."""
    blocks: list[Block] = []
    for part in parts:
        if part.conditions and not all(_holds(c, values) for c in part.conditions):
            continue
        if part.same is not None:
            blocks.append(part.same)
            continue
        cells = tuple(_runs(cell, values) for cell in part.cells)
        last = blocks[-1] if blocks else None
        if part.kind is BlockKind.TABLE:
            if last is not None and last.kind is BlockKind.TABLE:
                blocks[-1] = Block(BlockKind.TABLE, rows=(*last.rows, cells), fixed=last.fixed and part.is_fixed)
            else:
                blocks.append(Block(BlockKind.TABLE, rows=(cells,), fixed=part.is_fixed))
        else:
            blocks.append(Block(part.kind, cells[0], (), part.marker))
    return tuple(b for b in blocks if b.runs or b.text or b.kind in (BlockKind.RULE, BlockKind.PAGE_BREAK))


def _holds(condition: tuple[str, str, bool], values: Mapping[str, str]) -> bool:
    name, value, wanted = condition
    given = values.get(field_key(name), "")
    return (given.strip().lower() == value.lower() if value else is_yes(given)) is wanted


def _runs(pieces: Sequence[_Piece], values: Mapping[str, str]) -> tuple[Run, ...]:
    return tuple(Run(text, p.bold, p.link) for p in pieces if (text := _text(p, values)))


def _text(piece: _Piece, values: Mapping[str, str]) -> str:
    if not piece.is_field:
        return piece.text
    given = values.get(field_key(piece.text), "")
    if piece.when:
        return piece.when if is_yes(given) else ""
    return " ".join(given.split())


def _plain(pieces: Sequence[_Piece], values: Mapping[str, str]) -> str:
    return "".join(_text(p, values) for p in pieces)
