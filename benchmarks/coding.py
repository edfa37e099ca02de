"""Coverage and width of intervals that join hand codes with the machine's answers.

    python benchmarks/coding.py [--quick] [--seed 1] [--shared FOLDER] [--only simulated|known]

Simulated: documents of equal or log-normal length, whose shares vary by a beta law; a machine that
is right for 50 to 95 rows in 100; a class of 5 or 30 in 100; 60, 120 or 300 rows coded. Known:
corpora with labels, machine's answers by this package: NewsMTSC's held-out articles (tone toward a
name), PolNeAR dev (is somebody quoted in the sentence), GUM (is the name's label right). From each,
documents are drawn with replacement, and rows of these are coded.

In each repetition the same texts are judged thrice with as many codes: *ours*, rows drawn by
`allocate` within the machine's classes; *hand*, rows drawn at random, without the machine; and
*ppi*, the same rows by `ppi_mean_ci` of ppi-python (PPI++), which takes rows for independent. The
truth is the population's share, of which the texts are a sample, and, for *ours (texts)*, the share
in these texts. Printed: per cent of the 95 % intervals that hold it, and their mean width.
"""

from __future__ import annotations

import argparse
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from texts import default_folder

from analysis.coding.core import alone, corrected
from analysis.coding.design import Cell, allocate

HERE = sys.path.pop(0)  # numba takes coverage.py of this folder for the package coverage
from ppi_py import ppi_mean_ci  # noqa: E402

sys.path.insert(0, HERE)


class Population(NamedTuple):
    """Rows with the truth and the machine's class, and the document of each."""

    doc: np.ndarray
    truth: np.ndarray
    machine: np.ndarray


def simulated(
    rng: np.random.Generator, size: int, rows: int, unequal: bool, share: float, right: float
) -> Population:
    """Documents whose shares vary (two rows of one document correlate by 0.1)."""
    lengths = np.full(size, rows)
    if unequal:
        lengths = np.exp(rng.normal(np.log(rows) - 0.32, 0.8, size)).round().astype(int)
        lengths = np.maximum(lengths, 1)
    doc = np.repeat(np.arange(size), lengths)
    own = rng.beta(9 * share, 9 * (1 - share), size)
    truth = (rng.random(len(doc)) < own[doc]).astype(int)
    return Population(doc, truth, np.where(rng.random(len(doc)) < right, truth, 1 - truth))


def drawn(rng: np.random.Generator, whole: Population, size: int) -> Population:
    """Some documents of a corpus, drawn with replacement."""
    order = np.argsort(whole.doc, kind="stable")
    ends = np.cumsum(np.bincount(whole.doc))
    starts = np.append(0, ends[:-1])
    docs = rng.choice(np.flatnonzero(ends > starts), size)
    rows = np.concatenate([order[starts[d] : ends[d]] for d in docs])
    doc = np.repeat(np.arange(size), (ends - starts)[docs])
    return Population(doc, whole.truth[rows], whole.machine[rows])


def coded(rng: np.random.Generator, texts: Population, n: int) -> tuple[Cell, Cell]:
    """The rows coded by our design, and as many drawn at random."""
    counts = np.bincount(texts.machine)
    rows = np.zeros((texts.doc.max() + 1, len(counts)))
    np.add.at(rows, (texts.doc, texts.machine), 1)
    picked, weight = [], []
    for kind, number in enumerate(allocate(counts, n)):
        own = rng.choice(np.flatnonzero(texts.machine == kind), number, replace=False)
        picked.append(own)
        weight.append(np.full(number, counts[kind] / max(number, 1)))
    plain = rng.choice(len(texts.doc), n, replace=False)
    designs = (np.concatenate(picked), np.concatenate(weight)), (plain, np.ones(n))
    ours, random = (
        Cell(rows, rows.sum(1), texts.doc[p], texts.machine[p], w, texts.truth[p].astype(float))
        for p, w in designs
    )
    return ours, random


def judged(
    rng: np.random.Generator, texts: Population, n: int, answer: int, truth: float
) -> dict[str, tuple[bool, float]]:
    """Whether each interval holds the truth, and its width."""
    ours, random = coded(rng, texts, n)
    own = corrected(ours, 0.95)
    these = corrected(ours, 0.95, over="rows")
    hand = corrected(alone(random), 0.95)
    says = (texts.machine == answer).astype(float)
    picked = (random.kind == answer).astype(float)
    low, high = ppi_mean_ci(random.code, picked, says, alpha=0.05)
    bounds = {
        "ours": (own.low, own.high, truth),
        "hand": (hand.low, hand.high, truth),
        "ppi": (float(np.ravel(low)[0]), float(np.ravel(high)[0]), truth),
        "ours (texts)": (these.low, these.high, texts.truth.mean()),
    }
    return {name: (a <= t <= b, b - a) for name, (a, b, t) in bounds.items()}


def summary(results: list[dict[str, tuple[bool, float]]]) -> dict[str, float]:
    """Coverage in per cent and mean width of each method."""
    found = {}
    for name in results[0]:
        pairs = np.array([result[name] for result in results], dtype=float)
        found[name] = round(100 * np.nanmean(pairs[:, 0]), 1)
        found[f"{name} ±"] = round(np.nanmean(pairs[:, 1]) / 2, 3)
    return found


