from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.config.training import ModelSize
from mailroom.gateways.text_model import Example, ModelMissing, load_text_model, train_text_model

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
    assert "bin" in " ".join(loaded.telling_words("the bin was missed", "waste"))


def test_a_missing_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="mailroom train"):
        load_text_model(tmp_path)
