"""Flags shown by single sentences: cut, made plain, learnt from letters labelled as a whole, and found again."""

from __future__ import annotations

import pytest

from mailroom.config.training import ModelSize
from mailroom.gateways import flag_sentences
from mailroom.gateways.flag_sentence_training import find_quotes
from mailroom.gateways.flag_sentences import (
    cut_into_sentences,
    learn_sentences,
    new_sentence_vectoriser,
    plain,
    sentences_of_all,
)
from mailroom.gateways.text_training import Example, train_text_model

SIZE = ModelSize(min_documents=1)
BINS = "The bins in Mill Lane were not emptied on Tuesday. They smell. The gulls have been at them again."
TAX = "My council tax bill is wrong. I live alone in the house. Please send a new bill."
MOVED = "We have left for the new place on Monday."


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two!\nThree? four", ["One.", "Two!", "Three?", "four"]),
        ("a line\ngoes on\n\nanother", ["a line goes on", "another"]),
        ("From: a@b.example\nSubject: bins\n\nping me here", ["From: a@b.example", "Subject: bins", "ping me here"]),
        (" ".join(["word"] * 41), [" ".join(["word"] * 40), "word"]),
        ("", [""]),
    ],
    ids=["marks", "blank lines", "an email's heads", "no marks at all", "nothing"],
)
def test_a_text_is_cut_where_sentences_end(text: str, sentences: list[str]) -> None:
    assert cut_into_sentences(text) == sentences


def test_of_addresses_sums_days_and_boxes_only_the_kind_is_kept() -> None:
    assert plain("Write to ada@mill.example, WX4 1AA, by 3 May 2026").split() == (
        ["write", "to", "anemail", "apostcode", ",", "by", "adate"]
    )
    assert plain("£12.50 [X] email [ ] post, ref 5330118, signed ____").split() == (
        ["anamount", "ticked", "email", "unticked", "post,", "ref", "anumber", ",", "signed", "ablank"]
    )


def test_a_quote_is_found_in_the_sentences_it_stands_in_or_runs_over() -> None:
    words = new_sentence_vectoriser(1).fit(["any"])
    sentences = sentences_of_all([TAX, BINS], words)
    assert find_quotes(sentences, 0, {"alone": "I live alone", "none": "a stolen bicycle"}) == {"alone": (1,)}
    assert find_quotes(sentences, 1, {"smell": "not emptied on Tuesday. They smell."}) == {"smell": (0, 1)}


def test_learning_the_words_of_sentences_reads_each_once_and_gives_what_judging_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def noted(sentence: str) -> str:
        read.append(sentence)
        return plain(sentence)

    monkeypatch.setattr(flag_sentences, "plain", noted)
    words, learnt = learn_sentences([TAX, BINS], 1)
    assert read == [*cut_into_sentences(TAX), *cut_into_sentences(BINS)]
    judged = sentences_of_all([TAX, BINS], words)
    assert learnt.said == judged.said
    assert abs(learnt.terms - judged.terms).max() < 1e-6


def _letters(quoted: bool) -> list[Example]:
    evidence = (("change_of_address", MOVED),) if quoted else ()
    with_flag = [
        Example(f"{said} {MOVED}", service, flags=("change_of_address",), evidence=evidence)
        for said, service in ((BINS, "waste"), (TAX, "council_tax"), (f"Thank you. {BINS}", "waste"))
    ]
    return [*with_flag, *(Example(f"{said} {n}.", "waste") for n in range(4) for said in (BINS, TAX))]


@pytest.mark.parametrize("quoted", [True, False], ids=["with the words quoted", "with only the letter labelled"])
def test_the_sentence_that_shows_a_flag_is_learnt_and_found_in_another_letter(quoted: bool) -> None:
    model = train_text_model(_letters(quoted), SIZE)
    told = model.estimate("The gulls took my bread. They have left for the new place. It rains.").told
    assert told["change_of_address"].sentence == "They have left for the new place."
    assert told["change_of_address"].odds > model.estimate(BINS).told["change_of_address"].odds
