"""Writes the small language model for ONNX Runtime: `python -m tests.benchmarks.meaning_model WEIGHTS`.

WEIGHTS is an .npz of all-MiniLM-L6-v2's arrays: each matrix as whole numbers of eight bits, one row an output, with
`NAME/scale` for its rows; gains, shifts and biases as they are. Until November 2026 it was shipped itself, as
`mailroom/gateways/meaning/weights.npz`, and still lies in the project's history.

The matrices of the layers are rounded to seven bits. The processor multiplies them by inputs of eight bits, and one
without VNNI adds two such products in sixteen: with seven bits they fit, with eight the sum is cut off and the vector
wrong. The table of words is only looked up, and keeps its eight.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MODEL = Path(__file__).parents[2] / "mailroom" / "gateways" / "meaning" / "model.onnx"
_HEADS = 12
_MOST = 63
"""The largest whole number of seven bits with a sign."""
_OURS = "com.microsoft"
"""Operations of ONNX Runtime itself."""


class _Graph:
    """Operations in order, and the arrays they need."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.operations: list[onnx.NodeProto] = []
        self.arrays: dict[str, onnx.TensorProto] = {}

    def array(self, name: str, values: np.ndarray) -> str:
        self.arrays[name] = numpy_helper.from_array(np.asarray(values, order="C"), name)
        return name

    def whole(self, *numbers: int) -> str:
        return self.array(f"whole {numbers}", np.array(numbers, dtype=np.int64))

    def stored(self, name: str) -> str:
        return self.array(name, self.weights[name])

    def then(self, kind: str, *inputs: str, domain: str = "", **settings: object) -> str:
        """One operation; the name of what comes out."""
        out = f"state {len(self.operations)}"
        self.operations.append(helper.make_node(kind, list(inputs), [out], domain=domain, **settings))
        return out

    def times(self, states: str, *matrices: str, bias: str = "") -> str:
        """Multiplied by matrices side by side, in whole numbers; the scale of the inputs is found anew for each run."""
        full = np.concatenate([self.weights[m].astype(np.float32) * self.weights[f"{m}/scale"] for m in matrices])
        scales = np.abs(full).max(axis=1) / _MOST
        rounded = np.round(full / scales[:, None]).astype(np.int8)
        name = "+".join(matrices)
        taken = (self.array(name, rounded.T), self.array(f"{name}/scales", scales.astype(np.float32)))
        return self.then("DynamicQuantizeMatMul", states, *taken, "", *([bias] if bias else []), domain=_OURS)

    def normal(self, states: str, gain: str, shift: str) -> str:
        learnt = (self.stored(gain), self.stored(shift))
        return self.then("LayerNormalization", states, *learnt, epsilon=1e-12, axis=-1)


def model_of(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """Numbers of pieces in, (runs, pieces); out the sum of their states without each run's start and end."""
    graph = _Graph(weights)
    states = _first_states(graph)
    for layer in range(int(weights["layers"])):
        states = _layer(graph, states, str(layer))
    inner = graph.then("Slice", states, graph.whole(1), graph.whole(-1), graph.whole(1))
    graph.then("ReduceSum", inner, graph.whole(1), keepdims=0)
    graph.operations[-1].output[0] = "added"
    takes = helper.make_tensor_value_info("numbers", TensorProto.INT64, ["runs", "pieces"])
    gives = helper.make_tensor_value_info("added", TensorProto.FLOAT, ["runs", "size"])
    whole = helper.make_graph(graph.operations, "meaning", [takes], [gives], list(graph.arrays.values()))
    sets = [helper.make_opsetid("", 18), helper.make_opsetid(_OURS, 1)]
    return helper.make_model(whole, opset_imports=sets, ir_version=9)


def _first_states(graph: _Graph) -> str:
    """Each piece's word and place."""
    words, scales = (graph.then("Gather", graph.stored(name), "numbers") for name in ("words", "words/scale"))
    meant = graph.then("Mul", graph.then("Cast", words, to=TensorProto.FLOAT), scales)
    length = graph.then("Shape", "numbers", start=1, end=2)
    places = graph.then("Slice", graph.stored("places"), graph.whole(0), length, graph.whole(0))
    return graph.normal(graph.then("Add", meant, places), "first_gain", "first_shift")


def _layer(graph: _Graph, states: str, layer: str) -> str:
    seen = graph.times(_heeded(graph, states, layer), f"{layer}/out", bias=graph.stored(f"{layer}/out_bias"))
    states = graph.normal(graph.then("Add", seen, states), f"{layer}/seen_gain", f"{layer}/seen_shift")
    wide = graph.then(
        "BiasGelu", graph.times(states, f"{layer}/widen"), graph.stored(f"{layer}/widen_bias"), domain=_OURS
    )
    narrow = graph.times(wide, f"{layer}/narrow", bias=graph.stored(f"{layer}/narrow_bias"))
    return graph.normal(graph.then("Add", narrow, states), f"{layer}/gain", f"{layer}/shift")


def _heeded(graph: _Graph, states: str, layer: str) -> str:
    """What each piece sees of the others. Spelt out: as one operation of ONNX Runtime it takes a third longer."""
    names = [f"{layer}/{part}" for part in ("query", "key", "value")]
    bias = graph.array(f"{layer}/biases", np.concatenate([graph.weights[f"{name}_bias"] for name in names]))
    mixed = graph.times(states, *names, bias=bias)
    width = graph.weights[f"{layer}/query"].shape[0] // _HEADS
    parted = graph.then("Reshape", mixed, graph.whole(0, 0, 3, _HEADS, width))
    parts = graph.then("Transpose", parted, perm=[2, 0, 3, 1, 4])  # part, run, head, piece, number
    query, key, value = (
        graph.then("Gather", parts, graph.array(f"part {n}", np.array(n, dtype=np.int64))) for n in range(3)
    )
    alike = graph.then("FusedMatMul", query, key, domain=_OURS, transB=1, alpha=width**-0.5)
    seen = graph.then("MatMul", graph.then("Softmax", alike, axis=-1), value)
    return graph.then("Reshape", graph.then("Transpose", seen, perm=[0, 2, 1, 3]), graph.whole(0, 0, _HEADS * width))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    with np.load(parser.parse_args().weights, allow_pickle=False) as file:
        onnx.save(model_of(dict(file)), str(MODEL))
    print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
