"""Fitting the text model to labelled texts, and judging each text by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from mailroom.config.training import ModelSize
from mailroom.gateways.document_shape import DocumentShape
from mailroom.gateways.flag_sentence_training import Quotes, find_quotes, fit_sentences
from mailroom.gateways.flag_sentences import learn_sentences
from mailroom.gateways.text_form import matter_of
from mailroom.gateways.text_model import Estimates, LinearTextModel, Seen, Vocabulary, new_vectoriser

NO_SHAPE = DocumentShape()
_MEANING_PULL = 3.0
_SMOOTHING = 0.1
_MARGIN_STRENGTH = 0.5
"""Both of usual size for TF-IDF, and flat around: half or double moves no figure by more than one in a hundred."""
_LEAST_EXAMPLES = 3
"""A flag shown by fewer examples gets no model of its own, only its phrases."""
_NEAR_ENOUGH = 0.01
"""How near its least loss a fit must come. A hundredth of it moved no score by a hundredth, and took a third longer."""
_MOST_ROUNDS = 1000
_PROCESSES = 2
_WORTH_A_PROCESS = 300
"""Texts. A second process takes seconds to start."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text. origin: where it came from, such as 'sample' or 'written'.

    evidence: pairs of a flag and words of the text that show it; not all flags need have one.
    """

    text: str
    service: str
    doc_type: str = "letter"
    flags: tuple[str, ...] = ()
    origin: str = ""
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Knowledge:
    """What the services say of themselves: a row of features and a service for each text."""

    terms: csr_matrix
    meanings: np.ndarray
    services: tuple[str, ...]


@dataclass(frozen=True)
class _Table:
    """Examples as rows of features, and the knowledge."""

    examples: tuple[Example, ...]
    quotes: tuple[Quotes, ...]
    seen: Seen
    knowledge: _Knowledge

    def __getitem__(self, rows: Sequence[int]) -> _Table:
        examples, quotes = tuple(self.examples[n] for n in rows), tuple(self.quotes[n] for n in rows)
        return _Table(examples, quotes, self.seen[rows], self.knowledge)


def train_text_model(
    examples: Sequence[Example],
    size: ModelSize,
    knowledge: Sequence[Example] = (),
    own_names: tuple[str, ...] = (),
    shape: DocumentShape = NO_SHAPE,
) -> LinearTextModel:
    """Fit services, flags and document types; the same examples in the same order give the same model.

    knowledge: what the services say of themselves, from which services alone are learnt.
    """
    return _fit(*_tabulate(examples, size, knowledge, own_names, shape), size)


def train_and_judge(
    examples: Sequence[Example],
    folds: Sequence[int],
    size: ModelSize,
    knowledge: Sequence[Example] = (),
    own_names: tuple[str, ...] = (),
    copies: Mapping[int, str] | None = None,
    shape: DocumentShape = NO_SHAPE,
) -> tuple[LinearTextModel, list[Estimates], dict[int, Estimates]]:
    """The model, and every example judged by one fitted to the other folds, in the order of the examples.

    copies: other readings of some examples, by their number; each is judged by the model that judged its example and
    learnt by none. The vocabulary and its rarities are of all texts, which takes no label.
    """
    vocabulary, table = _tabulate(examples, size, knowledge, own_names, shape)
    held = {fold: [n for n, f in enumerate(folds) if f == fold] for fold in sorted(set(folds))}
    work = [
        delayed(_judge_fold)(vocabulary, table, size, rows, {n: copies[n] for n in rows if copies and n in copies})
        for rows in held.values()
    ]
    model, *folds_judged = Parallel(n_jobs=_PROCESSES)([delayed(_fit)(vocabulary, table, size), *work])
    judged: dict[int, Estimates] = {}
    again: dict[int, Estimates] = {}
    for own, others in folds_judged:
        judged |= own
        again |= others
    return model, [judged[n] for n in range(len(examples))], again


def _judge_fold(
    vocabulary: Vocabulary, table: _Table, size: ModelSize, held: Sequence[int], copies: Mapping[int, str]
) -> tuple[dict[int, Estimates], dict[int, Estimates]]:
    """The examples held back and their copies, each by number, judged by a model of the others."""
    left_out = set(held)
    model = _fit(vocabulary, table[[n for n in range(len(table.examples)) if n not in left_out]], size)
    others = model.estimate_all(list(copies.values())) if copies else []
    return (
        dict(zip(held, model.judge(table.seen[held]), strict=True)),
        dict(zip(copies, others, strict=True)),
    )


def _tabulate(
    examples: Sequence[Example],
    size: ModelSize,
    knowledge: Sequence[Example],
    own_names: tuple[str, ...],
    shape: DocumentShape,
) -> tuple[Vocabulary, _Table]:
    texts = [e.text for e in examples]
    matters = [matter_of(e.text, own_names) for e in (*examples, *knowledge)]
    least = size.min_documents
    work = [
        delayed(_learn_terms)(new_vectoriser("char_wb", size.character_ngrams, least), matters),
        delayed(learn_sentences)(texts, least),
        delayed(_learn_terms)(new_vectoriser("word", (1, size.word_ngrams), least), matters),
        delayed(shape.of_all)(texts),
    ]
    characters, sentences, words, shapes = Parallel(n_jobs=_PROCESSES if len(texts) >= _WORTH_A_PROCESS else 1)(work)
    vocabulary = Vocabulary(words[0], characters[0], sentences[0], own_names, shape)
    terms = hstack([words[1], characters[1]]).tocsr()
    meanings = vocabulary.encoder.encode_all(matters, processes=_PROCESSES)
    own = len(examples)
    quotes = tuple(find_quotes(sentences[1], n, dict(e.evidence)) for n, e in enumerate(examples))
    told = _Knowledge(terms[own:], meanings[own:], tuple(e.service for e in knowledge))
    return vocabulary, _Table(tuple(examples), quotes, Seen(terms[:own], meanings[:own], shapes, sentences[1]), told)


def _learn_terms(vectoriser: TfidfVectorizer, texts: Sequence[str]) -> tuple[TfidfVectorizer, csr_matrix]:
    """The vectoriser fitted, and the texts' rows."""
    rows = vectoriser.fit_transform(texts)
    return vectoriser, rows


