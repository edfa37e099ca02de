"""Put what only some outputs need behind a switch, so that a run computes no more than it must.

onnxruntime computes a graph's nodes up to the last one that an output needs, whatever that output
does not need on the way. Here the layers and heads of names and syntax, within them the heads of
syntax, and sentiment's own layers become branches of `If` nodes; the inputs `want_words`,
`want_syntax` and `want_sentiment` are the switches. An output that is not wanted has no elements.
"""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto, helper

SYNTAX = frozenset(("upos", "morphology", "lemmas", "arcs", "relations"))
REPORTING = frozenset(
    ("reported_content", "reported_source", "reported_cue", "reported_link_cue",
     "reported_link_source")
)  # fmt: skip
OUTPUTS = {
    "syntax": SYNTAX, "words": SYNTAX | {"entities"}, "sentiment": frozenset(("sentiment",)),
    "reporting": REPORTING,
}  # fmt: skip


def branch(source: Path, goal: Path) -> None:
    """Rewrite a model with switches."""
    model = onnx.load(str(source))
    separate(model.graph)
    Branches(model.graph).rewrite()
    onnx.checker.check_model(model, full_check=False)
    onnx.save(model, str(goal))


def merge_branches(model: onnx.ModelProto) -> onnx.ModelProto:
    """Take the switches out again: all outputs are computed in one graph."""
    graph = model.graph

    def without(inside: GraphProto) -> list[NodeProto]:
        nodes: list[NodeProto] = []
        for node in inside.node:
            if node.op_type != "If":
                nodes.append(node)
                continue
            (yes,) = (a.g for a in node.attribute if a.name == "then_branch")
            graph.initializer.extend(yes.initializer)
            names = {o.name: name for o, name in zip(yes.output, node.output, strict=True)}
            for part in without(yes):
                for field in (part.input, part.output):
                    field[:] = [names.get(name, name) for name in field]
                nodes.append(part)
        return nodes

    nodes = without(graph)
    del graph.node[:]
    graph.node.extend(nodes)
    rest = [i for i in graph.input if not i.name.startswith("want_")]
    del graph.input[:]
    graph.input.extend(rest)
    return model


def separate(graph: GraphProto) -> None:
    """Copy what several parts share, but not names, so that names do not compute it."""
    parts = [part for part in ("sentiment", "reporting") if OUTPUTS[part] <= names_of(graph)]
    serves = served_outputs(graph)
    both = frozenset().union(*(OUTPUTS[part] for part in parts))
    shared = [
        node for node in graph.node
        if serves[node.output[0]] <= both and part_of(serves[node.output[0]]) == "trunk"
    ]  # fmt: skip
    made = {name for node in shared for name in node.output}
    nodes: list[NodeProto] = []
    for node in graph.node:
        if node in shared:
            for part in parts:
                copy = NodeProto()
                copy.CopyFrom(node)
                copy.name = inner(node.name, part)
                for field in (copy.input, copy.output):
                    field[:] = [inner(n, part) if n in made else n for n in field]
                nodes.append(copy)
            continue
        part = part_of(serves[node.output[0]])
        node.input[:] = [inner(n, part) if n in made else n for n in node.input]
        nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def names_of(graph: GraphProto) -> frozenset[str]:
    """Name the outputs of a graph."""
    return frozenset(output.name for output in graph.output)


class Branches:
    """Sorts a graph's nodes and weights by the outputs they serve."""

    def __init__(self, graph: GraphProto):
        self.graph = graph
        self.outputs = {o.name: o.type.tensor_type for o in graph.output}
        serves = served_outputs(graph)
        self.nodes: dict[str, list[NodeProto]] = {}
        readers: dict[str, frozenset[str]] = {}
        for node in graph.node:
            served = serves[node.output[0]]
            self.nodes.setdefault(part_of(served), []).append(node)
            for name in node.input:
                readers[name] = readers.get(name, frozenset()) | served
        self.weights: dict[str, list[TensorProto]] = {}
        for weight in graph.initializer:
            self.weights.setdefault(part_of(readers[weight.name]), []).append(weight)

    def rewrite(self) -> None:
        """Make the trunk and the branches, one of them inside another."""
        inside = self.switch("syntax", "words")
        self.nodes["words"].append(inside)
        tops = [self.switch(part, "") for part in ("words", "sentiment", "reporting")
                if OUTPUTS[part] & self.outputs.keys()]  # fmt: skip
        trunk = [*self.nodes["trunk"], *tops]
        weights = list(self.weights["trunk"])
        for field in (self.graph.node, self.graph.initializer, self.graph.value_info):
            del field[:]
        self.graph.node.extend(trunk)
        self.graph.initializer.extend(weights)
        for output in self.graph.output:  # an output that is not wanted has other sizes
            output.CopyFrom(self.value(output.name, output.name))
        self.graph.input.extend(
            helper.make_tensor_value_info(f"want_{part}", TensorProto.BOOL, [])
            for part, outputs in OUTPUTS.items()
            if outputs & self.outputs.keys()
        )

    def switch(self, part: str, outer: str) -> NodeProto:
        """Make the `If` of a part, whose outputs have the names of the part around it."""
        names = sorted(OUTPUTS[part])
        for node in self.nodes[part]:
            for field in (node.input, node.output):
                field[:] = [inner(n, part) if n in OUTPUTS[part] else n for n in field]
        yes = helper.make_graph(
            self.nodes[part], part, [], [self.value(n, inner(n, part)) for n in names],
            self.weights.get(part, []),
        )  # fmt: skip
        none = [self.nothing(n, f"{inner(n, part)}_none") for n in names]
        no = helper.make_graph(
            none, f"no_{part}", [], [self.value(n, f"{inner(n, part)}_none") for n in names]
        )
        outputs = [inner(n, outer) for n in names]
        return helper.make_node(
            "If", [f"want_{part}"], outputs, name=f"{part}_if", then_branch=yes, else_branch=no
        )

    def value(self, output: str, name: str) -> ValueInfoProto:
        """Describe a value of the kind and rank of an output; its sizes stay open."""
        kind = self.outputs[output]
        return helper.make_tensor_value_info(name, kind.elem_type, [None] * len(kind.shape.dim))

    def nothing(self, output: str, name: str) -> NodeProto:
        """Make an empty value of the kind and rank of an output."""
        kind = self.outputs[output]
        empty = helper.make_tensor(f"{name}_value", kind.elem_type, [0] * len(kind.shape.dim), [])
        return helper.make_node("Constant", [], [name], name=name, value=empty)


def inner(output: str, part: str) -> str:
    """Name an output inside a part; names may not be used twice."""
    return f"{output}_in_{part}" if part else output


def part_of(served: frozenset[str]) -> str:
    """Name the smallest part that serves these outputs."""
    return next((part for part, outputs in OUTPUTS.items() if served <= outputs), "trunk")


def served_outputs(graph: GraphProto) -> dict[str, frozenset[str]]:
    """Give, for every value, the outputs that depend on it."""
    serves: dict[str, frozenset[str]] = {o.name: frozenset((o.name,)) for o in graph.output}
    for node in reversed(graph.node):
        found = frozenset().union(*(serves.get(o, frozenset()) for o in node.output))
        for name in (*node.output, *node.input):
            serves[name] = serves.get(name, frozenset()) | found
    return serves
