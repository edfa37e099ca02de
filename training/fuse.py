"""Write the quantised graph with fewer and quicker operators; no torch is needed.

    python fuse.py --model ../analysis/model --out NEW

Attention and GELU become one operator each, which changes no number. The products of the encoder
that names and grammar read get fixed scales instead of one for every row: no row's extremes are
looked for, and scale and bias are part of the product. A few channels are far out of the others'
range, at [CLS] and [SEP] above all; each is divided over several columns of the product, whose sum
it is, so that the fixed range can be as narrow as that of all other channels. Attribution and tone
keep a scale for every row.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the next line
import onnxruntime

import sources
from branch import branch, merge_branches
from encode import Pieces, collate, encode_words

OPSET = 23  # the first that has Attention
HEADS = 12
SENTENCES = 4000  # read to find the ranges
OUTLIERS = {"qkv": 4, "out": 0, "up": 5, "down": 4}  # channels that get columns of their own
ROOM = 1.05  # what an outlier may exceed what was seen by
LABEL = "model.label.made_weight"
_PRODUCT = re.compile(r"/layers\.\d+/(qkv|out|up|down)/MatMul_output_0_p_part")


class Ranges(NamedTuple):
    """The least and the greatest value of every channel."""

    low: np.ndarray
    high: np.ndarray


class Scale(NamedTuple):
    """How a tensor becomes uint8: a step, the number of zero, and columns for outliers."""

    step: float
    zero: int
    outliers: list[int]  # channels, each as often as it has columns
    steps: list[float]  # of those columns


class Rewriter:
    """A graph as nodes by what they make and who reads it."""

    def __init__(self, graph: GraphProto):
        self.graph = graph
        self.made = {name: node for node in graph.node for name in node.output}
        self.readers: dict[str, list[NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                self.readers.setdefault(name, []).append(node)
        self.weights = {w.name: numpy_helper.to_array(w) for w in graph.initializer}
        self.new: dict[
            str, list[NodeProto]
        ] = {}  # by the output that they make in its node's place

    def constant(self, name: str, value: np.ndarray) -> str:
        """Add an initializer, once."""
        if name not in self.weights:
            self.weights[name] = value
            self.graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    def reader(self, node: NodeProto) -> NodeProto:
        """Give the one node that reads a node's output."""
        (only,) = self.readers[node.output[0]]
        return only

    def source(self, node: NodeProto, number: int = 0) -> NodeProto:
        """Give the node that makes one of a node's inputs."""
        return self.made[node.input[number]]

    def finish(self) -> None:
        """Put the new nodes in, and take out what no output needs."""
        nodes = [n for node in self.graph.node for n in self.new.get(node.output[0], [node])]
        made = {name: node for node in nodes for name in node.output}
        order: dict[int, NodeProto] = {}

        def visit(name: str) -> None:
            node = made.get(name)
            if node is not None and id(node) not in order:
                for read in node.input:
                    visit(read)
                order[id(node)] = node

        for output in self.graph.output:
            visit(output.name)
        kept = list(order.values())
        used = {name for node in kept for name in node.input}
        weights = [w for w in self.graph.initializer if w.name in used]
        for field, rest in ((self.graph.node, kept), (self.graph.initializer, weights)):
            del field[:]
            field.extend(rest)
        del self.graph.value_info[:]


def fuse_operators(model: ModelProto) -> None:
    """Write attention and GELU as one operator each."""
    graph = Rewriter(model.graph)
    for node in model.graph.node:
        if node.op_type == "Softmax" and node.output[0] in graph.readers:
            fuse_attention(graph, node)
        elif node.op_type == "Erf":
            fuse_gelu(graph, node)
        elif node.op_type in ("ReduceMax", "ReduceMin"):  # axes became an input
            axes = [a for a in node.attribute if a.name == "axes"]
            for attribute in axes:
                node.attribute.remove(attribute)
                node.input.append(graph.constant("fused_axis", np.array(attribute.ints)))
    graph.finish()
    (standard,) = (o for o in model.opset_import if not o.domain)
    standard.version, model.ir_version = OPSET, 10


def fuse_attention(graph: Rewriter, softmax: NodeProto) -> None:
    """Replace what is between the joint projection and the mixed values."""
    masked = graph.source(softmax)
    scores = graph.source(graph.source(masked))
    split = graph.source(graph.source(scores))
    joint = graph.source(graph.source(split)).input[0]
    mixed = graph.reader(graph.reader(softmax))
    (goal,) = graph.reader(graph.reader(mixed)).output
    parts = [f"{goal}_{name}" for name in ("query", "key", "value")]
    graph.new[goal] = [
        helper.make_node("Split", [joint], parts, name=f"{goal}_split", axis=2, num_outputs=3),
        helper.make_node(
            "Attention", [*parts, widen_mask(graph, masked.input[1])], [goal], name=goal,
            q_num_heads=HEADS, kv_num_heads=HEADS,
        ),
    ]  # fmt: skip


