"""Training a site's text model: cross-validated evidence, its weights, thresholds by cost, and the model card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from mailroom.config.references import ReferenceCatalogue, load_references
from mailroom.config.services import ServiceCatalogue, load_services
from mailroom.config.training import DecisionCosts, ModelSize, load_training
from mailroom.errors import Misconfigured
from mailroom.gateways.calibration import fit_weights
from mailroom.gateways.document_shape import DocumentShape
from mailroom.gateways.text_model import Estimates
from mailroom.gateways.text_training import Example, train_and_judge
from mailroom.inbound.evidence import gather_evidence, spoken
from mailroom.inbound.references_found import find_references
from mailroom.values.confidence import CERTAIN
from mailroom.values.geometry import Box
from mailroom.values.index_fields import IndexFields
from mailroom.values.page import PageKind, PageReading, Word
from mailroom.values.tuning import EvidenceWeights, Tuning
from mailroom.wiring.flag_training import tune_flags
from mailroom.wiring.misreading import misread_copies
from mailroom.wiring.model_card import TrainingReport, coverage_curve, flag_figures, service_figures, write_card
from mailroom.wiring.two_processes import in_two_processes

_PHRASES_A_TEXT = 6
DOC_TYPE_OF_KIND = {"email": "email_print", "notice": "legal_notice"}


def train_site(site: Path, output: Path, taught: Sequence[Example] = ()) -> TrainingReport:
    """Train on `classifiers/examples/` of the site and write model.json, model.npz and the card to `output`.

    taught: further examples, from the review desk; those of a service there no longer is are left out.

    Raises:
        Misconfigured: an example names an unknown service, is not JSON, or a file of the site is wrong.
    """
    classifiers = site / "classifiers"
    catalogue, references = load_services(classifiers), load_references(classifiers / "references.toml")
    config = load_training(classifiers / "training.toml")
    examples = [
        *load_examples(classifiers / "examples", catalogue),
        *(e for e in taught if e.service in catalogue.codes),
    ]
    whole = np.array([e.origin in config.decision.calibrate_on for e in examples])
    sets = config.decision.calibrate_on if not whole.all() else ()
    folds = [fold_of(e, sets, config.model) for e in examples]
    whole = whole if whole.any() else ~whole
    copies = misread_copies({n: e.text for n, e in enumerate(examples) if whole[n]}, config.model.seed)
    told = knowledge_of(catalogue)
    shape = DocumentShape(tuple(kind.phrases for kind in catalogue.document_kinds))
    model, judged, again = train_and_judge(examples, folds, config.model, told, references.council.names, copies, shape)
    letters = [(e.text, j) for e, j, is_whole in zip(examples, judged, whole, strict=True) if is_whole]
    written = _evidence(letters, catalogue, references)
    right = np.array([catalogue.codes.index(e.service) for e in examples])[whole]
    misread = _evidence([(text, again[n]) for n, text in sorted(copies.items())], catalogue, references)
    both, twice = np.concatenate([written, misread]), np.concatenate([right, right])
    weights = fit_weights(both, twice, np.ones(len(twice)))
    shares = shares_of(written, weights)
    thresholds = choose_thresholds(shares_of(both, weights), twice, catalogue, config.decision)
    flags = tune_flags(catalogue.flags, examples, judged)
    tuning = Tuning(weights, thresholds, flags.thresholds, flags.weights)
    replace(model, tuning=tuning).save(output)
    report = TrainingReport(
        examples=len(examples),
        calibrated_on=int(whole.sum()),
        top1=float((shares.argmax(axis=1) == right).mean()),
        top1_misread=float((shares_of(misread, weights).argmax(axis=1) == right).mean()),
        coverage=coverage_curve(shares, right),
        services=service_figures(shares, right, catalogue.codes, thresholds),
        flags=flag_figures(flags.confidences, examples, catalogue.flags, flags.thresholds),
        data={p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in _data_files(classifiers)},
    )
    write_card(report, tuning, output)
    return report


def load_examples(folder: Path, catalogue: ServiceCatalogue) -> list[Example]:
    """Every line of the folder's *.jsonl, in the order of file names."""
    examples = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").strip("\n").split("\n"), 1):
            examples.append(_example(path, number, line, catalogue))
    if not examples:
        raise Misconfigured(f"{folder}: no examples there. Add *.jsonl files as its README says.")
    return examples


