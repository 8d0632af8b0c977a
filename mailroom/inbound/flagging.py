"""Flags: the phrases of flags.toml and the trained estimate together, each flag with the words that show it."""

from __future__ import annotations

from collections.abc import Mapping

from mailroom.config.flags import FlagKind
from mailroom.inbound.evidence import found
from mailroom.values.confidence import Confidence
from mailroom.values.decisions import Flag

A_PHRASE = 0.6
"""What one phrase adds as independent evidence: 1 - (1 - estimate)(1 - 0.6)."""
A_HINT = 0.12


def flag_confidence(flag: FlagKind, said: frozenset[str], estimate: float) -> tuple[float, tuple[str, ...]]:
    """(confidence 0 to 1, the words that show it). Evidence is joined as if each piece could be wrong by itself."""
    if found(flag.unless, said):
        return 0.0, ()
    phrases, hints = found(flag.phrases, said), found(flag.hints, said)
    doubt = (1 - estimate) * (1 - A_PHRASE) ** min(len(phrases), 2) * (1 - A_HINT) ** min(len(hints), 3)
    return 1 - doubt, (*phrases, *hints)


def find_flags(
    kinds: tuple[FlagKind, ...],
    said: frozenset[str],
    estimates: Mapping[str, float],
    thresholds: Mapping[str, float],
) -> tuple[Flag, ...]:
    """The flags at or above their thresholds, surest first; one that needs another only beside it."""
    flags = []
    for kind in kinds:
        sure, words = flag_confidence(kind, said, estimates.get(kind.code, 0.0))
        if sure >= thresholds.get(kind.code, 0.5):
            shown = tuple(f"words '{w}'" for w in words[:3]) or ("its wording as a whole",)
            flags.append(Flag(kind.code, Confidence(min(sure, 1.0)), shown))
    needs = {kind.code: kind.needs for kind in kinds}
    shown_too = {"", *(f.code for f in flags)}
    return tuple(sorted((f for f in flags if needs[f.code] in shown_too), key=lambda f: -f.confidence))
