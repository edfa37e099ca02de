"""Coverage and width of intervals that join hand codes with the machine's answers.

    python benchmarks/coding.py [--repetitions 2000] [--seed 1] [--shared FOLDER] [--only PART]

Simulated: documents of equal or log-normal length, whose shares vary by a beta law; a machine that
is right for 50 to 95 rows in 100; a class of 2, 5 or 30 in 100; 60, 120 or 300 rows coded. Known:
corpora with labels, machine's answers by this package: NewsMTSC's held-out articles (tone toward a
name), PolNeAR dev (is somebody quoted in the sentence), GUM (is the name's label right). From each,
documents are drawn with replacement, and rows of these are coded.

In each repetition the same texts are judged thrice with as many codes: *ours*, rows drawn by
`allocate` within the machine's classes; *hand*, rows drawn at random, without the machine; and
*ppi*, the same rows by `ppi_mean_ci` of ppi-python (PPI++), which takes rows for independent. The
truth is the population's share, of which the texts are a sample; for *texts*, *precision* and
*recall* it is that in these texts. *Other*: rates, means of skew codes (0 or 5; -1, 0 or 1; 0 to 5
found in a sentence), shares and rates where part of what was found is coded as found wrongly,
differences of two groups of documents, and of two kinds of rows in the same documents. *Plans*: 60
or 120 rows are coded, `plan_coding` says how many more for a width, so many
are drawn, and the width that comes is compared. Printed: per cent of the 95 % intervals that hold
the truth, and half their mean width; of plans, the width that came as a part of the one wished for.

Known labels are judged with half the repetitions, plans with a twentieth. All 2,000 take some 20
minutes of one core.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from texts import default_folder

from analysis.coding.core import (
    alone,
    balance_of,
    corrected,
    correlation_over_documents,
    estimate_row,
    found_of,
    part_of,
    times,
)
from analysis.coding.design import Cell, allocate
from analysis.coding.plan import plan_coding
from analysis.terms.contrasts import Estimate, difference_interval

HERE = sys.path.pop(0)  # numba takes coverage.py of this folder for the package coverage
from ppi_py import ppi_mean_ci  # noqa: E402

sys.path.insert(0, HERE)


Judged = dict[str, tuple[float, float]]  # of each method, whether it holds the truth, and its width


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
    n = min(n, len(texts.doc))
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
) -> Judged:
    """Whether each interval holds the truth, and its width."""
    ours, random = coded(rng, texts, n)
    own = corrected(ours, 0.95)
    these = corrected(ours, 0.95, over="rows")
    hand = corrected(alone(random), 0.95)
    says = (texts.machine == answer).astype(float)
    picked = (random.kind == answer).astype(float)
    low, high = ppi_mean_ci(random.code, picked, says, alpha=0.05)
    right = float(says @ texts.truth)
    precision = part_of(ours, answer, 0.95) if says.any() else (np.nan,) * 3
    recall = found_of(ours, answer, 0.95) if says.any() else (np.nan,) * 3
    bounds = {
        "ours": (own.low, own.high, truth),
        "hand": (hand.low, hand.high, truth),
        "ppi": (float(np.ravel(low)[0]), float(np.ravel(high)[0]), truth),
        "texts": (these.low, these.high, texts.truth.mean()),
        "precision": (*precision[1:], right / max(says.sum(), 1)),
        "recall": (*recall[1:], right / max(texts.truth.sum(), 1)),
    }
    return {name: _held(*ends) for name, ends in bounds.items()}


def _held(low: float, high: float, truth: float) -> tuple[float, float]:
    """Whether an interval holds the truth, and its width; NaN where there is none."""
    inside = float(low - 1e-9 <= truth <= high + 1e-9) if np.isfinite(high - low) else np.nan
    return inside, high - low


def summary(results: list[Judged]) -> dict[str, float]:
    """Coverage in per cent and mean width of each method."""
    found = {}
    for name in results[0]:
        pairs = np.array([result[name] for result in results], dtype=float)
        found[name] = round(100 * np.nanmean(pairs[:, 0]), 1)
        found[f"{name} ±"] = round(np.nanmean(pairs[:, 1]) / 2, 3)
    return found


def simulations(seed: int, reps: int) -> Iterator[dict[str, object]]:
    """Every setting of the simulated populations."""
    worlds = itertools.product(((300, 12), (40, 40)), (False, True), (0.02, 0.05, 0.3))
    for (size, rows), unequal, share in worlds:
        for right in (0.65, 0.95) if share == 0.02 else (0.5, 0.65, 0.8, 0.95):
            for n in (60, 120, 300):
                rng, results = np.random.default_rng([seed, size, n, round(100 * share)]), []
                for _ in range(reps):
                    texts = simulated(rng, size, rows, unequal, share, right)
                    results.append(judged(rng, texts, n, 1, share))
                setting = {"documents": size, "unequal": unequal, "share": share}
                yield setting | {"right": right, "codes": n} | summary(results)


def known(seed: int, reps: int, shared: Path) -> Iterator[dict[str, object]]:
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
                size, rng = max(10, round(len(set(doc)) * 0.8)), np.random.default_rng([seed, n])
                results = [
                    judged(rng, drawn(rng, whole, size), n, answer, share) for _ in range(reps)
                ]
                setting = {"corpus": name, "class": word, "share": round(share, 3)}
                yield setting | {"right": round(right, 2), "codes": n} | summary(results)


def hits(rng: np.random.Generator, size: int, words: int, rate: float, n: int) -> Judged:
    """A rate of hits of which 80 in 100 are right, where hits and their rightness vary by text."""
    found = rng.poisson(rate * words * np.exp(rng.normal(-0.125, 0.5, size)))
    doc = np.repeat(np.arange(size), found)
    right = rng.random(len(doc)) < rng.beta(7.2, 1.8, size)[doc]
    picked = rng.choice(len(doc), min(n, len(doc)), replace=False)
    chance = np.full(len(picked), len(picked) / len(doc))
    rows, base = found[:, None].astype(float), np.full(size, float(words))
    kind, code = np.zeros(len(picked), dtype=int), right[picked].astype(float)
    cell = Cell(rows, base, doc[picked], kind, 1 / chance, code, None, chance)
    row = times(estimate_row(cell, ["yes"], "yes", 0.95), 1000)
    return {"ours": _held(row["low"], row["high"], 800 * rate)}


def wrongly(
    rng: np.random.Generator, size: int, unequal: bool, shares: tuple[float, float, float], n: int
) -> Judged:
    """Shares of what was found rightly: part of what the machine calls one of two is neither."""
    share, wrong, right = shares
    texts = simulated(rng, size, 12 + 240 // size, unequal, share, right)
    none = rng.random(len(texts.doc)) < rng.beta(9 * wrong, 9 * (1 - wrong), size)[texts.doc]
    truth = np.where(none, 2, texts.truth)
    machine = np.where(none, rng.random(len(none)) < 0.5, texts.machine).astype(int)
    ours, _ = coded(rng, Population(texts.doc, truth, machine), n)
    one, other, rest = (ours._replace(code=(ours.code == kind) * 1.0) for kind in (1, 0, 2))
    own = balance_of(one, other, 0.95) if rest.code.any() else corrected(one, 0.95)
    whole, says = corrected(one, 0.95), machine == 1
    precision, recall = part_of(one, 1, 0.95), found_of(one, 1, 0.95)
    hits = float((says & (truth == 1)).sum())
    return {
        "ours": _held(own.low, own.high, share),
        "rate": _held(whole.low, whole.high, share * (1 - wrong)),
        "precision": _held(*precision[1:], hits / max(says.sum(), 1)),
        "recall": _held(*recall[1:], hits / max((truth == 1).sum(), 1)),
    }


def means(
    rng: np.random.Generator, size: int, unequal: bool, scale: str, part: float, n: int
) -> Judged:
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
    row = estimate_row(ours._replace(code=code), ["0", "1"], None, 0.95, (least, high))
    return {"ours": _held(row["low"], row["high"], truth)}


def differences(
    rng: np.random.Generator, size: int, unequal: bool, shares: tuple[float, float], n: int
) -> Judged:
    """The difference of two groups, in one of which the machine errs more."""
    sides = []
    for share, right in zip(shares, (0.95, 0.7), strict=True):
        ours, _ = coded(rng, simulated(rng, size, 12 + 240 // size, unequal, share, right), n)
        found = corrected(ours, 0.95)
        sides.append(Estimate(*(np.array([end]) for end in (found.value, found.low, found.high))))
    low, high = (float(end[0]) for end in difference_interval(*sides))
    return {"ours": _held(low, high, shares[0] - shares[1])}


def pairs(
    rng: np.random.Generator, size: int, rows: int, tie: float, n: int
) -> dict[str, tuple[float, float]]:
    """The difference, none, of two kinds of rows whose shares in the same documents are tied."""
    normal = rng.multivariate_normal([0, 0], [[1, tie], [tie, 1]], size)
    shares = 1 / (1 + np.exp(0.8 - 1.2 * normal))
    cells, sides, part, doc = [], [], 1.0, np.repeat(np.arange(size), rows)
    for own in shares.T:
        truth = (rng.random(len(doc)) < own[doc]).astype(int)
        machine = np.where(rng.random(len(doc)) < 0.8, truth, 1 - truth)
        cells.append(coded(rng, Population(doc, truth, machine), n)[0])
        found = corrected(cells[-1], 0.95)
        part *= found.least / (found.high - found.low)
        sides.append(Estimate(*(np.array([end]) for end in (found.value, found.low, found.high))))
    tied = correlation_over_documents(*cells, share=True) * part
    ours, untied = (difference_interval(*sides, by) for by in (tied, 0.0))
    return {"ours": _held(*(float(end[0]) for end in ours), 0.0),
            "untied": _held(*(float(end[0]) for end in untied), 0.0)}  # fmt: skip


def plans(seed: int, reps: int) -> Iterator[dict[str, object]]:
    """What comes of plans for a width halfway between that of now and that of all rows coded."""
    worlds = ((24, 60, False, 0.02, 0.97), (24, 60, True, 0.02, 0.97), (24, 60, False, 0.05, 0.8),
              (40, 40, True, 0.3, 0.9), (300, 12, False, 0.05, 0.9), (300, 12, True, 0.3, 0.7),
              (100, 60, False, 0.1, 0.9))  # fmt: skip
    for (size, rows, unequal, share, right), n in itertools.product(worlds, (60, 120)):
        rng, came, said = np.random.default_rng([seed, size, n]), [], []
        for _ in range(reps):
            texts = simulated(rng, size, rows, unequal, share, right)

            def row(
                codes: int, texts: Population = texts, rng: np.random.Generator = rng
            ) -> tuple[pd.DataFrame, float]:
                found = estimate_row(coded(rng, texts, codes)[0], ["0", "1"], "1", 0.95)
                named = {"share": found.pop("value"), "coded": codes, "base": len(texts.doc)}
                return pd.DataFrame([named | found]), found["high"] - found["low"]

            (now, wide), (_, least) = row(n), row(len(texts.doc))
            wish = (wide + least) / 2
            plan = plan_coding(now, width=wish).iloc[0]
            said.append(str(plan["reason"]).split(":")[0])
            if said[-1] == "code more":
                came.append(row(int(plan["needed"]))[1] / wish)
        low, middle, high = np.quantile(came, [0.1, 0.5, 0.9]).round(2)
        yield {
            "documents": size, "unequal": unequal, "share": share, "right": right, "codes": n,
            "came, 10 %": low, "50 %": middle, "90 %": high,
            "at the edge": np.mean([one.startswith("at the edge") for one in said]).round(2),
            "cannot": np.mean([one.startswith("it cannot") for one in said]).round(2),
        }  # fmt: skip


def settings_of_others() -> Iterator[tuple[dict[str, object], Callable[..., Judged], tuple]]:
    """What is drawn for rates, means and differences, and how it is named."""
    rates = ((20, 60, 0.1), (20, 300, 0.02), (40, 300, 0.02), (300, 200, 0.0025), (100, 600, 0.002))
    for (size, words, rate), n in itertools.product(rates, (60, 100)):
        named = {"what": "rate", "documents": size, "of": f"{1000 * rate:g} in {words} words"}
        yield named | {"codes": n}, hits, (size, words, rate, n)
    for (size, rows), tie, n in itertools.product(
        ((40, 8), (30, 20), (100, 10)), (-0.9, 0, 0.9), (60, 150)
    ):
        yield (
            {"what": "pair", "documents": size, "of": f"tie {tie}", "codes": n},
            pairs, (size, rows, tie, n),
        )  # fmt: skip
    for size, unequal in ((20, True), (30, True), (30, False), (100, True), (300, False)):
        equal = "unequal" if unequal else "equal"
        scales = itertools.product(("0 or 5", "-1 to 1", "0 to 5"), (0.05, 0.2, 0.5), (60, 150))
        for scale, part, n in scales:
            named = {"what": "mean", "documents": size, "of": f"{scale}, {part}, {equal}"}
            yield named | {"codes": n}, means, (size, unequal, scale, part, n)
        found = ((0.5, 0.1, 0.8), (0.2, 0.3, 0.8), (0.05, 0.1, 0.9), (0.9, 0.5, 0.65))
        for own, n in itertools.product(found, (60, 150)):
            named = {"what": "found rightly", "documents": size, "of": f"{own}, {equal}"}
            yield named | {"codes": n}, wrongly, (size, unequal, own, n)
        for shares, n in itertools.product(((0.1, 0.3), (0.3, 0.3)), (60, 150)):
            named = {"what": "difference", "documents": size, "of": f"{shares}, {equal}"}
            yield named | {"codes": n}, differences, (size, unequal, shares, n)


def others(seed: int, reps: int) -> Iterator[dict[str, object]]:
    """Rates, means and differences in every setting."""
    for number, (named, draw, options) in enumerate(settings_of_others()):
        rng = np.random.default_rng([seed, number])
        yield named | summary([draw(rng, *options) for _ in range(reps)])


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
    parser.add_argument("--repetitions", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shared", type=Path, default=default_folder().parents[1])
    parser.add_argument("--only", choices=["simulated", "known", "other", "plans"])
    options = parser.parse_args()
    reps, seed = options.repetitions, options.seed
    parts: dict[str, Callable[[], Iterator[dict[str, object]]]] = {
        "simulated": lambda: simulations(seed, reps),
        "other": lambda: others(seed, reps),
        "plans": lambda: plans(seed, max(reps // 20, 10)),
        "known": lambda: known(seed, reps // 2, options.shared),
    }
    for name, make in parts.items():
        if options.only in (None, name):
            print(f"\n{name}, of {reps:,} repetitions", flush=True)
            rows = []
            for row in make():
                rows.append(row)
                print(" ".join(map(str, row.values())), file=sys.stderr, flush=True)
            shown(pd.DataFrame(rows))


def shown(table: pd.DataFrame) -> None:
    """The table of a part, and what it comes to."""
    print(table.to_string(index=False))
    if "ours" not in table:
        return
    groups = table.groupby("what") if "what" in table else [("share", table)]
    for what, part in groups:
        for method in ("ours", "rate", "untied", "texts", "precision", "recall", "hand", "ppi"):
            if method in part and part[method].notna().any():
                own = part[method]
                within = ((own >= 93) & (own <= 97)).mean()
                print(
                    f"{what}, {method}: {own.mean():.1f} on average, {own.min():.1f} to"
                    f" {own.max():.1f}, {within:.0%} of {len(own)} settings within 93 to 97"
                )
    for method in ("ours", "ppi"):
        if "hand ±" in table:
            ratio = table[f"{method} ±"] / table["hand ±"]
            ends = f"({ratio.min():.2f} to {ratio.max():.2f})"
            print(f"width of {method} to hand {ratio.mean():.2f} {ends}")


if __name__ == "__main__":
    main()
