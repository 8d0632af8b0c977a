"""The trained text model: linear models over words and runs of characters, kept as arrays and JSON, no pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from mailroom.config.training import ModelSize
from mailroom.errors import Misconfigured
from mailroom.values.tuning import EvidenceWeights, Tuning

FORMAT = 1
NO_TUNING = Tuning(EvidenceWeights(), {}, {})
_SMOOTHING = 0.3
_MARGIN_STRENGTH = 0.3
"""Both of usual size for TF-IDF; naive Bayes and margin together beat logistic regression by 5 points unseen."""
_LEAST_EXAMPLES = 3
"""A flag shown by fewer examples gets no model of its own, only its phrases."""


class ModelMissing(Misconfigured):
    """The model folder holds no model of this version. Run `mailroom train`."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text. origin: where it came from, such as 'sample' or 'written'."""

    text: str
    service: str
    doc_type: str = "letter"
    flags: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Estimates:
    """Score by service (two standardised linear scores added), probability by flag, the likeliest document type."""

    services: Mapping[str, float]
    flags: Mapping[str, float]
    doc_type: str


@dataclass(frozen=True)
class LinearTextModel:
    """Weights (features x outputs, float32): services by naive Bayes, services by margin, flags, document types."""

    words: TfidfVectorizer
    characters: TfidfVectorizer
    weights: np.ndarray
    biases: np.ndarray
    services: tuple[str, ...]
    flags: tuple[str, ...]
    doc_types: tuple[str, ...]
    tuning: Tuning = NO_TUNING

    def estimate(self, text: str) -> Estimates:
        """Judge one text."""
        return self.estimate_all([text])[0]

    def estimate_all(self, texts: Sequence[str]) -> list[Estimates]:
        """Judge many texts at once."""
        scores = np.asarray(self._features(texts) @ self.weights) + self.biases
        n = len(self.services)
        a, b = 2 * n, 2 * n + len(self.flags)
        judged = _standardised(scores[:, :n]) + _standardised(scores[:, n:a])
        shown = 1 / (1 + np.exp(-np.clip(scores[:, a:b], -30, 30)))
        kinds = scores[:, b:].argmax(axis=1)
        return [
            Estimates(
                dict(zip(self.services, map(float, judge), strict=True)),
                dict(zip(self.flags, map(float, flag), strict=True)),
                self.doc_types[kind],
            )
            for judge, flag, kind in zip(judged, shown, kinds, strict=True)
        ]

    def telling_words(self, text: str, service: str) -> tuple[str, ...]:
        """The words of the text that spoke most for the service, at most four, strongest first."""
        row = self.words.transform([text])
        column = len(self.services) + self.services.index(service)
        own = self.weights[row.indices, column] - self.weights[row.indices][
            :, len(self.services) : 2 * len(self.services)
        ].mean(axis=1)
        names = self.words.get_feature_names_out()
        best = [i for i in np.argsort(-(row.data * own), kind="stable")[:4] if own[i] > 0]
        return tuple(str(names[row.indices[i]]) for i in best)

    def _features(self, texts: Sequence[str]) -> csr_matrix:
        return hstack([self.words.transform(texts), self.characters.transform(texts)]).tocsr()

    def save(self, folder: Path) -> None:
        """Write model.json and model.npz; the same model gives the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        plain = {
            "format": FORMAT,
            "services": self.services,
            "flags": self.flags,
            "doc_types": self.doc_types,
            "words": list(map(str, self.words.get_feature_names_out())),
            "word_ngrams": self.words.ngram_range,
            "characters": list(map(str, self.characters.get_feature_names_out())),
            "character_ngrams": self.characters.ngram_range,
            "tuning": asdict(self.tuning),
        }
        (folder / "model.json").write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / "model.npz",
            weights=self.weights,
            biases=self.biases,
            word_idf=self.words.idf_,
            character_idf=self.characters.idf_,
        )


def load_text_model(folder: Path) -> LinearTextModel:
    """The model that `mailroom train` wrote there.

    Raises:
        ModelMissing: there is none, or one of another format.
    """
    try:
        plain = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        arrays = np.load(folder / "model.npz", allow_pickle=False)
    except FileNotFoundError:
        raise ModelMissing(f"{folder}: no trained model there. Run `mailroom train`.") from None
    if plain.get("format") != FORMAT:
        raise ModelMissing(f"{folder}: the model is of another version of Mailroom. Run `mailroom train` again.")
    tuning = plain["tuning"]
    return LinearTextModel(
        _vectoriser("word", tuple(plain["word_ngrams"]), plain["words"], arrays["word_idf"]),
        _vectoriser("char_wb", tuple(plain["character_ngrams"]), plain["characters"], arrays["character_idf"]),
        arrays["weights"],
        arrays["biases"],
        tuple(plain["services"]),
        tuple(plain["flags"]),
        tuple(plain["doc_types"]),
        Tuning(EvidenceWeights(**tuning["weights"]), tuning["thresholds"], tuning["flag_thresholds"]),
    )


def _standardised(scores: np.ndarray) -> np.ndarray:
    """Each row with mean 0 and spread 1, so that the two models count alike."""
    spread: np.ndarray = scores.std(axis=1, keepdims=True)
    standard: np.ndarray = (scores - scores.mean(axis=1, keepdims=True)) / np.maximum(spread, 1e-9)
    return standard


def train_text_model(examples: Sequence[Example], size: ModelSize) -> LinearTextModel:
    """Fit services, flags and document types; the same examples in the same order give the same model."""
    texts = [e.text for e in examples]
    words = _new_vectoriser("word", (1, size.word_ngrams), size.min_documents).fit(texts)
    characters = _new_vectoriser("char_wb", size.character_ngrams, size.min_documents).fit(texts)
    features = hstack([words.transform(texts), characters.transform(texts)]).tocsr()
    labels = [e.service for e in examples]
    bayes = ComplementNB(alpha=_SMOOTHING).fit(features, labels).feature_log_prob_
    services, service_weights = _fit_classes(features, labels, size)
    doc_types, type_weights = _fit_classes(features, [e.doc_type for e in examples], size)
    codes = sorted({f for e in examples for f in e.flags})
    shown = {c: np.array([c in e.flags for e in examples]) for c in codes}
    flags = [c for c in codes if shown[c].sum() >= _LEAST_EXAMPLES]
    columns = [
        np.hstack([bayes, np.zeros((len(bayes), 1))]),
        service_weights,
        *(_fit_flag(features, shown[c], size) for c in flags),
        type_weights,
    ]
    stacked = np.vstack(columns).astype(np.float32)
    return LinearTextModel(
        words, characters, np.ascontiguousarray(stacked[:, :-1].T), stacked[:, -1], services, tuple(flags), doc_types
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


def _fit_flag(features: csr_matrix, shown: np.ndarray, size: ModelSize) -> np.ndarray:
    model = LogisticRegression(solver="liblinear", C=size.inverse_regularisation, random_state=size.seed)
    model.fit(features, shown)
    return np.hstack([model.coef_, model.intercept_[:, None]])


def _new_vectoriser(analyser: str, ngrams: tuple[int, int], least: int) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=analyser, ngram_range=ngrams, min_df=least, sublinear_tf=True, strip_accents="unicode",
        token_pattern=r"(?u)\b\w\w+\b" if analyser == "word" else None,
    )  # fmt: skip


def _vectoriser(analyser: str, ngrams: tuple[int, int], terms: list[str], idf: np.ndarray) -> TfidfVectorizer:
    vectoriser = TfidfVectorizer(
        analyzer=analyser, ngram_range=ngrams, vocabulary=terms, sublinear_tf=True, strip_accents="unicode",
        token_pattern=r"(?u)\b\w\w+\b" if analyser == "word" else None,
    )  # fmt: skip
    vectoriser.idf_ = idf
    return vectoriser
