from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mailroom.config.training import ModelSize
from mailroom.gateways.document_shape import DocumentShape
from mailroom.gateways.text_model import load_text_model
from mailroom.gateways.text_training import Example, train_text_model

KINDS = DocumentShape((("invoice no", "vat"), ("diagnos", "clinic")))
BILL = "ACME SEEDS\nInvoice No. 12\nGrass seed   2   14.00   28.00\nVAT   5.60\nTotal   33.60"
LETTER = "Dear Sir,\n\nI should be glad of an answer about my hedge. It is still there.\n\nYours faithfully"


def _counts(text: str) -> list[float]:
    return [float(n) for n in KINDS.of(text)[-2:]]


def test_the_words_of_each_kind_of_paper_are_counted_apart() -> None:
    bill = _counts(BILL)
    assert bill[0] > 0 and bill[1] == 0
    assert _counts(LETTER) == [0, 0]


def test_the_beginning_of_a_word_is_enough_and_its_middle_is_not() -> None:
    assert _counts("the diagnosis of the Clinic")[1] > 0
    assert _counts("a private polyclinic")[1] == 0


def test_of_two_phrases_that_begin_alike_the_longer_counts_and_once() -> None:
    papers = DocumentShape((("invoice", "invoice no", "no 7"),))
    assert papers.of("Invoice no 7")[-1] == papers.of("invoice")[-1] == 1


def test_one_phrase_said_twice_is_one_phrase() -> None:
    assert _counts("VAT and VAT again") == _counts("VAT")


@pytest.mark.parametrize("text", ["", "\n\n", "   "])
def test_a_page_without_text_has_a_shape_too(text: str) -> None:
    assert KINDS.of(text).shape == (KINDS.size,)
    assert np.isfinite(KINDS.of(text)).all()


def test_a_kind_without_words_counts_none() -> None:
    assert DocumentShape(((),)).of(BILL)[-1] == 0


def test_a_paper_about_an_unknown_matter_is_told_by_its_shape() -> None:
    """Not one word of the paper judged stands in the examples."""
    items = ("bolts", "paint", "gravel", "chairs")
    bills = [
        Example(f"{x.upper()} LTD\n{x}   3   12.50   37.50\n{x}   1   4.00   4.00\nSum   41.50", "a", "invoice")
        for x in items
    ]
    letters = [
        Example(f"Dear Sir,\n\nI write about my {x}. I am not happy. It broke.\n\nYours faithfully", "a") for x in items
    ]
    model = train_text_model([*bills, *letters], ModelSize(min_documents=1))
    assert (
        model.estimate("WOOLLENS\nMohair   2   91.00   182.00\nAlpaca   4   20.25   81.00\nEnd   263.00").doc_type
        == "invoice"
    )


def test_a_loaded_model_knows_the_words_of_each_kind_of_paper(tmp_path: Path) -> None:
    examples = [Example("qwerty", "a", "invoice"), Example("asdfgh", "a", "medical"), Example("Dear Sir", "a")]
    train_text_model(examples, ModelSize(min_documents=1), shape=KINDS).save(tmp_path)
    assert load_text_model(tmp_path).vocabulary.shape == KINDS
