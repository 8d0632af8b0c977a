"""How flags are weighed: only where they may stand, and only with examples enough to say what a phrase is worth."""

from __future__ import annotations

from mailroom.config.flags import FlagAim, FlagKind
from mailroom.gateways.text_model import Estimates
from mailroom.gateways.text_training import Example
from mailroom.wiring.flag_training import tune_flags

COMPLAINT = FlagKind(code="complaint", name="A complaint")
FURTHER = FlagKind(
    code="further", name="Taken further", aim=FlagAim.PRECISION, phrases=("not accepted",), needs="complaint"
)


def _example(text: str, *flags: str) -> Example:
    return Example(text, "feedback", flags=flags)


def _judged(examples: list[Example], estimate: float) -> list[Estimates]:
    return [Estimates({}, {"further": estimate}, "letter") for _ in examples]


def test_a_flag_that_needs_another_is_weighed_on_items_that_have_that_one() -> None:
    taken = [_example("your reply is not accepted", "complaint", "further")] * 5
    first = [_example("the bin was missed", "complaint")] * 5
    others = [_example("the cheque was not accepted")] * 50
    examples = [*taken, *first, *others]
    judged = [*_judged([*taken, *first], 0.3), *_judged(others, 0.0)]
    tuned = tune_flags((COMPLAINT, FURTHER), examples, judged)
    assert tuned.thresholds["further"] == 0.35, "just above a first complaint; 0.65 if cheques counted"


def test_a_flag_with_few_examples_takes_its_evidence_as_it_stands() -> None:
    def weights(count: int) -> set[str]:
        shown = [_example("your reply is not accepted", "complaint", "further")] * count
        first = [_example("the bin was missed", "complaint")] * count
        examples = [*shown, *first]
        return set(tune_flags((FURTHER,), examples, _judged(examples, 0.3)).weights)

    assert weights(29) == set()
    assert weights(30) == {"further"}


def test_a_hundred_texts_of_one_hand_do_not_set_a_flag_for_everybody() -> None:
    """In every letter of hers stands, and means nothing, what in the letters of a dozen others shows the flag."""
    kind = FlagKind(code="further", name="Taken further", phrases=("not accepted", "to the next stage"))
    said, firmly = "the reply is not accepted", "the reply is not accepted, to the next stage"
    hers = [Example(said, "feedback", origin="hers")] * 100
    others = [
        Example(text, "feedback", flags=("further",), origin=f"author {n}")
        for n in range(12)
        for text in (said, firmly)
    ]
    examples = [*hers, *others]
    tuned = tune_flags((kind,), examples, _judged(examples, 0.0))
    assert tuned.thresholds["further"] == 0.2, "0.65 if each of hers counted as much as each of theirs"
