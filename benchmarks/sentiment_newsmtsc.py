"""Measure sentiment toward a target on NewsMTSC: the lexicon's, or the bundled model's.

    python benchmarks/sentiment_newsmtsc.py [--shared DIR] [--engine E] [--part held-out|all]

lexicon: a sentence's compound score of at least 0.05 is taken as positive, of at most -0.05 as
negative (the thresholds of VADER's authors), for every target in it. Nothing is fitted, so all of
the training part can be used for measuring.

model: `score_targets`, the likeliest class once the prior of NewsMTSC, which was collected to be
rich in tone, is put back (`tone_newsmtsc` of the model's labels.json). The model was trained on
nine articles in ten of this training part; only the tenth (--part held-out) says how well it does.
Each sentence is given as a text of its own and split again by `split_sentences`, as any text of a
user is.

--names: what the model makes of a name alone. Different names are put into the same sentences,
which say nothing good or bad of them; what then differs is the model's leaning.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.annotation.model import read_labels
from analysis.sentiment.lexicon import score_sentiment
from analysis.sentiment.targets import CLASSES, score_targets
from analysis.text.tokens import split_sentences

GOLD = {2.0: "negative", 4.0: "neutral", 6.0: "positive"}

SAID_OF_ANYBODY = (
    "{} held talks on Monday.", "The delegation flew to meet {} on Tuesday.",
    "{} will host the next meeting.", "Officials close to {} said they had read the letter.",
    "The report has two chapters on {}.", "{} has a new ambassador in Geneva.",
    "The minister spoke about {} for ten minutes.", "{} said the position had not changed.",
    "The conference was attended by {} and four others.", "{} published the text on Friday.",
    "The interests of {} have to be heeded as well.", "Once this happened, {} would leave.",
)  # fmt: skip
NAMES = (
    "Russia", "Ukraine", "China", "Iran", "Israel", "Germany", "France", "Brazil", "India",
    "Sweden", "Canada", "Moscow", "Kyiv", "Beijing", "Washington", "NATO", "Vladimir Putin",
    "Volodymyr Zelensky", "Xi Jinping", "Joe Biden", "Donald Trump", "Olaf Scholz", "John Miller",
    "Anna Berg",
)  # fmt: skip


def read(path: Path, part: str) -> pd.DataFrame:
    """One row per target: doc, article, text, start, end, gold class."""
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            article = article_of(record["primary_gid"])
            if part == "held-out" and not is_held_out(article):
                continue
            for target in record["targets"]:
                rows.append(
                    (record["primary_gid"], article, record["sentence_normalized"],
                     target["from"], target["to"], GOLD[target["polarity"]])
                )  # fmt: skip
    columns = ["doc", "article", "text", "start", "end", "gold"]
    return pd.DataFrame(rows, columns=columns)


def article_of(gid: str) -> str:
    """The article's id, as training/sources.py reads it from an id of NewsMTSC."""
    match = re.match(r"[A-Za-z]+_\d+_\d+", gid)
    return match[0] if match else gid.split("_")[0]


def is_held_out(article: str) -> bool:
    """Whether training/sources.py keeps the article for validation."""
    return hashlib.sha256(article.encode()).digest()[0] % 10 == 0


def by_lexicon(gold: pd.DataFrame) -> np.ndarray:
    scores = score_sentiment(gold[["text"]])["compound"]
    return np.select([scores >= 0.05, scores <= -0.05], ["positive", "negative"], "neutral")


