"""The small language model: near what is alike, the same every time, and its remembered vectors are its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from mailroom.config.references import load_references
from mailroom.config.services import load_services
from mailroom.gateways.meaning import SIZE, MeaningEncoder
from mailroom.gateways.meaning.encoder import _HERE, _digest
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


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted on Linux only")
def test_meanings_are_worked_out_by_one_thread(encoder: MeaningEncoder) -> None:
    encoder.encode("The runtime is loaded")
    before = len(list(Path("/proc/self/task").iterdir()))
    another = MeaningEncoder()
    another.encode("My bins were not emptied")
    assert len(list(Path("/proc/self/task").iterdir())) == before


def test_what_a_letter_is_about_is_read_at_its_beginning(encoder: MeaningEncoder) -> None:
    beginning = "tax " * 240
    assert np.array_equal(encoder.encode(beginning), encoder.encode(beginning + "My mother has passed away. " * 40))


def test_the_sum_of_two_products_fits_into_sixteen_bits_on_a_processor_without_vnni() -> None:
    """It adds an input of eight bits times a weight with a sign to the next, and cuts off what is too large."""
    arrays = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(_HERE / "model.onnx").graph.initializer
    }
    matrices = [a for name, a in arrays.items() if a.dtype == np.int8 and name != "words"]
    assert len(matrices) == 6 * 4
    assert all(2 * 255 * int(np.abs(matrix).max()) < 2**15 for matrix in matrices)


def test_one_letter_is_worked_out_without_reading_the_remembered_ones() -> None:
    encoder = MeaningEncoder()
    encoder.encode_all(["My bins were not emptied"])
    assert "_known" not in vars(encoder)


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
