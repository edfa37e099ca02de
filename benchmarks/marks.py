"""How well marked words are told apart: quotation, term or title, gloss, distancing.

Run: ``python benchmarks/marks.py [--split train|test] [--errors] [--shared FOLDER]``. The labels
are the MARK lines of ``training/data/discourse.tsv``; the texts are in FOLDER (DISCOURSE_SHARED, or
``../shared``): ``training/polnear.tar.gz``, ``training/gum.tar.gz`` and ``texts/wikinews``. The
rules were written on split `train`.
"""

from __future__ import annotations

import argparse
import tarfile
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from texts import default_folder

from analysis import annotate, find_marked_words, find_quotes

LABELS = Path(__file__).resolve().parents[1] / "training" / "data" / "discourse.tsv"
KINDS = ("quotation", "term", "gloss", "distancing")


class Label(NamedTuple):
    """A stretch in quotation marks, without its marks, and what a reader took it for."""

    doc: str
    start: int
    end: int
    kind: str


def read_labels(split: str) -> tuple[list[Label], dict[str, str]]:
    """The labels of a split, and the source of each of its documents."""
    labels, sources = [], {}
    for line in LABELS.read_text("utf-8").splitlines()[1:]:
        source, doc, _, _, part, kind, *fields = line.split("\t")
        if part == split and kind == "MARK":
            start, end = map(int, fields[0].split(":"))
            labels.append(Label(doc, start, end, fields[1]))
            sources[doc] = source
    return labels, sources


def read_texts(sources: dict[str, str], shared: Path) -> pd.DataFrame:
    """The documents that the labels are of."""
    texts = {}
    with tarfile.open(shared / "training" / "polnear.tar.gz") as archive:
        for name in archive.getnames():
            path = Path(name)
            if path.stem in sources and path.parent.name == "text":
                texts[path.stem] = archive.extractfile(name).read().decode("utf-8")  # type: ignore[union-attr]
    with tarfile.open(shared / "training" / "gum.tar.gz") as archive:
        for name in archive.getnames():
            if Path(name).stem in sources and name.endswith(".conllu"):
                lines = archive.extractfile(name).read().decode("utf-8").splitlines()  # type: ignore[union-attr]
                said = [line[9:] for line in lines if line.startswith("# text = ")]
                texts[Path(name).stem] = " ".join(said)
    for path in (shared / "texts" / "wikinews").glob("*.txt"):
        if path.stem in sources:
            texts[path.stem] = path.read_bytes().decode("utf-8")
    missing = set(sources) - set(texts)
    if missing:
        raise SystemExit(f"{shared} lacks {len(missing)} of the texts, such as {min(missing)}.")
    return pd.DataFrame({"doc": list(texts), "text": list(texts.values())})


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


def wilson(right: int, n: int) -> str:
    """A share with Wilson's 95 % interval."""
    if n == 0:
        return "–"
    z, share = 1.959964, right / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n)
    return f"{share:.2f} [{middle - half:.2f}, {middle + half:.2f}] ({right} of {n})"


def main() -> None:
    """Print the confusion, and precision and recall of each kind with intervals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="train", choices=("train", "test"))
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--shared", type=Path, default=default_folder().parents[1])
    options = parser.parse_args()
    labels, sources = read_labels(options.split)
    documents = read_texts(sources, options.shared)
    tagged = annotate(documents).tokens
    quotes = find_quotes(documents, tagged=tagged)
    marked = find_marked_words(documents, tagged=tagged, quotes=quotes)
    found = found_kinds(labels, pd.concat([quotes, marked]))
    table = pd.DataFrame({"label": [label.kind for label in labels], "found": found})
    print(pd.crosstab(table["label"], table["found"]).to_string())
    for kind in KINDS:
        mine, theirs = table["found"] == kind, table["label"] == kind
        both = int((mine & theirs).sum())
        shares = wilson(both, int(mine.sum())), wilson(both, int(theirs.sum()))
        print("{}: precision {}, recall {}".format(kind, *shares))
    if options.errors:
        text = documents.set_index("doc")["text"]
        for label, kind in zip(labels, found, strict=True):
            if label.kind != kind:
                around = text[label.doc][max(label.start - 160, 0) : label.end + 80]
                print(f"{label.kind}, found {kind or 'nothing'}: {label.doc} {around!r}")


if __name__ == "__main__":
    main()
