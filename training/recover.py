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
from export import INPUTS, OUTPUTS, Graph
from labels import TAGS
from network import Annotator, Sizes

LENGTH = 18  # words of the sentences that are compared, so that none is filled up
PRODUCT = re.compile(r"/(?P<name>[\w./]*?)/?(?:MatMul|Gemm)_output_0(?:_MatMul)?_p_weight$")
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


def parameter_of(product: str, names: frozenset[str]) -> str:
    """Name the parameter that a product multiplies with; empty if none has its name."""
    for name in (f"{product.replace('/', '.')}.weight", f"heads.{product}.weight"):
        if name in names:
            return name
    return ""


def recover(path: Path, sizes: Sizes) -> dict[str, torch.Tensor]:
    """Give the network's parameters, in float32."""
    arrays = arrays_of(onnx.load(str(path)))
    goal = Annotator(sizes).state_dict()
    names = frozenset(goal)
    found: dict[str, np.ndarray] = {}
    for name, array in arrays.items():
        if name.startswith("model.") and name[6:] in names:
            found[name[6:]] = array if array.shape == goal[name[6:]].shape else array.T
        elif match := EMBEDDING.match(name):
            stem = name.removesuffix("_quantized")
            scale, zero = arrays[f"{stem}_scale"], arrays[f"{stem}_zero_point"]
            found[match["name"]] = (array.astype(np.float32) - zero.astype(np.float32)) * scale
        elif match := PRODUCT.match(name):
            weight = array.astype(np.float32) * arrays[name.replace("_p_weight", "_p_column")]
            if not match["name"]:  # the relations' pairs: (label + 1) × relations · (label + 1)
                width, count = sizes.label + 1, sizes.relations
                found["label"] = weight.reshape(width, count, width).transpose(1, 0, 2)
            elif parameter := parameter_of(match["name"], names):
                found[parameter] = weight.T
        elif array.shape == tuple(goal["mix"].shape):  # already a softmax
            found["mix"] = np.log(array)
    for name in names - set(found):  # a bias that is nought everywhere is left out of a graph
        raise ValueError(f"The graph has no {name}.")
    return {name: torch.from_numpy(np.array(array, np.float32)) for name, array in found.items()}


def sizes_of(folder: Path, own: int) -> Sizes:
    """Read the numbers of labels."""
    labels = json.loads((folder / "labels.json").read_text("utf-8"))
    counts = [len(labels[n]) for n in ("entities", "upos", "morphology", "lemmas", "relations")]
    return Sizes(*counts, own=own)


def compare(model: Annotator, path: Path, temperature: float) -> dict[str, float]:
    """Run network and graph over the same sentences; give agreement and median distances."""
    cut = Pieces(path.parent / "tokenizer.json")
    some = [s.words for s in sources.read_ewt("dev") if len(s.words) == LENGTH][:40]
    batch = collate([encode_words(words, cut) for words in some])
    batch["target"][:, 1:3] = 1
    feed = {name: batch[name] for name in INPUTS}
    session = onnxruntime.InferenceSession(str(path))
    wanted = {f"want_{part}": np.array(True) for part in ("words", "syntax", "sentiment")}
    theirs = dict(zip(OUTPUTS, session.run(list(OUTPUTS), feed | wanted), strict=True))
    with torch.no_grad():
        mine = Graph(model.eval(), temperature)(*(torch.from_numpy(v) for v in feed.values()))
    said = {}
    for name, ours in zip(OUTPUTS, mine, strict=True):
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
    parser.add_argument("--own", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(1)
    sizes = sizes_of(options.model, options.own)
    weights = recover(options.model / "model.onnx", sizes)
    model = Annotator(sizes)
    model.load_state_dict(weights)
    labels = json.loads((options.model / "labels.json").read_text("utf-8"))
    said = compare(model, options.model / "model.onnx", labels["temperature"])
    for name, value in said.items():
        print(f"{name}: {value:.4f}")
    options.out.mkdir(parents=True, exist_ok=True)
    lists = {"tags": list(TAGS), "scripts": labels["lemmas"]}
    lists |= {name: labels[name] for name in ("upos", "morphology", "relations")}
    text = json.dumps(lists, ensure_ascii=False, indent=1)
    (options.out / "labels.json").write_text(text, encoding="utf-8")
    torch.save(
        {"model": weights, "average": weights, "size": sizes.to_json(), "options": {}},
        options.out / "checkpoint.pt",
    )


if __name__ == "__main__":
    main()
