"""The model itself: word pieces in, one vector a text out. Worked out by ONNX Runtime in whole numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from mailroom.gateways.meaning.word_pieces import piece_numbers

SIZE = 384
_HERE = Path(__file__).parent
_KNOWN = _HERE / "known.npz"
"""Vectors of the examples Mailroom ships: working them out takes minutes, and they never change."""
_LONGEST_RUN = 120
"""Pieces read at once. Time grows with the square of it, and the model was made for sentences."""
_LONGEST_TEXT = 240
"""Pieces read of a text: what a letter is about stands on its first page."""
_AT_ONCE = 40
_FATAL = 4


class MeaningEncoder:
    """Reads the model when first used. The same text gives the same vector on the same machine."""

    def encode(self, text: str) -> np.ndarray:
        """A vector of length one; texts about the same thing lie near each other."""
        start, end, unknown = (self._vocabulary[name] for name in ("[CLS]", "[SEP]", "[UNK]"))
        pieces = piece_numbers(text, self._vocabulary, unknown)[:_LONGEST_TEXT] or [unknown]
        runs = -(-len(pieces) // _LONGEST_RUN)
        step = -(-len(pieces) // runs)
        parts = (pieces[n : n + step] for n in range(0, len(pieces), step))
        whole = np.sum([self._added([start, *part, end]) for part in parts], axis=0)
        vector: np.ndarray = whole / max(float(np.linalg.norm(whole)), 1e-9)
        return vector.astype(np.float32)

    def _added(self, numbers: list[int]) -> np.ndarray:
        """What the pieces of one run mean, added up."""
        (added,) = self._session.run(None, {"numbers": np.array([numbers], dtype=np.int64)})
        return np.asarray(added[0])

    def encode_all(self, texts: Sequence[str], processes: int = 1) -> np.ndarray:
        """One row a text. Many texts are worth a second process, and looking up those that are remembered."""
        if len(texts) == 1:
            return self.encode(texts[0])[None]
        fresh = [text for text in dict.fromkeys(texts) if _digest(text) not in self._known]
        vectors = self._known | self._worked_out(fresh, processes)
        return np.array([vectors[_digest(text)] for text in texts], dtype=np.float32).reshape(-1, SIZE)

    def remember(self, texts: Sequence[str], path: Path = _KNOWN) -> None:
        """Work out the vectors of these texts afresh and keep them, and no others, to be looked up from now on."""
        rows = self._worked_out(list(dict.fromkeys(texts)), processes=2)
        digests = sorted(rows)
        np.savez(
            path, digests=np.array(digests, dtype=np.uint64), rows=np.array([rows[d] for d in digests], np.float16)
        )

    def _worked_out(self, texts: Sequence[str], processes: int) -> dict[int, np.ndarray]:
        """By the digest of each text."""
        parts = [texts[n : n + _AT_ONCE] for n in range(0, len(texts), _AT_ONCE)]
        found = Parallel(n_jobs=processes if len(parts) > 1 else 1)(delayed(self._encode_part)(p) for p in parts)
        return {_digest(text): row for part, rows in zip(parts, found, strict=True)
                for text, row in zip(part, rows, strict=True)}  # fmt: skip

    def _encode_part(self, texts: Sequence[str]) -> list[np.ndarray]:
        return [self.encode(text) for text in texts]

    def __getstate__(self) -> dict[str, object]:
        return {}  # another process reads the model itself

    @cached_property
    def _known(self) -> dict[int, np.ndarray]:
        with np.load(_KNOWN, allow_pickle=False) as file:
            return dict(zip(map(int, file["digests"]), file["rows"].astype(np.float32), strict=True))

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        words = (_HERE / "vocabulary.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
        return {word: number for number, word in enumerate(words)}

    @cached_property
    def _session(self) -> Any:
        """One thread: the matrices are small, and of several threads each waits for the others by spinning."""
        import onnxruntime  # when first used: most commands never sort a letter

        options = onnxruntime.SessionOptions()
        options.log_severity_level = _FATAL
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = str(_HERE / "model.onnx")
        return onnxruntime.InferenceSession(model, sess_options=options, providers=["CPUExecutionProvider"])


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
