"""Fitting the text model to labelled texts, and judging each text by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from mailroom.config.training import ModelSize
from mailroom.gateways.text_form import matter_of
from mailroom.gateways.text_model import Estimates, LinearTextModel, Vocabulary, new_vectoriser

_SMOOTHING = 0.1
_MARGIN_STRENGTH = 0.5
"""Both of usual size for TF-IDF, and flat around: half or double moves no figure by more than one in a hundred."""
_LEAST_EXAMPLES = 3
"""A flag shown by fewer examples gets no model of its own, only its phrases."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text. origin: where it came from, such as 'sample' or 'written'."""

    text: str
    service: str
    doc_type: str = "letter"
    flags: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True)
class _Table:
    """Examples and what the services know of themselves, as rows of features."""

    examples: tuple[Example, ...]
    features: csr_matrix
    knowledge: csr_matrix
    knowledge_services: tuple[str, ...]


def train_text_model(
    examples: Sequence[Example], size: ModelSize, knowledge: Sequence[Example] = (), own_names: tuple[str, ...] = ()
) -> LinearTextModel:
    """Fit services, flags and document types; the same examples in the same order give the same model.

    knowledge: what the services say of themselves, from which services alone are learnt.
    """
    return _fit(*_tabulate(examples, size, knowledge, own_names), size)


def train_and_judge(
    examples: Sequence[Example],
    folds: Sequence[int],
    size: ModelSize,
    knowledge: Sequence[Example] = (),
    own_names: tuple[str, ...] = (),
) -> tuple[LinearTextModel, list[Estimates]]:
    """The model, and every example judged by one fitted to the other folds, in the order of the examples.

    The vocabulary and its rarities are of all texts, which takes no label.
    """
    vocabulary, table = _tabulate(examples, size, knowledge, own_names)
    numbers = sorted(set(folds))
    work = (delayed(_judge_fold)(vocabulary, table, size, folds, fold) for fold in numbers)
    judged: dict[int, Estimates] = {}
    for fold, estimates in zip(numbers, Parallel(n_jobs=2)(work), strict=True):
        judged |= dict(zip((n for n, f in enumerate(folds) if f == fold), estimates, strict=True))
    return _fit(vocabulary, table, size), [judged[n] for n in range(len(examples))]


def _judge_fold(
    vocabulary: Vocabulary, table: _Table, size: ModelSize, folds: Sequence[int], fold: int
) -> list[Estimates]:
    seen, held = [n for n, f in enumerate(folds) if f != fold], [n for n, f in enumerate(folds) if f == fold]
    known = tuple(table.examples[n] for n in seen)
    part = _Table(known, table.features[seen], table.knowledge, table.knowledge_services)
    return _fit(vocabulary, part, size).judge(table.features[held])


def _tabulate(
    examples: Sequence[Example], size: ModelSize, knowledge: Sequence[Example], own_names: tuple[str, ...]
) -> tuple[Vocabulary, _Table]:
    matters = [matter_of(e.text, own_names) for e in (*examples, *knowledge)]
    words = new_vectoriser("word", (1, size.word_ngrams), size.min_documents)
    characters = new_vectoriser("char_wb", size.character_ngrams, size.min_documents)
    features = hstack([words.fit_transform(matters), characters.fit_transform(matters)]).tocsr()
    n = len(examples)
    table = _Table(tuple(examples), features[:n], features[n:], tuple(e.service for e in knowledge))
    return Vocabulary(words, characters, own_names), table


def _fit(vocabulary: Vocabulary, table: _Table, size: ModelSize) -> LinearTextModel:
    examples, features = table.examples, table.features
    labels = [*(e.service for e in examples), *table.knowledge_services]
    told = vstack([features, table.knowledge]).tocsr()
    bayes = ComplementNB(alpha=_SMOOTHING).fit(told, labels).feature_log_prob_
    services, service_weights = _fit_classes(told, labels, size)
    words = len(vocabulary.words.vocabulary_)
    doc_types, type_weights = _fit_classes(features, [e.doc_type for e in examples], size)
    codes = sorted({f for e in examples for f in e.flags})
    shown = {c: np.array([c in e.flags for e in examples]) for c in codes}
    flags = [c for c in codes if shown[c].sum() >= _LEAST_EXAMPLES]
    columns = [
        np.hstack([bayes, np.zeros((len(bayes), 1))]),
        service_weights,
        *(_fit_flag(features, words, shown[c], size) for c in flags),
        type_weights,
    ]
    stacked = np.vstack(columns).astype(np.float32)
    return LinearTextModel(
        vocabulary,
        np.ascontiguousarray(stacked[:, :-1].T),
        stacked[:, -1],
        normalize(features).T.tocsr().astype(np.float32),
        np.array([services.index(e.service) for e in examples], dtype=np.int32),
        services,
        tuple(flags),
        doc_types,
    )


def _fit_classes(features: csr_matrix, labels: list[str], size: ModelSize) -> tuple[tuple[str, ...], np.ndarray]:
    """Classes in order, and one row of weights and bias for each."""
    if len(set(labels)) == 1:
        return (labels[0],), np.zeros((1, features.shape[1] + 1))
    model = LinearSVC(C=_MARGIN_STRENGTH, class_weight="balanced", random_state=size.seed)
    model.fit(features, labels)
    rows = np.hstack([model.coef_, model.intercept_[:, None]])
    # Of two classes scikit-learn keeps one row, the second class's log-odds.
    return tuple(map(str, model.classes_)), np.vstack([0 * rows, rows]) if len(model.classes_) == 2 else rows


def _fit_flag(features: csr_matrix, words: int, shown: np.ndarray, size: ModelSize) -> np.ndarray:
    """From the words alone, a tenth of the features: what shows a flag is said in so many words."""
    model = LogisticRegression(solver="liblinear", C=size.inverse_regularisation, random_state=size.seed)
    model.fit(features[:, :words], shown)
    rest = np.zeros((1, features.shape[1] - words))
    return np.hstack([model.coef_, rest, model.intercept_[:, None]])
