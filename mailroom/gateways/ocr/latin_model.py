"""RapidOCR's line reader cut down to our letters: of the 18,708 characters its model knows, most are Chinese.

The last layer of the model weighs every character it knows at every place along a line, and spreads a certainty of 1
over them. The cut model has the same layers before it and the same weights for the characters that are kept, so a line
in which the whole model saw none of the others reads the same, letter for letter.

It is made once, at the first page RapidOCR is asked for, and kept in the data folder under the digest of its source.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto, TensorProto

log = logging.getLogger(__name__)

# Latin with every accent (Welsh has some in the last of the Latin blocks), then punctuation, currencies, fractions,
# numerals, arrows, signs of arithmetic, boxes and ticks: U+2000 to U+27FF.
_KEPT = ((0x0020, 0x024F), (0x1E00, 0x1EFF), (0x2000, 0x27FF))


class UnknownModel(ValueError):
    """The model is not built as the one this was written for."""


def latin_model(folder: Path) -> Path | None:
    """The cut model, made in that folder if it is not there; None where it cannot be made, and the log says why."""
    try:
        source = wheel_model("rec")
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        digest.update(repr(_KEPT).encode())
        cut = folder / f"latin-{digest.hexdigest()[:24]}.onnx"
        if not cut.exists():
            _keep(_cut(source), cut)
    except (ImportError, OSError, UnknownModel) as trouble:
        log.warning("RapidOCR reads with its whole model, which is slower and takes more memory: %s", trouble)
        return None
    return cut


def wheel_model(kind: str) -> Path:
    """A model of RapidOCR's wheel: `det` finds lines, `rec` reads them. Raises UnknownModel where there is not one."""
    import rapidocr

    found = sorted((Path(rapidocr.__file__).parent / "models").glob(f"*{kind}*.onnx"))
    if len(found) != 1:
        raise UnknownModel(f"RapidOCR came with {len(found)} models of the kind '{kind}' instead of one.")
    return found[0]


def is_kept(character: str) -> bool:
    """Whether the cut model can read it."""
    return all(any(first <= ord(c) <= last for first, last in _KEPT) for c in character)


def _cut(source: Path) -> bytes:
    import onnx

    model = onnx.load(str(source))
    listed = next((entry for entry in model.metadata_props if entry.key == "character"), None)
    if listed is None:
        raise UnknownModel("The model of lines does not name its characters.")
    characters = listed.value.splitlines()
    kept = [n for n, character in enumerate(characters) if is_kept(character)]
    # Its columns are: nothing, the characters in order, a space.
    columns = [0, *(n + 1 for n in kept), len(characters) + 1]
    for weights in _last_layer(model, len(characters) + 2):
        _keep_columns(weights, columns)
    listed.value = "\n".join(characters[n] for n in kept)
    model.graph.output[0].type.tensor_type.shape.dim[-1].dim_value = len(columns)
    del model.graph.value_info[:]  # the shapes in between, which some exporters note
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _last_layer(model: ModelProto, width: int) -> list[TensorProto]:
    """The matrix and the bias that give one number a character."""
    found = [weights for weights in model.graph.initializer if weights.dims and weights.dims[-1] == width]
    if sorted(len(weights.dims) for weights in found) != [1, 2]:
        raise UnknownModel("The model of lines does not end in one layer as wide as its characters.")
    return found


def _keep_columns(weights: TensorProto, columns: list[int]) -> None:
    from onnx import numpy_helper

    kept = np.ascontiguousarray(numpy_helper.to_array(weights)[..., columns])
    weights.CopyFrom(numpy_helper.from_array(kept, weights.name))


def _keep(model: bytes, path: Path) -> None:
    """Written whole or not at all: several processes may make it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".latin-", delete=False) as file:
        file.write(model)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
