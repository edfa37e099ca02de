"""This package and its peers on the same texts, in one process run: medians and ratios.

    python benchmarks/peers.py [FOLDER] [--repeat 5] [--only tokens] [--skip brown]

Every task is run in turn by us and by the peer, `--repeat` times, on one core, in one process that
is bound to it, with garbage collected before each. The table gives the median seconds on the clock
of each, their ratio, the ratio of the processor's times (which other work on the machine hardly
changes), and the ratio that was asked for. What is compared:

* build: documents in memory → a table of tokens. Conc's build reads the same texts from a CSV file
  and leaves Parquet files; there is no other way to build. Its spaCy model is a blank English
  pipeline (tokeniser only) with no-op components under the names Conc switches off.
* queries: the table that an analyst reads, with the intervals that our measures have. Conc's
  answers are pages of twenty rows, so ours are cut to the rows shown, too (`limit=`); another row
  asks both for all hits. The index that contexts, collocates and keyness share is made before,
  as Conc's is at its build, and its time is printed by itself.

How long a fresh process takes to import the package and to a first answer: `start.py`.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from texts import default_folder, load

import analysis as da

WORD, MOST_FREQUENT = "people", "the"


PAGE = 0.003  # seconds that a page of contexts may take
ASKED = {  # how many times as fast as the peer
    "tokens with offsets, Conc": 18,
    "tokens with offsets, NLTK": 15,
    "tokens with offsets, CountVectorizer": 1.6,
    "tokens with offsets and sentences, Conc": 12,
    "counts of bigrams, every row, Conc": 10,
    f"contexts of “{WORD}”, sorted, all hits, Conc": 10,
    f"contexts of “{MOST_FREQUENT}”, sorted, all hits, Conc": 10,
    f"collocates of “{WORD}”, Conc": 10,
    "keyness of one part against another, Conc": 10,
}


def timed(work: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """Seconds on the clock and of the processor that `work` took, and what it gave."""
    gc.collect()
    begin, used = time.perf_counter(), time.process_time()
    result = work()
    return (time.perf_counter() - begin, time.process_time() - used), result


class Report:
    """Collects and prints the rows."""

    def __init__(self, repeat: int) -> None:
        self.repeat = repeat
        self.rows: list[dict[str, Any]] = []

    def compare(
        self, task: str, ours: Callable[[], Any], peer: str, theirs: Callable[[], Any]
    ) -> None:
        """Run both in turn, note and print the medians."""
        rounds = [(timed(ours)[0], timed(theirs)[0]) for _ in range(self.repeat)]
        (fast, fast_cpu), (slow, slow_cpu) = (
            [statistics.median(clock) for clock in zip(*side, strict=True)]
            for side in zip(*rounds, strict=True)
        )
        row = {"task": task, "ours, s": fast, "peer": peer, "peer, s": slow, "ratio": slow / fast}
        row |= {"of processor time": slow_cpu / fast_cpu}
        row["asked"] = next(
            (n for name, n in ASKED.items() if f"{task}, {peer}".startswith(name)), None
        )
        self.rows.append(row)
        print(self.tell(row), flush=True)

    @staticmethod
    def tell(row: dict[str, Any]) -> str:
        """A row as a line."""
        asked = f"asked {row['asked']:4g}" if row["asked"] else ""
        return (
            f"{row['task']:46} {row['ours, s']:8.4f} s  {row['peer']:30} {row['peer, s']:8.4f} s"
            f" {row['ratio']:7.1f} x {row['of processor time']:7.1f} x  {asked}"
        )


def blank_model(folder: Path) -> str:
    """A blank English spaCy pipeline whose named components do nothing."""
    import spacy
    from spacy.language import Language

    @Language.component("no_op")
    def no_op(doc: Any) -> Any:
        return doc

    nlp = spacy.blank("en")
    for name in ("parser", "ner", "lemmatizer", "tagger", "senter", "tok2vec", "attribute_ruler"):
        nlp.add_pipe("no_op", name=name)
    nlp.to_disk(folder / "model")
    return str(folder / "model")


class Conc:
    """Conc's side: builds from CSV and answers the four queries."""

    def __init__(self, documents: pd.DataFrame, folder: Path) -> None:
        self.model, self.folder, self.built = blank_model(folder), folder, 0
        self.parts = {"all": documents, **{str(k): v for k, v in documents.groupby("part")}}
        for name, part in self.parts.items():
            part[["text"]].to_csv(folder / f"{name}.csv", index=False)

    def build(self, name: str = "all") -> Any:
        """A corpus of one part."""
        from conc.corpus import Corpus

        self.built += 1
        return Corpus(f"{name} {self.built}", "").build_from_csv(
            str(self.folder / f"{name}.csv"), str(self.folder), text_column="text", model=self.model
        )


def build_tasks(report: Report, documents: pd.DataFrame, conc: Conc) -> None:
    """Tokens: beside Conc, NLTK and scikit-learn."""
    from nltk.tokenize import NLTKWordTokenizer
    from sklearn.feature_extraction.text import CountVectorizer

    texts = documents["text"].tolist()
    nltk_words = NLTKWordTokenizer()
    bare = lambda: da.tokenize(documents, sentences=False)  # noqa: E731
    counted = lambda: da.count_terms(bare(), confidence=None)  # noqa: E731
    vectorize = lambda: CountVectorizer().fit_transform(texts)  # noqa: E731
    report.compare("tokens with offsets", bare, "Conc 0.1.13 build", conc.build)
    report.compare(
        "tokens with offsets",
        bare,
        "NLTK words (no offsets)",
        lambda: [nltk_words.tokenize(text) for text in texts],
    )
    report.compare("tokens with offsets", bare, "CountVectorizer (no offsets)", vectorize)
    report.compare(
        "tokens with offsets and sentences",
        lambda: da.tokenize(documents),
        "Conc 0.1.13 build (no sentences)",
        conc.build,
    )
    report.compare(
        "tokens, then counts of all terms",
        counted,
        "NLTK words + FreqDist",
        lambda: _freqdist(nltk_words, texts),
    )
    report.compare("tokens, then counts of all terms", counted, "CountVectorizer", vectorize)


