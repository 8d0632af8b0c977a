"""classifiers/training.toml: how the text model is trained and what a wrong decision costs."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from mailroom.config.section import Section, load_section


class ModelSize(Section):
    """The features and the strength of the linear models. folds: of the cross-validation; at least 3."""

    word_ngrams: int = Field(default=2, ge=1, le=3)
    character_ngrams: tuple[int, int] = (3, 5)
    min_documents: int = Field(default=2, ge=1)
    inverse_regularisation: float = Field(default=20.0, gt=0)
    folds: int = Field(default=5, ge=3, le=20)
    seed: int = 20260101


class DecisionCosts(Section):
    """cost_of_wrong: a misrouted item in units of one clerk's look; thresholds are never below least_threshold.

    calibrate_on: origins of examples that are whole letters as they arrive; the weights and thresholds are set on
    these, each origin judged by a model that has learnt from none of it, or on all examples where there are none.
    """

    cost_of_wrong: float = Field(default=49.0, gt=0)
    least_threshold: float = Field(default=0.5, ge=0, lt=1)
    calibrate_on: tuple[str, ...] = ()
    cost_by_service: dict[str, float] = {}


class TrainingConfig(Section):
    """The whole of training.toml."""

    model: ModelSize = ModelSize()
    decision: DecisionCosts = DecisionCosts()


def load_training(path: Path) -> TrainingConfig:
    """Read training.toml. Raises Misconfigured naming file, key and remedy."""
    return load_section(path, TrainingConfig)