def _fit(vocabulary: Vocabulary, table: _Table, size: ModelSize) -> LinearTextModel:
    examples, features = table.examples, table.seen.terms
    labels = [*(e.service for e in examples), *table.knowledge.services]
    told = vstack([features, table.knowledge.terms]).tocsr()
    bayes = ComplementNB(alpha=_SMOOTHING).fit(told, labels).feature_log_prob_
    services, service_weights = _fit_classes(told, labels, size)
    shaped = hstack([features, table.seen.shapes]).tocsr()
    doc_types, type_weights = _fit_classes(shaped, [e.doc_type for e in examples], size)
    of_terms, of_shapes = type_weights[:, : features.shape[1]], type_weights[:, features.shape[1] : -1]
    codes = sorted({f for e in examples for f in e.flags})
    shown = {c: np.array([c in e.flags for e in examples]) for c in codes}
    shown = {c: texts for c, texts in shown.items() if texts.sum() >= _LEAST_EXAMPLES}
    columns = [
        np.hstack([bayes, np.zeros((len(bayes), 1))]),
        service_weights,
        *_fit_flags(features, len(vocabulary.words.vocabulary_), list(shown.values()), size),
        np.hstack([of_terms, type_weights[:, -1:]]),
    ]
    stacked = np.vstack(columns).astype(np.float32)
    return LinearTextModel(
        vocabulary,
        np.ascontiguousarray(stacked[:, :-1].T),
        stacked[:, -1],
        _fit_meaning(np.vstack([table.seen.meanings, table.knowledge.meanings]), labels, services),
        np.ascontiguousarray(of_shapes.T).astype(np.float32),
        fit_sentences(table.seen.sentences, shown, table.quotes, size.seed),
        normalize(features).T.tocsr().astype(np.float32),
        np.array([services.index(e.service) for e in examples], dtype=np.int32),
        services,
        tuple(shown),
        doc_types,
    )


def _fit_classes(features: csr_matrix, labels: list[str], size: ModelSize) -> tuple[tuple[str, ...], np.ndarray]:
    """Classes in order, and one row of weights and bias for each."""
    if len(set(labels)) == 1:
        return (labels[0],), np.zeros((1, features.shape[1] + 1))
    model = LinearSVC(C=_MARGIN_STRENGTH, class_weight="balanced", tol=_NEAR_ENOUGH, random_state=size.seed)
    model.fit(features, labels)
    rows = np.hstack([model.coef_, model.intercept_[:, None]])
    # Of two classes scikit-learn keeps one row, the second class's log-odds.
    return tuple(map(str, model.classes_)), np.vstack([0 * rows, rows]) if len(model.classes_) == 2 else rows


def _fit_meaning(meanings: np.ndarray, labels: list[str], services: tuple[str, ...]) -> np.ndarray:
    """Ridge regression of each service on the meanings, every service counting alike; the last row is the bias."""
    rows = np.hstack([meanings, np.ones((len(meanings), 1))]).astype(np.float64)
    true = np.array([[label == service for service in services] for label in labels], dtype=np.float64)
    counts = (true / true.sum(axis=0)).sum(axis=1)[:, None] * len(labels) / len(services)
    pull = _MEANING_PULL * np.eye(rows.shape[1])
    found: np.ndarray = np.linalg.solve(rows.T @ (counts * rows) + pull, rows.T @ (counts * (2 * true - 1)))
    return found.astype(np.float32)


def _fit_flags(features: csr_matrix, words: int, shown: Sequence[np.ndarray], size: ModelSize) -> list[np.ndarray]:
    """From the words alone, a tenth of the features: what shows a flag is said in so many words. shown: by flag, which
    rows have it.
    """
    said = features[:, :words].tocsr()
    rest = np.zeros((1, features.shape[1] - words))
    # The dual problem comes as near its end in a third of the time.
    model = LogisticRegression(
        solver="liblinear", dual=True, C=size.inverse_regularisation, tol=_NEAR_ENOUGH, max_iter=_MOST_ROUNDS,
        random_state=size.seed,
    )  # fmt: skip
    fitted = (model.fit(said, texts) for texts in shown)
    return [np.hstack([m.coef_, rest, m.intercept_[:, None]]) for m in fitted]
