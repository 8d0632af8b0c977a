"""Flags: the phrases of flags.toml and the trained estimate together, each flag with the words that show it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from mailroom.config.flags import FlagKind
from mailroom.inbound.evidence import found
from mailroom.values.confidence import Confidence
from mailroom.values.decisions import Flag
from mailroom.values.tuning import FlagWeights, Tuning

A_PHRASE = 0.6
"""What one phrase adds as independent evidence: 1 - (1 - estimate)(1 - 0.6)."""
A_HINT = 0.12
MOST_PHRASES, MOST_HINTS = 2, 3
"""Further ones say the same again."""
_NEVER = 1e-4
"""An estimate is kept this far from 0 and 1, where log-odds have no end."""


def flag_confidence(
    flag: FlagKind, said: frozenset[str], estimate: float, weights: FlagWeights | None = None
) -> tuple[float, tuple[str, ...]]:
    """(confidence 0 to 1, the words that show it).

    Beside one of its `unless` it is never shown. Without weights learnt from examples the evidence is joined as if each
    piece could be wrong by itself.
    """
    if found(flag.unless, said):
        return 0.0, ()
    phrases, hints = found(flag.phrases, said), found(flag.hints, said)
    words = (*phrases, *hints)
    odds, told, hinted = _counted(phrases, hints, estimate)
    if weights is None:
        return 1 - (1 - estimate) * (1 - A_PHRASE) ** told * (1 - A_HINT) ** hinted, words
    joined = weights.start + weights.estimate * odds + weights.phrase * told + weights.hint * hinted
    return 1 / (1 + math.exp(-joined)), words


def flag_evidence(flag: FlagKind, said: frozenset[str], estimate: float) -> tuple[float, int, int]:
    """(log-odds of the estimate, phrases found, hints found), as the weights want it."""
    return _counted(found(flag.phrases, said), found(flag.hints, said), estimate)


def _counted(phrases: Sequence[str], hints: Sequence[str], estimate: float) -> tuple[float, int, int]:
    kept = min(max(estimate, _NEVER), 1 - _NEVER)
    return math.log(kept / (1 - kept)), min(len(phrases), MOST_PHRASES), min(len(hints), MOST_HINTS)


def find_flags(
    kinds: tuple[FlagKind, ...],
    said: frozenset[str],
    estimates: Mapping[str, float],
    tuning: Tuning,
) -> tuple[Flag, ...]:
    """The flags at or above their thresholds, surest first; one that needs another only beside it."""
    flags = []
    for kind in kinds:
        sure, words = flag_confidence(kind, said, estimates.get(kind.code, 0.0), tuning.flag_weights.get(kind.code))
        if sure >= tuning.flag_thresholds.get(kind.code, 0.5):
            shown = tuple(f"words '{w}'" for w in words[:3]) or ("its wording as a whole",)
            flags.append(Flag(kind.code, Confidence(min(sure, 1.0)), shown))
    needs = {kind.code: kind.needs for kind in kinds}
    shown_too = {"", *(f.code for f in flags)}
    return tuple(sorted((f for f in flags if needs[f.code] in shown_too), key=lambda f: -f.confidence))
