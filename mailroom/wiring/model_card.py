"""The model card: what a trained model can do, measured on examples it had not seen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mailroom.config.flags import FlagKind
from mailroom.gateways.text_training import Example
from mailroom.values.tuning import Tuning


@dataclass(frozen=True)
class TrainingReport:
    """Cross-validated figures. coverage: (share of items, precision, from probability). data: SHA-256 by file."""

    examples: int
    calibrated_on: int
    top1: float
    top1_misread: float
    coverage: tuple[tuple[float, float, float], ...]
    services: dict[str, dict[str, float]]
    flags: dict[str, dict[str, float]]
    data: dict[str, str]


def coverage_curve(shares: np.ndarray, right: np.ndarray) -> tuple[tuple[float, float, float], ...]:
    """Precision on the surest 10%, 20%, ... 100%."""
    best = shares.max(axis=1)
    order = np.argsort(-best, kind="stable")
    hits = (shares.argmax(axis=1) == right)[order]
    ends = [max(round(len(right) * tenth / 10), 1) for tenth in range(1, 11)]
    return tuple(
        (tenth / 10, round(float(hits[:end].mean()), 4), round(float(best[order][end - 1]), 4))
        for tenth, end in enumerate(ends, 1)
    )


def service_figures(
    shares: np.ndarray, right: np.ndarray, codes: Sequence[str], thresholds: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Precision and recall of the first choice; threshold, and what is decided alone above it."""
    chosen, best = shares.argmax(axis=1), shares.max(axis=1)
    figures = {}
    for n, code in enumerate(codes):
        said, true = chosen == n, right == n
        alone = said & (best >= thresholds[code])
        figures[code] = {
            "examples": int(true.sum()),
            "precision": _share(said & true, said),
            "recall": _share(said & true, true),
            "threshold": thresholds[code],
            "alone_share": _share(alone, said),
            "alone_precision": _share(alone & true, alone),
        }
    return figures


def flag_figures(
    sure: np.ndarray, examples: Sequence[Example], kinds: Sequence[FlagKind], thresholds: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Precision and recall of each flag at its threshold."""
    figures = {}
    for n, kind in enumerate(kinds):
        said = sure[:, n] >= thresholds[kind.code]
        true = np.array([kind.code in e.flags for e in examples])
        figures[kind.code] = {
            "examples": int(true.sum()),
            "precision": _share(said & true, said),
            "recall": _share(said & true, true),
            "threshold": thresholds[kind.code],
        }
    return figures


def write_card(report: TrainingReport, tuning: Tuning, folder: Path) -> None:
    """card.json and card.md beside the model."""
    plain = {**asdict(report), "weights": asdict(tuning.weights)}
    (folder / "card.json").write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    lines = [
        "# Model card",
        "",
        f"Trained on {report.examples} examples. All figures are of examples the judging model had not seen.",
        f"Services are measured on the {report.calibrated_on} whole letters, by a model that learnt from none of them: "
        f"first choice right {report.top1:.1%}; {report.top1_misread:.1%} as misread on clean to poor scans.",
        "",
        *_table("Surest share", [(f"{s:.0%}", p, t) for s, p, t in report.coverage], ("precision", "from probability")),
        *_table("Service", *_rows(report.services)),
        *_table("Flag", *_rows(report.flags)),
        "## Data",
        "",
        *(f"- {name} {digest[:16]}" for name, digest in report.data.items()),
    ]
    (folder / "card.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows(figures: Mapping[str, Mapping[str, float]]) -> tuple[list[tuple[object, ...]], tuple[str, ...]]:
    columns = tuple(next(iter(figures.values()), {}))
    return [(code, *row.values()) for code, row in figures.items()], columns


def _table(first: str, rows: Sequence[Sequence[object]], columns: Sequence[str]) -> list[str]:
    head = f"| {first} | {' | '.join(c.replace('_', ' ') for c in columns)} |"
    return [head, "|---" * (len(columns) + 1) + "|", *(f"| {' | '.join(map(str, row))} |" for row in rows), ""]


def _share(part: np.ndarray, whole: np.ndarray) -> float:
    return round(float(part.sum() / whole.sum()), 4) if whole.any() else 0.0
