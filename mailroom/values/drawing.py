"""A drawing as lines, boxes and words in points, so that a web page and a PDF show the very same chart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ink(StrEnum):
    """The few inks of a chart. They differ in lightness, so that they read in black-and-white print."""

    DARK = "#0b3c5d"
    MID = "#5b8fb9"
    LIGHT = "#d5e3ee"
    GREY = "#6b7276"
    RULE = "#d9dee2"
    TEXT = "#1d2327"
    PAPER = "#ffffff"


class Anchor(StrEnum):
    """Where a text's given point is."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; x, y its top left corner."""

    x: float
    y: float
    width: float
    height: float
    fill: Ink


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points; closed and filled when `fill` is given. dashes: on and off lengths, () is solid."""

    points: tuple[tuple[float, float], ...]
    stroke: Ink | None = None
    width: float = 1.0
    dashes: tuple[float, ...] = ()
    fill: Ink | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text on a baseline at y."""

    x: float
    y: float
    text: str
    size: float = 8.0
    anchor: Anchor = Anchor.START
    bold: bool = False
    ink: Ink = Ink.TEXT


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart's picture, y downwards, in points. title and description are read out instead of it."""

    width: float
    height: float
    title: str
    description: str
    parts: tuple[Box | Path | Words, ...]
