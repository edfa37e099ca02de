"""How often the 95 % intervals hold the truth, when documents are drawn from a known population.

    python benchmarks/coverage.py [--seed 1] [--reps 1500] [--folder TEXTS]

Populations: documents of known lengths and rates (log-normal lengths, gamma rates), and every
archive or folder of texts in TEXTS (by default the reference texts: Brown, equal lengths; film
reviews, mildly unequal; State of the Union and inaugural addresses, very unequal). In each
repetition n documents are drawn with replacement, the package makes its intervals, and it is noted
whether the population's value is inside. Terms are chosen by rule, at random within it (--seed).
Printed: per cent of intervals that hold the truth, by kind and n; then stretches of one text, whose
units are sentences.
"""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path

import numpy as np
import pandas as pd
from texts import default_folder, load

import analysis as da
from analysis.terms import estimate

SIZES = (3, 4, 5, 7, 10, 20, 30, 50, 100)
STRETCHES = (10, 20, 40, 80)
KINDS = {  # share of the documents that have it, times in each of these, times in 1,000 words
    "very common": lambda df, per, rate: rate > 15,
    "middling, in most documents": lambda df, per, rate: (df > 0.6) & (rate > 0.8) & (rate < 3),
    "rare, even": lambda df, per, rate: (df > 0.08) & (df < 0.2) & (per < 1.3),
    "in bursts": lambda df, per, rate: (df > 0.08) & (df < 0.3) & (per > 2.5),
    "rare and in bursts": lambda df, per, rate: (df > 0.02) & (df < 0.06) & (per > 4),
}
QUOTED = re.compile(r"``[^'`]{1,600}''|[“\"][^“”\"]{1,600}[”\"]")


def synthetic(rng: np.random.Generator, size: int = 20_000) -> tuple[np.ndarray, np.ndarray, list]:
    """Documents with a median of 500 words, and terms whose rate varies by a gamma law."""
    base = np.maximum(20, np.round(np.exp(rng.normal(np.log(500), 1, size))))
    laws = [(0.02, 20), (0.002, 5), (0.0002, np.inf), (0.001, 0.15), (0.0002, 0.03)]
    counts = []
    for rate, shape in laws:
        own = np.full(size, rate) if np.isinf(shape) else rng.gamma(shape, rate / shape, size)
        counts.append(rng.poisson(own * base))
    return np.stack(counts, 1).astype(float), base, list(KINDS)


