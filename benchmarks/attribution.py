"""How well `find_quotes` finds who says what: PolNeAR by class of cue and by outlet, and Wikinews.

    python benchmarks/attribution.py [--part dev] [--half first|second] [--shared FOLDER]

PolNeAR (Newell, Margolin and Ruths 2018): attributions in seven US outlets of 2016, with source,
cue and content; the reading and the matching are those of ``FOLDER/checks/polnear.py`` (FOLDER:
DISCOURSE_SHARED, or ``../shared``). A row is right, and an attribution found, where their contents
overlap by at least 0.5, or 0.8, of their union. What `score` says and where the threshold lies was
chosen on the first half of dev (every other article); tell the second. Wikinews: twelve articles,
as `tests/quote_scorer.py` counts them; rows of thought are left out there, which the labels do not
have. Intervals: Wilson, 95 %.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from texts import default_folder

from analysis import add_voices, annotate, find_entities, find_quotes

ROOT = Path(__file__).resolve().parents[1]
LEVELS = (0.5, 0.8)


def load(path: Path) -> ModuleType:
    """Import a script by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def classes(check: ModuleType) -> dict[str, Callable[[dict[str, Any]], bool]]:
    """The classes of attributions that are told apart."""

    def core(gold: dict[str, Any]) -> bool:
        return bool(check.CORE.search(gold["cue_text"]))

    return {
        "all": lambda gold: True,
        "quotation marks in the content": lambda gold: gold["marks"],
        "core verbs (say, tell, add, write …)": core,
        "other speech words, no marks": lambda gold: (
            gold["speech"] and not gold["marks"] and not core(gold)
        ),
        "neither (beliefs, intentions …)": lambda gold: not (gold["marks"] or gold["speech"]),
    }


def shown(right: int, count: int) -> str:
    """A share with its interval."""
    if not count:
        return "none"
    share, square = right / count, 1.96**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = share * (1 - share) / count + square / (4 * count**2)
    reach = 1.96 * reach**0.5 / (1 + square / count)
    return f"{share:.3f} [{middle - reach:.3f}–{middle + reach:.3f}] of {count}"


def polnear(shared: Path, part: str, half: str) -> None:
    """Print precision and recall of whole attributions, and of words."""
    check = load(shared / "checks" / "polnear.py")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(shared / "training" / "polnear.tar.gz") as archive:
            archive.extractall(folder, filter="data")
        data = check.read(next(Path(folder).rglob(part)), None, 0)
    data = data[{"first": 0, "second": 1}.get(half, 0) :: 1 if half == "both" else 2]
    documents = pd.DataFrame({"doc": [d for d, _, _ in data], "text": [t for _, t, _ in data]})
    tokens = annotate(documents).tokens
    quotes = find_quotes(documents, tagged=tokens, mentions=find_entities(documents))
    gold = {doc: rows for doc, _, rows in data}
    found = {doc: list(rows_of(check, text, quotes, doc)) for doc, text, _ in data}
    count = sum(map(len, found.values()))
    print(f"PolNeAR {part}, {half}: {len(data)} articles, {count} rows, {len(quotes)} with nested")
    for level in LEVELS:
        print(f"\noverlap ≥ {level}")
        one_level(check, gold, found, level)
    words(documents, tokens, quotes, gold)


def rows_of(
    check: ModuleType, text: str, quotes: pd.DataFrame, doc: str
) -> Iterator[dict[str, Any]]:
    """The quotations of a document that lie in no other, as the check has them."""
    for row in quotes[(quotes["doc"] == doc) & (quotes["depth"] == 0)].itertuples():
        if (span := check.trim(text, row.start, row.end)) is not None:
            places = {
                what: (low, high) if low >= 0 else None
                for what, low, high in (
                    ("cue", row.cue_start, row.cue_end),
                    ("speaker", row.speaker_start, row.speaker_end),
                )
            }
            yield {"span": span, "kind": row.kind, "score": row.score, **places}


