"""A letter's words as GOV.UK Notify gives them in answers: text with a few marks of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailroom.values.letter_body import Block, BlockKind, LetterBody, Run

_BEFORE = {
    BlockKind.HEADING: "# ",
    BlockKind.SUBHEADING: "## ",
    BlockKind.BULLET: "* ",
    BlockKind.INSET: "^ ",
}
_LISTS = (BlockKind.BULLET, BlockKind.NUMBER)


def as_markdown(bodies: Iterable[LetterBody]) -> str:
    """The words of all languages, one after the other."""
    return "\n\n---\n\n".join("".join(_blocks(body)) for body in bodies)


def _blocks(body: LetterBody) -> Iterator[str]:
    """Blocks with a blank line between, but the lines of one list together."""
    before: Block | None = None
    for block in body.blocks:
        if before is not None:
            in_list = block.kind in _LISTS and block.kind is before.kind
            yield "\n" if in_list else "\n\n"
        yield _block(block)
        before = block


def _block(block: Block) -> str:
    if block.kind in (BlockKind.RULE, BlockKind.PAGE_BREAK):
        return "---"
    if block.kind is BlockKind.TABLE:
        return "\n".join(" | ".join(_runs(cell) for cell in row) for row in block.rows)
    if block.kind is BlockKind.NUMBER:
        return f"{block.marker} {_runs(block.runs)}"
    return _BEFORE.get(block.kind, "") + _runs(block.runs)


def _runs(runs: Iterable[Run]) -> str:
    return "".join(f"[{r.text}]({r.link})" if r.link else r.text for r in runs)
