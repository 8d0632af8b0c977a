"""The model itself: word pieces in, one vector a text out. Plain NumPy; the weights are kept in eight bits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from scipy.special import erf
from threadpoolctl import threadpool_limits

from mailroom.gateways.meaning.word_pieces import piece_numbers

SIZE = 384
_HERE = Path(__file__).parent
_KNOWN = _HERE / "known.npz"
"""Vectors of the examples Mailroom ships: working them out takes minutes, and they never change."""
_HEADS = 12
_LONGEST_RUN = 120
"""Pieces read at once. Time grows with the square of it, and the model was made for sentences."""
_LONGEST_TEXT = 600
"""What a letter is about stands on its first page."""
_AT_ONCE = 40


class MeaningEncoder:
    """Reads its weights when first used. The same text gives the same vector on the same machine."""

    def encode(self, text: str) -> np.ndarray:
        """A vector of length one; texts about the same thing lie near each other."""
        _on_one_core()
        start, end, unknown = (self._vocabulary[name] for name in ("[CLS]", "[SEP]", "[UNK]"))
        pieces = piece_numbers(text, self._vocabulary, unknown)[:_LONGEST_TEXT] or [unknown]
        runs = -(-len(pieces) // _LONGEST_RUN)
        step = -(-len(pieces) // runs)
        parts = [pieces[n : n + step] for n in range(0, len(pieces), step)]
        whole = np.sum([self._states([start, *part, end])[1:-1].sum(axis=0) for part in parts], axis=0)
        vector: np.ndarray = whole / max(float(np.linalg.norm(whole)), 1e-9)
        return vector.astype(np.float32)

    def encode_all(self, texts: Sequence[str], processes: int = 1) -> np.ndarray:
        """One row a text. Many texts are worth a second process."""
        fresh = [text for text in dict.fromkeys(texts) if _digest(text) not in self._known]
        parts = [fresh[n : n + _AT_ONCE] for n in range(0, len(fresh), _AT_ONCE)]
        found = Parallel(n_jobs=processes if len(parts) > 1 else 1)(delayed(self._encode_part)(p) for p in parts)
        vectors = self._known | {_digest(text): row for part, rows in zip(parts, found, strict=True)
                                 for text, row in zip(part, rows, strict=True)}  # fmt: skip
        return np.array([vectors[_digest(text)] for text in texts], dtype=np.float32).reshape(-1, SIZE)

    def remember(self, texts: Sequence[str], path: Path = _KNOWN) -> None:
        """Keep the vectors of these texts, and of no others, to be looked up from now on."""
        rows = {_digest(text): row for text, row in zip(texts, self.encode_all(texts, processes=2), strict=True)}
        digests = sorted(rows)
        np.savez(
            path, digests=np.array(digests, dtype=np.uint64), rows=np.array([rows[d] for d in digests], np.float16)
        )

    def _encode_part(self, texts: Sequence[str]) -> list[np.ndarray]:
        return [self.encode(text) for text in texts]

    def __getstate__(self) -> dict[str, object]:
        return {}  # another process reads the weights itself

    @cached_property
    def _known(self) -> dict[int, np.ndarray]:
        with np.load(_KNOWN, allow_pickle=False) as file:
            return dict(zip(map(int, file["digests"]), file["rows"].astype(np.float32), strict=True))

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        words = (_HERE / "vocabulary.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
        return {word: number for number, word in enumerate(words)}

    @cached_property
    def _stored(self) -> dict[str, np.ndarray]:
        with np.load(_HERE / "weights.npz", allow_pickle=False) as file:
            return dict(file)

    @cached_property
    def _layers(self) -> list[dict[str, np.ndarray]]:
        """Matrices laid out for multiplication from the right; vectors as they are."""
        count = int(self._stored["layers"])
        return [
            {
                name.split("/", 1)[1]: self._matrix(name).T.copy() if f"{name}/scale" in self._stored else array
                for name, array in self._stored.items()
                if name.startswith(f"{n}/") and not name.endswith("/scale")
            }
            for n in range(count)
        ]

    def _matrix(self, name: str) -> np.ndarray:
        matrix: np.ndarray = self._stored[name].astype(np.float32) * self._stored[f"{name}/scale"]
        return matrix

    def _states(self, numbers: list[int]) -> np.ndarray:
        """One row a piece, after all layers."""
        stored = self._stored
        words = stored["words"][numbers].astype(np.float32) * stored["words/scale"][numbers]
        states = _normal(words + stored["places"][: len(numbers)], stored["first_gain"], stored["first_shift"])
        for layer in self._layers:
            states = _through(states, layer)
        return states


@cache
def _on_one_core() -> None:
    """For the process, from now on. The matrices are small: of several threads each waits for the others by spinning.

    Measured on two busy cores: sorting a letter took 32 ms of the processor with one thread, 137 ms with two.
    """
    threadpool_limits(limits=1, user_api="blas")


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _through(states: np.ndarray, layer: dict[str, np.ndarray]) -> np.ndarray:
    length = len(states)
    query, key, value = (
        (states @ layer[part] + layer[f"{part}_bias"]).reshape(length, _HEADS, -1).transpose(1, 0, 2)
        for part in ("query", "key", "value")
    )
    heed = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(query.shape[-1]))
    heed = np.exp(heed - heed.max(axis=-1, keepdims=True))
    heed /= heed.sum(axis=-1, keepdims=True)
    seen = (heed @ value).transpose(1, 0, 2).reshape(length, -1)
    states = _normal(states + seen @ layer["out"] + layer["out_bias"], layer["seen_gain"], layer["seen_shift"])
    inner = states @ layer["widen"] + layer["widen_bias"]
    inner = (inner * 0.5 * (1 + erf(inner / np.float32(np.sqrt(2))))).astype(np.float32)
    return _normal(states + inner @ layer["narrow"] + layer["narrow_bias"], layer["gain"], layer["shift"])


def _normal(states: np.ndarray, gain: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Each row with mean 0 and spread 1, then scaled as learnt."""
    centred = states - states.mean(axis=-1, keepdims=True)
    normal: np.ndarray = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12) * gain + shift
    return normal