def one_level(check: ModuleType, gold: dict[str, Any], found: dict[str, Any], level: float) -> None:
    """Print the figures at one overlap."""
    matched = {doc: check.judge(gold[doc], found[doc], level) for doc in gold}
    rows = [(g, f, d) for d in gold for g, f in zip(gold[d], matched[d][0], strict=True)]
    right = [(p, k) for d in gold for p, k in zip(found[d], matched[d][1], strict=True)]
    print("  precision:", shown(sum(k for _, k in right), len(right)))
    for kind in ("direct", "mixed", "indirect"):
        own = [k for p, k in right if p["kind"] == kind]
        print(f"    {kind}:", shown(sum(own), len(own)))
    for low, high in ((0, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01)):
        own = [k for p, k in right if low <= p["score"] < high]
        print(f"    score {low}–{min(high, 1)}:", shown(sum(own), len(own)))
    for name, belongs in classes(check).items():
        own = [f is not None for g, f, _ in rows if belongs(g)]
        print(f"  recall, {name}:", shown(sum(own), len(own)))
    pairs = [(g, found[d][f]) for g, f, d in rows if f is not None]
    for what, role in (("speaker", "source"), ("cue", "cue")):
        print(f"  {what}:", shown(sum(check.ok(p[what], g[role]) for g, p in pairs), len(pairs)))
    outlets: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for doc in gold:
        some = outlets[doc.split("_")[0]]
        for place, number in enumerate((
            sum(matched[doc][1]), len(found[doc]),
            sum(f is not None for f in matched[doc][0]), len(gold[doc]),
        )):  # fmt: skip
            some[place] += number
    for outlet, (k, n, f, g) in sorted(outlets.items()):
        print(
            f"  {outlet}: precision {k / max(n, 1):.2f} of {n}, recall {f / max(g, 1):.2f} of {g}"
        )


def words(
    documents: pd.DataFrame, tokens: pd.DataFrame, quotes: pd.DataFrame, gold: dict[str, Any]
) -> None:
    """Print precision, recall and F1 of the words that somebody is given."""
    table = tokens[tokens["is_word"]]
    mine = (add_voices(table, quotes, documents=documents)["speech"] != "").to_numpy()
    theirs = np.zeros(len(table), bool)
    for doc, places in table.groupby("doc", observed=True).indices.items():
        start, end = (table[name].to_numpy()[places] for name in ("start", "end"))
        for low, high in (span for one in gold[doc] for span in one["content"]):
            theirs[places[(start < high) & (end > low)]] = True
    both = (mine & theirs).sum()
    print(
        f"\nwords: precision {both / mine.sum():.3f}, recall {both / theirs.sum():.3f},"
        f" F1 {2 * both / (mine.sum() + theirs.sum()):.3f} of {len(table):,}"
    )


def wikinews(shared: Path) -> None:
    """Print the figures of the twelve labelled articles."""
    sys.path.insert(0, str(ROOT / "tests"))
    scorer = load(ROOT / "tests" / "quote_scorer.py")
    gold = scorer.read_gold(shared / "gold" / "quotes-dev.jsonl")
    borderline = scorer.read_gold(shared / "gold" / "quotes-dev-borderline.jsonl")
    docs = sorted({row["doc"] for row in gold})
    texts = [(shared / "texts" / "wikinews" / f"{doc}.txt").read_text("utf-8") for doc in docs]
    nobody = pd.DataFrame(columns=["doc", "start", "end", "label", "entity"])
    quotes = find_quotes(pd.DataFrame({"doc": docs, "text": texts}), mentions=nobody)
    for what, some in (
        ("speech and writing", quotes[(quotes["depth"] == 0) & (quotes["mode"] != "thought")]),
        ("all rows", quotes),
    ):
        rates = scorer.score(gold, scorer.rows_of(some), borderline).rates()
        print(f"Wikinews, {what}:", {name: round(value, 3) for name, value in rates.items()})


def main() -> None:
    """Read the arguments and print both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=default_folder().parents[1])
    parser.add_argument("--part", choices=["dev", "train"], default="dev")
    parser.add_argument("--half", choices=["first", "second", "both"], default="both")
    parser.add_argument("--only", choices=["polnear", "wikinews"])
    options = parser.parse_args()
    if options.only != "wikinews":
        polnear(options.shared, options.part, options.half)
    if options.only != "polnear":
        wikinews(options.shared)


if __name__ == "__main__":
    main()