def widen_mask(graph: Rewriter, mask: str) -> str:
    """Give the mask a row for every query, once."""
    wide, length, shape = (f"{mask}_{name}" for name in ("wide", "length", "shape"))
    one = graph.constant("fused_one", np.array([1]))
    graph.new[mask] = [
        graph.made[mask],
        helper.make_node("Shape", ["pieces"], [length], name=length, start=1, end=2),
        helper.make_node("Concat", [one, length, one], [shape], name=shape, axis=0),
        helper.make_node("Expand", [mask, shape], [wide], name=wide),
    ]
    return wide


def fuse_gelu(graph: Rewriter, erf: NodeProto) -> None:
    """Replace x · (1 + erf(x / √2)) / 2."""
    value = graph.source(erf).input[0]
    (goal,) = graph.reader(graph.reader(graph.reader(erf))).output
    graph.new[goal] = [helper.make_node("Gelu", [value], [goal], name=goal)]
    before = graph.made[value]
    if before.op_type == "Add":  # onnxruntime would join Add and Gelu to an operator that is slower
        before.op_type = "Sum"


def find_ranges(model: ModelProto, names: Iterable[str], cut: Pieces) -> dict[str, Ranges]:
    """Read sentences of the training parts and note every channel's extremes."""
    rows = sources.read_ewt("train") + sources.read_gum("train")
    random.Random(1).shuffle(rows)
    items = sorted(
        (encode_words(s.words, cut) for s in rows[:SENTENCES]), key=lambda i: len(i.pieces)
    )
    probe, names = ModelProto(), list(dict.fromkeys(names))
    probe.CopyFrom(model)
    del probe.graph.output[:]
    probe.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names
    )
    session = onnxruntime.InferenceSession(
        probe.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    known = {given.name for given in session.get_inputs()}
    found: dict[str, Ranges] = {}
    for at in range(0, len(items), 16):
        batch = collate(items[at : at + 16])
        feed = {name: array for name, array in batch.items() if name in known}
        real = batch["mask"].astype(bool)
        for name, values in zip(names, session.run(names, feed), strict=True):
            low, high = values[real].min(0), values[real].max(0)
            old = found.get(name, Ranges(low, high))
            found[name] = Ranges(np.minimum(old.low, low), np.maximum(old.high, high))
    return found


def choose_scale(ranges: Ranges, outliers: int) -> Scale:
    """Give the scale of a tensor, of which some channels have columns of their own.

    >>> one = Ranges(np.array([-1.0, -1.0, 0.0]), np.array([1.55, 1.55, 6.0]))
    >>> scale = choose_scale(one, 1)
    >>> round(scale.step, 3), scale.zero, scale.outliers
    (0.01, 100, [2, 2, 2, 2, 2])
    """
    order = np.argsort(-np.maximum(-ranges.low, ranges.high), kind="stable")
    rest = order[outliers:]
    low, high = min(float(ranges.low[rest].min()), 0.0), float(ranges.high[rest].max())
    step = (high - low) / 255
    zero = round(-low / step)
    most = np.array([zero, 255 - zero]) * step
    channels: list[int] = []
    steps: list[float] = []
    for channel in sorted(order[:outliers].tolist()):
        there = np.array([-ranges.low[channel], ranges.high[channel]]) * ROOM
        times = max(1, *np.ceil(there / np.maximum(most, step)).astype(int).tolist())
        channels += [channel] * times
        steps += [step * times] * times
    return Scale(step, zero, channels, steps)


def fix_scales(model: ModelProto, cut: Pieces) -> None:
    """Give the products of names' and grammar's encoder fixed scales."""
    graph = Rewriter(model.graph)
    products = {
        node.output[0]: (node, kind[1])
        for node in model.graph.node
        if node.op_type == "MatMulIntegerToFloat" and (kind := _PRODUCT.fullmatch(node.output[0]))
    }
    reads = {name: row_source(graph, node) for name, (node, _) in products.items()}
    ranges = find_ranges(model, reads.values(), cut)
    for name, (node, kind) in products.items():
        scale = choose_scale(ranges[reads[name]], OUTLIERS[kind])
        fix_product(graph, node, reads[name], scale)
    graph.finish()


def row_source(graph: Rewriter, product: NodeProto) -> str:
    """Name the tensor that a product reads, before it was quantised by rows."""
    numbers = graph.source(graph.source(product))
    return graph.source(numbers).input[0]


def fix_product(graph: Rewriter, product: NodeProto, read: str, scale: Scale) -> None:
    """Quantise with a fixed scale, and let the product scale and add the bias itself."""
    p = f"{product.output[0]}_fixed"
    step = graph.constant(f"{p}_step", np.array(scale.step, np.float32))
    zero = graph.constant(f"{p}_zero", np.array(scale.zero, np.uint8))
    nodes = [
        helper.make_node("QuantizeLinear", [read, step, zero], [f"{p}_most"], name=f"{p}_most")
    ]
    numbers, held = f"{p}_most", product.input[1]
    if scale.outliers:
        numbers, held = f"{p}_numbers", f"{p}_weight"
        nodes += outlier_columns(graph, p, read, scale)
        nodes += widen_weight(graph, p, product.input[1], scale.outliers)
    added = graph.reader(graph.reader(product))
    added_to = graph.reader(product).output[0]
    (bias,) = (name for name in added.input if name != added_to)
    (goal,) = added.output
    nodes.append(
        helper.make_node(
            "MatMulIntegerToFloat", [numbers, held, step, product.input[3], zero, "", bias],
            [f"{goal}_fixed"], name=f"{goal}_fixed", domain="com.microsoft",
        )
    )  # fmt: skip
    own = [node for node in graph.readers[goal] if not re.search(r"/layers\.\d+_", node.output[0])]
    graph.new[added.output[0]] = [added, *nodes]
    for node in own:
        node.input[:] = [f"{goal}_fixed" if name == goal else name for name in node.input]


def outlier_columns(graph: Rewriter, p: str, read: str, scale: Scale) -> list[NodeProto]:
    """Make the outliers' own columns, and join them to the others."""
    channels = graph.constant(f"{p}_channels", np.array(scale.outliers))
    shares = graph.constant(f"{p}_shares", (scale.step / np.array(scale.steps)).astype(np.float32))
    return [
        helper.make_node("Gather", [read, channels], [f"{p}_far"], name=f"{p}_far", axis=-1),
        # QuantizeLinear is much slower with a scale for every column.
        helper.make_node("Mul", [f"{p}_far", shares], [f"{p}_near"], name=f"{p}_near"),
        helper.make_node(
            "QuantizeLinear", [f"{p}_near", f"{p}_step", f"{p}_zero"], [f"{p}_own"], name=f"{p}_own"
        ),
        helper.make_node(
            "Concat", [f"{p}_most", f"{p}_own"], [f"{p}_numbers"], name=f"{p}_numbers", axis=-1
        ),
    ]


def widen_weight(graph: Rewriter, p: str, held: str, outliers: list[int]) -> list[NodeProto]:
    """Move the outliers' rows of a weight behind the others.

    onnxruntime does this once, when the graph is loaded; the weight is in the file once.
    """
    rows, columns = graph.weights[held].shape
    none = graph.constant(f"fused_none_{columns}", np.zeros((1, columns), np.int8))
    places = np.array([rows if i in outliers else i for i in range(rows)] + outliers)
    order = graph.constant(f"{p}_places", places)
    return [
        helper.make_node("Concat", [held, none], [f"{p}_tall"], name=f"{p}_tall", axis=0),
        helper.make_node(
            "Gather", [f"{p}_tall", order], [f"{p}_weight"], name=f"{p}_weight", axis=0
        ),
    ]


def part_projections(model: ModelProto) -> None:
    """Make query, key and value by a product each instead of cutting what one has made."""
    graph = Rewriter(model.graph)
    for split in model.graph.node:
        if split.op_type != "Split" or not split.input[0].endswith("_fixed"):
            continue
        product = graph.source(split)
        width = graph.weights[product.input[3]].size // len(split.output)
        nodes = []
        for number, goal in enumerate(split.output):
            read = list(product.input)
            for at in (1, 3, 6):  # weight, scales of columns, bias
                name = read[at] = f"{goal}_of_{at}"
                ends = [
                    graph.constant(f"fused_at_{end}", np.array([end]))
                    for end in (number * width, (number + 1) * width, -1)
                ]
                nodes.append(
                    helper.make_node("Slice", [product.input[at], *ends], [name], name=name)
                )
            nodes.append(
                helper.make_node(product.op_type, read, [goal], name=goal, domain=product.domain)
            )
        graph.new[split.output[0]] = nodes
    graph.finish()


def free_relations(model: ModelProto) -> None:
    """Leave out the scale of every word where relations are scored: the best stays the best."""
    graph = Rewriter(model.graph)
    for node in model.graph.node:
        if node.op_type == "MatMulIntegerToFloat" and node.input[1] == LABEL:
            scaled = graph.reader(node)
            for reader in graph.readers[scaled.output[0]]:
                reader.input[:] = [
                    node.output[0] if name == scaled.output[0] else name for name in reader.input
                ]
    graph.finish()


def main() -> None:
    """Read the command line; write the model and its hash."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, type=Path, help="folder of model.onnx")
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    shutil.copytree(options.model, options.out, dirs_exist_ok=True)
    goal = options.out / "model.onnx"
    model = merge_branches(onnx.load(str(options.model / "model.onnx")))
    fuse_operators(model)
    fix_scales(model, Pieces(options.model / "tokenizer.json"))
    part_projections(model)
    free_relations(model)
    onnx.save(model, str(goal))
    branch(goal, goal)
    path = options.out / "labels.json"
    labels = json.loads(path.read_text(encoding="utf-8"))
    labels["sha256"] = hashlib.sha256(goal.read_bytes()).hexdigest()
    text = json.dumps(labels, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
