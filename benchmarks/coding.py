"""Coverage and width of intervals that join hand codes with the machine's answers.

    python benchmarks/coding.py [--quick] [--seed 1] [--shared FOLDER] [--only PART]

Simulated: documents of equal or log-normal length, whose shares vary by a beta law; a machine that
is right for 50 to 95 rows in 100; a class of 5 or 30 in 100; 60, 120 or 300 rows coded. Known:
corpora with labels, machine's answers by this package: NewsMTSC's held-out articles (tone toward a
name), PolNeAR dev (is somebody quoted in the sentence), GUM (is the name's label right). From each,
documents are drawn with replacement, and rows of these are coded.

In each repetition the same texts are judged thrice with as many codes: *ours*, rows drawn by
`allocate` within the machine's classes; *hand*, rows drawn at random, without the machine; and
*ppi*, the same rows by `ppi_mean_ci` of ppi-python (PPI++), which takes rows for independent. The
truth is the population's share, of which the texts are a sample, and, for *ours (texts)*, the share
in these texts. *Other*: rates (per word and per 1,000, which must be the same), means of skew codes
(0 or 5; -1, 0 or 1; 0 to 5 found in a sentence) and differences of two groups. Printed: per cent of
the 95 % intervals that hold it, and their mean width.
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

from analysis.coding.core import alone, corrected, estimate_row, times
from analysis.coding.design import Cell, allocate
from analysis.terms.differences import Estimate, difference_interval

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
    one = np.full(n, len(texts.doc) / n)
    designs = (np.concatenate(picked), np.concatenate(weight)), (plain, one)
    ours, random = (
        Cell(
            rows,
            rows.sum(1),
            texts.doc[p],
            texts.machine[p],
            w,
            texts.truth[p].astype(float),
            None,
            1 / w,
        )
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


def hits(
    rng: np.random.Generator, size: int, words: int, rate: float, n: int
) -> dict[str, tuple[bool, float]]:
    """A rate of hits of which 80 in 100 are right, where hits and their rightness vary by text."""
    found = rng.poisson(rate * words * np.exp(rng.normal(-0.125, 0.5, size)))
    doc = np.repeat(np.arange(size), found)
    right = rng.random(len(doc)) < rng.beta(7.2, 1.8, size)[doc]
    picked = rng.choice(len(doc), min(n, len(doc)), replace=False)
    one = np.zeros(len(picked), dtype=int)
    weight = np.full(len(picked), len(doc) / len(picked))
    rows, base = found[:, None].astype(float), np.full(size, float(words))
    cell = Cell(rows, base, doc[picked], one, weight, right[picked].astype(float), None, 1 / weight)
    row = times(estimate_row(cell, ["yes"], "yes", 0.95), 1000)
    return {"ours": (row["low"] <= 800 * rate <= row["high"], row["high"] - row["low"])}


def means(
    rng: np.random.Generator, size: int, unequal: bool, scale: str, part: float, n: int
) -> dict[str, tuple[bool, float]]:
    """A mean of skew numbers; the machine, right for 80 in 100, says which are not the usual."""
    texts = simulated(rng, size, 600 // size + 6, unequal, part, 0.8)
    ours, _ = coded(rng, texts, n)
    high, least = (1.0, -1.0) if scale == "-1 to 1" else (5.0, 0.0)
    code, truth = high * ours.code, high * part
    if scale == "0 to 5":
        code, truth = ours.code * rng.integers(1, 6, len(code)), 3 * part
    if scale == "-1 to 1":
        code = np.where(code > 0, code, -(rng.random(len(code)) < 0.2).astype(float))
        truth = part - 0.2 * (1 - part)
    cell = ours._replace(code=code)
    row = estimate_row(cell, ["0", "1"], None, 0.95, (least, high))
    return {"ours": (row["low"] <= truth <= row["high"], row["high"] - row["low"])}


def differences(
    rng: np.random.Generator, size: int, unequal: bool, shares: tuple[float, float], n: int
) -> dict[str, tuple[bool, float]]:
    """The difference of two groups, in one of which the machine errs more."""
    sides = []
    for share, right in zip(shares, (0.95, 0.7), strict=True):
        ours, _ = coded(rng, simulated(rng, size, 12, unequal, share, right), n)
        found = corrected(ours, 0.95)
        sides.append(Estimate(*(np.array([end]) for end in (found.value, found.low, found.high))))
    low, high = (float(end[0]) for end in difference_interval(*sides))
    return {"ours": (low <= shares[0] - shares[1] <= high, high - low)}


def others(rng: np.random.Generator, reps: int) -> Iterator[dict[str, object]]:
    """Rates, means and differences in every setting."""
    for size, words, rate in ((20, 60, 0.1), (20, 300, 0.02), (40, 300, 0.02), (300, 200, 0.0025),
                              (100, 600, 0.002)):  # fmt: skip
        for n in (60, 100):
            results = [hits(rng, size, words, rate, n) for _ in range(reps)]
            setting = {"what": "rate", "documents": size, "of": f"{1000 * rate:g} in {words} words"}
            yield setting | {"codes": n} | summary(results)
    for size, unequal in ((30, True), (30, False), (100, True), (300, False)):
        equal = "unequal" if unequal else "equal"
        for scale in ("0 or 5", "-1 to 1", "0 to 5"):
            for part in (0.05, 0.2, 0.5):
                for n in (60, 150):
                    results = [means(rng, size, unequal, scale, part, n) for _ in range(reps)]
                    setting = {"what": "mean", "documents": size, "of": f"{scale}, {part}, {equal}"}
                    yield setting | {"codes": n} | summary(results)
        for shares in ((0.1, 0.3), (0.3, 0.3)):
            for n in (60, 150):
                results = [differences(rng, size, unequal, shares, n) for _ in range(reps)]
                setting = {"what": "difference", "documents": size, "of": f"{shares}, {equal}"}
                yield setting | {"codes": n} | summary(results)


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
    parser.add_argument("--only", choices=["simulated", "known", "other"])
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    reps = 200 if options.quick else 2000
    for name, rows in (
        ("simulated", lambda: simulations(rng, reps)),
        ("known", lambda: known(rng, reps, options.shared)),
        ("other", lambda: others(rng, reps)),
    ):
        if options.only in (None, name):
            table = pd.DataFrame(rows())
            print(f"\n{name}, {reps} repetitions\n{table.to_string(index=False)}")
            for what, part in table.groupby("what") if "what" in table else [("ours", table)]:
                own = part["ours"]
                within = ((own >= 93) & (own <= 97)).mean()
                print(
                    f"{what}: {own.mean():.1f} on average, from {own.min():.1f} to {own.max():.1f},"
                    f" {within:.0%} of {len(own)} settings within 93 to 97"
                )
            if "hand ±" in table:
                print(f"width to hand {(table['ours ±'] / table['hand ±']).mean():.2f}")


if __name__ == "__main__":
    main()
