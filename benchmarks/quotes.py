"""How many texts a second the quotations of news texts are found in, once they are annotated.

Run: ``python benchmarks/quotes.py [FOLDER]``. FOLDER holds ``*.txt``; without one, the briefs in
``corpus/briefs`` are read. Each text is read several times; the best of three rounds counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from analysis.annotation.annotator import annotate
from analysis.entities.mentions import find_entities
from analysis.voices.quotes import add_voices, find_quotes

ROOT = Path(__file__).resolve().parent.parent
COPIES = 8
ROUNDS = 3


def read_texts(folder: Path) -> pd.DataFrame:
    """All texts of a folder, several times over."""
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))] * COPIES
    return pd.DataFrame({"doc": [str(number) for number in range(len(texts))], "text": texts})


def best(work: Callable[[], object]) -> float:
    """Seconds of the fastest round; processor time, which other programs do not lengthen."""
    seconds = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def main() -> None:
    """Print texts a second for the quotations and for the voice of every token."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "corpus" / "briefs"
    documents = read_texts(folder)
    if documents.empty:
        raise SystemExit(f"{folder} holds no .txt files; name a folder that does.")
    tagged, mentions = annotate(documents).tokens, find_entities(documents)
    characters = int(documents["text"].str.len().mean())
    print(f"{len(documents)} texts of {characters} characters on average, from {folder}")
    quotes = find_quotes(documents, tagged=tagged, mentions=mentions)
    seconds = best(lambda: find_quotes(documents, tagged=tagged, mentions=mentions))
    print(f"find_quotes: {len(documents) / seconds:.0f} texts/s")
    seconds = best(lambda: add_voices(tagged, quotes, documents=documents))
    print(f"add_voices to tokens: {len(documents) / seconds:.0f} texts/s")


if __name__ == "__main__":
    main()
