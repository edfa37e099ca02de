"""Let an earlier model, which sees the name, judge what tone.py learns from.

    python teachers.py --model ../analysis/model --out said.npz

The shipped model of version 0.x reads the target's own pieces. Its probabilities of NewsMTSC's
training targets are of the names as they are; those of names that nobody has judged are averaged
(as logarithms) over the name and others in its place, so that they say little of the name.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
from analysis.annotation.judge import hidden_span

import sources
from encode import CLS, SEP, Item, Pieces
from evaluate import Model
from sources import Target

NAMES = ("Jane Harper",)


def encode_seen(text: str, start: int, end: int, cut: Pieces) -> Item:
    """Encode a text with its target's pieces flagged."""
    ids, shapes, flags = [CLS], [0], [0]
    for match in re.finditer(r"\S+", text):
        pieces, forms, offsets = cut.of(match[0])
        ids += pieces
        shapes += forms
        for low, high in offsets:
            flags.append(int(match.start() + low < end and match.start() + high > start))
    most = 511
    return Item([*ids[:most], SEP], [*shapes[:most], 0], [1], [*flags[:most], 0])


def renamed(row: Target, name: str) -> Target:
    """Put another name in the place of the target."""
    start, end = hidden_span(row.text, row.start, row.end)
    text = row.text[:start] + name + row.text[end:]
    return Target(row.doc, text, start, start + len(name), row.polarity)


def judge(model: Model, rows: list[Target], cut: Pieces) -> np.ndarray:
    """Give the log-probabilities of every row."""
    items = [encode_seen(row.text, row.start, row.end, cut) for row in rows]
    print(len(rows), max(len(i.pieces) for i in items), flush=True)
    return np.log(np.stack([out[0] for out in model.run(items, ["sentiment"])]) + 1e-6)


def main() -> None:
    """Read the command line, judge, and write the probabilities."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, type=Path, help="folder of model.onnx")
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    model = Model(options.model / "model.onnx")
    cut = Pieces(options.model / "tokenizer.json")
    said = {"newsmtsc": judge(model, sources.read_newsmtsc("train"), cut)}
    rows = sources.read_unjudged()
    answers = [judge(model, [renamed(row, name) for row in rows], cut) for name in NAMES]
    said["unjudged"] = np.mean([judge(model, rows, cut), *answers], 0)
    said = {name: np.exp(v) / np.exp(v).sum(1, keepdims=True) for name, v in said.items()}
    np.savez(options.out, **said)


if __name__ == "__main__":
    main()
