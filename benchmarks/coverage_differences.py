"""How often the 95 % intervals of differences hold the truth, when both groups' texts are drawn.

    python benchmarks/coverage_differences.py [--seed 1] [--reps 1500] [--folder TEXTS]

Populations, terms and kinds as in coverage.py; n₁ and n₂ documents are drawn with replacement from
one population for both groups (no difference) or from two halves of it (Brown's informative and
imaginative prose, negative and positive reviews, earlier and later addresses; synthetic texts whose
rates are 1.7 times those of the others). Printed: per cent of the intervals that hold the true
difference and the true ratio, beside those of Welch's t (for ratios on the logarithm, in the
samples that have one); the same for mean tone; for the log ratio of a word's rate near a node and
elsewhere, beside its linearised error; and for DP, a term's dispersion over texts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from coverage import KINDS, means, of_texts, synthetic
from texts import default_folder, load

import analysis as da
from analysis.terms import differences, dispersion, estimate
from analysis.terms.estimate import Sums

PAIRS = ((3, 3), (5, 5), (10, 10), (30, 30), (3, 10), (5, 30))
SIZES = (5, 10, 30, 100)
NODES = {"brown": ("government", "man"), "movie_reviews": ("story", "director")}
NODES |= {"state_union": ("government", "people")}
LEVEL = 0.95
Texts = tuple[np.ndarray, np.ndarray]  # counts of documents and terms, words of documents


def drawn(texts: Texts, n: int, reps: int, rng: np.random.Generator) -> Sums:
    """The sums of so many samples of n documents, shape (reps, terms)."""
    pick = rng.integers(0, len(texts[1]), (reps, n)).ravel()
    sums = estimate.sums_of(texts[0][pick], texts[1][pick], np.repeat(np.arange(reps), n), reps)
    return Sums(*np.broadcast_arrays(*sums))


def known(sums: Sums, *, mean: bool = False) -> differences.Estimate:
    """What a measure knows of one group."""
    make = estimate.mean_interval if mean else estimate.proportion_interval
    return differences.Estimate(sums.ratio, *make(sums, LEVEL))


def methods(one: Sums, two: Sums, mean: bool) -> Iterator[tuple[str, tuple]]:
    """Each method's interval of the difference and of the ratio."""
    both = [known(own, mean=mean) for own in (one, two)]
    ends = differences.difference_interval(*both), differences.ratio_interval(*both)
    yield "package", (*ends[0], *ends[1])
    with np.errstate(all="ignore"):
        errors = one.variance, two.variance
        half = _welch(*errors, one.n, two.n)
        d, q = one.ratio - two.ratio, one.ratio / two.ratio
        errors = one.variance / one.ratio**2, two.variance / two.ratio**2
        wide = np.exp(_welch(*errors, one.n, two.n))
        yield "Welch, log t", (d - half, d + half, q / wide, q * wide)


def _welch(one: np.ndarray, two: np.ndarray, n: np.ndarray, m: np.ndarray) -> np.ndarray:
    """Half the width of Welch's interval, from two squared errors."""
    freedom = (one + two) ** 2 / (one**2 / (n - 1) + two**2 / (m - 1))
    return estimate.student(LEVEL, np.nan_to_num(freedom, nan=1)) * np.sqrt(one + two)


