from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailroom.config.training import ModelSize
from mailroom.gateways.text_model import ModelMissing, is_usable, load_text_model
from mailroom.gateways.text_training import Example, train_and_judge, train_text_model

SIZE = ModelSize(min_documents=1)
EXAMPLES = [
    Example("my bin was missed again", "waste"),
    Example("the green bin is broken", "waste"),
    Example("garden waste bin please", "waste", flags=("vulnerable",)),
    Example("council tax bill discount", "council_tax"),
    Example("single person discount on my bill", "council_tax", "form", flags=("vulnerable",)),
    Example("tax band is wrong", "council_tax", "form", flags=("vulnerable",)),
]


def test_the_same_examples_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        train_text_model(EXAMPLES, SIZE).save(tmp_path / name)
    for file in ("model.json", "model.npz"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_loaded_model_judges_as_the_trained_one(tmp_path: Path) -> None:
    trained = train_text_model(EXAMPLES, SIZE)
    trained.save(tmp_path)
    loaded = load_text_model(tmp_path)
    before, after = trained.estimate("the bin was missed"), loaded.estimate("the bin was missed")
    assert after.services == pytest.approx(before.services, abs=1e-5)
    assert max(after.services, key=lambda s: after.services[s]) == "waste"
    assert "bin" in " ".join(loaded.telling_words(after.words, "waste"))


def test_a_missing_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="mailroom train"):
        load_text_model(tmp_path)


def test_an_example_is_judged_by_a_model_that_has_not_seen_it() -> None:
    """A word that stands in one example alone tells its own service to a model that saw it, and nothing to another."""
    examples = [*EXAMPLES, Example("zyxomma zyxomma zyxomma", "waste")]
    folds = [0, 1, 0, 1, 0, 1, 1]
    model, judged, _ = train_and_judge(examples, folds, SIZE)
    seen = model.estimate("zyxomma zyxomma zyxomma").services
    assert seen["waste"] > seen["council_tax"]
    assert judged[-1].services["waste"] < seen["waste"]


def test_what_a_service_says_of_itself_is_learnt() -> None:
    knowledge = [Example("assisted collection. bulky item. recycling", "waste")]
    found = train_text_model(EXAMPLES, SIZE, knowledge).estimate("my bulky item and the recycling").services
    assert found["waste"] > found["council_tax"]


def test_where_a_letter_comes_from_does_not_sway_its_service(tmp_path: Path) -> None:
    model = train_text_model(EXAMPLES, SIZE, own_names=("Wexmere District Council",))
    model.save(tmp_path)
    bare = "the green bin is broken"
    whole = (
        f"Ada Penrose\n14 Tinkers Lane\nHarnsea WX7 3PQ\n3 May 2026\nWexmere District Council\n{bare}\nYours faithfully"
    )
    loaded = load_text_model(tmp_path)
    assert loaded.estimate(whole).services == pytest.approx(loaded.estimate(bare).services, abs=1e-6)


def test_a_model_that_is_missing_half_written_or_of_another_version_is_not_usable(tmp_path: Path) -> None:
    assert not is_usable(tmp_path)
    train_text_model(EXAMPLES, SIZE).save(tmp_path)
    assert is_usable(tmp_path)
    whole = (tmp_path / "model.npz").read_bytes()
    (tmp_path / "model.npz").write_bytes(whole[: len(whole) // 2])
    assert not is_usable(tmp_path)
    (tmp_path / "model.npz").write_bytes(whole)
    plain = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    (tmp_path / "model.json").write_text(json.dumps(plain | {"format": -1}), encoding="utf-8")
    assert not is_usable(tmp_path)


def test_a_misread_copy_is_judged_by_a_model_that_has_not_seen_its_letter() -> None:
    examples = [*EXAMPLES, Example("zyxomma zyxomma zyxomma", "waste")]
    folds = [0, 1, 0, 1, 0, 1, 1]
    model, judged, again = train_and_judge(examples, folds, SIZE, copies={6: "zyxomma zyxomma zyxomma"})
    assert again[6].services == pytest.approx(judged[6].services)
    assert again[6].services["waste"] < model.estimate("zyxomma zyxomma zyxomma").services["waste"]


def test_words_never_learnt_are_understood_by_their_meaning() -> None:
    """None of these words stands in an example; only a model that knows English can tell."""
    model = train_text_model(EXAMPLES, SIZE)
    vector = model.vocabulary.encoder.encode("trash and litter, garbage, refuse")
    scores = dict(zip(model.services, vector @ model.meaning[:-1] + model.meaning[-1], strict=True))
    assert scores["waste"] > scores["council_tax"]