def knowledge_of(catalogue: ServiceCatalogue) -> list[Example]:
    """What each service says of itself, as texts of a few phrases to learn from."""
    return [
        Example(". ".join(told[start : start + _PHRASES_A_TEXT]), service.code, origin="knowledge")
        for service in catalogue.services
        for told in (service.phrases, service.matters, (*service.senders, *service.laws, *service.forms))
        for start in range(0, len(told), _PHRASES_A_TEXT)
    ]


def _evidence(
    letters: Sequence[tuple[str, Estimates]], catalogue: ServiceCatalogue, references: ReferenceCatalogue
) -> np.ndarray:
    return np.array(in_two_processes(partial(_rows_of, catalogue=catalogue, references=references), letters))


def _rows_of(
    letter: tuple[str, Estimates], catalogue: ServiceCatalogue, references: ReferenceCatalogue
) -> list[list[float]]:
    text, estimates = letter
    return evidence_rows(text, estimates, _references_in(text, references), catalogue)


def evidence_rows(
    text: str, estimates: Estimates, fields: IndexFields, catalogue: ServiceCatalogue
) -> list[list[float]]:
    """One row a service: the model's score, then the counts of the evidence."""
    return [
        [estimates.services.get(e.service, 0.0), *e.counts] for e in gather_evidence(spoken(text), fields, catalogue)
    ]


def shares_of(evidence: np.ndarray, weights: EvidenceWeights) -> np.ndarray:
    """Probabilities, items x services."""
    scores = evidence @ np.array(weights.as_row)
    shares: np.ndarray = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))
    return shares


def choose_thresholds(
    shares: np.ndarray, right: np.ndarray, catalogue: ServiceCatalogue, costs: DecisionCosts
) -> dict[str, float]:
    """For each service the lowest threshold above which as few unseen items are wrong as its cost allows.

    A wrong item that costs 49 looks allows one in fifty. All services share the items, as a dozen letters of one would
    say nothing about its own tail. Half way to the probability at which one more item just pays, because the lowest
    threshold of a sample flatters itself.
    """
    order = np.argsort(-shares.max(axis=1), kind="stable")
    best, hits = shares.max(axis=1)[order], (shares.argmax(axis=1) == right)[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    thresholds = {}
    for code in catalogue.codes:
        cost = costs.cost_by_service.get(code, costs.cost_of_wrong)
        fair = cost / (1 + cost)
        good = best[(precision >= fair) & (best >= costs.least_threshold)]
        lowest = float(good.min()) if len(good) else 0.995
        thresholds[code] = round((lowest + max(lowest, fair)) / 2, 4)
    return thresholds


def _references_in(text: str, references: ReferenceCatalogue) -> IndexFields:
    """The references of a text that never was on paper: one word after another, without places that matter."""
    box = Box(0, 0, 0, 0)
    words = tuple(Word(w, box, CERTAIN, number) for number, line in enumerate(text.splitlines()) for w in line.split())
    return IndexFields(references=find_references(PageReading(1, PageKind.ITEM, 595, 842, words=words), references))


def fold_of(example: Example, sets: Sequence[str], size: ModelSize) -> int:
    """The whole letters of one origin, often of one writer, are judged by a model that has learnt from none of them."""
    return -1 - sets.index(example.origin) if example.origin in sets else _fold(example.text, size.folds, size.seed)


def _fold(text: str, folds: int, seed: int) -> int:
    return int(hashlib.sha256(f"{seed} {text}".encode()).hexdigest()[:8], 16) % folds


def _data_files(classifiers: Path) -> list[Path]:
    return sorted([*classifiers.rglob("*.toml"), *(classifiers / "examples").glob("*.jsonl")])


def _example(path: Path, number: int, line: str, catalogue: ServiceCatalogue) -> Example:
    try:
        row = json.loads(line)
        service, text = row["service"], row["text"]
    except (json.JSONDecodeError, KeyError, TypeError) as wrong:
        raise Misconfigured(f"{path}, line {number}: no example ({wrong}). It needs 'service' and 'text'.") from None
    if service not in catalogue.codes:
        raise Misconfigured(
            f"{path}, line {number}: no service '{service}'. Correct it or add services/{service}.toml."
        )
    kind = row.get("kind", "letter")
    doc_type = row.get("doc_type") or DOC_TYPE_OF_KIND.get(kind, kind)
    evidence = tuple(dict(row.get("evidence") or {}).items())
    return Example(text, service, doc_type, tuple(row.get("flags", ())), row.get("origin", path.stem), evidence)
