"""What training found out about weighing evidence and where to stop deciding alone. Plain figures, saved as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EvidenceWeights:
    """Weights in log-odds. text: of the text model's score; the rest per piece of evidence of that kind."""

    text: float = 1.0
    reference: float = 3.0
    phrase: float = 0.5
    matter: float = 0.2
    other: float = 0.2
    against: float = -0.2

    @property
    def as_row(self) -> tuple[float, ...]:
        """In the order of the fields."""
        return (self.text, self.reference, self.phrase, self.matter, self.other, self.against)


@dataclass(frozen=True, slots=True)
class FlagWeights:
    """Weights in log-odds of one flag: of the model's own log-odds, per phrase and per hint found, of the log-odds of
    the sentence that shows it most, and the start.
    """

    estimate: float
    phrase: float
    hint: float
    sentence: float
    start: float


@dataclass(frozen=True, slots=True)
class Tuning:
    """weights of the evidence; the least probability to decide alone, by service; the least confidence, by flag.

    flag_weights: of the flags with examples enough to weigh their evidence.
    """

    weights: EvidenceWeights
    thresholds: dict[str, float]
    flag_thresholds: dict[str, float]
    flag_weights: dict[str, FlagWeights] = field(default_factory=dict)