def of_texts(
    corpus: da.Corpus, rng: np.random.Generator, each: int
) -> tuple[np.ndarray, np.ndarray, list, list]:
    """Counts of some terms of each kind in every document, and the documents' words."""
    tokens = corpus.tokens[corpus.tokens["is_word"]]
    doc, term = tokens["doc"].cat.codes.to_numpy(), tokens["term"].cat.codes.to_numpy()
    names = tokens["term"].cat.categories
    size = len(tokens["doc"].cat.categories)
    pairs, times = np.unique(doc.astype(np.int64) * len(names) + term, return_counts=True)
    have = np.bincount(pairs % len(names), minlength=len(names))
    total = np.bincount(term, minlength=len(names))
    base = np.bincount(doc, minlength=size).astype(float)
    facts = (have / size, total / np.maximum(have, 1), 1000 * total / base.sum())
    chosen, kinds = [], []
    for kind, rule in KINDS.items():
        some = rng.permutation(np.flatnonzero(rule(*facts)))[:each]
        chosen += list(some)
        kinds += [kind] * len(some)
    place = np.full(len(names), -1)
    place[chosen] = np.arange(len(chosen))
    item = place[pairs % len(names)]
    counts = np.zeros((size, len(chosen)))
    kept = item >= 0
    counts[(pairs // len(names))[kept], item[kept]] = times[kept]
    return counts, base, kinds, [names[code] for code in chosen]


def cover(
    counts: np.ndarray,
    base: np.ndarray,
    kinds: list,
    *,
    sizes: tuple[int, ...],
    reps: int,
    rng: np.random.Generator,
    mean: bool = False,
) -> pd.DataFrame:
    """Per cent of the intervals that hold the population's ratio, for every kind and n."""
    truth, rows = counts.sum(0) / base.sum(), []
    make = estimate.mean_interval if mean else estimate.proportion_interval
    for n in sizes:
        pick = rng.integers(0, len(base), (reps, n)).ravel()
        sums = estimate.sums_of(counts[pick], base[pick], np.repeat(np.arange(reps), n), reps)
        low, high = make(sums, 0.95)
        made = np.isfinite(low)
        inside = (low <= truth) & (truth <= high)
        for place, kind in enumerate(kinds):
            own = made[:, place]
            values = {
                "coverage": 100 * inside[own, place].mean() if own.any() else np.nan,
                "below": 100 * (high < truth)[own, place].mean() if own.any() else np.nan,
                "width": ((high - low)[own, place] / abs(truth[place])).mean(),
            }
            rows.append({"kind": kind, "n": n, **values})
    return pd.DataFrame(rows)


def shares(documents: pd.DataFrame, rng: np.random.Generator) -> list[tuple[str, tuple]]:
    """Populations of shares: synthetic rows in documents, and words in quotation marks."""
    size = 5000
    rows = rng.integers(1, 31, size).astype(float)
    columns = []
    for share in (0.05, 0.3, 0.7, 0.95):
        for alike in (0.05, 0.3):  # correlation of two rows of one document
            a, b = share * (1 / alike - 1), (1 - share) * (1 / alike - 1)
            columns.append(rng.binomial(rows.astype(int), rng.beta(a, b, size)))
    made = [("synthetic, 1–30 rows a text", (np.stack(columns, 1).astype(float), rows))]
    words = documents["text"].map(lambda text: len(text.split())).to_numpy(dtype=float)
    spoken = documents["text"].map(
        lambda text: sum(len(part.split()) for part in QUOTED.findall(text))
    )
    if (spoken > 0).mean() > 0.3 and len(documents) >= 100:
        made.append(("words in quotation marks", (spoken.to_numpy(dtype=float)[:, None], words)))
    return made


def means(corpus: da.Corpus) -> tuple[np.ndarray, np.ndarray]:
    """Lexicon tone: sums over the sentences of each document, and how many there are."""
    scores = corpus.sentiment
    codes, docs = pd.factorize(scores["doc"])
    total = np.bincount(codes, scores["compound"], minlength=len(docs))[:, None]
    return total, np.bincount(codes, minlength=len(docs)).astype(float)


def same_as_public(
    corpus: da.Corpus, names: list[str], counts: np.ndarray, base: np.ndarray
) -> None:
    """Stop where `count_terms` gives other bounds than the arithmetic measured here."""
    some = corpus.documents["doc"].iloc[:7]
    table = da.count_terms(corpus.select(list(some)), terms=names).set_index("term").loc[names]
    rows = pd.Index(corpus.tokens["doc"].cat.categories).get_indexer(some)
    sums = estimate.sums_of(counts[rows], base[rows], np.zeros(len(rows), int), 1)
    bounds = estimate.proportion_interval(sums, 0.95)
    for name, bound in zip(("low", "high"), bounds, strict=True):
        np.testing.assert_allclose(table[name], 1000 * bound[0], rtol=1e-9)


def stretches(
    corpus: da.Corpus, rng: np.random.Generator, reps: int, most: int = 40
) -> pd.DataFrame:
    """Coverage where the group is one text: so many sentences in a row of a longer text."""
    tokens, scores = corpus.tokens[corpus.tokens["is_word"]], corpus.sentiment
    sizes = scores.groupby("doc", observed=True).size()
    long = sizes[sizes >= 2 * STRETCHES[-1]].index
    rows: list[dict] = []
    for doc in rng.permutation(np.asarray(long, dtype=object))[:most]:
        own, tone = tokens[tokens["doc"] == doc], scores.loc[scores["doc"] == doc, "compound"]
        sentences = int(max(own["sentence"].max() + 1, len(tone)))
        base = np.bincount(own["sentence"], minlength=sentences).astype(float)
        total = own["term"].value_counts()
        rate = 1000 * total / base.sum()
        for kind, terms in (
            ("very common", rate.index[rate > 15]),
            ("middling", rate.index[(rate > 1.5) & (rate < 4)]),
        ):
            for term in rng.permutation(np.asarray(terms, dtype=object))[:4]:
                count = np.bincount(
                    own.loc[own["term"] == term, "sentence"], minlength=sentences
                ).astype(float)
                rows += _of_stretches(kind, count, base, rng, reps, mean=False)
        value = np.zeros(sentences)
        value[: len(tone)] = tone
        rows += _of_stretches("lexicon tone", value, np.ones(sentences), rng, reps, mean=True)
    return pd.DataFrame(rows)


def _of_stretches(
    kind: str,
    count: np.ndarray,
    base: np.ndarray,
    rng: np.random.Generator,
    reps: int,
    *,
    mean: bool,
) -> list[dict]:
    """Coverage of the whole text's value from stretches of it."""
    truth = count.sum() / base.sum()
    make = estimate.mean_interval if mean else estimate.proportion_interval
    rows = []
    for n in STRETCHES:
        first = rng.integers(0, len(base) - n, reps // 10)
        pick = (first[:, None] + np.arange(n)).ravel()
        owner = np.repeat(np.arange(len(first)), n)
        sums = estimate.sums_of(count[pick, None], base[pick], owner, len(first))
        low, high = (bound[:, 0] for bound in make(sums, 0.95))
        made = np.isfinite(low)
        inside = ((low <= truth) & (truth <= high))[made]
        rows.append(
            {"kind": kind, "n": n, "coverage": 100 * inside.mean() if made.any() else np.nan}
        )
    return rows


def show(table: pd.DataFrame, what: str, columns: str = "n") -> None:
    """Print a table of coverage: kinds and populations down, n across."""
    print(f"\n{what}")
    wide = table.pivot_table(index="kind", columns=columns, values="coverage", sort=False)
    print(wide.round(1).to_string())


def main() -> None:
    """Draw, count and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reps", type=int, default=1500)
    parser.add_argument("--each", type=int, default=6, help="terms of each kind and population")
    parser.add_argument("--folder", type=Path, default=default_folder())
    args = parser.parse_args()
    rng, began = np.random.default_rng(args.seed), time.perf_counter()
    options = {"sizes": SIZES, "reps": args.reps, "rng": rng}
    counts, base, kinds = synthetic(rng)
    rates = [cover(counts, base, kinds, **options).assign(population="synthetic")]
    tone, parts, single = [], [], []
    documents = load(args.folder, skip=("webtext", "wikinews"))
    for name, table in documents.groupby("part", sort=True):
        if len(table) < 20:
            continue
        corpus = da.Corpus(table[["doc", "text"]].drop_duplicates("doc").reset_index(drop=True))
        counts, base, kinds, names = of_texts(corpus, rng, args.each)
        same_as_public(corpus, names, counts, base)
        rates.append(cover(counts, base, kinds, **options).assign(population=name))
        tone.append(cover(*means(corpus), ["lexicon tone"], mean=True, **options).assign(kind=name))
        for what, (spoken, words) in shares(table, rng)[0 if not parts else 1 :]:
            kind = what if what.startswith("synthetic") else f"{what}, {name}"
            parts.append(cover(spoken, words, [kind] * spoken.shape[1], **options))
        single.append(stretches(corpus, rng, args.reps).assign(population=name))
        print(f"{name}: {len(table):,} texts, {time.perf_counter() - began:.0f} s", flush=True)
    size = rng.integers(1, 11, 5000)
    score = rng.normal(rng.normal(-0.1, 0.3, 5000), 0.4 / np.sqrt(size)).clip(-1, 1) * size
    mentions = cover(score[:, None], size.astype(float), ["tone"], mean=True, **options)
    tone.append(mentions.assign(kind="synthetic, 1–10 mentions a text"))
    rates = pd.concat(rates, ignore_index=True)
    show(
        rates,
        "Rates of terms: per cent of 95 % intervals that hold the population's rate, by n texts",
    )
    for kind in ("very common", "middling, in most documents", "in bursts"):
        own = rates[rates["kind"] == kind].assign(kind=rates["population"])
        show(own, f"  of these, {kind}, by population")
    missed = rates.assign(coverage=rates["below"])
    show(missed, "Intervals wholly below the truth, per cent (2.5 would be even)")
    wide = rates.assign(coverage=rates["width"])
    show(wide, "Width as a multiple of the rate")
    show(pd.concat(parts), "Shares")
    show(pd.concat(tone), "Means")
    show(pd.concat(single), "One text, over its sentences: stretches of n sentences in a row")
    print(f"\n{time.perf_counter() - began:.0f} s; seed {args.seed}, {args.reps} repetitions")


if __name__ == "__main__":
    main()