def by_model(gold: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """The likeliest class of every target, and the probabilities."""
    documents = gold[["doc", "text"]].drop_duplicates("doc", ignore_index=True)
    sentences = split_sentences(documents)
    starts = dict(iter(sentences.groupby("doc", observed=True)["start"]))
    number = [
        int(np.searchsorted(starts[doc].to_numpy(), start, side="right")) - 1
        for doc, start in zip(gold["doc"], gold["start"], strict=True)
    ]
    names = [text[a:b] for text, a, b in zip(gold["text"], gold["start"], gold["end"], strict=True)]
    mentions = gold[["doc", "start", "end"]].assign(
        sentence=number, text=names, entity=names, label="PERSON"
    )
    targets = score_targets(documents, mentions, sentences=sentences, cache=False)
    prior = read_labels()["tone_newsmtsc"]
    odds = np.log(targets[list(CLASSES)] + 1e-9) * prior["scale"] + np.array(prior["bias"])
    found = np.exp(odds).div(np.exp(odds).sum(axis=1), axis=0)
    return np.array(CLASSES)[found.to_numpy().argmax(axis=1)], found


def by_name() -> pd.DataFrame:
    """Mean, lowest and highest score of each name over the same sentences."""
    rows = [(name, sentence) for name in NAMES for sentence in SAID_OF_ANYBODY]
    documents = pd.DataFrame({"doc": [f"{i:03}" for i in range(len(rows))]})
    documents["text"] = [sentence.format(name) for name, sentence in rows]
    start = [sentence.index("{") for _, sentence in rows]
    mentions = documents[["doc"]].assign(
        sentence=0, start=start, end=[a + len(n) for a, (n, _) in zip(start, rows, strict=True)],
        text=[n for n, _ in rows], label="", entity=[n for n, _ in rows],
    )  # fmt: skip
    scores = score_targets(documents, mentions, cache=False).groupby("entity")["score"]
    return scores.agg(["mean", "min", "max"]).sort_values("mean").round(2)


def macro_f1(gold: np.ndarray, found: np.ndarray) -> float:
    return float(np.mean([_class(gold, found, name)["f1"] for name in CLASSES]))


def _class(gold: np.ndarray, found: np.ndarray, name: str) -> dict[str, float]:
    hits = ((found == name) & (gold == name)).sum()
    claimed, there = (found == name).sum(), (gold == name).sum()
    return {
        "precision": hits / max(claimed, 1),
        "recall": hits / max(there, 1),
        "f1": 2 * hits / max(claimed + there, 1),
        "targets": there,
    }


def bounds(table: pd.DataFrame, found: np.ndarray, resamples: int = 1000) -> tuple[float, float]:
    """95 % bootstrap interval of macro-F1 over articles."""
    gold = table["gold"].to_numpy()
    rows = [np.flatnonzero(codes) for codes in pd.get_dummies(table["article"]).to_numpy().T]
    random = np.random.default_rng(0)
    scores = []
    for _ in range(resamples):
        drawn = np.concatenate([rows[i] for i in random.integers(0, len(rows), len(rows))])
        scores.append(macro_f1(gold[drawn], found[drawn]))
    low, high = np.quantile(scores, [0.025, 0.975])
    return float(low), float(high)


def calibration_error(gold: np.ndarray, probabilities: pd.DataFrame, bins: int = 15) -> float:
    """Expected calibration error: confidence against share right, in bins of equal width."""
    values = probabilities.to_numpy()
    sure, right = values.max(axis=1), np.array(CLASSES)[values.argmax(axis=1)] == gold
    bin_of = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, sure - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(gold))


def main() -> None:
    """Score every target and print precision, recall and F1 per class."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = os.environ.get("DISCOURSE_SHARED", str(Path(__file__).parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--engine", default="model", choices=["model", "lexicon"])
    parser.add_argument("--part", default="held-out", choices=["held-out", "all"])
    parser.add_argument("--names", action="store_true", help="the leaning of the model by name")
    arguments = parser.parse_args()
    if arguments.names:
        print(by_name().to_string())
        return
    table = read(arguments.shared / "training" / "newsmtsc" / "train.jsonl.gz", arguments.part)
    gold = table["gold"].to_numpy(dtype=object)
    more = ""
    if arguments.engine == "model":
        found, probabilities = by_model(table)
        more = f", calibration error {calibration_error(gold, probabilities):.3f}"
    else:
        found = by_lexicon(table)
    low, high = bounds(table, found)
    report = pd.DataFrame({name: _class(gold, found, name) for name in CLASSES}).T
    print(
        f"NewsMTSC train, {arguments.part}, {arguments.engine}: {len(table)} targets in"
        f" {table['article'].nunique()} articles, macro-F1 {macro_f1(gold, found):.3f}"
        f" ({low:.3f} to {high:.3f}), accuracy {(found == gold).mean():.3f}{more}"
    )
    print(report.round(3).astype({"targets": int}).to_string())


if __name__ == "__main__":
    main()
