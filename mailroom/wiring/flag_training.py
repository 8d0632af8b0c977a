"""Weighing the evidence of each flag, and how sure is sure enough, on examples their models had not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from mailroom.config.flags import FlagAim, FlagKind
from mailroom.gateways.calibration import fit_flag
from mailroom.gateways.text_model import Estimates
from mailroom.gateways.text_training import Example
from mailroom.inbound.evidence import spoken
from mailroom.inbound.flagging import FlagEvidence, flag_evidence
from mailroom.values.told import NOTHING_TOLD
from mailroom.values.tuning import FlagWeights
from mailroom.wiring.two_processes import in_two_processes

_BETA = {FlagAim.PRECISION: 0.9, FlagAim.BALANCE: 1.0, FlagAim.RECALL: 1.3}
"""How many times as much recall counts as precision in a flag's threshold (van Rijsbergen's F). Below what the aims
alone would have: an author who is not known words things in new ways, and shows flags in fewer or more letters."""
_LEAST_SURE = {FlagAim.PRECISION: 0.3, FlagAim.BALANCE: 0.2, FlagAim.RECALL: 0.1}
"""No lower threshold, however few the examples."""
_LEAST_EXAMPLES = 30
"""About ten for each of its weights (Peduzzi et al. 1996, events per variable). Fewer, and they trust an estimate that
knows its few examples by heart and no others; the evidence is then joined as it stands.
"""
_UNWEIGHED = 0.6
"""Threshold of a flag without examples: one phrase shows it."""


@dataclass(frozen=True)
class TunedFlags:
    """Confidences (examples x flags), and for each flag its threshold and, with examples enough, its weights."""

    confidences: np.ndarray
    thresholds: dict[str, float]
    weights: dict[str, FlagWeights]


def tune_flags(kinds: Sequence[FlagKind], examples: Sequence[Example], judged: Sequence[Estimates]) -> TunedFlags:
    """Each flag by itself, in the order of `kinds`; one that needs another is weighed on what has that one."""
    letters = [(e.text, j) for e, j in zip(examples, judged, strict=True)]
    evidence = in_two_processes(partial(_evidence_of, kinds=kinds), letters)
    weights: dict[str, FlagWeights] = {}
    thresholds: dict[str, float] = {}
    counts = _counts_of(examples)
    columns = []
    for number, kind in enumerate(kinds):
        mine = [held[number] for held in evidence]
        shown = np.array([kind.code in e.flags for e in examples])
        fit = np.array([not kind.needs or kind.needs in e.flags for e in examples])
        if shown.sum() >= _LEAST_EXAMPLES:
            weights[kind.code] = fit_flag(np.array([m.counts for m in mine])[fit], shown[fit], counts[fit])
        columns.append(np.array([m.confidence(weights.get(kind.code)) for m in mine]))
        thresholds[kind.code] = _threshold(kind, columns[-1][fit], shown[fit], counts[fit])
    return TunedFlags(np.array(columns).T, thresholds, weights)


def _evidence_of(letter: tuple[str, Estimates], kinds: Sequence[FlagKind]) -> list[FlagEvidence]:
    """In the order of `kinds`."""
    text, judged = letter
    said = spoken(text)
    return [flag_evidence(k, said, judged.flags.get(k.code, 0.0), judged.told.get(k.code, NOTHING_TOLD)) for k in kinds]


def _counts_of(examples: Sequence[Example]) -> np.ndarray:
    """How much each example counts: those of one origin together as the root of their number, one by one as 1 on
    average. A thousand texts of one hand say little more of how others write than a hundred do.
    """
    sizes = Counter(e.origin for e in examples)
    counts = np.array([sizes[e.origin] ** -0.5 for e in examples])
    even: np.ndarray = counts / counts.mean()
    return even


def _threshold(kind: FlagKind, sure: np.ndarray, shown: np.ndarray, counts: np.ndarray) -> float:
    weight = _BETA[kind.aim] ** 2
    best, chosen = 0.0, _UNWEIGHED
    for t in np.arange(_LEAST_SURE[kind.aim], 0.96, 0.05):
        said = sure >= t
        both, all_said, all_shown = (float(counts[which].sum()) for which in (said & shown, said, shown))
        score = (1 + weight) * both / max(all_said + weight * all_shown, 1.0)
        if score > best:
            best, chosen = score, round(float(t), 2)
    return chosen