def simulations(rng: np.random.Generator, reps: int) -> Iterator[dict[str, object]]:
    """Every setting of the simulated populations."""
    for size, rows in ((300, 12), (40, 40)):
        for unequal in (False, True):
            for share in (0.05, 0.3):
                for right in (0.5, 0.65, 0.8, 0.95):
                    for n in (60, 120, 300):
                        results = []
                        for _ in range(reps):
                            texts = simulated(rng, size, rows, unequal, share, right)
                            results.append(judged(rng, texts, n, 1, share))
                        setting = {"documents": size, "unequal": unequal, "share": share}
                        yield setting | {"right": right, "codes": n} | summary(results)


def known(rng: np.random.Generator, reps: int, shared: Path) -> Iterator[dict[str, object]]:
    """Every class of the corpora with labels."""
    for name, make in (("NewsMTSC", newsmtsc), ("PolNeAR", polnear), ("GUM", gum)):
        table = make(shared)
        classes = sorted({*table["truth"], *table["machine"]})
        machine, truth = (
            pd.Categorical(table[column], classes).codes.astype(int)
            for column in ("machine", "truth")
        )
        doc = pd.factorize(table["doc"])[0]
        right = (machine == truth).mean()
        for answer, word in enumerate(classes):
            whole = Population(doc, (truth == answer).astype(int), machine)
            share = whole.truth.mean()
            if share == 0:
                continue
            for n in (60, 120, 300):
                size = max(10, round(len(set(doc)) * 0.8))
                results = [
                    judged(rng, drawn(rng, whole, size), n, answer, share) for _ in range(reps)
                ]
                setting = {"corpus": name, "class": word, "share": round(share, 3)}
                yield setting | {"right": round(right, 2), "codes": n} | summary(results)


def newsmtsc(shared: Path) -> pd.DataFrame:
    """Tone toward a name in the held-out articles of NewsMTSC's training part."""
    from sentiment_newsmtsc import by_model, read

    gold = read(shared / "training" / "newsmtsc" / "train.jsonl.gz", "held-out")
    return pd.DataFrame(
        {"doc": gold["article"], "truth": gold["gold"], "machine": by_model(gold)[0]}
    )


def polnear(shared: Path) -> pd.DataFrame:
    """Whether a sentence of PolNeAR dev has words of an attribution."""
    from attribution import load

    import analysis as da

    check = load(shared / "checks" / "polnear.py")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(shared / "training" / "polnear.tar.gz") as archive:
            archive.extractall(folder, filter="data")
        data = check.read(next(Path(folder).rglob("dev")), None, 0)
    corpus = da.Corpus(
        pd.DataFrame({"doc": [d for d, _, _ in data], "text": [t for _, t, _ in data]})
    )
    spans = {doc: [place for row in rows for place in row["content"]] for doc, _, rows in data}
    quotes = {doc: part[["start", "end"]].to_numpy().tolist() for doc, part in
              corpus.quotes.groupby(corpus.quotes["doc"].astype(str))}  # fmt: skip
    rows = []
    for row in corpus.sentences.itertuples():
        answers = (
            any(a < row.end and row.start < b for a, b in places.get(str(row.doc), []))
            for places in (spans, quotes)
        )
        rows.append((row.doc, *("yes" if one else "no" for one in answers)))
    return pd.DataFrame(rows, columns=["doc", "truth", "machine"])


def gum(shared: Path) -> pd.DataFrame:
    """The label of each name that is found in GUM's news, or that no name stands there."""
    from entities_gum import read_gum

    import analysis as da

    texts = [
        text
        for split in ("train", "dev")
        for text in read_gum(shared / "training" / "gum.tar.gz", split)
    ]
    documents = pd.DataFrame({"doc": [t.doc for t in texts], "text": [t.text for t in texts]})
    gold = {(t.doc, a, b): label for t in texts for a, b, label in t.names}
    mentions = da.find_entities(documents)
    places = zip(mentions["doc"].astype(str), mentions["start"], mentions["end"], strict=True)
    truth = [gold.get(place, "none") for place in places]
    return pd.DataFrame({"doc": mentions["doc"], "truth": truth, "machine": mentions["label"]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="200 repetitions in place of 2,000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shared", type=Path, default=default_folder().parents[1])
    parser.add_argument("--only", choices=["simulated", "known"])
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    reps = 200 if options.quick else 2000
    for name, rows in (
        ("simulated", lambda: simulations(rng, reps)),
        ("known", lambda: known(rng, reps, options.shared)),
    ):
        if options.only in (None, name):
            table = pd.DataFrame(rows())
            print(f"\n{name}, {reps} repetitions\n{table.to_string(index=False)}")
            own, width = table["ours"], table["ours ±"] / table["hand ±"]
            within = ((own >= 93) & (own <= 97)).mean()
            print(
                f"ours: {own.mean():.1f} on average, from {own.min():.1f} to {own.max():.1f},"
                f" {within:.0%} of settings within 93 to 97; width to hand {width.mean():.2f}"
            )


if __name__ == "__main__":
    main()