def _freqdist(tokenizer: Any, texts: list[str]) -> Any:
    from nltk import FreqDist

    return FreqDist(
        word.lower() for text in texts for word in tokenizer.tokenize(text)
    ).most_common()


def query_tasks(report: Report, documents: pd.DataFrame, conc: Conc) -> None:
    """Bigrams, contexts, collocates and keyness, beside Conc's."""
    from conc.collocates import Collocates
    from conc.concordance import Concordance
    from conc.keyness import Keyness
    from conc.ngrams import Ngrams

    tokens, corpus = da.tokenize(documents), conc.build()
    sizes = documents.groupby("part")["text"].apply(lambda texts: texts.str.len().sum())
    target, reference = (str(name) for name in sizes.sort_values().index[-2:])
    for label, rows in (("the twenty most frequent", 20), ("every row", None)):
        report.compare(
            f"counts of bigrams, {label}",
            lambda rows=rows: da.count_ngrams(tokens, n=2, limit=rows),
            "Conc ngram_frequencies",
            lambda rows=rows: (
                Ngrams(corpus).ngram_frequencies(ngram_length=2, page_size=rows or 10**9).to_frame()
            ),
        )
    pair = documents[documents["part"].isin([target, reference])]
    pair_tokens = da.tokenize(pair)
    for name, table, texts in (("all texts", tokens, documents), ("two parts", pair_tokens, pair)):
        first = lambda table=table, texts=texts: [  # noqa: E731
            da.find_contexts(table, WORD, documents=texts, limit=1),
            da.find_collocates(table, WORD),
            da.compare_terms(table, by="part", documents=texts),
        ]
        print(f"first contexts, collocates and keyness of {name}: {timed(first)[0][0]:.3f} s")
    options: dict[str, Any] = {"documents": documents, "window": 5, "sort": ("R1", "R2", "R3")}
    options["columns"] = ("part",)
    concordance = Concordance(corpus)
    for word, label, rows in (
        (WORD, "twenty shown", 20),
        (WORD, "all hits", None),
        (MOST_FREQUENT, "all hits", None),
    ):
        report.compare(
            f"contexts of “{word}”, sorted, {label}",
            lambda word=word, rows=rows: da.find_contexts(tokens, word, limit=rows, **options),
            "Conc concordance",
            lambda word=word, rows=rows: concordance.concordance(
                word, context_length=5, order="1R2R3R", page_size=rows or 10**9
            ).to_frame(),
        )
    report.compare(
        f"collocates of “{WORD}”",
        lambda: da.find_collocates(tokens, WORD, window=5, within="document", min_count=5),
        "Conc collocates",
        lambda: Collocates(corpus).collocates(WORD, context_length=5, page_size=20).to_frame(),
    )
    keyness = Keyness(conc.build(target), conc.build(reference))
    report.compare(
        "keyness of one part against another",
        lambda: da.compare_terms(pair_tokens, by="part", documents=pair, target=target),
        "Conc keywords",
        lambda: keyness.keywords(page_size=20).to_frame(),
    )


def parallel_task(report: Report, documents: pd.DataFrame, cores: set[int]) -> None:
    """All cores against one."""
    os.sched_setaffinity(0, cores)
    da.tokenize(documents, workers=len(cores))  # the processes are started once and kept
    report.compare(
        f"tokens with offsets, {len(cores)} processes",
        lambda: da.tokenize(documents, sentences=False, workers=len(cores)),
        "ourselves, one process",
        lambda: da.tokenize(documents, sentences=False),
    )


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description="This package beside its peers.")
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--skip", nargs="*", default=[], help="parts (archives) to leave out")
    parser.add_argument("--only", choices=["tokens", "queries"], help="one half of the tasks")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    os.environ["POLARS_MAX_THREADS"] = "1"  # read when Conc first imports Polars; one core for all
    documents = load(options.folder, skip=tuple(options.skip))
    tokens = da.tokenize(documents)
    size = tokens.memory_usage(index=False, deep=False).sum() / len(tokens)
    print(f"{len(documents)} documents, {len(tokens):,} tokens, {tokens['is_word'].sum():,} words")
    print(f"tokens table with sentences: {size:.1f} bytes a token, vocabulary not counted")
    del tokens
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    report = Report(options.repeat)
    with tempfile.TemporaryDirectory() as folder:
        conc = Conc(documents, Path(folder))
        if options.only != "queries":
            build_tasks(report, documents, conc)
        if options.only != "tokens":
            query_tasks(report, documents, conc)
    if len(cores) > 1 and not options.only:
        parallel_task(report, documents, cores)
    print(f"\nMedians of {options.repeat} rounds; ratio = peer's time / ours.")
    print(f"A page of contexts (twenty shown) may take {PAGE} s.")
    missed = [row for row in report.rows if row["asked"] and row["ratio"] < row["asked"]]
    print("Asked for and missed:" if missed else "All that was asked for is reached.")
    for row in missed:
        print(report.tell(row))


if __name__ == "__main__":
    main()
