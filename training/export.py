"""Write the trained model as ONNX, and quantise it to int8.

    python export.py --run /tmp/run --out /tmp/run/model

One graph, every head; the inputs `want_words`, `want_syntax`, `want_sentiment` say what to compute.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from analysis.annotation.decoding import OPEN_CLASSES
from onnx import numpy_helper
from torch import Tensor, nn

import sources
from branch import branch
from encode import SHAPES
from labels import POLARITIES, TAGS
from network import LINKS, SPANS, Annotator, load_checkpoint, pretrained_folder
from quantise import quantise

INPUTS = ("pieces", "mask", "shapes", "target", "first", "word_mask")
CHOICES = 5  # of lemma scripts; one that gives a known word is taken
OUTPUTS = ("entities", "upos", "morphology", "lemmas", "arcs", "relations", "sentiment")
REPORTING = tuple(f"reported_{name}" for name in (*SPANS, *(f"link_{link}" for link in LINKS)))


class Graph(nn.Module):
    """What is exported: scores where decoding needs them, the best label where it does not."""

    def __init__(self, model: Annotator, temperature: float):
        super().__init__()
        self.model, self.temperature = model, temperature

    def forward(
        self, pieces: Tensor, mask: Tensor, shapes: Tensor, target: Tensor, first: Tensor,
        word_mask: Tensor,
    ) -> tuple[Tensor, ...]:  # fmt: skip
        """Give every output in the order of OUTPUTS."""
        m = self.model
        x = m.encoder.input(pieces, shapes, target)
        named, parsed = m.read(m.encoder.above(x, mask))
        words, root = m.words(parsed, first, mask), m.root(parsed)
        dependent, head = m.label_vectors(words, root)
        count, width = m.size.relations, m.size.label + 1
        left = dependent @ m.label.permute(1, 0, 2).reshape(width, count * width)
        batch, length, _ = dependent.shape
        left = left.view(batch, length * count, width)
        pairs = (left @ head.transpose(1, 2)).view(batch, length, count, length + 1)
        sentiment = (
            [(m.judge(x, mask, target) / self.temperature).softmax(-1)] if m.size.tone else []
        )
        return (
            m.heads["entities"](m.words(named, first, mask)).log_softmax(-1),
            m.heads["upos"](words).argmax(-1),
            m.heads["morphology"](words).argmax(-1),
            m.heads["lemmas"](words).topk(CHOICES, -1).indices,
            m.arcs(words, root, word_mask),
            pairs.argmax(2),
            *sentiment,
            *self.reported(x, mask, first, word_mask),
        )

    def reported(self, x: Tensor, mask: Tensor, first: Tensor, word_mask: Tensor) -> list[Tensor]:
        """Give the log-probabilities of attribution, if the model has it."""
        m = self.model
        if not m.size.reporting:
            return []
        hidden = m.report(x, mask)
        words, root = m.words(hidden, first, mask), m.root(hidden)
        found = [m.reporting.tags[name](words) for name in SPANS]
        found += [m.reporting.links(name, words, root, word_mask) for name in LINKS]
        return [scores.log_softmax(-1) for scores in found]


def write_onnx(model: Annotator, path: Path, temperature: float) -> None:
    """Export the graph with free batch, piece and word dimensions."""
    pieces = torch.randint(1000, 9000, (2, 9))
    ones = torch.ones_like(pieces)
    example = (pieces, ones, ones, torch.zeros_like(pieces), torch.arange(1, 8).repeat(2, 1))
    example += (torch.ones(2, 7, dtype=torch.long),)
    axes = {n: {0: "batch", 1: "piece"} for n in INPUTS[:4]}
    axes |= {n: {0: "batch", 1: "word"} for n in (*INPUTS[4:], *OUTPUTS[:4])}
    axes |= {"arcs": {0: "batch", 1: "word", 2: "head"}, "sentiment": {0: "batch"}}
    axes["relations"] = axes["arcs"]
    outputs = OUTPUTS if model.size.tone else OUTPUTS[:-1]
    outputs += REPORTING if model.size.reporting else ()
    axes |= {name: axes["arcs"] if "link" in name else axes["entities"] for name in REPORTING}
    torch.onnx.export(
        Graph(model, temperature), example, str(path), input_names=list(INPUTS),
        output_names=list(outputs), opset_version=17, dynamo=False,
        dynamic_axes={name: axes[name] for name in (*INPUTS, *outputs)},
    )  # fmt: skip
    graph = onnx.load(str(path))
    share_weights(graph.graph, names_of(model))
    onnx.checker.check_model(graph)
    onnx.save(graph, str(path))


def share_weights(graph: onnx.GraphProto, names: dict[bytes, str]) -> None:
    """Keep a weight that is used again once, and name weights after their parameters."""
    weights = {weight.name: weight for weight in graph.initializer}
    new = {
        node.output[0]: node.input[0]
        for node in graph.node
        if node.op_type == "Identity" and node.input[0] in weights
    }
    kept = [node for node in graph.node if node.output[0] not in new]
    for name, weight in weights.items():
        weight.name = names.get(key_of(numpy_helper.to_array(weight)), name)
    for node in kept:
        found = [new.get(name, name) for name in node.input]
        node.input[:] = [weights[n].name if n in weights else n for n in found]
    del graph.node[:]
    graph.node.extend(kept)


def key_of(array: np.ndarray) -> bytes:
    """Tell an array from all others."""
    return hashlib.sha256(str(array.shape).encode() + array.tobytes()).digest()


def names_of(model: Annotator) -> dict[bytes, str]:
    """Name what the exporter makes of parameters: turned matrices, softmaxes, the pairs' table."""
    names = {}
    for name, value in model.named_parameters():
        array = value.detach()
        if name == "label":
            array = array.permute(1, 0, 2).reshape(array.shape[1], -1)
        elif name.endswith("mix"):
            array = array.softmax(-1)
        elif array.ndim == 2:
            array = array.T
        else:
            continue
        names[key_of(np.ascontiguousarray(array.numpy()))] = f"model.{name}.made"
    return names


