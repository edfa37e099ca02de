"""Average the weights of runs that began alike (Wortsman et al. 2022, "model soups").

python soup.py --runs RUN1 RUN2 RUN3 --out FINAL
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def average(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """Give the mean of every weight; one that is the same in all stays so to the last bit."""
    means = {}
    for name, first in states[0].items():
        same = all(torch.equal(first, state[name]) for state in states)
        means[name] = first if same else torch.stack([s[name] for s in states]).mean(0)
    return means


def main() -> None:
    """Read the command line; write a checkpoint that export.py reads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", nargs="+", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    states = [torch.load(run / "checkpoint.pt", weights_only=True) for run in options.runs]
    if len({state["size"] for state in states}) != 1:
        raise SystemExit("These runs have networks of different sizes; they have no average.")
    weights = average([state["average"] for state in states])
    options.out.mkdir(parents=True, exist_ok=True)
    lists = (options.runs[0] / "labels.json").read_text("utf-8")
    (options.out / "labels.json").write_text(lists, encoding="utf-8")
    kept = {"runs": [str(run) for run in options.runs]}
    torch.save(
        {"model": weights, "average": weights, "size": states[0]["size"], "options": kept},
        options.out / "checkpoint.pt",
    )  # fmt: skip


if __name__ == "__main__":
    main()
