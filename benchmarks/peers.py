"""This package and its peers on the same texts, in one process run: medians and ratios.

    python benchmarks/peers.py [FOLDER] [--repeat 5] [--skip brown]

Every task is run in turn by us and by the peer, `--repeat` times, on one core; the table gives the
median of each and their ratio. The two-core row is run last. What is compared:

* build: documents in memory → a table of tokens. Conc's build reads the same texts from a CSV file
  and leaves Parquet files; there is no other way to build. Its spaCy model is a blank English
  pipeline (tokeniser only) with no-op components under the names Conc switches off.
* queries: the table that an analyst reads. Conc's answers are pages of twenty rows, so ours are
  cut to the rows shown, too (`limit=`); a second row asks both for all hits.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from texts import default_folder, load

import analysis as da

WORD, MOST_FREQUENT = "people", "the"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that `work` took, and what it gave."""
    gc.collect()
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


class Report:
    """Collects and prints the rows."""

    def __init__(self, repeat: int) -> None:
        self.repeat = repeat
        self.rows: list[dict[str, Any]] = []

    def compare(
        self, task: str, ours: Callable[[], Any], peer: str, theirs: Callable[[], Any]
    ) -> tuple[Any, Any]:
        """Run both in turn and note the medians; the results of the last round are returned."""
        mine, other = [], []
        for _ in range(self.repeat):
            seconds, result = timed(ours)
            mine.append(seconds)
            seconds, peer_result = timed(theirs)
            other.append(seconds)
        fast, slow = statistics.median(mine), statistics.median(other)
        self.rows.append(
            {"task": task, "ours, s": fast, "peer": peer, "peer, s": slow, "ratio": slow / fast}
        )
        print(
            f"{task:44} {fast:9.4f} s   {peer:34} {slow:9.4f} s   {slow / fast:8.1f} x", flush=True
        )
        return result, peer_result


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
    report.compare("tokens with offsets", bare, "Conc 0.1.13 build", conc.build)
    report.compare(
        "tokens with offsets and sentences",
        lambda: da.tokenize(documents),
        "Conc 0.1.13 build (no sentences)",
        conc.build,
    )
    report.compare(
        "tokens with offsets",
        bare,
        "NLTK word tokenizer (no offsets)",
        lambda: [nltk_words.tokenize(text) for text in texts],
    )
    report.compare(
        "tokens, then counts of all terms",
        lambda: da.count_terms(bare(), confidence=None),
        "NLTK words + FreqDist",
        lambda: _freqdist(nltk_words, texts),
    )
    report.compare(
        "tokens, then counts of all terms",
        lambda: da.count_terms(bare(), confidence=None),
        "scikit-learn CountVectorizer",
        lambda: CountVectorizer().fit_transform(texts),
    )


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
    pair = documents[documents["part"].isin([target, reference])]
    pair_tokens = da.tokenize(pair)
    keyness = Keyness(conc.build(target), conc.build(reference))
    report.compare(
        f"keyness, {target} against {reference}",
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


def import_time(repeat: int) -> float:
    """Median seconds of `import analysis`, over a bare interpreter's start."""
    runs = {}
    for code in ("pass", "import analysis"):
        runs[code] = statistics.median(
            timed(lambda code=code: subprocess.run([sys.executable, "-c", code], check=True))[0]
            for _ in range(repeat)
        )
    return runs["import analysis"] - runs["pass"]


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description="This package beside its peers.")
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--skip", nargs="*", default=[], help="parts (archives) to leave out")
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
        build_tasks(report, documents, conc)
        query_tasks(report, documents, conc)
    if len(cores) > 1:
        parallel_task(report, documents, cores)
    print(f"import analysis: {import_time(options.repeat) * 1000:.0f} ms")
    print("\nMedians of", options.repeat, "rounds; ratio = peer's time / ours.\n")
    print(pd.DataFrame(report.rows).to_string(index=False, float_format=lambda x: f"{x:.4g}"))


if __name__ == "__main__":
    main()
