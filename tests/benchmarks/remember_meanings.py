"""Works out the vectors of the shipped examples again: `python -m tests.benchmarks.remember_meanings`.

To be run when examples or what the services know of themselves have changed; training works out those that are
missing, so nothing breaks without it but the first training takes longer. When the language model has changed it must
be run: training would take the old vectors beside new ones.
"""

from __future__ import annotations

from mailroom.config.environment import read_environment
from mailroom.config.references import load_references
from mailroom.config.services import load_services
from mailroom.config.training import load_training
from mailroom.gateways.meaning import MeaningEncoder
from mailroom.gateways.text_form import matter_of
from mailroom.wiring.misreading import misread_copies
from mailroom.wiring.training import knowledge_of, load_examples


def remember() -> int:
    classifiers = read_environment().site / "classifiers"
    catalogue, training = load_services(classifiers), load_training(classifiers / "training.toml")
    names = load_references(classifiers / "references.toml").council.names
    examples = load_examples(classifiers / "examples", catalogue)
    whole = {n: e.text for n, e in enumerate(examples) if e.origin in training.decision.calibrate_on}
    copies = misread_copies(whole, training.model.seed).values()
    told = (*(e.text for e in examples), *(e.text for e in knowledge_of(catalogue)), *copies)
    MeaningEncoder().remember([matter_of(text, names) for text in told])
    return len(told)


if __name__ == "__main__":
    print(f"{remember()} texts remembered")
