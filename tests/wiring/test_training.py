from __future__ import annotations

from mailroom.config.training import ModelSize
from mailroom.gateways.text_training import Example
from mailroom.wiring.training import fold_of

SETS = ("hers", "his")


def test_all_letters_of_one_origin_are_judged_by_the_same_model_and_other_origins_by_others() -> None:
    folds = {
        o: {fold_of(Example(f"letter {n}", "waste", origin=o), SETS, ModelSize()) for n in range(30)} for o in SETS
    }
    assert [len(f) for f in folds.values()] == [1, 1]
    rest = {fold_of(Example(f"letter {n}", "waste", origin="others"), SETS, ModelSize()) for n in range(30)}
    assert len(rest) == ModelSize().folds
    assert not rest & folds["hers"] and not folds["hers"] & folds["his"] and not rest & folds["his"]
