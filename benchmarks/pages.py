"""How much of an article `discourse add` finds in a saved page, beside trafilatura.

Run with `python benchmarks/pages.py FOLDER …`. A folder is one of two public sets, of which nothing
is in this repository:

- `tests/` of trafilatura (github.com/adbar/trafilatura): `evaldata.json` states segments that the
  text of a page has to hold or must not hold, title, author, date and site;
- article-extraction-benchmark (github.com/scrapinghub): `ground-truth.json` holds the bodies of
  news pages, compared by runs of four words.

Printed are precision, recall, accuracy and F1 as these projects define them, the pages that are
refused, and how often title, date, author and site agree, for both programs on the same pages; for
all pages and for two halves that the name of a page decides (rules are made on the first half).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import trafilatura

from analysis.corpus.formats.read import ReadOptions, read_data
from analysis.tables import InputError

Answer = dict[str, str]  # title, standfirst, text, date, author, site; "refused" if it is


class Task(NamedTuple):
    """A page with what is known of it."""

    name: str
    data: bytes
    gold: dict[str, Any]


def read_ours(task: Task) -> Answer:
    """What `discourse add` takes from a page."""
    try:
        record = read_data(task.data, "page.html", "page", ReadOptions()).items[0].record
    except InputError as error:
        return {"text": "", "standfirst": "", "refused": str(error)}
    return {
        "title": record["title"],
        "standfirst": record["standfirst"],
        "text": "\n".join(record["paragraphs"]),
        "date": record["published"][:10],
        "author": record["facts"].get("byline", ""),
        "site": record["facts"].get("outlet", ""),
    }


def read_theirs(task: Task) -> Answer:
    """What trafilatura takes from a page, as its own evaluation calls it."""
    found = trafilatura.bare_extraction(task.data, include_comments=False, with_metadata=True)
    if found is None:
        return {"text": "", "standfirst": "", "refused": "nothing extracted"}
    values = found.as_dict()
    answer = {name: values.get(name) or "" for name in ("title", "text", "date", "author")}
    return {**answer, "standfirst": "", "site": values.get("sitename") or ""}


PROGRAMS: dict[str, Callable[[Task], Answer]] = {"add": read_ours, "trafilatura": read_theirs}


def read_tasks(folder: Path) -> tuple[str, Iterator[Task]]:
    """The pages of a folder and the name of its scoring."""
    if (folder / "evaldata.json").exists():
        return "segments", _read_segments(folder)
    if (folder / "ground-truth.json").exists():
        return "shingles", _read_bodies(folder)
    raise SystemExit(f"{folder} holds neither evaldata.json nor ground-truth.json.")


def _read_segments(folder: Path) -> Iterator[Task]:
    stated = json.loads((folder / "evaldata.json").read_text(encoding="utf-8"))
    for address, gold in sorted(stated.items()):
        paths = [folder / name / gold["file"] for name in ("cache", "eval")]
        path = next((path for path in paths if path.is_file()), None)
        if path is not None:
            yield Task(address, path.read_bytes(), gold)


def _read_bodies(folder: Path) -> Iterator[Task]:
    stated = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    for name, gold in sorted(stated.items()):
        yield Task(name, gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()), gold)


def count_segments(gold: dict[str, Any], text: str) -> tuple[int, int, int, int]:
    """Segments found, wrongly found, missed and rightly left out."""
    shown = _squeeze(text)
    found = sum(_squeeze(segment) in shown for segment in gold["with"])
    wrong = sum(_squeeze(segment) in shown for segment in gold["without"])
    return found, wrong, len(gold["with"]) - found, len(gold["without"]) - wrong


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def score_segments(counts: list[tuple[int, int, int, int]]) -> list[float]:
    """Precision, recall, accuracy and F1 of all segments together."""
    found, wrong, missed, absent = (sum(column) for column in zip(*counts, strict=True))
    precision, recall = found / max(1, found + wrong), found / max(1, found + missed)
    accuracy = (found + absent) / max(1, found + wrong + missed + absent)
    return [precision, recall, accuracy, _f1(precision, recall)]


def count_shingles(gold: dict[str, Any], text: str) -> tuple[float, float, float]:
    """Shares of four-word runs shared, ours alone and theirs alone."""
    true, ours = _shingle(gold.get("articleBody", "")), _shingle(text)
    shared = (true & ours).total()
    counts = (shared, ours.total() - shared, true.total() - shared)
    return tuple(count / max(1, sum(counts)) for count in counts)  # type: ignore[return-value]


def _shingle(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    runs = (tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))
    return Counter(run for run in runs if run)


def score_shingles(counts: list[tuple[float, float, float]]) -> list[float]:
    """Mean precision and recall of the pages, and their F1."""
    right = [a / (a + b) if a + b else 1.0 for a, b, c in counts if a + b]
    whole = [a / (a + c) if a + c else 1.0 for a, b, c in counts if a + c]
    precision, recall = sum(right) / max(1, len(right)), sum(whole) / max(1, len(whole))
    return [precision, recall, float("nan"), _f1(precision, recall)]


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


SCORES: dict[str, tuple[Callable[..., Any], Callable[..., list[float]]]] = {
    "segments": (count_segments, score_segments),
    "shingles": (count_shingles, score_shingles),
}


def agree(gold: dict[str, Any], answer: Answer) -> dict[str, bool]:
    """For title, date, author and site that are known: whether they agree."""
    known = {
        "title": gold.get("title") or gold.get("headline"),
        "date": (gold.get("date") or "")[:10],
        "author": gold.get("author"),
        "site": gold.get("sitename"),
    }
    return {
        name: _names(value) == _names(answer.get(name, ""))
        for name, value in known.items()
        if isinstance(value, str | list) and value
    }


def _names(value: str | list[str]) -> set[str]:
    """The parts of a value that may come in any order: "A; B" and "B and A" are the same."""
    parts = value if isinstance(value, list) else re.split(r";|,| and | und | y | & ", value)
    return {re.sub(r"\W+", " ", part).strip().casefold() for part in parts} - {""}


def half_of(task: Task) -> int:
    """1 or 2: the half that a page belongs to."""
    return 1 + zlib.crc32(task.name.encode()) % 2


def run(folder: Path, most: int = 0) -> None:
    """Read all pages of a folder with both programs and print the scores."""
    kind, tasks = read_tasks(folder)
    chosen = list(tasks)[: most or None]
    print(f"{folder}: {len(chosen)} pages")
    answers = {}
    for name, read in PROGRAMS.items():
        began = time.perf_counter()
        answers[name] = [read(task) for task in chosen]
        print(f"  {name}: {time.perf_counter() - began:.0f} s")
    for label, halves in {"all": {1, 2}, "first half": {1}, "second half": {2}}.items():
        picked = [i for i, task in enumerate(chosen) if half_of(task) in halves]
        print_scores(f"{label} ({len(picked)})", kind, chosen, answers, picked)
    print_agreement(chosen, answers)


def print_scores(
    label: str, kind: str, tasks: list[Task], answers: dict[str, list[Answer]], picked: list[int]
) -> None:
    """Print the scores of some of the pages."""
    count, score = SCORES[kind]
    print(f"\n{label:34} precision  recall  accuracy    F1  refused")
    for name, all_answers in answers.items():
        parts = ("text", "standfirst text") if name == "add" else ("text",)
        for shown in parts:
            texts = ["\n".join(all_answers[i][part] for part in shown.split()) for i in picked]
            counts = [count(tasks[i].gold, text) for i, text in zip(picked, texts, strict=True)]
            values = score(counts)
            refused = sum("refused" in all_answers[i] for i in picked)
            row = "  ".join(f"{value:8.4f}" for value in values)
            print(f"{name + ', ' + shown.replace(' ', '+'):34} {row}  {refused}")


def print_agreement(tasks: list[Task], answers: dict[str, list[Answer]]) -> None:
    """Print how many of the known titles, dates, authors and sites agree."""
    for name, all_answers in answers.items():
        known, same, given = Counter[str](), Counter[str](), Counter[str]()
        for task, answer in zip(tasks, all_answers, strict=True):
            for what, equal in agree(task.gold, answer).items():
                known[what] += 1
                same[what] += equal
                given[what] += bool(answer.get(what))
        told = (f"{what} {same[what]} of {known[what]} ({given[what]} given)" for what in known)
        if known:
            print(f"{name}: {', '.join(told)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=0, help="pages of each folder")
    options = parser.parse_args()
    for each in options.folders:
        run(each, options.most)
