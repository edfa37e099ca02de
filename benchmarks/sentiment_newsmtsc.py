"""Measure lexicon sentiment as a guess of the stance toward a target, on the NewsMTSC training set.

    python benchmarks/sentiment_newsmtsc.py [--shared DIR]

A sentence's compound score of at least 0.05 is taken as positive, of at most -0.05 as negative
(the thresholds of VADER's authors), for every target in it. Nothing is fitted, so the training
part can be used for measuring.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.sentiment import score_sentiment

CLASSES = {2.0: "negative", 4.0: "neutral", 6.0: "positive"}


def read(path: Path) -> pd.DataFrame:
    """One row per target: text, gold class."""
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            for target in record["targets"]:
                rows.append((record["sentence_normalized"], CLASSES[target["polarity"]]))
    return pd.DataFrame(rows, columns=["text", "gold"])


def main() -> None:
    """Score every sentence and print precision, recall and F1 per class."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = os.environ.get("DISCOURSE_SHARED", str(Path(__file__).parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    folder = parser.parse_args().shared / "training" / "newsmtsc"
    table = score_sentiment(read(folder / "train.jsonl.gz"))
    choices = [table["compound"] >= 0.05, table["compound"] <= -0.05]
    table["found"] = np.select(choices, ["positive", "negative"], "neutral")
    rows = []
    for name in CLASSES.values():
        hits = ((table["found"] == name) & (table["gold"] == name)).sum()
        found, gold = (table["found"] == name).sum(), (table["gold"] == name).sum()
        rows.append((name, hits / found, hits / gold, 2 * hits / (found + gold), gold))
    report = pd.DataFrame(rows, columns=["class", "precision", "recall", "f1", "targets"])
    print(f"NewsMTSC train: {len(table)} targets, macro-F1 {report['f1'].mean():.3f}, "
          f"accuracy {(table['found'] == table['gold']).mean():.3f}")  # fmt: skip
    print(report.round(3).to_string(index=False))


if __name__ == "__main__":
    main()
