"""The small language model: near what is alike, the same every time, and its remembered vectors are its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from mailroom.config.references import load_references
from mailroom.config.services import load_services
from mailroom.gateways.meaning import SIZE, MeaningEncoder
from mailroom.gateways.meaning.encoder import _digest, _on_one_core
from mailroom.gateways.meaning.word_pieces import piece_numbers
from mailroom.gateways.text_form import matter_of
from mailroom.wiring.training import knowledge_of, load_examples

CLASSIFIERS = Path(__file__).resolve().parents[2] / "classifiers"


@pytest.fixture(scope="module")
def encoder() -> MeaningEncoder:
    return MeaningEncoder()


def test_texts_about_the_same_thing_lie_nearer_than_others(encoder: MeaningEncoder) -> None:
    bins, rubbish, dying = encoder.encode_all(
        ["The bin men did not come on Tuesday", "Refuse was left uncollected this week", "My mother has passed away"]
    )
    assert bins @ rubbish > bins @ dying + 0.1


def test_a_letter_of_any_length_has_one_vector_of_length_one(encoder: MeaningEncoder) -> None:
    for text in ("", "x", "My council tax bill is wrong. " * 300):
        assert encoder.encode(text).shape == (SIZE,)
        assert np.linalg.norm(encoder.encode(text)) == pytest.approx(1.0, abs=1e-5)


def test_meanings_are_worked_out_on_one_core_whatever_numpy_would_take(encoder: MeaningEncoder) -> None:
    _on_one_core.cache_clear()
    with threadpool_limits(limits=2, user_api="blas"):
        encoder.encode("My bins were not emptied")
        threads = {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}
    assert threads == {1}


def test_many_texts_give_the_same_vectors_as_each_alone(encoder: MeaningEncoder) -> None:
    texts = ["a leaking roof", "a parking ticket", "a leaking roof"]
    assert np.array_equal(encoder.encode_all(texts), np.array([encoder.encode(t) for t in texts]))


def test_words_are_cut_into_the_longest_known_pieces() -> None:
    vocabulary = {"coun": 0, "council": 1, "##lor": 2, "[UNK]": 9}
    assert piece_numbers("Council CouncilLOR xq", vocabulary, 9) == [1, 1, 2, 9]


def test_remembered_vectors_are_those_the_model_gives_today(encoder: MeaningEncoder) -> None:
    names = load_references(CLASSIFIERS / "references.toml").council.names
    catalogue = load_services(CLASSIFIERS)
    texts = [e.text for e in (*load_examples(CLASSIFIERS / "examples", catalogue), *knowledge_of(catalogue))]
    matters = [matter_of(text, names) for text in texts]
    missing = sum(_digest(matter) not in encoder._known for matter in matters)
    assert missing < 300, "run `python -m tests.benchmarks.remember_meanings`: the first training has grown slow"
    for matter in matters[:: len(matters) // 5]:
        if (known := encoder._known.get(_digest(matter))) is not None:
            assert float(known @ encoder.encode(matter)) == pytest.approx(1.0, abs=0.001)