def cover(
    one: Texts, two: Texts, kinds: list, reps: int, rng: np.random.Generator, mean: bool = False
) -> pd.DataFrame:
    """Per cent of the intervals that hold the true difference and ratio."""
    truths, rows = [own[0].sum(0) / own[1].sum() for own in (one, two)], []
    for n, m in PAIRS:
        sums = drawn(one, n, reps, rng), drawn(two, m, reps, rng)
        for name, ends in methods(*sums, mean):
            low, high, least, most = ends
            d = truths[0] - truths[1]
            inside = (low <= d) & (d <= high)
            with np.errstate(all="ignore"):
                q = truths[0] / truths[1]
            there = ~np.isnan(least) & (least > 0) & np.isfinite(most)
            there = ~np.isnan(least) if name != "Welch, log t" else there
            for place, kind in enumerate(kinds):
                own = there[:, place]
                held = ((least <= q) & (q <= most))[own, place]
                made = np.isfinite(low[:, place])
                rows.append(
                    {
                        "kind": kind, "n": f"{n}/{m}", "method": name,
                        "difference": 100 * inside[made, place].mean() if made.any() else np.nan,
                        "ratio": 100 * held.mean() if own.any() else np.nan,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def halves(name: str, table: pd.DataFrame) -> np.ndarray:
    """Which documents are on one side, by what they are."""
    if name == "brown":
        return np.arange(len(table)) < 374  # informative prose, in the corpus' order
    if name == "movie_reviews":
        return table["doc"].str.contains("neg").to_numpy()
    return np.arange(len(table)) < len(table) // 2


def near_and_far(corpus: da.Corpus, node: str, rng: np.random.Generator) -> list[tuple]:
    """Of some collocates, the counts and words of every document near a node and elsewhere."""
    tokens = corpus.tokens
    doc, term = tokens["doc"].cat.codes.to_numpy(), tokens["term"].cat.codes.to_numpy()
    size = len(tokens["doc"].cat.categories)
    word, sentence = tokens["is_word"].to_numpy(), tokens["sentence"].to_numpy()
    hit = tokens["term"].to_numpy() == node
    place = np.cumsum(word)
    near = np.zeros(len(tokens), dtype=bool)
    for row in np.flatnonzero(hit):  # by a plain walk, so that it is no echo of the package
        beside = np.arange(max(row - 20, 0), min(row + 21, len(tokens)))
        same = (doc[beside] == doc[row]) & (sentence[beside] == sentence[row])
        near[beside[same & (abs(place[beside] - place[row]) <= 5)]] = True
    near &= word & ~hit
    far = word & ~hit & ~near
    total = np.bincount(term[near])
    found = []
    bands = {"frequent": (0.1 * total.max(), np.inf), "middling": (40, 80), "rare": (10, 20)}
    for kind, (least, most) in bands.items():
        for code in rng.permutation(np.flatnonzero((total >= least) & (total < most)))[:5]:
            own = term == code
            sides = [(own & part, part) for part in (near, far)]
            counts = [np.bincount(doc[m], minlength=size) for side in sides for m in side]
            found.append((kind, *(part.astype(float) for part in counts)))
    return found


def associations(corpus: da.Corpus, node: str, reps: int, rng: np.random.Generator) -> pd.DataFrame:
    """Coverage of the log ratio of near to elsewhere, where it is met twice and in three texts."""
    rows = []
    for kind, o, r, e, s in near_and_far(corpus, node, rng):
        truth = (o.sum() / r.sum()) / (e.sum() / s.sum())
        for n in SIZES:
            pick = rng.integers(0, len(o), (reps, n))
            near, far = (_sums(c[pick], b[pick]) for c, b in ((o, r), (e, s)))
            products = [(x[pick] * y[pick]).sum(1) for x in (o, r) for y in (e, s)]
            together = differences.correlation_of(near, far, products)
            both = [known(own) for own in (near, far)]
            with np.errstate(all="ignore"):
                of_near = (o[pick] - near.ratio[:, None] * r[pick]) / near.total[:, None]
                of_far = (e[pick] - far.ratio[:, None] * s[pick]) / far.total[:, None]
                error = np.sqrt(n / (n - 1) * ((of_near - of_far) ** 2).sum(1))
                wide = np.exp(estimate.student(LEVEL, near.n - 1) * error)
                q = near.ratio / far.ratio
            usable = (near.n >= estimate.LEAST_UNITS) & (near.total >= 2)
            for name, (low, high) in {
                "package": differences.ratio_interval(*both, together),
                "linearised, t": (q / wide, q * wide),
            }.items():
                inside = ((low <= truth) & (truth <= high))[usable]
                if usable.sum() >= reps / 10:
                    rows.append(
                        {"kind": kind, "n": n, "method": name, "coverage": 100 * inside.mean()}
                    )
    return pd.DataFrame(rows)


def _sums(count: np.ndarray, base: np.ndarray) -> Sums:
    """Sums over the second axis."""
    parts = (base > 0, count, base, count * count, count * base, base * base)
    return Sums(*(part.sum(1).astype(float) for part in parts))


def dispersions(texts: Texts, kinds: list, reps: int, rng: np.random.Generator) -> pd.DataFrame:
    """Coverage of the DP of the whole population, where three texts have the term."""
    counts, base = texts
    truth, rows = dispersion.deviation_of_proportions(counts.T, base), []
    for n in SIZES:
        held, made = np.zeros((2, len(kinds)))
        for _ in range(reps // 5):
            pick = rng.integers(0, len(base), n)
            low, high = dispersion.dp_interval(counts[pick].T, base[pick], LEVEL)
            made += np.isfinite(low)
            held += (low <= truth) & (truth <= high)
        share = np.where(made >= reps / 50, 100 * held / np.maximum(made, 1), np.nan)
        rows += [{"kind": k, "n": n, "coverage": c} for k, c in zip(kinds, share, strict=True)]
    return pd.DataFrame(rows)


def show(table: pd.DataFrame, what: str, index: str | list, value: str) -> None:
    """Print coverage: kinds and methods down, numbers of documents across."""
    print(f"\n{what}")
    table = table.assign(n=pd.Categorical(table["n"], list(dict.fromkeys(table["n"]))))
    wide = table.pivot_table(index=index, columns="n", values=value, sort=False, observed=True)
    print(wide.round(1).to_string())


def main() -> None:
    """Draw, count and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reps", type=int, default=1500)
    parser.add_argument("--each", type=int, default=4, help="terms of each kind and population")
    parser.add_argument("--folder", type=Path, default=default_folder())
    args = parser.parse_args()
    rng, began = np.random.default_rng(args.seed), time.perf_counter()
    counts, base, kinds = synthetic(rng)
    more = rng.poisson(1.7 * counts).astype(float), base
    both = cover(more, (counts, base), kinds, args.reps, rng)
    rates = [both.assign(population="synthetic, × 1.7")]
    both = cover((counts, base), (counts, base), kinds, args.reps, rng)
    rates.append(both.assign(population="synthetic"))
    tone, company, spread = [], [], [dispersions((counts, base), kinds, args.reps, rng)]
    documents = load(args.folder, skip=("webtext", "wikinews", "inaugural"))
    for name, table in documents.groupby("part", sort=True):
        if name not in NODES:
            continue
        table = table[["doc", "text"]].drop_duplicates("doc").reset_index(drop=True)
        corpus = da.Corpus(table)
        counts, base, kinds, _ = of_texts(corpus, rng, args.each)
        one = halves(name, table)
        parts = (counts[one], base[one]), (counts[~one], base[~one])
        rates.append(cover(*parts, kinds, args.reps, rng).assign(population=f"{name}, halves"))
        same = cover((counts, base), (counts, base), kinds, args.reps, rng)
        rates.append(same.assign(population=name))
        scores = means(corpus)
        parts = tuple((scores[0][side], scores[1][side]) for side in (one, ~one))
        tone.append(cover(*parts, ["mean tone"], args.reps, rng, mean=True))
        company += [associations(corpus, node, args.reps, rng) for node in NODES[name]]
        spread.append(dispersions((counts, base), kinds, args.reps, rng))
        print(f"{name}: {len(table):,} texts, {time.perf_counter() - began:.0f} s", flush=True)
    rates = pd.concat(rates, ignore_index=True)
    show(rates, "Differences of rates", ["kind", "method"], "difference")
    show(rates, "Ratios of rates", ["kind", "method"], "ratio")
    own = rates[(rates["method"] == "package") & rates["kind"].isin(list(KINDS)[:2])]
    show(own, "  of these, the package, by population", ["kind", "population"], "difference")
    show(pd.concat(tone), "Differences of mean tone", ["kind", "method"], "difference")
    show(pd.concat(company), "Log ratio of collocates", ["kind", "method"], "coverage")
    show(pd.concat(spread), "DP", ["kind"], "coverage")
    print(f"\n{time.perf_counter() - began:.0f} s; seed {args.seed}, {args.reps} repetitions")


if __name__ == "__main__":
    main()
