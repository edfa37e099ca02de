"""How many documents a second `discourse add` takes: one file of many, and a folder of files.

Run with `python benchmarks/add.py [--documents N] [--files N] [--times N] [--folder FOLDER]
[FORMAT …]`; the texts are made up from a word list, unless FOLDER names your own. Printed is the
median of several runs of the command, start and all, by the clock and by the time that it computed
(on all cores together), and beside them the rates that are asked for.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

ASKED = {"files": 60.0}  # a second; of documents in one file 300
WORDS = (
    "the of and to in a that talks harbour ferry nets strait island minister summer treaty crisis "
    "guarantee peace council bridge fishers delegation round table paper signed refused agreed "
    "said would not since before after morning evening neighbours storm winter price fuel coal"
).split()


def make_texts(n: int, words: int = 450) -> list[dict[str, str]]:
    """Documents of about 450 words with title, date and outlet; one in fifty is a near-copy."""
    random = np.random.default_rng(1)
    found: list[dict[str, str]] = []
    for i in range(n):
        chosen = random.integers(0, len(WORDS), words)
        numbers = random.integers(0, 10**5, words)
        body = [
            f"{WORDS[c]}{number}" if number < 8000 else WORDS[c]
            for c, number in zip(chosen, numbers, strict=True)
        ]
        paragraphs = [" ".join(body[at : at + 60]).capitalize() + "." for at in range(0, words, 60)]
        if i % 50 == 49:
            paragraphs = [*found[-1]["text"].split("\n\n")[:-1], paragraphs[-1]]
        found.append(
            {
                "title": f"{' '.join(body[:6]).capitalize()} {i}",
                "date": f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}",
                "outlet": f"Post {i % 20}",
                "text": "\n\n".join(paragraphs),
            }
        )
    return found


def write(folder: Path, kind: str, texts: list[dict[str, str]]) -> Path:
    """One file with all documents."""
    path = folder / f"texts.{'zip' if kind == 'zip' else 'txt' if kind == 'factiva' else kind}"
    if kind == "csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(texts[0]))
            writer.writeheader()
            writer.writerows(texts)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in texts), encoding="utf-8")
    elif kind == "factiva":
        blocks = [
            f"HD\t{row['title']}\nPD\t{row['date']}\nSN\t{row['outlet']}\nLA\tEnglish\nTD\t\n"
            f"{row['text']}\n\nAN\tDocument POST{i:012d}\n\n"
            for i, row in enumerate(texts)
        ]
        path.write_text("".join(blocks), encoding="utf-8")
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for i, row in enumerate(texts):
                page = f"{row['title']}\n\n{row['date']}\n\n{row['text']}\n"
                archive.writestr(f"{i // 1000}/{i}.txt", page)
    return path


def write_folder(folder: Path, texts: list[dict[str, str]]) -> Path:
    """A folder of files: texts and pages in folders below it, one in seven a copy, some damaged."""
    for i, row in enumerate(texts):
        row = texts[i - 3] if i % 7 == 6 else row
        path = folder / row["outlet"] / f"{i}.{'html' if i % 3 == 0 else 'txt'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if i % 50 == 25:
            path.with_suffix(".docx").write_bytes(b"PK and no more")
        elif i % 3 == 0:
            body = "".join(f"<p>{part}</p>" for part in row["text"].split("\n\n"))
            head = f"<h1>{row['title']}</h1><time>{row['date']}</time>"
            path.write_text(f"<html><body><article>{head}{body}</article></body></html>")
        else:
            path.write_text(f"{row['title']}\n\n{row['date']}\n\n{row['text']}\n")
    return folder


class Run(NamedTuple):
    """What one run of the command took, and its last line."""

    seconds: float
    computing: float
    memory: float
    said: str


def run(path: Path, corpus: Path) -> Run:
    """Add a file or folder to a corpus by the command."""
    command = [sys.executable, "-m", "analysis", "add", str(path), "--yes", "--corpus", str(corpus)]
    before, start = os.times(), time.perf_counter()
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, after = time.perf_counter() - start, os.times()
    computing = after[2] + after[3] - before[2] - before[3]
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Run(seconds, computing, memory, shown.splitlines()[-1])


def measure(kind: str, path: Path, count: int, times: int) -> None:
    """Print the median of some runs, each into a new corpus."""
    runs = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(run(path, Path(folder, "corpus")))
    asked = ASKED.get(kind, 300.0)
    clock = statistics.median(count / one.seconds for one in runs)
    computing = statistics.median(count / one.computing for one in runs)
    print(
        f"{kind:8} {count:,}: {clock:,.0f} a second ({computing:,.0f} a second of computing, "
        f"{computing / asked:.1f} times the {asked:.0f} asked for); "
        f"at most {max(one.memory for one in runs):,.0f} MB\n         {runs[-1].said}"
    )


def main() -> None:
    """Print two lines for each format."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("formats", nargs="*", default=["csv", "jsonl", "factiva", "zip", "files"])
    args = parser.parse_args()
    texts = make_texts(args.documents)
    for kind in args.formats:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if kind == "files":
                path = args.folder or write_folder(folder / "texts", texts[: args.files])
                count = sum(one.is_file() for one in path.rglob("*"))
            else:
                # a Factiva export holds a hundred articles, and no text five million characters
                chosen = texts[:1000] if kind == "factiva" else texts
                path, count = write(folder, kind, chosen), len(chosen)
            measure(kind, path, count, args.times)


if __name__ == "__main__":
    main()
