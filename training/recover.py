"""Give the torch weights of the shipped model back, from its int8 graph.

    python recover.py --model ../analysis/model --out RECOVERED

The checkpoints of the training runs are not kept. The graph names its weights after the network's
parameters, or after the product they stand in; each is multiplied by its scale and put back, in a
checkpoint that the other scripts read (`--start`, `--run`). The weights are those of int8, not the
float32 ones before it; quantising them again gives the same integers for products (the greatest of
each column is 63 already). Afterwards the network's answers are compared with the graph's.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import GraphProto, numpy_helper

import sources
from encode import Pieces, collate, encode_words
from export import INPUTS, Graph
from join import PARTS
from labels import TAGS
from network import Annotator, Sizes

LENGTH = 18  # words of the sentences that are compared, so that none is filled up
WEIGHT = re.compile(r"model\.(?P<name>[\w.]+?)(?P<made>\.made)?(?P<whole>_weight)?$")
EMBEDDING = re.compile(r"model\.(?P<name>[\w.]+\.weight)_quantized$")


def graphs_of(graph: GraphProto) -> Iterator[GraphProto]:
    """Yield a graph and the branches inside it."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from graphs_of(attribute.g)


def arrays_of(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """Read every constant of the graph and its branches."""
    return {
        weight.name: numpy_helper.to_array(weight)
        for graph in graphs_of(model.graph)
        for weight in graph.initializer
    }


def recover(path: Path, labels: dict[str, list[str]]) -> Annotator:
    """Give the network, in float32; a parameter that the graph lacks is an error."""
    arrays = arrays_of(onnx.load(str(path)))
    counts = [len(labels[n]) for n in ("entities", "upos", "morphology", "lemmas", "relations")]
    ranks = {
        part: len(arrays.get(f"model.{part}.adapters.0.outof.qkv.weight.made_weight", ()))
        for part in PARTS
    }
    model = Annotator(Sizes(*counts, **ranks))
    goal = model.state_dict()
    found: dict[str, np.ndarray] = {}
    for name, array in arrays.items():
        if match := EMBEDDING.match(name):
            stem = name.removesuffix("_quantized")
            scale, zero = arrays[f"{stem}_scale"], arrays[f"{stem}_zero_point"]
            found[match["name"]] = (array.astype(np.float32) - zero.astype(np.float32)) * scale
        elif (match := WEIGHT.match(name)) and match["name"] in goal:
            if match["whole"]:
                array = array.astype(np.float32) * arrays[name.replace("_weight", "_column")]
            if match["name"] == "label":  # (label + 1) × relations · (label + 1)
                width, count = model.size.label + 1, model.size.relations
                array = array.reshape(width, count, width).transpose(1, 0, 2)
            elif match["name"].endswith("mix"):
                array = np.log(array) if match["made"] else array
            elif match["made"] or match["whole"] or array.shape != goal[match["name"]].shape:
                array = array.T
            found[match["name"]] = array
    for name, value in goal.items():
        if name not in found:
            raise ValueError(f"The graph has no {name}.")
        value.copy_(torch.from_numpy(np.array(found[name], np.float32)))
    return model


def compare(model: Annotator, path: Path, temperature: float) -> dict[str, float]:
    """Run network and graph over the same sentences; give agreement and median distances."""
    cut = Pieces(path.parent / "tokenizer.json")
    some = [s.words for s in sources.read_ewt("dev") if len(s.words) == LENGTH][:40]
    batch = collate([encode_words(words, cut) for words in some])
    batch["target"][:, 1:3] = 1
    feed = {name: batch[name] for name in INPUTS}
    session = onnxruntime.InferenceSession(str(path))
    outputs = [output.name for output in session.get_outputs()]
    wanted = {i.name: np.array(True) for i in session.get_inputs() if i.name.startswith("want_")}
    theirs = dict(zip(outputs, session.run(outputs, feed | wanted), strict=True))
    with torch.no_grad():
        mine = Graph(model.eval(), temperature)(*(torch.from_numpy(v) for v in feed.values()))
    said = {}
    for name, ours in zip(outputs, mine, strict=True):
        other = theirs[name]
        if ours.dtype == torch.int64:
            said[f"{name} alike"] = float((ours.numpy() == other).mean())
        else:
            best = ours.numpy().argmax(-1) == other.argmax(-1)
            said[f"{name} best alike"] = float(best.mean())
            said[f"{name} median distance"] = float(np.median(np.abs(ours.numpy() - other)))
    return said


def main() -> None:
    """Read the command line, recover, compare, and write a checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, type=Path, help="folder of model.onnx")
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    labels = json.loads((options.model / "labels.json").read_text("utf-8"))
    model = recover(options.model / "model.onnx", labels)
    said = compare(model, options.model / "model.onnx", labels["temperature"])
    for name, value in said.items():
        print(f"{name}: {value:.4f}")
    options.out.mkdir(parents=True, exist_ok=True)
    lists = {"tags": list(TAGS), "scripts": labels["lemmas"]}
    lists |= {name: labels[name] for name in ("upos", "morphology", "relations")}
    text = json.dumps(lists, ensure_ascii=False, indent=1)
    (options.out / "labels.json").write_text(text, encoding="utf-8")
    weights = model.state_dict()
    torch.save(
        {"model": weights, "average": weights, "size": model.size.to_json(), "options": {}},
        options.out / "checkpoint.pt",
    )


if __name__ == "__main__":
    main()
