"""Learning which sentences show a flag, from letters of which mostly only the whole is labelled.

Where an example quotes the words that show a flag, the sentences they stand in are the positive ones. In the other
letters with the flag it is the sentence that a first fit takes for it, as is usual where only bags are labelled
(multiple-instance learning, Andrews et al. 2003). Every sentence of every letter without the flag is a negative one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from mailroom.gateways.flag_sentences import Sentences, plain

Quotes = Mapping[str, tuple[int, ...]]
"""By flag, which sentences of a text its quoted words stand in, counted from the text's first."""
_STRENGTH = 10.0
_COUNTS = 5.0
"""How many negative sentences a positive one counts for. Neither figure was searched for."""
_NEGATIVES = 15_000
"""About as many of them, evenly spread; twice as many took twice the time, for a hundredth of average precision."""
_SHARE = 0.6
"""Of a quote's words in a sentence, three at least, for the quote to stand there: quotes run over sentences' ends."""


def find_quotes(sentences: Sentences, text: int, evidence: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """evidence: by flag, words of the text that show it."""
    if not evidence:
        return {}
    said = [plain(sentences.said[row]) for row in sentences.of(text)]
    found = {
        flag: tuple(n for n, sentence in enumerate(said) if _stands(plain(quote).split(), sentence.split()))
        for flag, quote in evidence.items()
    }
    return {flag: rows for flag, rows in found.items() if rows}


def _stands(quote: list[str], sentence: list[str]) -> bool:
    if not quote or not sentence:
        return False
    whole, mine = f" {' '.join(quote)} ", f" {' '.join(sentence)} "
    if whole in mine or mine in whole:
        return True
    return len(set(quote) & set(sentence)) >= max(3, _SHARE * len(set(quote)))


def fit_sentences(
    sentences: Sentences, shown: Mapping[str, np.ndarray], quotes: Sequence[Quotes], seed: int
) -> np.ndarray:
    """Weights, (features + one row for the bias) x flags. shown: by flag, which of the texts have it."""
    columns = [_fit_flag(sentences, texts, [q.get(flag, ()) for q in quotes], seed) for flag, texts in shown.items()]
    if not columns:
        return np.zeros((sentences.terms.shape[1] + 1, 0), np.float32)
    return np.column_stack(columns).astype(np.float32)


def _fit_flag(sentences: Sentences, shown: np.ndarray, quoted: Sequence[tuple[int, ...]], seed: int) -> np.ndarray:
    texts = np.flatnonzero(shown).tolist()
    known = [sentences.starts[text] + n for text in texts for n in quoted[text]]
    untold = [sentences.of(text) for text in texts if not quoted[text]]
    negative = np.flatnonzero(~np.repeat(shown, np.diff(sentences.starts)))
    negative = negative[:: max(1, round(len(negative) / _NEGATIVES))]
    if not len(negative):
        return np.zeros(sentences.terms.shape[1] + 1)
    first = [*known, *(rows.start for rows in untold if len(rows) == 1)] or [row for rows in untold for row in rows]
    weights = _fit(sentences, first, negative, seed)
    if untold:
        odds = np.asarray(sentences.terms @ weights[:-1])
        guessed = [rows.start + int(odds[rows.start : rows.stop].argmax()) for rows in untold]
        weights = _fit(sentences, [*known, *guessed], negative, seed)
    return weights


def _fit(sentences: Sentences, positive: Sequence[int], negative: np.ndarray, seed: int) -> np.ndarray:
    rows = np.concatenate([np.asarray(positive, dtype=int), negative])
    shows = np.arange(len(rows)) < len(positive)
    model = LogisticRegression(solver="liblinear", C=_STRENGTH, random_state=seed)
    model.fit(sentences.terms[rows], shows, sample_weight=np.where(shows, _COUNTS, 1.0))
    return np.append(model.coef_[0], model.intercept_)
