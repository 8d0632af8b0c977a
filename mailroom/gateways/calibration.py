"""Fitting the weights of the evidence so that the probabilities mean what they say."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from mailroom.values.tuning import EvidenceWeights, FlagWeights

_START = (1.0, 1.5, 0.0, 0.0, 0.0, 0.0)
"""The text model has learnt the phrases and matters already; only a reference tells what it cannot know."""
_PULL = 0.05
"""Strength of the pull towards the start. A few hundred letters say little of evidence that is rare in them: weights
left free fitted those letters and cost 1 to 2 in 100 on others."""


def fit_weights(evidence: np.ndarray, right: np.ndarray, counts: np.ndarray) -> EvidenceWeights:
    """Weights of least log-loss. evidence: items x services x kinds; right: index of the true service of each item;
    counts: how much each item counts.
    """
    start = np.array(_START)
    rows = np.arange(len(right))
    share = counts / counts.sum()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = evidence @ weights
        logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
        expected = np.einsum("is,isk->ik", np.exp(logs), evidence)
        slope = -(share[:, None] * (evidence[rows, right] - expected)).sum(axis=0)
        value = float(-(share * logs[rows, right]).sum() + _PULL * ((weights - start) ** 2).sum())
        return value, slope + 2 * _PULL * (weights - start)

    bounds = [(0.05, 3), (0, 8), (0, 4), (0, 4), (0, 4), (-4, 0)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return EvidenceWeights(*(round(float(w), 4) for w in found.x))


def fit_flag(evidence: np.ndarray, shown: np.ndarray, counts: np.ndarray) -> FlagWeights:
    """Weights of one flag. evidence: items x (log-odds of the estimate, phrases, hints, log-odds of the telling
    sentence), of models that had not seen the items. counts: how much each item counts.
    """
    model = LogisticRegression(C=1.0).fit(evidence, shown, sample_weight=counts)
    return FlagWeights(*(round(float(w), 4) for w in (*model.coef_[0], model.intercept_[0])))
