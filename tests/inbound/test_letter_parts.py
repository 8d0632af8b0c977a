"""A letter is judged by its parts too, cut where a sentence turns to another matter."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from mailroom.config.environment import example_site
from mailroom.config.services import load_services
from mailroom.inbound.classification import classify
from mailroom.inbound.letter_parts import parts_of
from mailroom.values.index_fields import IndexFields
from mailroom.values.tuning import EvidenceWeights, Tuning
from tests.inbound.reading import item_of

CATALOGUE = load_services(example_site() / "classifiers")
FIRST = "The warden gave me a ticket on Monday although my permit was in the window."
SECOND = "Also nobody has come for the sacks by our gate since the end of March."


@dataclass(frozen=True)
class Estimate:
    services: dict[str, float]
    flags: dict[str, float] = field(default_factory=dict)
    doc_type: str = "letter"


@dataclass(frozen=True)
class Hears:
    """A model that hears parking in 'ticket' and waste in 'sacks', the first above the second, this surely."""

    surely: float
    tuning: Tuning = field(default_factory=lambda: Tuning(EvidenceWeights(), dict.fromkeys(CATALOGUE.codes, 0.5), {}))

    def estimate(self, text: str) -> Estimate:
        heard = "parking" if "ticket" in text else "waste" if "sacks" in text else "none"
        rest = (1 - self.surely) / (len(CATALOGUE.codes) - 1)
        return Estimate({c: math.log(self.surely if c == heard else rest) for c in CATALOGUE.codes})

    def telling_words(self, text: str, service: str) -> tuple[str, ...]:
        return ()


def test_a_letter_is_cut_where_a_sentence_turns_to_another_matter() -> None:
    assert parts_of(f"{FIRST} {SECOND}") == (FIRST, SECOND)


def test_a_long_letter_is_cut_into_parts_and_a_short_one_is_of_one_piece() -> None:
    assert len(parts_of(" ".join(["We have lived here for nine years and paid each month."] * 6))) == 2
    assert parts_of("Dear Sirs. Please send a form. Thank you.") == ()


def test_a_part_that_surely_speaks_of_another_service_is_copied_there_and_shows_several_matters() -> None:
    found = classify(item_of(f"{FIRST} {SECOND}"), IndexFields(), CATALOGUE, Hears(0.999))
    assert found.service == "parking"
    assert "waste" in found.also
    assert "multi_topic" in [flag.code for flag in found.flags]


def test_a_part_that_is_not_sure_is_no_matter_of_its_own() -> None:
    assert classify(item_of(f"{FIRST} {SECOND}"), IndexFields(), CATALOGUE, Hears(0.3)).also == ()


def test_a_part_that_is_for_nobody_here_is_copied_to_nobody() -> None:
    found = classify(
        item_of(f"{FIRST} Also the weather has been fine since the end of March."),
        IndexFields(),
        CATALOGUE,
        Hears(0.999),
    )
    assert found.also == ()
