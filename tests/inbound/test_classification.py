from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from mailroom.config.environment import example_site
from mailroom.config.flags import FlagKind
from mailroom.config.references import load_references
from mailroom.config.services import load_services
from mailroom.gateways.language import SpacyLanguage
from mailroom.inbound.classification import classify
from mailroom.inbound.evidence import spoken
from mailroom.inbound.flagging import find_flags, flag_evidence
from mailroom.inbound.indexing import index_item
from mailroom.values.decisions import Classification
from mailroom.values.told import Told
from mailroom.values.tuning import EvidenceWeights, FlagWeights, Tuning
from tests.inbound.reading import item_of

CLASSIFIERS = example_site() / "classifiers"
CATALOGUE = load_services(CLASSIFIERS)
REFERENCES = load_references(CLASSIFIERS / "references.toml")
LANGUAGE = SpacyLanguage()
EVEN = math.log(1 / len(CATALOGUE.codes))


@dataclass(frozen=True)
class Nothing:
    """A text model that knows nothing: every service alike, no flags."""

    services: dict[str, float] = field(default_factory=lambda: dict.fromkeys(CATALOGUE.codes, EVEN))
    flags: dict[str, float] = field(default_factory=dict)
    doc_type: str = "letter"
    told: dict[str, Told] = field(default_factory=dict)
    words: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Clueless:
    tuning: Tuning = field(default_factory=lambda: Tuning(EvidenceWeights(), dict.fromkeys(CATALOGUE.codes, 0.5), {}))

    def estimate(self, text: str) -> Nothing:
        return Nothing()

    def telling_words(self, words: Mapping[int, float], service: str) -> tuple[str, ...]:
        return ()


def decide(text: str) -> Classification:
    item = item_of(text)
    return classify(item, index_item(item, REFERENCES, LANGUAGE), CATALOGUE, Clueless())


def test_a_reference_speaks_for_its_service_and_is_named_as_the_reason() -> None:
    found = decide("I write about the penalty charge notice WX00448111 on my car, parked in the car park")
    assert (found.service, found.sure) == ("parking", True)
    assert "reference WX00448111 (pcn) on page 1" in found.reasons


def test_below_its_threshold_it_says_between_which_two_and_why() -> None:
    found = decide("The bins were missed, and the rats are a nuisance")
    assert not found.sure
    assert found.reasons[0].startswith("unsure between ") and "because" in found.reasons[0]
    assert found.runner_up


def test_hardly_any_words_are_never_a_guess() -> None:
    found = decide("penalty charge WX00448111")
    assert (found.sure, float(found.probability)) == (False, 0.0)


def test_probabilities_of_the_services_sum_to_at_most_one() -> None:
    assert sum(share for _, share in decide("my council tax bill and single person discount").ranked) <= 1.0 + 1e-9


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("I request under the Freedom of Information Act the cost of it", "foi_request"),
        ("She passed away in May, here is the death certificate for you", "bereavement"),
        ("We slept in the car, I am sleeping in my car with nowhere to go", "urgent_homeless"),
        ("Please write in large print, I cannot read your letters as they are", "accessible_format"),
    ],
)
def test_a_flag_names_the_words_that_show_it(text: str, flag: str) -> None:
    flags = {f.code: f for f in decide(text).flags}
    assert flag in flags and any("words '" in reason for reason in flags[flag].reasons)


@pytest.mark.parametrize(
    "text",
    [
        "Complaint CMP-26-02484: request for Stage 2. I have your reply and do not accept it.",
        "I am not satisfied with the response to my complaint about the bins and want it looked at again.",
        "I made a formal complaint in May. Please escalate it to somebody who will read it.",
    ],
)
def test_a_complaint_that_is_taken_further_is_at_stage_2(text: str) -> None:
    assert {"complaint", "complaint_stage_2"} <= set(decide(text).flag_codes)


@pytest.mark.parametrize(
    "text",
    [
        "This is a formal complaint about the bins. If nothing is done I shall go to the Ombudsman.",
        "I wish to complain about your staff. OFFICE: Stage 1 / Stage 2. Logged by:",
        "The flats are to be built in stage 2 of the scheme, and the noise is terrible.",
    ],
    ids=["a threat", "a form's choices", "no complaint"],
)
def test_a_first_complaint_keeps_its_ten_days_whatever_it_threatens(text: str) -> None:
    assert "complaint_stage_2" not in decide(text).flag_codes


def test_a_flag_is_never_set_beside_a_phrase_that_rules_it_out_however_much_speaks_for_it() -> None:
    kind = FlagKind(code="taken_further", name="Taken further", phrases=("to stage 2",), unless=("stage 1 stage 2",))
    heard = spoken("I take this to stage 2.")
    assert flag_evidence(kind, heard, 0.9).confidence() > 0.9
    ruled_out = spoken("I take this to stage 2. OFFICE: Stage 1 / Stage 2")
    assert flag_evidence(kind, ruled_out, 0.9).confidence(FlagWeights(5.0, 1.0, 1.0, 1.0, 1.0)) == 0.0


def test_the_sentence_that_shows_a_flag_is_weighed_and_named_to_the_reader() -> None:
    kind = FlagKind(code="digital_opt_in", name="Wants email", phrases=("paperless",))
    weights = Tuning(EvidenceWeights(), {}, {"digital_opt_in": 0.5}, {"digital_opt_in": FlagWeights(1, 1, 1, 1, 5)})
    heard = spoken("Could the form come to this email, never the house.")

    def flags(odds: float) -> list[tuple[str, ...]]:
        told = {"digital_opt_in": Told(odds, "Could the form come to this email, never the house.")}
        return [f.reasons for f in find_flags((kind,), heard, {"digital_opt_in": 0.01}, told, weights)]

    assert flags(-1.0) == []
    assert flags(2.0) == [("the sentence 'Could the form come to this email, never the house.'",)]


def test_a_request_for_information_within_another_letter_is_copied_to_those_who_must_answer_it() -> None:
    found = decide(
        "I will not pay penalty charge notice WX00448111, because the parking sign was hidden. "
        "Under the Freedom of Information Act, how many of them were issued in that car park in May?"
    )
    assert found.service == "parking"
    assert "information_governance" in found.also
    assert "multi_topic" in found.flag_codes


@pytest.mark.parametrize(("sure", "copies"), [(0.2, ()), (0.4, ("information_governance",))])
def test_a_mere_suspicion_shows_a_flag_but_puts_no_letter_before_another_team(
    sure: float, copies: tuple[str, ...]
) -> None:
    class Suspects(Clueless):
        def estimate(self, text: str) -> Nothing:
            return Nothing(flags={"foi_request": sure})

    tuning = Tuning(EvidenceWeights(), dict.fromkeys(CATALOGUE.codes, 0.5), {"foi_request": 0.1})
    item = item_of("I will not pay penalty charge notice WX00448111, because the parking sign was hidden.")
    found = classify(item, index_item(item, REFERENCES, LANGUAGE), CATALOGUE, Suspects(tuning))
    assert found.also == copies
    assert "foi_request" in found.flag_codes


def test_a_request_for_information_by_itself_needs_no_copy() -> None:
    found = decide("Freedom of Information Act request: please disclose the information held on the sale of the hall.")
    assert (found.service, found.also) == ("information_governance", ())
    assert "multi_topic" not in found.flag_codes
