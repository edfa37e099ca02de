"""How many documents a second `discourse add` takes: one file of 10,000 each.

Run with `python benchmarks/add.py [DOCUMENTS] [FORMAT …]`; the texts are made up from a word list.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from analysis import add_documents

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


def main() -> None:
    """Print a line for each format."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    texts = make_texts(count)
    for kind in sys.argv[2:] or ["csv", "jsonl", "factiva", "zip"]:
        with tempfile.TemporaryDirectory() as folder:
            # a Factiva export holds a hundred articles, and no text five million characters
            path = write(Path(folder), kind, texts[:1000] if kind == "factiva" else texts)
            start, work = time.perf_counter(), time.process_time()
            added = add_documents(Path(folder, "corpus"), [path])
            seconds, work = time.perf_counter() - start, time.process_time() - work
            copies = int((added["duplicate_of"] != "").sum())
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{kind:8} {len(added):,} documents in {seconds:.1f} s: "
                f"{len(added) / seconds:,.0f} a second "
                f"({len(added) / work:,.0f} a second of computing), "
                f"{copies:,} near-duplicates told, "
                f"at most {memory:,.0f} MB so far"
            )


if __name__ == "__main__":
    main()
