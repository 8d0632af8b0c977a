"""A text's row of terms is the one scikit-learn would make."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from mailroom.gateways.flag_sentences import new_sentence_vectoriser
from mailroom.gateways.term_rows import rows_of
from mailroom.gateways.text_model import new_vectoriser

LEARNT = ["The bin was missed again", "A bin, a green bin: the café’s", "Single person discount on my bill"]
TEXTS = ["The green bin bin bin was missed by the café", "", "nothing of it known: zyxomma", "bill"]


@pytest.mark.parametrize(
    "vectoriser", [new_vectoriser("word", (1, 3), 1), new_vectoriser("char_wb", (3, 6), 1), new_sentence_vectoriser(1)]
)
def test_a_row_of_terms_is_as_scikit_learn_makes_it(vectoriser: TfidfVectorizer) -> None:
    vectoriser.fit(LEARNT)
    ours, theirs = rows_of(TEXTS, vectoriser), vectoriser.transform(TEXTS)
    assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
    assert np.array_equal(ours.indices, theirs.indices) and np.array_equal(ours.indptr, theirs.indptr)
    assert ours.data == pytest.approx(theirs.data, rel=1e-6)
