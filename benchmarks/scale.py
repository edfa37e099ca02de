"""Memory and time on a large corpus: the same texts copied until there are enough tokens.

python benchmarks/scale.py [FOLDER] [--tokens 20000000]
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import pandas as pd
from texts import default_folder, load

import analysis as da


def peak() -> int:
    """The most memory this process has held so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    """Read the arguments, build the table, run each measure once."""
    parser = argparse.ArgumentParser(description="Memory and time on a large corpus.")
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    parser.add_argument("--tokens", type=int, default=20_000_000)
    options = parser.parse_args()
    texts = load(options.folder)
    once = len(da.tokenize(texts))
    da.count_terms(da.tokenize(texts.head(1)))  # what is imported on first use is not counted
    copies = -(-options.tokens // once)
    documents = pd.concat(
        [texts.assign(doc=texts["doc"] + f"#{copy}") for copy in range(copies)], ignore_index=True
    )
    before = peak()
    begin = time.perf_counter()
    tokens = da.tokenize(documents)
    seconds = time.perf_counter() - begin
    count = len(tokens)
    held = tokens.memory_usage(index=False, deep=False).sum() / count
    above = (peak() - before) / count
    print(f"{len(documents):,} documents, {count:,} tokens: {count / seconds:,.0f} a second")
    print(f"table {held:.1f} bytes a token; peak above the start {above:.1f} bytes a token")
    tasks = {
        "count_terms, no intervals": lambda: da.count_terms(tokens, confidence=None),
        "count_ngrams, n=2": lambda: da.count_ngrams(tokens, n=2, limit=20),
        "find_contexts, 100 shown": lambda: da.find_contexts(
            tokens, "people", documents=documents, columns=("part",), limit=100
        ),
        "find_collocates": lambda: da.find_collocates(tokens, "people"),
        "compare_terms, by part": lambda: da.compare_terms(tokens, by="part", documents=documents),
        "score_dispersion": lambda: da.score_dispersion(tokens),
    }
    for name, work in tasks.items():
        begin = time.perf_counter()
        rows = len(work())
        print(f"{name:28} {time.perf_counter() - begin:7.2f} s, {rows:,} rows", flush=True)
    print(f"peak of the whole run: {peak() / 1e9:.1f} GB")


if __name__ == "__main__":
    main()
