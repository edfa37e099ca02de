"""Quantise an ONNX model to int8 so that a sentence's result does not depend on its batch.

onnxruntime's dynamic quantisation scales activations by the whole tensor: the same sentence gets
other scores beside other sentences (measured here: probabilities up to 0.28 apart, one label in 250
changed). Here every row (word piece) has its own scale, with the same integer product. The weights
are int8 by column, in the range ±63: on processors without VNNI the product of full-range numbers
may overflow its 16-bit sums, and results would depend on the machine.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the next line
from onnxruntime.quantization import QuantType, quantize_dynamic

LEAST = 4096  # smaller matrices stay as they are
RANGE = 63


def quantise(source: Path, goal: Path) -> None:
    """Write the quantised model: embeddings by onnxruntime's tool, products by row and column."""
    graph = onnx.load(str(source)).graph
    small = {w.name for w in graph.initializer if np.prod(w.dims) < LEAST}
    quantize_dynamic(
        str(source), str(goal), weight_type=QuantType.QInt8, op_types_to_quantize=["Gather"],
        nodes_to_exclude=[n.name for n in graph.node if small & set(n.input[:1])],
    )  # fmt: skip
    model = onnx.load(str(goal))
    Products(model.graph).rewrite()
    if not any(o.domain == "com.microsoft" for o in model.opset_import):
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    onnx.checker.check_model(model, full_check=False)
    onnx.save(model, str(goal))


def quantise_columns(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give int8 weights (rows × columns) and each column's scale.

    >>> q, scale = quantise_columns(np.array([[0.5, 2.0], [-1.0, 0.0]], dtype=np.float32))
    >>> q.tolist()
    [[32, 63], [-63, 0]]
    """
    scale = np.maximum(np.abs(weight).max(0), 1e-9) / RANGE
    return np.rint(weight / scale).astype(np.int8), scale.astype(np.float32)


class Products:
    """Replaces each product with constant weights by its integer form."""

    def __init__(self, graph: onnx.GraphProto):
        self.graph = graph
        self.weights = {i.name: i for i in graph.initializer}
        self.nodes: list[onnx.NodeProto] = []
        self.rows: dict[str, tuple[str, str]] = {}
        self.columns: dict[str, tuple[str, str]] = {}
        self.constant("q_zero_scalar", np.array(128, dtype=np.uint8))
        self.constant("q_one", np.array(1.0, dtype=np.float32))
        self.constant("q_flat", np.array([-1], dtype=np.int64))
        self.constant("q_top", np.array(1 / 127, dtype=np.float32))
        self.constant("q_least", np.array(1e-9, dtype=np.float32))

    def constant(self, name: str, value: np.ndarray) -> str:
        """Add an initializer."""
        self.graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    def add(self, kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        """Add a node with one output, which it is named after."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def quantise_rows(self, name: str, width: int) -> tuple[str, str]:
        """Give (uint8 rows around 128, scale of every row) of an activation, made once."""
        if name in self.rows:
            return self.rows[name]
        p = f"{name}_q"
        top = self.add("ReduceMax", [name], f"{p}_most", axes=[-1], keepdims=1)
        low = self.add("ReduceMin", [name], f"{p}_least", axes=[-1], keepdims=1)
        top = self.add("Max", [top, self.add("Neg", [low], f"{p}_below")], f"{p}_max")
        scale = self.add("Mul", [top, "q_top"], f"{p}_raw")
        scale = self.add("Max", [scale, "q_least"], f"{p}_scale")
        flat = self.add("Reshape", [scale, "q_flat"], f"{p}_flat")
        count = self.add("Shape", [flat], f"{p}_count")
        zero = helper.make_tensor("value", TensorProto.UINT8, [1], [128])
        zeros = self.add("ConstantOfShape", [count], f"{p}_zeros", value=zero)
        two = self.constant(f"{p}_two", np.array([-1, width], dtype=np.int64))
        matrix = self.add("Reshape", [name, two], f"{p}_matrix")
        numbers = self.add("QuantizeLinear", [matrix, flat, zeros], f"{p}_numbers", axis=0)
        shape = self.add("Shape", [name], f"{p}_shape")
        self.rows[name] = self.add("Reshape", [numbers, shape], f"{p}_rows"), scale
        return self.rows[name]

    def product(self, node: onnx.NodeProto, weight: np.ndarray, bias: str) -> None:
        """Write one product in integers, with its bias; a weight used again is kept once."""
        p, key = f"{node.output[0]}_p", node.input[1]
        if key not in self.columns:
            numbers, scale = quantise_columns(weight)
            self.columns[key] = (
                self.constant(f"{key}_weight", numbers), self.constant(f"{key}_column", scale)
            )  # fmt: skip
        held, columns = self.columns[key]
        rows, row_scale = self.quantise_rows(node.input[0], weight.shape[0])
        inputs = [rows, held, "q_one", columns, "q_zero_scalar"]
        part = self.add("MatMulIntegerToFloat", inputs, f"{p}_part", domain="com.microsoft")
        last = f"{p}_scaled" if bias else node.output[0]
        self.add("Mul", [part, row_scale], last)
        if bias:
            self.add("Add", [last, bias], node.output[0])

    def rewrite(self) -> None:
        """Go through the graph in order."""
        for node in self.graph.node:
            held = self.weights.get(node.input[1]) if node.op_type in {"MatMul", "Gemm"} else None
            weight = numpy_helper.to_array(held) if held is not None else np.zeros(0)
            if weight.ndim != 2 or weight.size < LEAST:
                self.nodes.append(node)
                continue
            turned = any(a.name == "transB" and a.i for a in node.attribute)
            bias = node.input[2] if len(node.input) > 2 else ""
            self.product(node, weight.T if turned else weight, bias)
        del self.graph.node[:]
        self.graph.node.extend(self.nodes)
        used = {name for node in self.nodes for name in node.input}
        kept = [i for i in self.graph.initializer if i.name in used]
        del self.graph.initializer[:]
        self.graph.initializer.extend(kept)
