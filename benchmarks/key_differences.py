"""How often does `find_key_differences` say something where nothing is, and find what is there?

    python benchmarks/key_differences.py [--seed 1] [--reps 200] [--folder TEXTS] [--corpus corpus]

Nothing is there: groups and dates are dealt to the texts at random, and in each text the persons
named there change places as speakers. Printed for the corpus and for the collections in TEXTS (film
reviews, Brown, web text, State of the Union and inaugural addresses; words and tone): the share of
corpora with any sentence, which should be 5 in 100 at most, by what the sentence is of.

Something is there: a word is planted in the texts of one group, at three rates, and 0.3 added to
the score of its sentences. Printed: how often each is found.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from texts import default_folder, load

import analysis as da

LAYERS = ("tokens", "mentions", "voiced", "sentiment")
PERMUTATIONS = 499
Layers = dict[str, pd.DataFrame]


def dealt(documents: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The same texts with groups and dates at random."""
    return documents.assign(
        group=rng.permutation(documents["group"]), published=rng.permutation(documents["published"])
    )


def exchanged(
    voiced: pd.DataFrame, mentions: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """The tokens with the persons of each text in each other's place as speakers."""
    people = mentions[mentions["label"] == "PERSON"].groupby(mentions["doc"].astype(object))
    voice = voiced["voice"].astype(object)
    doc = voiced["doc"].astype(object)
    for name, own in people:
        known = own["entity"].unique().astype(object)
        place = (doc == name).to_numpy()
        new = dict(zip(known, rng.permutation(known), strict=True))
        voice[place] = voice[place].map(lambda one, new=new: new.get(one, one))
    return voiced.assign(voice=voice)


def cases(corpus: Path, folder: Path) -> Iterator[tuple[str, pd.DataFrame, Layers, list[str]]]:
    """Name, documents with a group and a date, layers, and the kinds that are compared."""
    bundled = da.read_corpus(corpus, near_duplicates=None)
    layers = {name: bundled.layer(name) for name in LAYERS}
    documents = bundled.documents.assign(group=bundled.documents["side"])
    kinds = ["words", "names", "speakers", "tone"]
    yield f"{bundled.name}, 6 groups", documents, layers, kinds
    texts = load(folder)
    for part, own in texts.groupby("part"):
        for size, groups in ((12, 2), (40, 2), (60, 5)):
            if len(own) < size:
                continue
            rng = np.random.default_rng(size)
            few = own.iloc[rng.permutation(len(own))[:size]]
            few = few.assign(text=few["text"].str[:8000])  # long ones take long
            days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(size), unit="D")
            few = few.assign(group=[f"g{n % groups}" for n in range(size)], published=days)
            made = da.Corpus(few[["doc", "text", "group", "published"]].reset_index(drop=True))
            layers = {name: made.layer(name) for name in ("tokens", "sentiment")}
            yield (
                f"{part}, {size} texts, {groups} groups",
                made.documents,
                layers,
                ["words", "tone"],
            )


def found(documents: pd.DataFrame, layers: Layers, kinds: list[str], seed: int) -> pd.DataFrame:
    """The differences of one corpus."""
    corpus = da.Corpus(documents, layers=layers)
    return da.find_key_differences(
        corpus, by="group", kinds=kinds, permutations=PERMUTATIONS, seed=seed
    )


def null(
    documents: pd.DataFrame, layers: Layers, kinds: list[str], reps: int, rng: np.random.Generator
) -> dict[str, float]:
    """In how many of 100 corpora something is said, in all and by what it is of."""
    said = []
    for rep in range(reps):
        own = dict(layers)
        if "voiced" in own:
            own["voiced"] = exchanged(own["voiced"], own["mentions"], rng)
        table = found(dealt(documents, rng), own, kinds, rep)
        kind = set(table["by"].map({"group": "groups", "published": "dates", "": "speakers"}))
        said.append(
            {name: name in kind for name in ("groups", "dates", "speakers")} | {"any": bool(kind)}
        )
    return (100 * pd.DataFrame(said).mean()).to_dict()


def planted(
    documents: pd.DataFrame, layers: Layers, rate: float, reps: int, rng: np.random.Generator
) -> tuple[float, float]:
    """How often a word so frequent in one group, and a tone 0.3 higher, are found, of 100."""
    hits = np.zeros(2)
    for rep in range(reps):
        own = dealt(documents, rng)
        target = own["group"].value_counts().index[0]
        inside = set(own.loc[own["group"] == target, "doc"])
        tokens, scores = layers["tokens"], layers["sentiment"]
        mine = tokens["doc"].astype(object).isin(inside).to_numpy() & tokens["is_word"].to_numpy()
        put = mine & (rng.random(len(tokens)) < rate / 1000)
        term = tokens["term"].astype(object).mask(put, "plantedword")
        higher = np.where(scores["doc"].astype(object).isin(inside), 0.3, 0.0)
        changed = {
            "tokens": tokens.assign(term=pd.Categorical(term)),
            "sentiment": scores.assign(compound=scores["compound"] + higher),
        }
        table = found(own, changed, ["words", "tone"], rep)
        table = table[table["by"] == "group"]
        hits += [(table["item"] == "plantedword").any(), (table["kind"] == "tone").any()]
    return tuple(100 * hits / reps)  # type: ignore[return-value]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, default=default_folder())
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reps", type=int, default=200)
    args = parser.parse_args()
    began = time.perf_counter()
    rng = np.random.default_rng(args.seed)
    print("Of 100 corpora in which nothing differs, in so many something is said:\n")
    print("| corpus | any | groups | dates | speakers |\n|---|---|---|---|---|")
    known = list(cases(args.corpus, args.folder))
    for name, documents, layers, kinds in known:
        said = null(documents, layers, kinds, args.reps, rng)
        cells = [f"{said[key]:.1f}" for key in ("any", "groups", "dates", "speakers")]
        print(f"| {' | '.join([name, *cells])} |", flush=True)
    print("\nOf 100 corpora with a planted word and tone, in so many it is found:\n")
    print("| corpus | 3 in 1,000 | 6 in 1,000 | 12 in 1,000 | tone + 0.3 |\n|---|---|---|---|---|")
    for name, documents, layers, _ in known[:4]:
        rates = [planted(documents, layers, rate, args.reps // 4, rng) for rate in (3, 6, 12)]
        cells = [f"{word:.0f}" for word, _ in rates] + [f"{rates[-1][1]:.0f}"]
        print(f"| {' | '.join([name, *cells])} |", flush=True)
    print(f"\n{time.perf_counter() - began:.0f} s; seed {args.seed}, {args.reps} repetitions")


if __name__ == "__main__":
    main()
