"""How fast the annotator is, beside a spaCy pipeline of the usual small size.

    python benchmarks/annotate.py [FOLDER] [--repeat 5] [--words 20000] [--memory-words 1000000]
                                  [--before CHECKOUT]

All on one core, in one process, on the same texts, in turn, `--repeat` times; the table gives the
medians. Cutting into sentences and tokens, building the tables and decoding are counted; the
cache is off, and both models are loaded and warm before the clock starts. The clock is the
processor's, so that what else the machine does counts less. A word is a row of the tokens
table with `is_word`, for both sides.

The spaCy pipeline is what ``spacy init config --optimize efficiency`` writes for English: one CNN
tok2vec (96 wide, 4 deep) for tagger, parser and named entities. It is *not trained*: its weights
come from a few random examples, with as many labels as a trained one has. Its speed is about
that of a trained one (its shapes are the same; an untrained parser makes other moves); what it says
means nothing. Its CNN is a fraction of our encoder, so the comparison is of the time an analyst
waits, not of equals. spaCy is skipped where it is not installed (requirements.txt).

`--before` names a checkout of an earlier commit (``git worktree add``), whose annotator is run on
the same texts in turn with this one, every round of either in a process of its own.

`--only processes` says how many times as fast two processes are as one, and two threads that share
the model, by the clock on the wall; beside it what two processes of plain arithmetic reach, which
is what the machine has to give at that moment.

Then, each in a process of its own: the peak of memory when a million words are annotated, and how
fast a thousand annotated documents are read from the cache.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import resource
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

from analysis.annotation.annotator import annotate, annotate_names
from analysis.text.tokens import tokenize

_TAGS, _RELATIONS, _KINDS = 50, 45, 18  # labels of spaCy's small English model


def take(folder: Path, words: int) -> pd.DataFrame:
    """Texts of about so many words, the texts of a folder over and over if need be."""
    documents = load(folder)[["doc", "text"]]
    counts = documents["text"].str.split().str.len()
    copies = 1 + words // int(counts.sum())
    rows = [documents.assign(doc=documents["doc"] + f"#{n}") for n in range(copies)]
    sizes = pd.concat([counts] * copies, ignore_index=True).cumsum()
    return pd.concat(rows, ignore_index=True)[: int(sizes.searchsorted(words)) + 1]


def blank_pipeline() -> Any:
    """spaCy's efficiency configuration, initialised on random examples; None without spaCy."""
    try:
        import spacy
        from spacy.cli.init_config import init_config
        from spacy.tokens import Doc
        from spacy.training import Example
    except ImportError:
        return None
    config = init_config(lang="en", pipeline=["tagger", "parser", "ner"], optimize="efficiency")
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    dice = random.Random(0)

    def example(number: int) -> Any:
        size = 12
        words = [f"word{dice.randrange(500)}" for _ in range(size)]
        kinds = [f"B-KIND{(number + i) % _KINDS}" if i % 4 == 0 else "O" for i in range(size)]
        said = Doc(
            nlp.vocab,
            words=words,
            tags=[f"TAG{(number * size + i) % _TAGS}" for i in range(size)],
            heads=[max(0, i - 1) for i in range(size)],
            deps=["ROOT", *(f"rel{(number * size + i) % _RELATIONS}" for i in range(1, size))],
            ents=kinds,
        )
        return Example(Doc(nlp.vocab, words=words), said)

    examples = [example(number) for number in range(60)]
    nlp.initialize(lambda: examples)
    return nlp


