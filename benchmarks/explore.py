"""How long the explorer takes to answer: every tab, asked anew, on about a million tokens.

    python benchmarks/explore.py [--folder FOLDER] [--tokens 1000000] [--repeat 7]
    python benchmarks/explore.py --pack FOLDER   # a packed corpus of benchmarks/scale.py: 0.5 s

Of a packed corpus only what needs words is asked, unless the layers are there (they are made by
`corpus.make("sentiment", "voiced", "targets", "evaluations")`).

Prints the median seconds of each question and their ratio to 0.2 s. A question is asked with
settings that differ from time to time (another term, another filter value), so that no result of
a step is simply remembered; layers and the token index stay, as they do in a panel. Names and
quotations are found beforehand, judgements are made up: what is timed is the asking.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from texts import default_folder, load

import analysis as da
from analysis.panel.explorer import Explorer

BOUND, PACKED = 0.2, 0.5  # seconds; a packed corpus has ten times the words
WORDS = "government people time world work state president war peace money law city".split()


def documents_of(folder: Path, tokens: int) -> pd.DataFrame:
    """Texts of about so many tokens, with metadata that are made up."""
    documents = load(folder)
    sizes = documents["text"].str.count(r"\w+").cumsum()
    documents = documents[sizes <= tokens].reset_index(drop=True)
    number = np.arange(len(documents))
    return documents.assign(
        doc=[f"{row:04d}-{doc}" for row, doc in zip(number, documents["doc"], strict=True)],
        side=np.array(["east", "west", "south"])[number % 3],
        outlet=[f"Outlet {n % 8}" for n in number],
        genre=np.array(["news", "comment"])[number // 8 % 2],
        published=pd.Timestamp("2024-01-01") + pd.to_timedelta(number % 200, unit="D"),
    )


Questions = dict[str, tuple[str, Callable[[str, int], dict[str, Any]]]]


def questions() -> Questions:
    """What is asked: a tab, and settings made of a word and a number."""
    return {**of_words(), **of_layers()}


def of_words() -> Questions:
    """What needs tokens alone."""
    return {
        "Terms: one term": ("Terms", lambda word, n: {"search": word, "per": 900 + n}),
        "Terms: wildcard by side": ("Terms", lambda w, n: {"search": f"{w[:4]}*", "by": "side"}),
        "Terms: regular expression": (
            "Terms",
            lambda w, n: {"search": f"{w[:3]}.*", "regex": True, "by": "outlet"},
        ),
        "Terms: top 20": ("Terms", lambda w, n: {"more_stop_words": w}),
        "Terms: top 20 by outlet": ("Terms", lambda w, n: {"by": "outlet", "more_stop_words": w}),
        "Terms: by document": ("Terms", lambda w, n: {"by": "doc", "search": w}),
        "Terms: by voices": ("Terms", lambda w, n: {"by": "voice_group", "search": w}),
        "Terms: over time": (
            "Terms",
            lambda w, n: {"view": "over time", "search": f"{w}, war", "every": "month"},
        ),
        "Terms: over time, by quarter": (
            "Terms",
            lambda w, n: {"view": "over time", "search": w, "every": "quarter", "by": "side"},
        ),
        "Terms: another filter": (
            "Terms",
            lambda w, n: {"search": w, "outlet": [f"Outlet {n % 8}"], "genre": ["news"]},
        ),
        "Term groups: ranking": (
            "Term groups",
            lambda w, n: {"groups": _groups(w), "by": "outlet", "per": 900 + n},
        ),
        "Term groups: over time": (
            "Term groups",
            lambda w, n: {"groups": _groups(w), "view": "over time", "every": "month"},
        ),
        "Contexts: one word": ("Contexts", lambda w, n: {"search": w}),
        "Contexts: frequent word": ("Contexts", lambda w, n: {"search": "the", "window": 5 + n}),
        "Contexts: in a voice": ("Contexts", lambda w, n: {"search": w, "voice": ["speakers"]}),
        "Keywords: each side": ("Keywords", lambda w, n: {"by": "side", "more_stop_words": w}),
        "Keywords: of an outlet": (
            "Keywords",
            lambda w, n: {"by": "outlet", "target": f"Outlet {n % 8}", "more_stop_words": w},
        ),
        "Keywords: voices": (
            "Keywords",
            lambda w, n: {"by": "voice_group", "measure": "log_ratio", "more_stop_words": w},
        ),
        "Collocates: one word": ("Collocates", lambda w, n: {"search": w}),
        "Keywords: differences": (
            "Keywords",
            lambda w, n: {"view": "differences of searched terms", "search": f"{w}, {w[:4]}*"},
        ),
        "Collocates: frequent word": (
            "Collocates",
            lambda w, n: {"search": "the", "window": 2 + n % 5, "more_stop_words": w},
        ),
        "Network: one word": ("Network", lambda w, n: {"search": w, "more_stop_words": "and"}),
        "Network: of the collocates": ("Network", lambda w, n: {"search": w, "second": True}),
        "N-grams: with a word": ("N-grams", lambda w, n: {"search": w}),
        "N-grams: two words, by side": (
            "N-grams",
            lambda w, n: {"n": 2, "by": "side", "per": 900 + n, "min_count": 2 + n},
        ),
        "Dispersion: places": ("Dispersion", lambda w, n: {"search": f"{w}, {w}s"}),
        "Dispersion: evenness": (
            "Dispersion",
            lambda w, n: {"view": "evenness over the texts", "search": f"{w}, {w[:4]}*"},
        ),
        "Dispersion: evenness of all": (
            "Dispersion",
            lambda w, n: {"view": "evenness over the texts", "more_stop_words": w},
        ),
        "Style: readability": (
            "Style",
            lambda w, n: {"view": "readability", "by": "outlet", "dates": _days(n)},
        ),
        "Style: diversity of words": (
            "Style",
            lambda w, n: {"view": "diversity of words", "by": "outlet", "dates": _days(n)},
        ),
        "Text: one document": ("Text", lambda w, n: {"search": "the", "window": n}),
    }


def of_layers() -> Questions:
    """What needs sentences, names, judgements or quotations."""
    return {
        "Sentiment: by side": ("Sentiment", lambda w, n: {"by": "side", "dates": _days(n)}),
        "Sentiment: by document": ("Sentiment", lambda w, n: {"by": "doc", "dates": _days(n)}),
        "Sentiment: course": (
            "Sentiment",
            lambda w, n: {"view": "course of the text", "bins": 5 + n},
        ),
        "Sentiment: sentences": (
            "Sentiment",
            lambda w, n: {"view": "sentences", "dates": _days(n)},
        ),
        "Sentiment: toward names": (
            "Sentiment",
            lambda w, n: {"view": "toward names", "min_count": 3 + n},
        ),
        "Entities: names": ("Entities", lambda w, n: {"per": 900 + n}),
        "Entities: by outlet": ("Entities", lambda w, n: {"by": "outlet", "per": 900 + n}),
        "Entities: pairs": ("Entities", lambda w, n: {"view": "pairs", "names": w[0]}),
        "Voices: shares": ("Voices", lambda w, n: {"rows": 10 + n}),
        "Voices: shares by side": ("Voices", lambda w, n: {"by": "side", "rows": 10 + n}),
        "Voices: verbs": ("Voices", lambda w, n: {"view": "verbs of saying", "min_count": 3 + n}),
        "Voices: quotations": ("Voices", lambda w, n: {"view": "quotations", "per": 900 + n}),
        "Voices: number of quotations": (
            "Voices",
            lambda w, n: {"view": "number of quotations", "per": 900 + n},
        ),
        "Voices: marked words": ("Voices", lambda w, n: {"view": "marked words", "rows": 10 + n}),
        "Sentiment: evaluations": (
            "Sentiment",
            lambda w, n: {"view": "who evaluates whom", "rows": 10 + n},
        ),
        "Style: stance": ("Style", lambda w, n: {"per": 900 + n, "by": "side"}),
        "Article: one text": ("Article", lambda w, n: {"days": n}),
    }


def _groups(word: str) -> str:
    """Groups of terms as the panel writes them."""
    return f"one: [{word}, {word}s]\ntwo: [war, wars, peace*]"


def _days(n: int) -> tuple[str, str]:
    return (f"{pd.Timestamp('2024-01-01') + pd.Timedelta(days=n):%Y-%m-%d}", "")


def timed(
    explorer: Explorer, asked_of: Questions, repeat: int, only: str
) -> Iterator[tuple[str, float, float, float]]:
    """Median seconds of each question, of the processor for it, and of its first passages."""
    chosen = {name: one for name, one in asked_of.items() if name.startswith(only)}
    for name, (tab, settings) in chosen.items():
        explorer.prepare(tab, settings("first", 0), lambda *_: True)
        try:
            explorer.ask(tab, settings(WORDS[-1], 0))  # what is made once
        except da.InputError as error:
            print(f"{name:<30} {error}")
            continue
        asked, used, shown = [], [], []
        for number, word in itertools.islice(enumerate(WORDS), repeat):
            begin, own = time.perf_counter(), time.process_time()
            answer = explorer.ask(tab, settings(word, number + 1))
            asked.append(time.perf_counter() - begin)
            used.append(time.process_time() - own)
            begin = time.perf_counter()
            answer.passages(0)
            shown.append(time.perf_counter() - begin)
        yield name, *(statistics.median(seconds) for seconds in (asked, used, shown))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=default_folder())
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--only", default="", help="questions whose name begins so")
    parser.add_argument("--pack", type=Path, help="a packed corpus: what needs its tokens is asked")
    options = parser.parse_args()
    begin, bound = time.perf_counter(), BOUND if options.pack is None else PACKED
    if options.pack is None:
        corpus = da.Corpus(documents_of(options.folder, options.tokens))
        corpus.make("sentiment", "targets", "voiced", "evaluations")
        asked_of = questions()
    else:
        corpus, asked_of = da.read_corpus(options.pack), questions()
        if any(corpus.lacks(name) for name in ("voiced", "targets", "evaluations")):
            asked_of = {n: own for n, own in of_words().items() if "voice" not in n}
    explorer = Explorer(corpus)
    print(
        f"{len(corpus):,} documents, {len(corpus.tokens):,} tokens;"
        f" layers made in {time.perf_counter() - begin:.0f} s"
    )
    print(f"{'question':<30}{'seconds':>9}{f'/ {bound} s':>9}{'processor':>11}{'passages':>10}")
    slow = 0
    for name, asked, used, shown in timed(explorer, asked_of, options.repeat, options.only):
        slow += asked > bound
        print(
            f"{name:<30}{asked:>9.3f}{asked / bound:>9.2f}{used:>11.3f}{shown:>10.3f}", flush=True
        )
    print(f"{slow} of {len(asked_of)} questions took longer than {bound} s.")


if __name__ == "__main__":
    main()
