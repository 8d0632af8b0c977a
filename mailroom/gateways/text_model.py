"""The text model: linear models, the nearest examples and meanings, kept as arrays and JSON, no pickle; text_training
fits it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from mailroom.errors import Misconfigured
from mailroom.gateways.document_shape import DocumentShape
from mailroom.gateways.flag_sentences import (
    Sentences,
    known_sentence_vectoriser,
    sentences_of_all,
    told_by,
)
from mailroom.gateways.meaning import MeaningEncoder
from mailroom.gateways.telling_words import telling
from mailroom.gateways.term_rows import rows_of
from mailroom.gateways.text_form import matter_of
from mailroom.values.told import Told
from mailroom.values.tuning import EvidenceWeights, FlagWeights, Tuning

FORMAT = 6
NO_TUNING = Tuning(EvidenceWeights(), {}, {})
MARGIN, NEAREST, MEANING = 0.4, 0.6, 1.0
"""What the margin model, the nearest examples and the meaning count beside naive Bayes. Each errs on other letters: the
first three together were right on 7 in 100 more than any alone, on letters of authors none had read, and the meaning
added 3 in 100."""
NEIGHBOURS = 10


class ModelMissing(Misconfigured):
    """The model folder holds no model of this version. Run `mailroom train`."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """Score by service (four standardised scores added), probability by flag, the likeliest document type.

    told: by flag, the sentence that shows it most. words: by number, what each word weighs in a text judged by itself.
    """

    services: Mapping[str, float]
    flags: Mapping[str, float]
    doc_type: str
    told: Mapping[str, Told] = field(default_factory=dict)
    words: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """Texts as the models see them, one row each: their terms, what they mean, the shape of the document; and their
    sentences.
    """

    terms: csr_matrix
    meanings: np.ndarray
    shapes: np.ndarray
    sentences: Sentences

    def __getitem__(self, rows: Sequence[int]) -> Seen:
        return Seen(self.terms[rows], self.meanings[rows], self.shapes[rows], self.sentences[rows])


@dataclass(frozen=True)
class Vocabulary:
    """Words and runs of characters with their rarities; own_names (the council's) are left out of every text.

    sentences: the words of sentences by themselves. shape: of documents, with the words of each kind of paper.
    """

    words: TfidfVectorizer
    characters: TfidfVectorizer
    sentences: TfidfVectorizer
    own_names: tuple[str, ...] = ()
    shape: DocumentShape = field(default_factory=DocumentShape)
    encoder: MeaningEncoder = field(default_factory=MeaningEncoder, compare=False)

    @cached_property
    def names(self) -> np.ndarray:
        """The words by their numbers."""
        return np.asarray(self.words.get_feature_names_out())

    def seen(self, texts: Sequence[str]) -> Seen:
        """One row a text."""
        matters = [matter_of(text, self.own_names) for text in texts]
        terms = hstack([rows_of(matters, self.words), rows_of(matters, self.characters)]).tocsr()
        sentences = sentences_of_all(texts, self.sentences)
        return Seen(terms, self.encoder.encode_all(matters), self.shape.of_all(texts), sentences)


@dataclass(frozen=True)
class LinearTextModel:
    """weights (features x outputs, float32): services by naive Bayes, services by margin, flags, document types.

    meaning (size of a meaning, and one for the bias, x services). shapes (size of a shape x document types).
    told (words of sentences, and one for the bias, x flags).
    nearest (features x examples): the examples themselves, each of length one; their services by number.
    """

    vocabulary: Vocabulary
    weights: np.ndarray
    biases: np.ndarray
    meaning: np.ndarray
    shapes: np.ndarray
    told: np.ndarray
    nearest: csr_matrix
    nearest_services: np.ndarray
    services: tuple[str, ...]
    flags: tuple[str, ...]
    doc_types: tuple[str, ...]
    tuning: Tuning = NO_TUNING

    def estimate(self, text: str) -> Estimates:
        """Judge one text."""
        seen = self.vocabulary.seen([text])
        words = seen.terms[0, : len(self.vocabulary.words.vocabulary_)]
        weights = dict(zip(map(int, words.indices), map(float, words.data), strict=True))
        return replace(self.judge(seen)[0], words=weights)

    def estimate_all(self, texts: Sequence[str]) -> list[Estimates]:
        """Judge many texts at once."""
        return self.judge(self.vocabulary.seen(texts))

    def judge(self, seen: Seen) -> list[Estimates]:
        """Judge rows of features."""
        features = seen.terms.astype(np.float32)  # as the weights: else they are copied whole for every item
        scores = np.asarray(features @ self.weights) + self.biases
        n = len(self.services)
        a, b = 2 * n, 2 * n + len(self.flags)
        judged = (
            _standardised(scores[:, :n])
            + MARGIN * _standardised(scores[:, n:a])
            + NEAREST * _standardised(self._votes(features))
            + MEANING * _standardised(seen.meanings @ self.meaning[:-1] + self.meaning[-1])
        )
        shown = 1 / (1 + np.exp(-np.clip(scores[:, a:b], -30, 30)))
        kinds = (scores[:, b:] + seen.shapes @ self.shapes).argmax(axis=1)
        told = told_by(seen.sentences, self.flags, self.told)
        return [
            Estimates(
                dict(zip(self.services, map(float, judge), strict=True)),
                dict(zip(self.flags, map(float, flag), strict=True)),
                self.doc_types[kind],
                sentences,
            )
            for judge, flag, kind, sentences in zip(judged, shown, kinds, told, strict=True)
        ]

    def _votes(self, features: csr_matrix) -> np.ndarray:
        """For each service the squared likeness of those of its examples that are among the nearest."""
        votes = np.zeros((features.shape[0], len(self.services)))
        for row, vote in zip(features, votes, strict=True):
            likeness = self.nearest[row.indices].T @ (row.data / max(float(np.linalg.norm(row.data)), 1e-9))
            near = np.argsort(-likeness, kind="stable")[:NEIGHBOURS]
            np.add.at(vote, self.nearest_services[near], likeness[near] ** 2)
        return votes

    def telling_words(self, words: Mapping[int, float], service: str) -> tuple[str, ...]:
        """Those of a judged text's words that spoke most for the service, at most four, strongest first."""
        numbers = np.fromiter(words, dtype=np.int32, count=len(words))
        weights = np.fromiter(words.values(), dtype=float, count=len(words))
        margins = self.weights[numbers, len(self.services) : 2 * len(self.services)]
        own = margins[:, self.services.index(service)] - margins.mean(axis=1)
        names = self.vocabulary.names
        strongest = (str(names[numbers[i]]) for i in np.argsort(-(weights * own), kind="stable") if own[i] > 0)
        return telling(strongest)

    def save(self, folder: Path) -> None:
        """Write model.json and model.npz; the same model gives the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        words, characters = self.vocabulary.words, self.vocabulary.characters
        plain = {
            "format": FORMAT,
            "services": self.services,
            "flags": self.flags,
            "doc_types": self.doc_types,
            "words": list(map(str, words.get_feature_names_out())),
            "word_ngrams": words.ngram_range,
            "characters": list(map(str, characters.get_feature_names_out())),
            "character_ngrams": characters.ngram_range,
            "sentence_words": list(map(str, self.vocabulary.sentences.get_feature_names_out())),
            "own_names": self.vocabulary.own_names,
            "kinds_of_paper": self.vocabulary.shape.phrases,
            "tuning": asdict(self.tuning),
        }
        (folder / "model.json").write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
        np.savez(
            folder / "model.npz",
            weights=self.weights,
            biases=self.biases,
            meaning=self.meaning,
            shapes=self.shapes,
            told=self.told,
            sentence_idf=self.vocabulary.sentences.idf_,
            word_idf=words.idf_,
            character_idf=characters.idf_,
            nearest=self.nearest.data.astype(np.float32),
            nearest_columns=self.nearest.indices,
            nearest_rows=self.nearest.indptr,
            nearest_services=self.nearest_services,
        )


def load_text_model(folder: Path) -> LinearTextModel:
    """The model that `mailroom train` wrote there.

    Raises:
        ModelMissing: there is none, or one of another format.
    """
    try:
        plain = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with (folder / "model.npz").open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = dict(file)
    except FileNotFoundError:
        raise ModelMissing(f"{folder}: no trained model there. Run `mailroom train`.") from None
    if plain.get("format") != FORMAT:
        raise ModelMissing(f"{folder}: the model is of another version of Mailroom. Run `mailroom train` again.")
    tuning = plain["tuning"]
    vocabulary = Vocabulary(
        known_vectoriser("word", tuple(plain["word_ngrams"]), plain["words"], arrays["word_idf"]),
        known_vectoriser("char_wb", tuple(plain["character_ngrams"]), plain["characters"], arrays["character_idf"]),
        known_sentence_vectoriser(plain["sentence_words"], arrays["sentence_idf"]),
        tuple(plain["own_names"]),
        DocumentShape(tuple(map(tuple, plain["kinds_of_paper"]))),
    )
    services = arrays["nearest_services"]
    parts = (arrays["nearest"], arrays["nearest_columns"], arrays["nearest_rows"])
    return LinearTextModel(
        vocabulary,
        arrays["weights"],
        arrays["biases"],
        arrays["meaning"],
        arrays["shapes"],
        arrays["told"],
        csr_matrix(parts, shape=(len(parts[2]) - 1, len(services))),
        services,
        tuple(plain["services"]),
        tuple(plain["flags"]),
        tuple(plain["doc_types"]),
        Tuning(
            EvidenceWeights(**tuning["weights"]),
            tuning["thresholds"],
            tuning["flag_thresholds"],
            {code: FlagWeights(**weights) for code, weights in tuning["flag_weights"].items()},
        ),
    )


def is_usable(folder: Path) -> bool:
    """Whether a whole model of this version lies there; one half written when the power went is none."""
    try:
        load_text_model(folder)
    except (ModelMissing, ValueError, KeyError, TypeError, EOFError, BadZipFile):
        return False
    return True


def _standardised(scores: np.ndarray) -> np.ndarray:
    """Each row with mean 0 and spread 1, so that the models count alike."""
    spread: np.ndarray = scores.std(axis=1, keepdims=True)
    standard: np.ndarray = (scores - scores.mean(axis=1, keepdims=True)) / np.maximum(spread, 1e-9)
    return standard


def new_vectoriser(analyser: str, ngrams: tuple[int, int], least: int) -> TfidfVectorizer:
    """One to be fitted. least: how many texts a term must stand in."""
    return TfidfVectorizer(
        analyzer=analyser, ngram_range=ngrams, min_df=least, sublinear_tf=True, strip_accents="unicode",
        token_pattern=r"(?u)\b\w\w+\b" if analyser == "word" else None,
    )  # fmt: skip


def known_vectoriser(analyser: str, ngrams: tuple[int, int], terms: list[str], idf: np.ndarray) -> TfidfVectorizer:
    """One that was fitted."""
    vectoriser = new_vectoriser(analyser, ngrams, 1).set_params(vocabulary=terms)
    vectoriser.idf_ = idf
    return vectoriser
