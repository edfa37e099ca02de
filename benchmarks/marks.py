"""How well marked words are told apart: quotation, term or title, gloss, distancing.

Run: ``python benchmarks/marks.py [--split train|test] [--errors] [--shared FOLDER]``. The labels
are the MARK lines of ``training/data/discourse.tsv``; the texts are in FOLDER (DISCOURSE_SHARED, or
``../shared``): ``training/polnear.tar.gz``, ``training/gum.tar.gz`` and ``texts/wikinews``. The
rules were written on split `train`; articles that stand there under another source's name are left
out of `test`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from discourse import LABELS, article_of, read_texts, wilson_interval
from texts import default_folder

from analysis import annotate, find_marked_words, find_quotes

KINDS = ("quotation", "term", "gloss", "distancing")


class Label(NamedTuple):
    """A stretch in quotation marks, without its marks, and what a reader took it for."""

    doc: str
    start: int
    end: int
    kind: str


def read_labels(split: str) -> tuple[list[Label], set[tuple[str, str]]]:
    """The labels of a split, and the source and name of each of its documents."""
    rows = [line.split("\t") for line in LABELS.read_text("utf-8").splitlines()[1:]]
    known = {article_of(row[1]) for row in rows if row[4] != "test"}
    labels, documents = [], set()
    for source, doc, _, _, part, kind, *fields in rows:
        leaked = split == "test" and article_of(doc) in known
        if part == split and kind == "MARK" and not leaked:
            start, end = map(int, fields[0].split(":"))
            labels.append(Label(doc, start, end, fields[1]))
            documents.add((source, doc))
    return labels, documents


def found_kinds(labels: list[Label], quotes: pd.DataFrame) -> list[str]:
    """What the finder takes each labelled stretch for; "" where no row covers it."""
    by_doc = {str(doc): rows for doc, rows in quotes.groupby("doc", observed=True)}
    found = []
    for label in labels:
        rows = by_doc.get(label.doc, quotes.iloc[:0])
        common = rows["end"].clip(upper=label.end) - rows["start"].clip(lower=label.start)
        hit = rows[common > 0.5 * (label.end - label.start)]
        if hit.empty:
            found.append("")
            continue
        kind = hit["kind"].iloc[0]
        found.append(kind if kind in KINDS else "quotation")
    return found


def share(right: int, n: int) -> str:
    """A share with its interval."""
    if n == 0:
        return "–"
    low, high = wilson_interval(right, n)
    return f"{right / n:.2f} [{low:.2f}, {high:.2f}] ({right} of {n})"


def main() -> None:
    """Print the confusion, and precision and recall of each kind with intervals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="train", choices=("train", "test"))
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--shared", type=Path, default=default_folder().parents[1])
    options = parser.parse_args()
    labels, names = read_labels(options.split)
    texts = read_texts(options.shared)
    documents = pd.DataFrame([(doc, texts[source, doc]) for source, doc in sorted(names)])
    documents.columns = ["doc", "text"]
    tagged = annotate(documents).tokens
    quotes = find_quotes(documents, tagged=tagged)
    marked = find_marked_words(documents, tagged=tagged, quotes=quotes)
    found = found_kinds(labels, pd.concat([quotes, marked]))
    table = pd.DataFrame({"label": [label.kind for label in labels], "found": found})
    print(pd.crosstab(table["label"], table["found"]).to_string())
    for kind in KINDS:
        mine, theirs = table["found"] == kind, table["label"] == kind
        both = int((mine & theirs).sum())
        shares = share(both, int(mine.sum())), share(both, int(theirs.sum()))
        print("{}: precision {}, recall {}".format(kind, *shares))
    if options.errors:
        text = documents.set_index("doc")["text"]
        for label, kind in zip(labels, found, strict=True):
            if label.kind != kind:
                around = text[label.doc][max(label.start - 160, 0) : label.end + 80]
                print(f"{label.kind}, found {kind or 'nothing'}: {label.doc} {around!r}")


if __name__ == "__main__":
    main()
