"""Measure the entity finder on CoNLL-2003 testa, newswire of 1996 that no rule was written on.

    python benchmarks/entities_conll.py [--shared DIR] [--engine model|model-alone]

CoNLL has PER, ORG, LOC and MISC. Demonyms are MISC there and NORP here, so of the groups found the
share is given that are MISC names; other MISC names (events, products) are left out, and so
is what the finder says about them. The model was trained on the training part (--part train).
"""

from __future__ import annotations

import argparse
import os
import tarfile
from pathlib import Path

import pandas as pd
from entities_gum import Text, add_engine, by_score, find, report

LABELS = {"PER": "PERSON", "ORG": "ORG", "LOC": "PLACE", "MISC": "NORP"}
TIGHT_BEFORE = {",", ".", ")", "'s", "'", ":", ";", "%", "?", "!", "n't"}


def read_texts(content: str) -> list[Text]:
    """Every document as running text, a blank line between its sentences, with gold names."""
    texts = []
    for number, part in enumerate(content.split("-DOCSTART-")[1:]):
        text = Text(f"d{number:03}")
        for block in part.split("\n\n")[1:]:
            rows = [line.split() for line in block.strip().split("\n") if line.strip()]
            _add_sentence(text, [(row[0], row[-1]) for row in rows])
        texts.append(text)
    return texts


def _add_sentence(text: Text, words: list[tuple[str, str]]) -> None:
    """Append one sentence and the spans of its IOB1 tags."""
    if not words:
        return
    text.text += "\n\n" if text.text else ""
    open_kind, begin, before = "O", 0, ""
    for word, tag in words:
        if before and word not in TIGHT_BEFORE and before not in {"(", "$"}:
            text.text += " "
        start = len(text.text)
        kind = tag[2:] or "O"
        if kind != open_kind or tag.startswith("B-"):
            _close(text, open_kind, begin)
            open_kind, begin = kind, start
        text.text += word
        before = word
        if kind != "O":
            end = len(text.text)
            text.ignored = [span for span in text.ignored if span[0] != begin]
            text.ignored.append((begin, end))
    _close(text, open_kind, begin)


def _close(text: Text, kind: str, begin: int) -> None:
    """Turn the span that was open into a gold name, or leave it among the ignored ones."""
    if kind == "O":
        return
    begin, end = text.ignored.pop()
    if kind == "MISC":
        text.ignored.append((begin, end))
    else:
        text.names.append((begin, end, LABELS[kind]))


def main() -> None:
    """Read the archive, run the finder and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    shared = os.environ.get("DISCOURSE_SHARED", str(Path(__file__).parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=Path(shared))
    parser.add_argument("--part", default="testa", choices=["testa", "train"])
    add_engine(parser)
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    with tarfile.open(arguments.shared / "training" / "ner.tar.gz") as tar:
        member = next(m for m in tar.getmembers() if m.name.endswith(f"eng.{arguments.part}"))
        texts = read_texts(tar.extractfile(member).read().decode())  # type: ignore[union-attr]
    documents = pd.DataFrame({"doc": [t.doc for t in texts], "text": [t.text for t in texts]})
    mentions = find(documents, arguments.engine)
    groups = mentions[mentions["label"] == "NORP"]
    misc = {(t.doc, *span) for t in texts for span in t.ignored}
    right = sum(
        key in misc for key in zip(groups["doc"], groups["start"], groups["end"], strict=True)
    )
    print(f"CoNLL-2003 {arguments.part}, {arguments.engine}: {len(texts)} texts")
    print(report(texts, mentions, errors=arguments.errors).to_string())
    print(f"NORP: {right} of {len(groups)} found are MISC names ({right / len(groups):.3f})")
    print(by_score(texts, mentions).to_string())


if __name__ == "__main__":
    main()
