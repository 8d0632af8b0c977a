"""Work on many texts, shared out to two processes where there are enough of them to pay for starting one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from joblib import Parallel, delayed

One = TypeVar("One")
Made = TypeVar("Made")
_WORTH_IT = 300
_AT_ONCE = 100


def in_two_processes(make: Callable[[One], Made], ones: Sequence[One]) -> list[Made]:
    """What `make` makes of each, in order."""
    parts = [ones[n : n + _AT_ONCE] for n in range(0, len(ones), _AT_ONCE)]
    processes = 2 if len(ones) >= _WORTH_IT else 1
    made = Parallel(n_jobs=processes)(delayed(_make_all)(make, part) for part in parts)
    return [one for part in made for one in part]


def _make_all(make: Callable[[One], Made], ones: Sequence[One]) -> list[Made]:
    return [make(one) for one in ones]
