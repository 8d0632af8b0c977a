"""The charts, as drawings: bars by month, a path with its range, shares as bars, a target's dial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailroom.targets.scale import in_lines, number, percent, ticks
from mailroom.values.drawing import Anchor, Box, Drawing, Ink, Path, Words

WIDTH = 480.0
_LEFT, _RIGHT, _TOP = 46.0, 8.0, 26.0
Part = Box | Path | Words


@dataclass(frozen=True, slots=True)
class Series:
    """Figures to draw, one a label; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where figures land on paper."""

    left: float
    top: float
    width: float
    height: float
    highest: float
    count: int

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def y(self, value: float) -> float:
        return self.bottom - self.height * value / self.highest

    def x(self, place: float) -> float:
        """The middle of a label's slot."""
        return self.left + self.width * (place + 0.5) / self.count


def monthly_bars(title: str, labels: Sequence[str], stacks: Sequence[Series], line: Series | None = None) -> Drawing:
    """Stacked bars a month and, above them, one stepped line such as the baseline."""
    sums = [sum(s.values[i] or 0 for s in stacks) for i in range(len(labels))]
    highest = max([*sums, *(v or 0 for v in (line.values if line else ())), 1])
    marks = ticks(highest)
    plane = _Plane(_LEFT, _TOP, WIDTH - _LEFT - _RIGHT, 150, marks[-1], max(1, len(labels)))
    inks = (Ink.DARK, Ink.MID, Ink.LIGHT)
    parts: list[Part] = [*_grid(plane, marks), *_month_labels(plane, labels)]
    bar = min(22.0, plane.width / plane.count * 0.66)
    for place in range(len(labels)):
        foot = 0.0
        for series, ink in zip(stacks, inks, strict=False):
            value = series.values[place] or 0
            if not value:
                continue
            y = plane.y(foot + value)
            parts.append(Box(plane.x(place) - bar / 2, y, bar, plane.y(foot) - y, ink))
            foot += value
    if line:
        parts += _steps(plane, line, bar)
    parts += _legend([s.name for s in stacks], inks, line.name if line else "")
    return Drawing(WIDTH, plane.bottom + 22, title, _told(labels, [*stacks, *([line] if line else [])]), tuple(parts))


def _grid(plane: _Plane, marks: Sequence[float]) -> list[Part]:
    parts: list[Part] = []
    for mark in marks:
        y = plane.y(mark)
        ink = Ink.GREY if mark == 0 else Ink.RULE
        parts.append(Path(((plane.left, y), (plane.left + plane.width, y)), ink, 0.7 if mark == 0 else 0.5))
        text = number(mark) if marks[-1] >= 10 else f"{mark:g}"
        parts.append(Words(plane.left - 5, y + 2.6, text, 7.5, Anchor.END, ink=Ink.GREY))
    return parts


