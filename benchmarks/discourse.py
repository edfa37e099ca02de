"""Measure clauses, events, vague actors, explanations and evaluations on our own labels.

    python benchmarks/discourse.py [--shared DIR] [--test] [--errors KIND]

The labels are in ``training/data/discourse.tsv``; the texts in `shared`. Every labelled sentence is
read alone. Without ``--test`` the part that rules may be written on is measured; the test part is
that without the articles that stand in the other part under another source's name.

- ROLE: the gold participants are given as mentions. A row is right in its *pair* if the label has
  the participant in a clause of that verb; role and negation are judged where the pair is right.
  The labels have six roles a sentence at most, so a row that they lack is not always wrong:
  precision is a lower bound.
- NODOER, VAGUE: the event or the phrase overlaps.
- EXPL (all classes but blame, which the guideline counts as an evaluation): the markers overlap, or
  both parts do. *Both parts* are right where cause and explained overlap the labels by half of the
  words joined (intersection over union), *loosely* by three tenths.
- EVAL: the acts overlap; *whole* is right where evaluator and target overlap the labels, too (or
  neither has any) and the polarity is the same.
"""

from __future__ import annotations

import argparse
import csv
import os
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

import analysis as da
from analysis.annotation.annotator import annotate
from analysis.discourse.agency import find_clauses
from analysis.discourse.evaluations import find_evaluations
from analysis.discourse.explanations import find_explanations
from analysis.discourse.vague import find_vague_actors

LABELS = Path(__file__).resolve().parents[1] / "training" / "data" / "discourse.tsv"
Span = tuple[int, int]
KINDS = ("ROLE", "NODOER", "VAGUE", "EXPL", "EVAL")


