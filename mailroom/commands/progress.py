"""Bars on the error output for work that takes a while, so that what a command answers can be piped on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_TOLD_EVERY = 100
"""Rows between two looks at the bar: redrawing it for each of 100,000 would take seconds."""


@contextmanager
def counting(what: str, *, silent: bool = False) -> Iterator[Callable[[str, int], None]]:
    """A bar for work whose end nobody knows: told the stage and the number it is at."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(what), BarColumn(), TextColumn("{task.description} {task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=silent) as bar:
        task = bar.add_task("", total=None)

        def told(stage: str, number: int) -> None:
            if number % _TOLD_EVERY == 1:
                bar.update(task, description=stage, completed=number)

        yield told
