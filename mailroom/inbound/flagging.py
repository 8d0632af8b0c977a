"""Flags: the phrases of flags.toml and the trained estimate together, each flag with the words that show it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten

from mailroom.config.flags import FlagKind
from mailroom.inbound.evidence import found
from mailroom.values.confidence import Confidence
from mailroom.values.decisions import Flag
from mailroom.values.told import NOTHING_TOLD, Told
from mailroom.values.tuning import FlagWeights, Tuning

A_PHRASE = 0.6
"""What one phrase adds as independent evidence: 1 - (1 - estimate)(1 - 0.6)."""
A_HINT = 0.12
MOST_PHRASES, MOST_HINTS = 2, 3
"""Further ones say the same again."""
_QUOTED = 90
"""Characters of a sentence, about a line on the screen."""
_NEVER = 1e-4
"""An estimate is kept this far from 0 and 1, where log-odds have no end."""


@dataclass(frozen=True, slots=True)
class FlagEvidence:
    """What an item holds for one flag: the text model's estimate, the phrases and hints found, and the sentence that
    shows it most. barred: one of the flag's `unless` is there too, beside which it is never shown.
    """

    estimate: float
    phrases: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    told: Told = NOTHING_TOLD
    barred: bool = False

    @property
    def counts(self) -> tuple[float, int, int, float]:
        """(log-odds of the estimate, phrases found, hints found, log-odds of the sentence), as the weights want it."""
        kept = min(max(self.estimate, _NEVER), 1 - _NEVER)
        phrased, hinted = min(len(self.phrases), MOST_PHRASES), min(len(self.hints), MOST_HINTS)
        return math.log(kept / (1 - kept)), phrased, hinted, self.told.odds

    def confidence(self, weights: FlagWeights | None = None) -> float:
        """0 to 1. Without weights learnt from examples the words and the estimate are joined as if each piece could be
        wrong by itself.
        """
        if self.barred:
            return 0.0
        odds, phrased, hinted, sentence = self.counts
        if weights is None:
            return 1 - (1 - self.estimate) * (1 - A_PHRASE) ** phrased * (1 - A_HINT) ** hinted
        joined = weights.start + weights.estimate * odds + weights.phrase * phrased + weights.hint * hinted
        joined += weights.sentence * sentence
        return 1 / (1 + math.exp(-joined))


def flag_evidence(flag: FlagKind, said: frozenset[str], estimate: float, told: Told = NOTHING_TOLD) -> FlagEvidence:
    """said: what `spoken` makes of the item's text."""
    barred = bool(found(flag.unless, said))
    return FlagEvidence(estimate, found(flag.phrases, said), found(flag.hints, said), told, barred)


def find_flags(
    kinds: tuple[FlagKind, ...],
    said: frozenset[str],
    estimates: Mapping[str, float],
    told: Mapping[str, Told],
    tuning: Tuning,
) -> tuple[Flag, ...]:
    """The flags at or above their thresholds, surest first; one that needs another only beside it."""
    flags = []
    for kind in kinds:
        mine = told.get(kind.code, NOTHING_TOLD)
        weights = tuning.flag_weights.get(kind.code)
        evidence = flag_evidence(kind, said, estimates.get(kind.code, 0.0), mine)
        sure = evidence.confidence(weights)
        if sure >= tuning.flag_thresholds.get(kind.code, 0.5):
            words = (*evidence.phrases, *evidence.hints)
            flags.append(
                Flag(kind.code, Confidence(min(sure, 1.0)), _reasons(words, mine if weights else NOTHING_TOLD))
            )
    needs = {kind.code: kind.needs for kind in kinds}
    shown_too = {"", *(f.code for f in flags)}
    return tuple(sorted((f for f in flags if needs[f.code] in shown_too), key=lambda f: -f.confidence))


def _reasons(words: Sequence[str], told: Told) -> tuple[str, ...]:
    """A sentence is named when it shows the flag more likely than not."""
    quoted = (f"the sentence '{shorten(told.sentence, _QUOTED, placeholder=' …')}'",) if told.odds > 0 else ()
    return (*(f"words '{w}'" for w in words[:3]), *quoted) or ("its wording as a whole",)