def known_lemmas() -> list[str]:
    """List the lemmas of the treebanks' open classes."""
    found = {
        lemma.lower()
        for s in sources.read_ewt("train") + sources.read_gum("train")
        for lemma, upos in zip(s.lemmas, s.upos, strict=True)
        if upos in OPEN_CLASSES and lemma.isalpha() and len(lemma) > 1
    }
    return sorted(found)


def main() -> None:
    """Read the command line; write the full and the quantised model with their labels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--temperature", type=float, default=1.0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    full, small = options.out / "full.onnx", options.out / "model.onnx"
    write_onnx(load_checkpoint(options.run).eval(), full, options.temperature)
    quantise(full, small)
    for path in (full, small):
        branch(path, path)
    shutil.copyfile(pretrained_folder() / "tokenizer.json", options.out / "tokenizer.json")
    lists = json.loads((options.run / "labels.json").read_text())
    labels = {
        "entities": list(TAGS), "upos": lists["upos"], "morphology": lists["morphology"],
        "lemmas": lists["scripts"], "known_lemmas": known_lemmas(),
        "relations": lists["relations"],
        "sentiment": list(POLARITIES), "shapes": list(SHAPES), "temperature": options.temperature,
        "sha256": hashlib.sha256(small.read_bytes()).hexdigest(),
        **{name: lists[name] for name in ("tone_thresholds", "tone_newsmtsc") if name in lists},
    }  # fmt: skip
    text = json.dumps(labels, ensure_ascii=False, indent=1, sort_keys=True)
    (options.out / "labels.json").write_text(text + "\n", encoding="utf-8")
    print({p.name: round(p.stat().st_size / 1e6, 1) for p in sorted(options.out.iterdir())})


if __name__ == "__main__":
    main()
