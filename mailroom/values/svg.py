"""A drawing as accessible SVG: title and description are read out, text stays text, nothing is fetched."""

from __future__ import annotations

from hashlib import sha256
from xml.sax.saxutils import escape, quoteattr

from mailroom.values.drawing import Box, Drawing, Path, Words


def svg(drawing: Drawing) -> str:
    """The drawing as one <svg> element. Its ids come from its content, so that several fit on one page."""
    name = "chart-" + sha256(repr(drawing).encode()).hexdigest()[:10]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width:g} {drawing.height:g}" role="img" '
        f'aria-labelledby="{name}-t {name}-d" font-family="Arial, Helvetica, sans-serif">'
        f'<title id="{name}-t">{escape(drawing.title)}</title><desc id="{name}-d">{escape(drawing.description)}</desc>'
        f"{''.join(_part(p) for p in drawing.parts)}</svg>"
    )


def _part(part: Box | Path | Words) -> str:
    match part:
        case Box():
            size = f'width="{part.width:.1f}" height="{part.height:.1f}"'
            return f'<rect x="{part.x:.1f}" y="{part.y:.1f}" {size} fill="{part.fill}"/>'
        case Path():
            return _path(part)
        case Words():
            weight = ' font-weight="bold"' if part.bold else ""
            place = f'x="{part.x:.1f}" y="{part.y:.1f}" font-size="{part.size:g}" text-anchor="{part.anchor}"'
            return f'<text {place} fill="{part.ink}"{weight}>{escape(part.text)}</text>'


def _path(part: Path) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in part.points)
    stroke = f' stroke="{part.stroke}" stroke-width="{part.width:g}"' if part.stroke else ""
    dashes = f" stroke-dasharray={quoteattr(' '.join(f'{d:g}' for d in part.dashes))}" if part.dashes else ""
    shape = "polygon" if part.fill else "polyline"
    return f'<{shape} points="{points}" fill="{part.fill or "none"}"{stroke}{dashes}/>'