def wilson_interval(right: int, every: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 %."""
    share, z2 = right / every, 1.96**2
    middle = (share + z2 / (2 * every)) / (1 + z2 / every)
    half = (z2 * (share * (1 - share) + z2 / (4 * every)) / every) ** 0.5 / (1 + z2 / every)
    return middle - half, middle + half


class Label(NamedTuple):
    """A labelled finding: the fields are strings, spans, or None for a part that is not there."""

    kind: str
    fields: tuple[Any, ...]


def read_texts(shared: Path) -> dict[tuple[str, str], str]:
    """The documents by source and name."""
    texts: dict[tuple[str, str], str] = {}
    for path in (shared / "texts" / "wikinews").glob("*.txt"):
        texts["wikinews", path.stem] = path.read_text("utf-8")
    with tarfile.open(shared / "training" / "polnear.tar.gz") as archive:
        for member in archive:
            if "/text/" in member.name and member.isfile():
                file = archive.extractfile(member)
                assert file is not None
                part = Path(member.name).parts[-3]
                name = Path(member.name).stem
                texts[f"polnear-{part}", name] = file.read().decode("utf-8")
    with tarfile.open(shared / "training" / "gum.tar.gz") as archive:
        for member in archive:
            if Path(member.name).name.startswith("GUM_news_") and member.name.endswith(".conllu"):
                file = archive.extractfile(member)
                assert file is not None
                lines = file.read().decode("utf-8").splitlines()
                said = [line[9:] for line in lines if line.startswith("# text = ")]
                texts["gum", Path(member.name).stem] = " ".join(said)
    return texts


def read_sentences(shared: Path, splits: Iterable[str]) -> tuple[pd.DataFrame, list[list[Label]]]:
    """Each labelled sentence as a document, and its labels with offsets into it."""
    texts, found = read_texts(shared), defaultdict(list)
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
        known = {article_of(row[1]) for row in rows if row[4] != "test"}
        for source, doc, start, end, split, kind, *fields in rows:
            leaked = split == "test" and article_of(doc) in known
            if split in splits and not leaked:
                key = source, doc, int(start), int(end)
                values = tuple(_field(field, int(start)) for field in fields)
                found[key].append(Label(kind, values))
    rows_of = [(f"{source}/{doc}/{start}", texts[source, doc][start:end])
               for source, doc, start, end in found]  # fmt: skip
    return pd.DataFrame(rows_of, columns=["doc", "text"]), list(found.values())


def article_of(doc: str) -> str:
    """The article of a document: GUM's news are articles of Wikinews, too."""
    return doc.removeprefix("GUM_")


def _field(text: str, start: int) -> Any:
    """A span relative to its sentence, or the word that stands there."""
    first, colon, last = text.partition(":")
    if colon and first.isdigit() and last.isdigit():
        return int(first) - start, int(last) - start
    return None if text == "-" else text


def overlap(one: Span | None, other: Span | None) -> float:
    """Intersection over union of two spans."""
    if one is None or other is None:
        return 0.0
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(shared, 0) / (max(one[1], other[1]) - min(one[0], other[0]))


class Tally:
    """Right ones and all of a measure."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.errors: list[str] = []

    def add(self, what: str, right: bool, note: str = "") -> None:
        """Count one."""
        self.counts[what][0] += right
        self.counts[what][1] += 1
        if not right and note:
            self.errors.append(f"{what}: {note}")

    def print(self) -> None:
        """Print every share with its interval."""
        for what, (right, every) in self.counts.items():
            low, high = wilson_interval(right, every)
            share = f"{right / every:.2f} [{low:.2f}-{high:.2f}]"
            print(f"{what:34} {share}  {right} of {every}")


def score(documents: pd.DataFrame, labels: list[list[Label]]) -> Tally:
    """Compare what the package finds with the labels."""
    tokens, tally = annotate(documents).tokens, Tally()
    gold = dict(zip(documents["doc"], labels, strict=True))
    texts = dict(zip(documents["doc"], documents["text"], strict=True))
    _score_roles(tally, tokens, gold, texts)
    clauses = find_clauses(tokens, _mentions([]), vague=False)
    events = clauses[(clauses["entity"] == "(none)") & (clauses["role"] == "agent")]
    _score_spans(tally, "NODOER", _spans(events, "verb_start", "verb_end"), gold, texts)
    vague = _spans(find_vague_actors(tokens), "start", "end")
    _score_spans(tally, "VAGUE", vague, gold, texts)
    _score_explanations(tally, find_explanations(tokens), gold, texts)
    _score_evaluations(tally, da.Corpus(documents), gold, texts)
    return tally


def _mentions(rows: list[tuple[str, int, int, str]]) -> pd.DataFrame:
    """Mentions, each an entity of its own."""
    table = pd.DataFrame(rows, columns=["doc", "start", "end", "text"])
    return table.assign(sentence=0, label="PERSON", entity=[str(n) for n in range(len(rows))])


def _score_roles(tally: Tally, tokens: pd.DataFrame, gold: Any, texts: dict[str, str]) -> None:
    pairs = []
    for doc, own in gold.items():
        spans = {label.fields[0] for label in own if label.kind == "ROLE"} - {None}
        pairs += [(doc, *span, texts[doc][slice(*span)]) for span in sorted(spans)]
    rows = find_clauses(tokens, _mentions(pairs), vague=False)
    rows = rows[rows["entity"] != "(none)"]
    found = defaultdict(list)
    for row in rows.itertuples():
        found[row.doc].append(row)
    for doc, own in gold.items():
        wanted = [label for label in own if label.kind == "ROLE" and label.fields[2]]
        hits = set()
        for row in found[doc]:
            same = [
                number
                for number, label in enumerate(wanted)
                if label.fields[0] == (row.start, row.end)
                and overlap(label.fields[2], (row.verb_start, row.verb_end)) > 0
            ]
            note = f"{row.text} {row.role} {row.form} {row.verb} | {texts[doc]}"
            tally.add("ROLE pair, precision", bool(same), note)
            if same:
                hits.add(same[0])
                _, role, _, _, negated = wanted[same[0]].fields
                tally.add("ROLE role, where the pair is right", role == row.role, note)
                wrong = f"{row.negated} {note}"
                tally.add("ROLE negation, accuracy", (negated == "1") == row.negated)
                if negated == "1":
                    tally.add("ROLE negation, recall", row.negated, wrong)
                if row.negated:
                    tally.add("ROLE negation, precision", negated == "1", wrong)
        for number, label in enumerate(wanted):
            said = [texts[doc][slice(*f)] if isinstance(f, tuple) else f for f in label.fields]
            tally.add("ROLE pair, recall", number in hits, f"{said} | {texts[doc]}")


def _spans(table: pd.DataFrame, start: str, end: str) -> dict[str, list[Span]]:
    spans = defaultdict(list)
    for doc, first, last in zip(table["doc"], table[start], table[end], strict=True):
        spans[doc].append((int(first), int(last)))
    return spans


def _score_spans(
    tally: Tally, kind: str, found: dict[str, list[Span]], gold: Any, texts: dict[str, str]
) -> None:
    for doc, labels in gold.items():
        wanted = [label.fields[0] for label in labels if label.kind == kind and label.fields[0]]
        own = found.get(doc, [])
        for span in own:
            right = any(overlap(span, other) > 0 for other in wanted)
            tally.add(f"{kind}, precision", right, f"{texts[doc][slice(*span)]} | {texts[doc]}")
        for span in wanted:
            right = any(overlap(span, other) > 0 for other in own)
            tally.add(f"{kind}, recall", right, f"{texts[doc][slice(*span)]} | {texts[doc]}")


class Reason(NamedTuple):
    """An explanation of either side."""

    explained: Span | None
    cause: Span | None
    marker: Span | None
    complete: bool
    negated: bool


def _score_explanations(tally: Tally, table: pd.DataFrame, gold: Any, texts: Any) -> None:
    found = defaultdict(list)
    for row in table[table["class"] != "blame"].itertuples():
        parts = [
            None if getattr(row, f"{part}_start") < 0
            else (getattr(row, f"{part}_start"), getattr(row, f"{part}_end"))
            for part in ("explained", "cause")
        ]  # fmt: skip
        one = Reason(*parts, (row.start, row.end), row.complete, row.negated)
        found[row.doc].append(one)
    for doc, labels in gold.items():
        wanted = [
            Reason(*label.fields[:3], label.fields[3] == "1", label.fields[4] == "1")
            for label in labels
            if label.kind == "EXPL"
        ]
        for one in found[doc]:
            match = next(_matching(one, wanted), None)
            note = f"{_said(one, texts[doc])} GOLD {match and _said(match, texts[doc])}"
            note += f" | {texts[doc]}"
            tally.add("EXPL, precision", match is not None, note)
            if one.complete:
                both = match is not None and _both(one, match)
                tally.add("EXPL both parts, of complete", both, note)
                loose = match is not None and _both(one, match, 0.3)
                tally.add("EXPL both parts, loosely", loose)
            if match is not None and (one.negated or match.negated):
                tally.add("EXPL negation", one.negated == match.negated, note)
        for one in wanted:
            hit = next(_matching(one, found[doc]), None)
            tally.add("EXPL, recall", hit is not None, f"{_said(one, texts[doc])} | {texts[doc]}")


class Act(NamedTuple):
    """An evaluation of either side."""

    evaluator: Span | None
    act: Span
    target: Span | None
    favourable: bool
    negated: bool
    modality: str
    matter: Span | None

    def same(self, other: Act, part: str) -> bool:
        """Whether a part overlaps, or neither has it."""
        one, two = getattr(self, part), getattr(other, part)
        return one == two or overlap(one, two) > 0

    def whole(self, other: Act) -> bool:
        """Whether who evaluates whom, and how, is the same."""
        polarity = self.favourable == other.favourable
        return polarity and self.same(other, "evaluator") and self.same(other, "target")


def _score_evaluations(tally: Tally, corpus: Any, gold: Any, texts: dict[str, str]) -> None:
    found = defaultdict(list)
    table = find_evaluations(corpus.voiced, corpus.mentions, documents=corpus.documents)
    for row in table.to_dict("records"):
        spans = {
            part: None if row[f"{part}_start"] < 0 else (row[f"{part}_start"], row[f"{part}_end"])
            for part in ("evaluator", "target", "matter")
        }
        good, act = row["polarity"] == "favourable", (row["start"], row["end"])
        status = {"negated": row["negated"], "modality": row["modality"]}
        found[row["doc"]].append(Act(act=act, favourable=good, **status, **spans))
    for doc, labels in gold.items():
        wanted = [
            Act(*f[:3], f[3] == "+", f[4] == "1", f[5], f[6])
            for f in (label.fields for label in labels if label.kind == "EVAL")
        ]
        for one in found[doc]:
            there = [other for other in wanted if one.same(other, "act")]
            note = f"{_words_of(one, texts[doc])} | {texts[doc]}"
            tally.add("EVAL act, precision", bool(there), note)
            tally.add("EVAL whole, precision", any(map(one.whole, there)), note)
        for one in wanted:
            there = [other for other in found[doc] if one.same(other, "act")]
            best = max(there, key=lambda other: (other.whole(one), other.same(one, "target")),
                       default=None)  # fmt: skip
            note = f"{_words_of(one, texts[doc])} | {texts[doc]}"
            tally.add("EVAL act, recall", best is not None, note)
            tally.add("EVAL whole, recall", best is not None and best.whole(one))
            if best is not None:
                for part in ("evaluator", "target"):
                    tally.add(f"EVAL {part}, where found", one.same(best, part), note)
                for part in ("favourable", "negated", "modality"):
                    same = getattr(one, part) == getattr(best, part)
                    tally.add(f"EVAL {part}, where found", same, note)
                if one.matter is not None:
                    tally.add("EVAL what for, where found", one.same(best, "matter"), note)


def _words_of(one: Act, text: str) -> list[str]:
    spans = (one.evaluator, one.act, one.target)
    return [text[slice(*span)] if span else "-" for span in spans]


def _matching(one: Reason, others: list[Reason]) -> Iterator[Reason]:
    """Explanations of the same marker or of much the same parts."""
    for other in others:
        if overlap(one.marker, other.marker) > 0 or _both(one, other, 0.3):
            yield other


def _both(one: Reason, other: Reason, least: float = 0.5) -> bool:
    return (
        overlap(one.explained, other.explained) >= least
        and overlap(one.cause, other.cause) >= least
    )


def _said(one: Reason, text: str) -> list[str]:
    return [text[slice(*span)] if span else "-" for span in one[:3]]


def main() -> None:
    """Read the command line and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("DISCOURSE_SHARED", Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--shared", type=Path, default=Path(default))
    parser.add_argument("--test", action="store_true", help="measure on the part held back")
    parser.add_argument("--errors", default="", help="print the errors of a kind, such as EXPL")
    options = parser.parse_args()
    splits = ["test"] if options.test else ["train", "dev"]
    documents, labels = read_sentences(options.shared, splits)
    print(f"{len(documents)} sentences ({', '.join(splits)})")
    tally = score(documents, labels)
    tally.print()
    if options.errors and not options.test:
        print(*(line for line in tally.errors if line.startswith(options.errors)), sep="\n")


if __name__ == "__main__":
    main()
