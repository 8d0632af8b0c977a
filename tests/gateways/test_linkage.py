"""Splink in bulk and the pair-by-pair scorer are two writings of one model; these tests hold them together."""

from __future__ import annotations

import dataclasses
import random

import pytest

from mailroom.config.environment import example_site
from mailroom.config.linkage import load_linkage_weights
from mailroom.gateways.linkage import find_duplicates, match_in_bulk, score_pairs
from mailroom.inbound.likeness import Likeness
from mailroom.values.linkage_record import LinkageRecord
from mailroom.values.person_match import LEVELS

WEIGHTS = load_linkage_weights(example_site())
LIKENESS = Likeness(WEIGHTS)
ADA = LinkageRecord(
    key="C1/0", family="PENROSE", given="ADA", given_roots=("ADA",), middle="M", sex="F", postcode="WX73PQ",
    house="14", words=("TINKERS", "LANE", "HARNSEA"), phones=("07221900100",), emails=("ada@post.example",),
    nino="JG103759A", birth="1944-02-01", references=("51234567",), reference_types=("council_tax",),
    family_share=0.0004,
)  # fmt: skip
_CHOICES: dict[str, tuple[object, ...]] = {
    "family": ("PENROSE", "PENROES", "PENRUSE", "PEMROSS", "TRASK", ""),
    "former": ((), ("TRASK",), ("PENROSE", "HILL")),
    "given": ("ADA", "A", "ADAH", "IVY", "ELIZABETH", "LIZ", ""),
    "given_roots": ((), ("ADA",), ("LIZ", "ELIZABETH")),
    "middle": ("M", "K", ""),
    "sex": ("M", "F", ""),
    "postcode": ("WX73PQ", "WX73P0", "WX18AB", ""),
    "house": ("14", "F1 14", "2", ""),
    "words": ((), ("TINKERS", "LANE"), ("TINKERS", "LANE", "HARNSEA"), ("GANNET", "ROW", "STOKELEY", "UPPER")),
    "phones": ((), ("07221900100",), ("07221900100", "01632960001"), ("01632960002",)),
    "emails": ((), ("ada@post.example",), ("ivy@post.example",)),
    "nino": ("JG103759A", "JG103759B", "XY998877C", ""),
    "birth": ("1944-02-01", "1944-01-02", "1944-02-07", "1981-12-30", ""),
    "references": ((), ("51234567",), ("7008249174",), ("51234567", "7008249174")),
    "reference_types": ((), ("council_tax",), ("rent",), ("council_tax", "rent")),
}
_SHARES = {"PENROSE": 0.0004, "PENROES": 0.00001, "PENRUSE": 0.0, "PEMROSS": 0.002, "TRASK": 0.02}


def someone(dice: random.Random, key: str) -> LinkageRecord:
    facts = {part: dice.choice(choices) for part, choices in _CHOICES.items()}
    return LinkageRecord(key=key, family_share=_SHARES.get(str(facts["family"]), 0.0), **facts)  # type: ignore[arg-type]


def test_splink_and_the_pair_scorer_give_every_pair_the_same_levels_and_weight() -> None:
    dice = random.Random(20260101)
    mentions = [someone(dice, f"m{n}") for n in range(60)]
    records = [someone(dice, f"C{n}/0") for n in range(60)]
    bulk = score_pairs(mentions, records, WEIGHTS)
    assert len(bulk) == 3600
    reached = set()
    for mention in mentions:
        for record in records:
            one, many = LIKENESS.score(mention, record), bulk[mention.key, record.key]
            assert many.levels == one.levels, (mention, record)
            assert many.weight == pytest.approx(one.weight, abs=1e-6), (mention, record)
            assert many.customer_id == record.key.split("/")[0]
            reached |= set(one.levels.items())
    assert reached == {(name, level) for name, levels in LEVELS.items() for level in levels}, "a level was never tried"


def test_in_bulk_a_mention_finds_its_record_by_any_one_lead() -> None:
    plain = LinkageRecord(key="", family="PENROSE", given="ADA", given_roots=("ADA",))
    leads: dict[str, dict[str, object]] = {
        "address": {"postcode": "WX73PQ", "house": "14", "words": ("TINKERS", "LANE")},
        "phone": {"phones": ("07221900100",)},
        "email": {"emails": ("ada@post.example",)},
        "nino": {"nino": "JG103759A"},
        "birth": {"birth": "1944-02-01"},
        "reference": {"references": ("51234567",), "reference_types": ("council_tax",)},
    }
    mentions = [dataclasses.replace(plain, key=name, **facts) for name, facts in leads.items()]  # type: ignore[arg-type]
    stranger = LinkageRecord(key="C2/0", family="TRASK", given="IVY", postcode="WX91AB", house="2")
    found = {m.key: m.scores for m in match_in_bulk(mentions, [ADA, stranger], WEIGHTS)}
    assert {name: scores[0].customer_id for name, scores in found.items()} == dict.fromkeys(leads, "C1")


def test_in_bulk_whoever_is_like_nobody_is_left_out() -> None:
    stranger = LinkageRecord(key="row 1", family="TRASK", given="IVY", postcode="WX91AB", house="2")
    assert list(match_in_bulk([stranger], [ADA], WEIGHTS)) == []


def test_a_customer_with_two_addresses_is_named_once() -> None:
    moved = dataclasses.replace(ADA, key="C1/1", postcode="WX91AB", house="2", words=("GANNET", "ROW"))
    found = list(match_in_bulk([dataclasses.replace(ADA, key="row 1")], [ADA, moved], WEIGHTS))
    assert [s.customer_id for s in found[0].scores] == ["C1"]


def test_records_of_one_person_are_proposed_and_relatives_are_not() -> None:
    again = dataclasses.replace(ADA, key="C7/0", family="PENROES", references=(), emails=())
    husband = dataclasses.replace(ADA, key="C3/0", given="GEORGE", given_roots=("GEORGE",), sex="M", nino="", birth="")
    found = find_duplicates([ADA, again, husband], WEIGHTS)
    assert [(d.first, d.second) for d in found] == [("C1", "C7")]
    assert found[0].bits > 22
