"""Reading a concordance here and in FlexiConc, on the same hits, in one process: medians, ratios.

    pip install --no-deps --target peer flexiconc anytree intervaltree sortedcontainers platformdirs
    PYTHONPATH=peer python benchmarks/reading.py [--lines 20000] [--repeat 3]

FlexiConc asks for pandas below 3; installed so, its algorithms run on the pandas that is there. It
gets the same tokens, windows, metadata, frequency list and association scores; making these
tables is not timed. What has no peer without a download (clusters: FlexiConc takes embeddings of a
spaCy or sentence-transformers model) is timed alone.

The texts are made of sentences drawn from the bundled corpus, which itself has too few hits to
time anything. How well clusters part contexts is measured on pseudowords (Schütze 1998):
the hits of several words are read as hits of one, and the adjusted Rand index says how well the
clusters find the words again; k-means on tf-idf (scikit-learn) stands beside it.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from texts import default_folder, load

import analysis as da
from analysis.reading.lines import Lines

WINDOW = 8
NODE = "talks"


def made_corpus(lines: int, seed: int = 0) -> da.Corpus:
    """Sentences of the bundled corpus drawn again and again, about so many hits of the node."""
    source = da.example_corpus()
    sentences = source.sentences["text"].astype(str).to_numpy(dtype=object)
    with_node = np.array([NODE in text.lower().split() for text in sentences])
    draw = np.random.default_rng(seed)
    chosen = np.concatenate(
        [draw.choice(sentences[with_node], lines), draw.choice(sentences[~with_node], 3 * lines)]
    )
    draw.shuffle(chosen)
    texts = [" ".join(part) for part in np.array_split(chosen, max(lines // 10, 2))]
    table = pd.DataFrame({"doc": [f"d{n:06}" for n in range(len(texts))], "text": texts})
    table["side"] = draw.choice(["a", "b", "c"], len(table))
    return da.Corpus(table, name="drawn")


def peer_concordance(hits: pd.DataFrame, corpus: da.Corpus) -> Any:
    """The same hits, windows and metadata as FlexiConc keeps them, with its resources."""
    from flexiconc import Concordance

    lines = Lines(hits, corpus)
    first, _ = lines.rows
    sides = [lines.rows_beside("L", WINDOW)[:, ::-1], lines.rows_beside("R", WINDOW)]
    rows = np.concatenate([sides[0], first[:, None], sides[1]], axis=1)
    offsets = np.broadcast_to(np.arange(-WINDOW, WINDOW + 1), rows.shape)
    there = rows >= 0
    words = corpus.tokens["word"].astype(str).to_numpy(dtype=object)
    line = np.broadcast_to(np.arange(len(hits))[:, None], rows.shape)[there]
    tokens = pd.DataFrame({"line_id": line, "word": words[rows[there]], "offset": offsets[there]})
    tokens["id_in_line"] = tokens.groupby("line_id").cumcount()
    node = np.flatnonzero(tokens["offset"].to_numpy() == 0)
    numbers = np.arange(len(hits))
    matches = pd.DataFrame({"line_id": numbers, "match_start": node, "match_end": node, "slot": 0})
    metadata = pd.DataFrame({"line_id": numbers, "side": lines.column("side").astype(object)})
    conc = Concordance(metadata=metadata, tokens=tokens, matches=matches)
    conc.metadata.index = numbers
    counts = pd.Series(np.char.lower(words[corpus.tokens["is_word"]].astype(str))).value_counts()
    conc.resources.register_frequency_list(
        "corpus", pd.DataFrame({"word": counts.index, "f": counts.to_numpy()}), complete=True
    )
    collocates = da.find_collocates(corpus, NODE, window=WINDOW, within="document", confidence=None)
    scores = collocates.rename(columns={"collocate": "word", "log_ratio": "score"})
    scores = scores[["word", "score"]].astype({"word": object})
    conc.resources.register_scores("collocates", scores)
    return conc


def compare(
    task: str, ours: Callable[[], Any], peer: Callable[[], Any] | None, repeat: int
) -> None:
    """Run both in turn and print the medians and their ratio."""
    seconds: list[list[float]] = [[], []]
    for _ in range(repeat):
        for place, work in enumerate((ours, peer)):
            if work is not None:
                gc.collect()
                begin = time.perf_counter()
                work()
                seconds[place].append(time.perf_counter() - begin)
    fast = statistics.median(seconds[0])
    if not seconds[1]:
        print(f"{task:34} {fast:8.3f} s   no peer without a download", flush=True)
        return
    slow = statistics.median(seconds[1])
    print(f"{task:34} {fast:8.3f} s   {slow:8.3f} s   {slow / fast:6.1f} x", flush=True)


def speed(lines: int, repeat: int) -> None:
    """The strategies of reading, here and there."""
    corpus = made_corpus(lines)
    hits = da.find_contexts(corpus, NODE, window=WINDOW)
    conc = peer_concordance(hits, corpus)
    words = int(corpus.tokens["is_word"].sum())
    print(f"{len(hits):,} lines, {words:,} words; ours, FlexiConc, ratio")

    def subset(name: str, **args: Any) -> Callable[[], Any]:
        def run() -> Any:
            conc.root.children = ()
            return conc.root.add_subset_node((name, args)).line_count

        return run

    def arranged(name: str, kind: str, **args: Any) -> Callable[[], Any]:
        def run() -> Any:
            conc.root.children = ()
            one = {"ordering": [(name, args)]} if kind == "order" else {"grouping": (name, args)}
            return conc.root.add_arrangement_node(**one).view()

        return run

    def here(function: str, **options: Any) -> Callable[[], Any]:
        return lambda: getattr(da, function)(hits, corpus, **options)

    tasks: list[tuple[str, Callable[[], Any], Callable[[], Any] | None]] = [
        (
            "select by metadata",
            here("select_hits", where={"side": "a"}),
            subset("Select by Metadata Attribute", metadata_attribute="side", value="a"),
        ),
        (
            "select by a word in the context",
            here("select_hits", context="peace", window=WINDOW),
            subset("Select by Token-Level String Attribute", tokens_attribute="word",
                   search_terms=["peace"], window_start=-WINDOW, window_end=WINDOW),
        ),
        (
            "sample 1,000, shared by groups",
            here("select_hits", sample=1000, by="side", weights="size"),
            subset("Select Weighted Sample by Metadata", metadata_attribute="side",
                   sample_size=1000),
        ),
        (
            "order by R1",
            here("order_hits", by="R1"),
            arranged("Sort by Token-Level Attribute", "order", tokens_attribute="word",
                     sorting_scope="token", offset=1),
        ),
        (
            "order by collocates",
            here("order_hits", by="typicality", window=WINDOW),
            arranged("Collocation Ranker", "order", scores_list="collocates",
                     token_attribute="word", score_column="score", window_start=-WINDOW,
                     window_end=WINDOW),
        ),
        (
            "order by rare words",
            here("order_hits", by="rarity", window=WINDOW),
            arranged("Rank by Number of Rare Words", "order", p_attr="word", freq_list="corpus",
                     frequency_type="f", threshold=20, window_start=-WINDOW, window_end=WINDOW),
        ),
        (
            "group by metadata",
            here("group_hits", by="side"),
            arranged("Partition by Metadata Attribute", "group", metadata_attribute="side"),
        ),
        (
            "group by patterns",
            here("group_hits", by="pattern"),
            arranged("Partition by Ngrams", "group", positions=[-1, 1], tokens_attribute="word"),
        ),
        ("group by similar contexts", here("group_hits", by="clusters"), None),
    ]  # fmt: skip
    for task, ours, peer in tasks:
        try:
            compare(task, ours, peer, repeat)
        except Exception as error:  # a peer's fault is said, and the rest goes on
            print(f"{task:34} FlexiConc: {type(error).__name__}: {str(error)[:100]}", flush=True)


def pseudowords(sets: list[list[str]]) -> None:
    """How well clusters find again which word stood there (adjusted Rand index, 1 is perfect)."""
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import adjusted_rand_score

    documents = load(default_folder(), skip=("movie",)).drop_duplicates("doc")
    corpus = da.Corpus(documents[["doc", "text"]])
    for words in sets:
        each = [da.find_contexts(corpus, word, window=WINDOW, sort=[]) for word in words]
        size = min(300, *map(len, each))
        hits = pd.concat([one.sample(size, random_state=0) for one in each], ignore_index=True)
        hits.attrs = each[0].attrs
        truth = hits["node"].str.lower()
        found = da.group_hits(hits, corpus, by="clusters", clusters=len(words), window=WINDOW)
        held = (found["group"] != "(none)").to_numpy()
        ours = adjusted_rand_score(found["node"].str.lower()[held], found["group"][held])
        texts = (hits["left"] + " " + hits["right"]).str.lower()
        points = TfidfVectorizer(stop_words="english", min_df=2).fit_transform(texts)
        labels = KMeans(len(words), random_state=0, n_init=10).fit_predict(points)
        theirs = adjusted_rand_score(truth, labels)
        print(
            f"{' + '.join(words)}: {len(hits)} lines, {held.sum()} held; "
            f"clusters {ours:.2f}, k-means on tf-idf {theirs:.2f}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    if default_folder().is_dir():
        pseudowords([["war", "music"], ["church", "market"], ["river", "court", "song"]])
    speed(given.lines, given.repeat)
