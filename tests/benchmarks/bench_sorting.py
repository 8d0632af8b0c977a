"""How well a trained model sorts letters it has not learnt from: `python -m tests.benchmarks.bench_sorting MODEL FILE`.

MODEL is a folder that `mailroom train` wrote; each FILE holds one JSON object a line with text, service and
doc_type, such as tests/samples/letters_fourth_author.jsonl. Judged on true text by the example site's knowledge.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from mailroom.config.environment import example_site
from mailroom.config.references import load_references
from mailroom.config.services import load_services
from mailroom.gateways.language import SpacyLanguage
from mailroom.gateways.text_model import load_text_model
from mailroom.inbound.classification import classify
from mailroom.inbound.indexing import index_item
from tests.inbound.reading import item_of

SUREST = (0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True)
class Judged:
    """One letter. kind_right: of the document type."""

    right: bool
    kind_right: bool
    sure: bool
    probability: float


def main() -> None:
    """Print the figures of each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    args = parser.parse_args()
    for file in args.files:
        _report(file, _judge(args.model, file))


def _judge(model_folder: Path, file: Path) -> list[Judged]:
    classifiers = example_site() / "classifiers"
    catalogue, references = load_services(classifiers), load_references(classifiers / "references.toml")
    model, language = load_text_model(model_folder), SpacyLanguage()
    judged = []
    for line in file.read_text(encoding="utf-8").splitlines():
        letter = json.loads(line)
        item = item_of(letter["text"])
        said = classify(item, index_item(item, references, language), catalogue, model)
        judged.append(
            Judged(
                said.service == letter["service"],
                said.doc_type == letter["doc_type"],
                said.sure,
                float(said.probability),
            )
        )
    return judged


def _report(file: Path, judged: list[Judged]) -> None:
    ranked = sorted(judged, key=lambda j: -j.probability)
    sure = [j for j in ranked if j.sure]
    parts = (ranked[: round(len(ranked) * share)] for share in SUREST)
    print(f"{file.name}: {len(ranked)} letters, first choice {_per_cent([j.right for j in ranked])}")
    surest = ", ".join(_per_cent([j.right for j in part]) for part in parts)
    print(f"  surest 50 / 60 / 70 / 80%: {surest}")
    print(f"  above the threshold {len(sure)}, {sum(not j.right for j in sure)} of them wrong")
    print(f"  document type {_per_cent([j.kind_right for j in ranked])}")


def _per_cent(hits: list[bool]) -> str:
    return f"{100 * sum(hits) / max(1, len(hits)):.1f}%"


if __name__ == "__main__":
    main()