def rates(work: dict[str, Callable[[], Any]], words: int, repeat: int) -> dict[str, float]:
    """Words a second of each piece of work: the median of rounds in which all are run in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeat):
        for name, run in work.items():
            gc.collect()
            begin = time.process_time()
            run()
            seconds[name].append(time.process_time() - begin)
    return {name: words / statistics.median(some) for name, some in seconds.items()}


def compare(folder: Path, words: int, repeat: int) -> None:
    """Print words a second of both sides and their ratio."""
    documents = take(folder, words)
    count = int(tokenize(documents)["is_word"].sum())
    texts = documents["text"].tolist()
    work = heads(documents)
    nlp = blank_pipeline()
    if nlp is not None:

        def names_only() -> None:
            with nlp.select_pipes(enable=["tok2vec", "ner"]):
                list(nlp.pipe(texts))

        work |= {"spaCy, all": lambda: list(nlp.pipe(texts)), "spaCy, ner": names_only}
    for run in work.values():
        run()
    found = rates(work, count, repeat)
    print(f"{len(documents)} documents, {count:,} words, one core, median of {repeat} rounds\n")
    for ours, theirs, target in (
        ("all heads", "spaCy, all", 4000), ("entities alone", "spaCy, ner", 6000),
    ):  # fmt: skip
        print(f"{ours:16} {found[ours]:8,.0f} words/s (to reach: {target:,})", end="")
        if theirs in found:
            ratio = found[ours] / found[theirs]
            print(f"   {theirs:11} {found[theirs]:8,.0f} words/s   ratio {ratio:.2f}", end="")
        print()


def heads(documents: pd.DataFrame, workers: int = 1) -> dict[str, Callable[[], Any]]:
    """What is measured of the annotator."""
    options: dict[str, Any] = {"cache": False, "workers": workers}
    return {
        "all heads": lambda: annotate(documents, **options),
        "entities alone": lambda: annotate_names(documents, **options),
    }


def compare_checkouts(before: Path, folder: Path, words: int, repeat: int) -> None:
    """Print words a second of an earlier checkout and of this one, and their ratio."""
    here = Path(__file__).resolve()
    found: dict[Path, list[dict[str, float]]] = {before.resolve(): [], here.parents[1]: []}
    for _ in range(repeat):
        for checkout, rounds in found.items():
            # This script, but the other checkout's package.
            asked = [str(here), str(folder), "--only", "rates", "--words", str(words)]
            place = os.environ | {"PYTHONPATH": str(checkout)}
            done = subprocess.run(
                [sys.executable, *asked], check=True, env=place, capture_output=True, text=True
            )
            rounds.append(json.loads(done.stdout))
    old, new = found.values()
    for name in new[0]:
        then, now = (statistics.median(one[name] for one in some) for some in (old, new))
        print(f"{name:16} {then:8,.0f} words/s before, {now:8,.0f} now   ratio {now / then:.2f}")


def measure_processes(folder: Path, words: int, repeat: int) -> None:
    """Print how many times as fast two processes are as one, and two threads."""
    here = [sys.executable, str(Path(__file__).resolve()), str(folder), "--words", str(words)]
    ratios: dict[str, list[float]] = {"processes": [], "arithmetic": []}

    def speed(kind: str, count: int) -> float:
        started = [
            subprocess.Popen([*here, "--only", kind, "--core", str(core)], stdout=subprocess.PIPE)
            for core in sorted(os.sched_getaffinity(0))[:count]
        ]
        return sum(float(one.communicate()[0]) for one in started)

    for _ in range(repeat):
        for name, kind in (("processes", "names"), ("arithmetic", "arithmetic")):
            ratios[name].append(speed(kind, 2) / speed(kind, 1))
    for name, some in ratios.items():
        print(f"two {name:12} {statistics.median(some):.2f} times one")
    documents = take(folder, words)
    by_threads = []
    for _ in range(repeat):
        one, two = (on_the_wall(heads(documents, n)["entities alone"]) for n in (1, 2))
        by_threads.append(one / two)
    print(f"two threads      {statistics.median(by_threads):.2f} times one")


def on_the_wall(run: Callable[[], Any]) -> float:
    """Seconds of the second of two runs."""
    run()
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def arithmetic() -> None:
    """Some seconds of work that needs nothing but a core."""
    total = 0
    for number in range(20_000_000):
        total += number


def measure_memory(folder: Path, words: int) -> None:
    """Annotate so many words and print the time and the peak of this process."""
    documents = take(folder, words)
    with tempfile.TemporaryDirectory() as cache:
        begin = time.perf_counter()
        tokens, mentions = annotate(documents, cache=cache)
        took = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    print(
        f"{int(tokens['is_word'].sum()):,} words, {len(mentions):,} mentions, {took:,.0f} s on all"
        f" cores, peak {peak:.2f} GB (to reach: 1.5)"
    )


def measure_cache(folder: Path, documents: int, repeat: int) -> None:
    """Print how long a thousand annotated documents take to read."""
    sample = take(folder, 1000)["text"].str[:3000].tolist()
    texts = [f"{sample[n % len(sample)]} {n}." for n in range(documents)]
    table = pd.DataFrame({"doc": [str(n) for n in range(documents)], "text": texts})
    with tempfile.TemporaryDirectory() as cache:
        annotate(table, cache=cache)
        words = int(tokenize(table)["is_word"].sum())
        found = rates({"cache": lambda: annotate(table, cache=cache)}, words, repeat)
    print(
        f"{documents:,} documents of {words:,} words from the cache: {words / found['cache']:.2f} s"
    )


def main() -> None:
    """Read the arguments and print the measurements."""
    parser = argparse.ArgumentParser(description="The annotator's speed and memory.")
    parser.add_argument(
        "folder", nargs="?", type=Path, default=default_folder().parent / "wikinews"
    )
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--words", type=int, default=20_000)
    parser.add_argument("--memory-words", type=int, default=1_000_000)
    parser.add_argument("--documents", type=int, default=1_000, help="to read from the cache")
    parser.add_argument("--before", type=Path, help="a checkout of an earlier commit")
    parser.add_argument("--core", type=int, help=argparse.SUPPRESS)
    parser.add_argument(
        "--only", choices=["speed", "memory", "cache", "processes", "rates", "names", "arithmetic"]
    )
    options = parser.parse_args()
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    if options.only == "memory":  # texts that differ: equal ones would come from the cache
        measure_memory(default_folder(), options.memory_words)
    elif options.only == "cache":
        measure_cache(options.folder, options.documents, options.repeat)
    elif options.only == "processes":
        measure_processes(options.folder, options.words, options.repeat)
    elif options.only == "arithmetic":
        print(1 / on_the_wall(arithmetic))
    elif options.only == "names":
        print(1 / on_the_wall(heads(take(options.folder, options.words))["entities alone"]))
    elif options.only == "rates":
        documents = take(options.folder, options.words)
        work = heads(documents)
        for run in work.values():
            run()
        print(json.dumps(rates(work, int(tokenize(documents)["is_word"].sum()), 1)))
    elif options.before is not None:
        compare_checkouts(options.before, options.folder, options.words, options.repeat)
    else:
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {max(cores)})
        compare(options.folder, options.words, options.repeat)
        os.sched_setaffinity(0, cores)
    if options.only is None and options.before is None:
        for part in ("memory", "cache"):
            sys.stdout.flush()
            subprocess.run([sys.executable, *sys.argv, "--only", part], check=True)


if __name__ == "__main__":
    main()
