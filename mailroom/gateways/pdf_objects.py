"""Walking through the objects of a PDF, each once however many lead to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pikepdf import Array, Dictionary, Stream


def objects_under(roots: Iterable[Any], but: tuple[str, ...]) -> Iterator[Any]:
    """The roots and every object and plain value within them. but: keys of dictionaries that are not followed.

    What is taken out of an object before the next is asked for is not walked through.
    """
    seen: set[tuple[int, int]] = set()
    waiting = list(roots)
    while waiting:
        thing = waiting.pop()
        if not isinstance(thing, Dictionary | Stream | Array):
            yield thing
            continue
        if thing.objgen != (0, 0):
            if thing.objgen in seen:
                continue
            seen.add(thing.objgen)
        yield thing
        waiting.extend(thing if isinstance(thing, Array) else (v for key, v in thing.items() if key not in but))
