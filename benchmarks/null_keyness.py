"""How many keywords does chance give, and how many that are real remain?

    python benchmarks/null_keyness.py [--seed 1] [--reps 100] [--docs 5 20 50] [--folder TEXTS]

Texts of one kind are split at random into two groups, so that every keyword is false. Printed for
each archive or folder of texts in TEXTS (by default the reference texts: film reviews, Brown, State
of the Union and inaugural addresses): the share of splits with any false keyword, by `lrc` and by
`p_adjusted` < 0.05; and what words as independent draws would give, by `lrc_words` and by adjusted
`p_words`. Then harder cases: sides of very different size; texts joined at random to documents of
very different length; texts of two topics out of 40, each in bursts; the sentences of one text at
random in two, which then are the draws; whole texts against excerpts of others, a fifth as long;
the sentences of each text dealt three to one to both sides, as those of writer and speakers are.
Not null, but printed with them: one text against thirty; every text has its own topic, and what is
found is true of it. Then two comparisons of groups that differ: negative and positive reviews,
Republican and Democratic presidents.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from texts import default_folder, load

import analysis as da
from analysis.terms.formulas import adjust_p

Split = tuple[pd.DataFrame, pd.DataFrame]  # tokens, and documents with their side
LEAST = 10  # texts; a smaller collection is not split
UNEVEN = ((5, 30), (3, 50), (1, 30))
REPUBLICANS = ("Eisenhower", "Nixon", "Ford", "Reagan", "Bush", "GWBush")


class Splits:
    """Random halves of some texts."""

    def __init__(self, documents: pd.DataFrame) -> None:
        corpus = da.Corpus(documents[["doc", "text"]].reset_index(drop=True))
        self.texts, self.tokens = corpus.documents["text"], corpus.tokens
        codes = self.tokens["doc"].cat.codes.to_numpy()
        bounds = np.searchsorted(codes, np.arange(len(self.texts) + 1))
        self.edges = list(pairwise(bounds))
        self.names = self.tokens["doc"].cat.categories
        words = np.bincount(codes[self.tokens["is_word"]], minlength=len(self.names))
        self.filled = np.flatnonzero(words)
        self.longest = np.argsort(-words)[:20]

    def drawn(self, one: int, other: int, rng: np.random.Generator) -> Split:
        """Some of the texts, at random on one side or the other."""
        pick = rng.permutation(self.filled)[: one + other]
        rows = np.concatenate([np.arange(*self.edges[number]) for number in pick])
        documents = pd.DataFrame({"doc": self.names[pick], "side": sides(one, other)})
        return self.tokens.iloc[rows], documents

    def joined(self, one: int, other: int, rng: np.random.Generator) -> Split:
        """Documents that are one to sixty of the texts together."""
        sizes = np.clip(np.round(rng.lognormal(0, 1.5, one + other)), 1, 60).astype(int)
        while sizes.sum() > len(self.filled):
            sizes[sizes.argmax()] //= 2
        parts = np.split(rng.permutation(self.filled)[: sizes.sum()], np.cumsum(sizes)[:-1])
        return made(["\n\n".join(self.texts.iloc[part]) for part in parts], one, other)

    def halved(self, one: int, other: int, rng: np.random.Generator) -> Split:
        """The sentences of one long text, at random in two documents."""
        start, end = self.edges[rng.choice(self.longest)]
        own = self.tokens.iloc[start:end]
        second = rng.random(int(own["sentence"].max()) + 1) < 0.5
        doc = np.where(second[own["sentence"].to_numpy()], "b", "a")
        documents = pd.DataFrame({"doc": ["a", "b"], "side": sides(one, other)})
        return own.assign(doc=pd.Categorical(doc)), documents

    def excerpted(self, one: int, other: int, rng: np.random.Generator) -> Split:
        """Whole texts on one side, a fifth of others on the other."""
        pick = rng.permutation(self.filled)[: one + other]
        rows = []
        for place, number in enumerate(pick):
            start, end = self.edges[number]
            size = end - start if place < one else max((end - start) // 5, 1)
            first = start + rng.integers(0, end - start - size + 1)
            rows.append(np.arange(first, first + size))
        documents = pd.DataFrame({"doc": self.names[pick], "side": sides(one, other)})
        return self.tokens.iloc[np.concatenate(rows)], documents

    def dealt(self, one: int, other: int, rng: np.random.Generator) -> Split:
        """Three in four sentences of each text on one side, the others on the other."""
        pick = rng.permutation(self.filled)[:one]
        own = self.tokens.iloc[np.concatenate([np.arange(*self.edges[n]) for n in pick])]
        keys = own["doc"].cat.codes.to_numpy().astype(np.int64) * 100_000 + own["sentence"]
        known, place = np.unique(keys, return_inverse=True)
        second = (rng.random(len(known)) < 0.25)[place]
        doc = np.where(second, "b", "a") + own["doc"].astype(str).to_numpy()
        docs = np.unique(doc)
        documents = pd.DataFrame({"doc": docs, "side": [name[0] for name in docs]})
        documents["side"] = documents["side"].map({"a": "one", "b": "other"})
        return own.assign(doc=pd.Categorical(doc)), documents


def sides(one: int, other: int) -> list[str]:
    return ["one"] * one + ["other"] * other


def made(texts: list[str], one: int, other: int) -> Split:
    """Tokens and documents of some texts."""
    documents = pd.DataFrame({"doc": [f"{n:04}" for n in range(len(texts))], "text": texts})
    tokens = da.tokenize(documents)
    return tokens, documents.assign(side=sides(one, other))


def topical(spread: float) -> Callable[[int, int, np.random.Generator], Split]:
    """Texts of about 300 words and bursts of two of 40 topics; lengths are log-normal."""

    def draw(one: int, other: int, rng: np.random.Generator) -> Split:
        texts = []
        for size in rng.lognormal(0, spread, one + other):
            words = [f"w{number}" for number in rng.integers(0, 60, int(300 * size) + 10)]
            for topic in rng.choice(40, 2, replace=False):
                words += [f"topic{topic}"] * int(np.ceil(size * rng.integers(5, 15)))
            texts.append(" ".join(rng.permutation(words)))
        return made(texts, one, other)

    return draw


def cases(
    documents: pd.DataFrame, docs: list[int]
) -> Iterator[tuple[str, int, int, Callable[[int, int, np.random.Generator], Split]]]:
    """Name, numbers of documents, and what draws them."""
    even = [(number, number) for number in docs]
    parts = [(name, table) for name, table in documents.groupby("part") if len(table) >= LEAST]
    for name, table in parts:
        splits = Splits(table)
        for one, other in (*even, *UNEVEN):
            if one + other <= len(splits.filled):
                yield str(name), one, other, splits.drawn
        yield f"{name}, sentences of one text", 1, 1, splits.halved
        for one, other in (*even[1:], (5, 30), (30, 5)):
            if one + other <= len(splits.filled):
                yield f"{name}, against fifths of others", one, other, splits.excerpted
        number = min(40, len(splits.filled))
        yield f"{name}, sentences dealt three to one", number, number, splits.dealt
        if len(table) > 200:
            for one, other in ((5, 5), (20, 20), (3, 50)):
                yield f"{name}, joined to very unequal lengths", one, other, splits.joined
    for spread, name in ((0.0, "topics in bursts"), (1.5, "topics in bursts, unequal lengths")):
        for one, other in (*even, (3, 50)):
            yield name, one, other, topical(spread)


def count(draw: Callable[..., Split], one: int, other: int, rng: np.random.Generator) -> dict:
    """The false keywords of one split."""
    tokens, documents = draw(one, other, rng)
    table = da.compare_terms(tokens, by="side", documents=documents, target="one")
    return {
        "terms": len(table),
        "p < .05": (table["p"] < 0.05).mean(),
        "lrc": (table["lrc"] != 0).sum(),
        "p_adjusted": (table["p_adjusted"] < 0.05).sum(),
        "lrc_words": (table["lrc_words"] != 0).sum(),
        "p_words, adjusted": (adjust_p(table["p_words"]) < 0.05).sum(),
    }


def null(documents: pd.DataFrame, docs: list[int], reps: int, rng: np.random.Generator) -> None:
    """Print what chance gives in every case."""
    kinds = ("lrc", "p_adjusted", "lrc_words", "p_words, adjusted")
    print("Random splits: per cent with any false keyword (mean number of them)\n")
    print("| texts | documents | terms | terms with p < .05 |", *(f"{kind} |" for kind in kinds))
    print("|---" * (4 + len(kinds)) + "|")
    for name, one, other, draw in cases(documents, docs):
        table = pd.DataFrame([count(draw, one, other, rng) for _ in range(reps)])
        cells = [f"{100 * (table[k] > 0).mean():.0f} % ({table[k].mean():.1f})" for k in kinds]
        share = f"{100 * table['p < .05'].mean():.1f} %"
        cells = [name, f"{one} v {other}", f"{table['terms'].mean():,.0f}", share, *cells]
        print(f"| {' | '.join(cells)} |", flush=True)


def real(documents: pd.DataFrame) -> None:
    """Print what remains where the two sides do differ."""
    reviews = documents[documents["part"] == "movie_reviews"]
    kind = np.where(reviews["doc"].str.contains("neg"), "negative", "positive")
    addresses = documents[documents["part"] == "state_union"]
    name = addresses["doc"].str.extract(r"\d{4}-([A-Za-z]+)", expand=False)
    party = np.where(name.isin(REPUBLICANS), "Republican", "Democrat")
    for table, side, target in ((reviews, kind, "negative"), (addresses, party, "Republican")):
        if not len(table):
            continue
        corpus = da.Corpus(table[["doc", "text"]].assign(side=side).reset_index(drop=True))
        print(f"\n{target} ({np.sum(side == target)}) against the others of {len(table)}:")
        print(f"  {len(corpus.tokens):,} tokens")
        began = time.perf_counter()
        keys = da.compare_terms(corpus, by="side", target=target)
        print(f"  {time.perf_counter() - began:.2f} s for {len(keys):,} terms")
        print(f"  p_adjusted < .05: {(keys['p_adjusted'] < 0.05).sum()}")
        for column in ("lrc", "lrc_words"):
            print(
                f"  {column} ≠ 0: {(keys[column] != 0).sum()}; first, with documents of both sides:"
            )
            ranked = keys.sort_values(column, ascending=False, kind="stable")
            for rows in (ranked.head(20), ranked.tail(20).iloc[::-1]):
                columns = (rows["term"], rows["documents"], rows["documents_reference"])
                shown = [f"{term} {one}:{two}" for term, one, two in zip(*columns, strict=True)]
                print(f"    {', '.join(shown)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, default=default_folder())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reps", type=int, default=100)
    parser.add_argument("--docs", type=int, nargs="+", default=[5, 20, 50])
    args = parser.parse_args()
    began = time.perf_counter()
    documents = load(args.folder)
    null(documents, args.docs, args.reps, np.random.default_rng(args.seed))
    real(documents)
    print(f"\n{time.perf_counter() - began:.0f} s; seed {args.seed}, {args.reps} repetitions")


if __name__ == "__main__":
    main()
