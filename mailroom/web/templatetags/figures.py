"""Template filters for the pages of figures: which block of a document it is, and a drawing as SVG."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from mailroom.values.drawing import Drawing
from mailroom.values.svg import svg

register = template.Library()


@register.filter
def block_kind(block: object) -> str:
    return type(block).__name__


@register.filter
def as_svg(drawing: Drawing) -> SafeString:
    """Its words are escaped by `svg`."""
    return mark_safe(svg(drawing))