def _month_labels(plane: _Plane, labels: Sequence[str]) -> list[Part]:
    """At most twelve of them, so that they never touch."""
    every = -(-len(labels) // 12)
    last = len(labels) - 1
    return [
        Words(plane.x(i), plane.bottom + 11, label, 7.5, Anchor.MIDDLE, ink=Ink.GREY)
        for i, label in enumerate(labels)
        if (last - i) % every == 0
    ]


def _steps(plane: _Plane, line: Series, bar: float) -> list[Part]:
    reach = bar / 2 + 2
    known = [(plane.x(i), plane.y(v)) for i, v in enumerate(line.values) if v is not None]
    return [Path(((x - reach, y), (x + reach, y)), Ink.TEXT, 1.6) for x, y in known]


def _legend(names: Sequence[str], inks: Sequence[Ink], line: str = "") -> list[Part]:
    parts: list[Part] = []
    x = _LEFT
    for name, ink in zip(names, inks, strict=False):
        parts += [Box(x, 5, 9, 9, ink), Words(x + 13, 12.5, name, 8)]
        x += 13 + 4.4 * len(name) + 16
    if line:
        parts += [Path(((x, 9.5), (x + 12, 9.5)), Ink.TEXT, 1.6), Words(x + 16, 12.5, line, 8)]
    return parts


def _told(labels: Sequence[str], series: Sequence[Series]) -> str:
    """The chart in words: each series' first and last figure; the table beside it has them all."""
    said = []
    for one in series:
        known = [(label, v) for label, v in zip(labels, one.values, strict=True) if v is not None]
        if known:
            (first, a), (last, b) = known[0], known[-1]
            said.append(f"{one.name}: {number(a)} in {first}, {number(b)} in {last}.")
    return " ".join(said)


def path_chart(
    title: str, labels: Sequence[str], path: Series, actual: Series, ahead: tuple[float, float] | None
) -> Drawing:
    """The path dashed, what happened solid, and at the last label the range of likely outcomes."""
    known = [v for s in (path, actual) for v in s.values if v is not None]
    marks = ticks(max([*known, *(ahead or ()), 1]))
    plane = _Plane(_LEFT, _TOP, WIDTH - _LEFT - _RIGHT - 14, 140, marks[-1], max(1, len(labels)))
    points = [(plane.x(i), plane.y(v)) for i, v in enumerate(actual.values) if v is not None]
    parts: list[Part] = [*_grid(plane, marks), *_month_labels(plane, labels)]
    if ahead and points:
        end = plane.x(len(labels) - 1)
        low, high = plane.y(ahead[0]), plane.y(ahead[1])
        parts.append(Path((points[-1], (end, high), (end, low)), fill=Ink.LIGHT))
        parts.append(Path(((end, high), (end, low)), Ink.MID, 3))
    route = tuple((plane.x(i), plane.y(v)) for i, v in enumerate(path.values) if v is not None)
    parts.append(Path(route, Ink.GREY, 1.4, (4, 3)))
    if points:
        parts.append(Path(tuple(points), Ink.DARK, 2.2))
        x, y = points[-1]
        parts.append(Box(x - 2.5, y - 2.5, 5, 5, Ink.DARK))
    parts += _path_legend(path.name, actual.name, ahead is not None)
    told = _told(labels, [path, actual])
    if ahead:
        told += f" Likely at the end: {number(ahead[0])} to {number(ahead[1])}."
    return Drawing(WIDTH, plane.bottom + 22, title, told, tuple(parts))


def _path_legend(path: str, actual: str, with_range: bool) -> list[Part]:
    x = _LEFT
    parts: list[Part] = [Path(((x, 9.5), (x + 16, 9.5)), Ink.DARK, 2.2), Words(x + 21, 12.5, actual, 8)]
    x += 21 + 4.4 * len(actual) + 16
    parts += [Path(((x, 9.5), (x + 16, 9.5)), Ink.GREY, 1.4, (4, 3)), Words(x + 21, 12.5, path, 8)]
    x += 21 + 4.4 * len(path) + 16
    if with_range:
        parts += [Box(x, 5, 12, 9, Ink.LIGHT), Words(x + 17, 12.5, "four futures in five", 8)]
    return parts


def share_bars(title: str, bars: Sequence[tuple[str, float | None, str]], wanted: float | None = None) -> Drawing:
    """One bar a name, 0 to 100%, with its figure written beside; a line where the wanted share is."""
    left, width = 160.0, 210.0
    parts: list[Part] = []
    top = bottom = 18.0
    for name, share, note in bars:
        lines = in_lines(name, 36)
        step = max(16.0, 9.0 * len(lines) + 4)
        y, middle = bottom, bottom + step / 2
        parts += [
            *_beside(left - 6, middle, lines),
            Box(left, middle - 5, width, 10, Ink.LIGHT),
            Box(left, middle - 5, width * (share or 0), 10, Ink.DARK),
            Words(left + width + 6, middle + 3, percent(share), 8, bold=True),
            Words(left + width + 40, middle + 3, note, 7.5, ink=Ink.GREY),
        ]
        bottom = y + step
    if wanted is not None:
        x = left + width * wanted
        parts += [
            Path(((x, top - 3), (x, bottom)), Ink.TEXT, 1.2, (3, 2)),
            Words(x, top - 6, f"wanted {percent(wanted)}", 7.5, Anchor.MIDDLE),
        ]
    told = " ".join(f"{name}: {percent(share)}{f' ({note})' if note else ''}." for name, share, note in bars)
    return Drawing(WIDTH, bottom + 6, title, told, tuple(parts))


def _beside(x: float, middle: float, lines: Sequence[str]) -> list[Part]:
    """A name to the left of its bar, its lines centred on it."""
    first = middle + 3 - 4.5 * (len(lines) - 1)
    return [Words(x, first + 9 * n, line, 8, Anchor.END) for n, line in enumerate(lines)]


def amount_bars(title: str, bars: Sequence[tuple[str, float, str]]) -> Drawing:
    """One bar a name, with its figure as already written."""
    left, width, step = 190.0, 200.0, 16.0
    highest = max([b[1] for b in bars] + [1e-9])
    parts: list[Part] = []
    for place, (name, value, written) in enumerate(bars):
        y = 4 + place * step
        length = max(0.0, width * value / highest)
        parts += [
            Words(left - 6, y + 9, name, 8, Anchor.END),
            Box(left, y + 1.5, length, 10, Ink.DARK),
            Words(left + length + 6, y + 9, written, 8, bold=True),
        ]
    told = " ".join(f"{name}: {written}." for name, _, written in bars)
    return Drawing(WIDTH, 4 + len(bars) * step + 6, title, told, tuple(parts))


@dataclass(frozen=True, slots=True)
class DialReading:
    """What a dial shows, all as shares of its end: where it is, what is wanted (called `aim`), and the likely range."""

    value: float
    wanted: float
    path: float
    low: float | None
    high: float | None
    aim: str


def dial(title: str, reading: DialReading, end: float, written: Callable[[float], str]) -> Drawing:
    """A target's dial laid straight: a bar to where it is, the likely range in grey, marks for path and target.

    written: how a share of the end is said.
    """
    left, width, y = 20.0, WIDTH - 40.0, 30.0

    def x(share: float) -> float:
        return left + width * min(1.0, max(0.0, share / end))

    parts: list[Part] = [Box(left, y, width, 16, Ink.RULE)]
    if reading.low is not None and reading.high is not None:
        parts.append(Box(x(reading.low), y, max(2.0, x(reading.high) - x(reading.low)), 16, Ink.MID))
    parts.append(Box(left, y + 4, x(reading.value) - left, 8, Ink.DARK))
    for share, name, above in ((reading.path, "path today", False), (reading.wanted, reading.aim, True)):
        parts.append(
            Path(((x(share), y - 4), (x(share), y + 20)), Ink.TEXT, 1.8 if above else 1.2, () if above else (2, 2))
        )
        words_y = y - 8 if above else y + 30
        anchor = Anchor.END if x(share) > left + 0.8 * width else Anchor.MIDDLE
        parts.append(Words(x(share), words_y, f"{name} {written(share)}", 8, anchor, bold=above))
    parts.append(Words(left, y - 8, f"so far {written(reading.value)}", 9, bold=True))
    told = (
        f"So far {written(reading.value)}; path today {written(reading.path)}; {reading.aim} {written(reading.wanted)}."
    )
    if reading.low is not None and reading.high is not None:
        told += f" Likely: {written(reading.low)} to {written(reading.high)}."
    return Drawing(WIDTH, y + 36, title, told, tuple(parts))
