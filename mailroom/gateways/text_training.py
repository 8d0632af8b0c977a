"""Fitting the text model to labelled texts, and judging each text by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from mailroom.config.training import ModelSize
from mailroom.gateways.document_shape import DocumentShape
from mailroom.gateways.flag_sentence_training import Quotes, find_quotes, fit_sentences
from mailroom.gateways.flag_sentences import cut_into_sentences, new_sentence_vectoriser, plain, sentences_of_all
from mailroom.gateways.text_form import matter_of
from mailroom.gateways.text_model import Estimates, LinearTextModel, Seen, Vocabulary, new_vectoriser

NO_SHAPE = DocumentShape()
_MEANING_PULL = 3.0
_SMOOTHING = 0.1
_MARGIN_STRENGTH = 0.5
"""Both of usual size for TF-IDF, and flat around: half or double moves no figure by more than one in a hundred."""
_LEAST_EXAMPLES = 3
"""A flag shown by fewer examples gets no model of its own, only its phrases."""


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
class _Table:
    """Examples and what the services know of themselves, as rows of features."""

    examples: tuple[Example, ...]
    quotes: tuple[Quotes, ...]
    seen: Seen
    knowledge: Seen
    knowledge_services: tuple[str, ...]


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
    read_again = sorted(copies or {})
    reread = vocabulary.seen([(copies or {})[n] for n in read_again]) if read_again else table.seen[[]]
    numbers = sorted(set(folds))
    work = (delayed(_judge_fold)(vocabulary, table, size, folds, fold, read_again, reread) for fold in numbers)
    judged: dict[int, Estimates] = {}
    again: dict[int, Estimates] = {}
    for own, others in Parallel(n_jobs=2)(work):
        judged |= own
        again |= others
    return _fit(vocabulary, table, size), [judged[n] for n in range(len(examples))], again


def _judge_fold(
    vocabulary: Vocabulary,
    table: _Table,
    size: ModelSize,
    folds: Sequence[int],
    fold: int,
    read_again: Sequence[int],
    reread: Seen,
) -> tuple[dict[int, Estimates], dict[int, Estimates]]:
    """The fold's examples and their copies, each by number, judged by a model of the other folds."""
    seen, held = [n for n, f in enumerate(folds) if f != fold], [n for n, f in enumerate(folds) if f == fold]
    known, quotes = tuple(table.examples[n] for n in seen), tuple(table.quotes[n] for n in seen)
    model = _fit(vocabulary, _Table(known, quotes, table.seen[seen], table.knowledge, table.knowledge_services), size)
    places = [place for place, n in enumerate(read_again) if folds[n] == fold]
    others = model.judge(reread[places]) if places else []
    return (
        dict(zip(held, model.judge(table.seen[held]), strict=True)),
        dict(zip((read_again[place] for place in places), others, strict=True)),
    )


def _tabulate(
    examples: Sequence[Example],
    size: ModelSize,
    knowledge: Sequence[Example],
    own_names: tuple[str, ...],
    shape: DocumentShape,
) -> tuple[Vocabulary, _Table]:
    matters = [matter_of(e.text, own_names) for e in (*examples, *knowledge)]
    words = new_vectoriser("word", (1, size.word_ngrams), size.min_documents)
    characters = new_vectoriser("char_wb", size.character_ngrams, size.min_documents)
    terms = hstack([words.fit_transform(matters), characters.fit_transform(matters)]).tocsr()
    texts = [e.text for e in (*examples, *knowledge)]
    of_sentences = new_sentence_vectoriser(size.min_documents)
    of_sentences.fit(plain(s) for e in examples for s in cut_into_sentences(e.text))
    vocabulary = Vocabulary(words, characters, of_sentences, own_names, shape)
    sentences = sentences_of_all(texts, of_sentences)
    seen = Seen(terms, vocabulary.encoder.encode_all(matters, processes=2), shape.of_all(texts), sentences)
    rows = range(len(matters))
    own, told = rows[: len(examples)], rows[len(examples) :]
    quotes = tuple(find_quotes(sentences, n, dict(e.evidence)) for n, e in enumerate(examples))
    return vocabulary, _Table(tuple(examples), quotes, seen[own], seen[told], tuple(e.service for e in knowledge))


def _fit(vocabulary: Vocabulary, table: _Table, size: ModelSize) -> LinearTextModel:
    examples, features = table.examples, table.seen.terms
    labels = [*(e.service for e in examples), *table.knowledge_services]
    told = vstack([features, table.knowledge.terms]).tocsr()
    bayes = ComplementNB(alpha=_SMOOTHING).fit(told, labels).feature_log_prob_
    services, service_weights = _fit_classes(told, labels, size)
    words = len(vocabulary.words.vocabulary_)
    shaped = hstack([features, table.seen.shapes]).tocsr()
    doc_types, type_weights = _fit_classes(shaped, [e.doc_type for e in examples], size)
    of_terms, of_shapes = type_weights[:, : features.shape[1]], type_weights[:, features.shape[1] : -1]
    codes = sorted({f for e in examples for f in e.flags})
    shown = {c: np.array([c in e.flags for e in examples]) for c in codes}
    flags = [c for c in codes if shown[c].sum() >= _LEAST_EXAMPLES]
    columns = [
        np.hstack([bayes, np.zeros((len(bayes), 1))]),
        service_weights,
        *(_fit_flag(features, words, shown[c], size) for c in flags),
        np.hstack([of_terms, type_weights[:, -1:]]),
    ]
    stacked = np.vstack(columns).astype(np.float32)
    return LinearTextModel(
        vocabulary,
        np.ascontiguousarray(stacked[:, :-1].T),
        stacked[:, -1],
        _fit_meaning(np.vstack([table.seen.meanings, table.knowledge.meanings]), labels, services),
        np.ascontiguousarray(of_shapes.T).astype(np.float32),
        fit_sentences(table.seen.sentences, {c: shown[c] for c in flags}, table.quotes, size.seed),
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


def _fit_meaning(meanings: np.ndarray, labels: list[str], services: tuple[str, ...]) -> np.ndarray:
    """Ridge regression of each service on the meanings, every service counting alike; the last row is the bias."""
    rows = np.hstack([meanings, np.ones((len(meanings), 1))]).astype(np.float64)
    true = np.array([[label == service for service in services] for label in labels], dtype=np.float64)
    counts = (true / true.sum(axis=0)).sum(axis=1)[:, None] * len(labels) / len(services)
    pull = _MEANING_PULL * np.eye(rows.shape[1])
    found: np.ndarray = np.linalg.solve(rows.T @ (counts * rows) + pull, rows.T @ (counts * (2 * true - 1)))
    return found.astype(np.float32)


def _fit_flag(features: csr_matrix, words: int, shown: np.ndarray, size: ModelSize) -> np.ndarray:
    """From the words alone, a tenth of the features: what shows a flag is said in so many words."""
    model = LogisticRegression(solver="liblinear", C=size.inverse_regularisation, random_state=size.seed)
    model.fit(features[:, :words], shown)
    rest = np.zeros((1, features.shape[1] - words))
    return np.hstack([model.coef_, rest, model.intercept_[:, None]])
