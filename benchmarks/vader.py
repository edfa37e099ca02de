"""Compare the lexicon's scores with the published analyser's, and with NLTK's port of it.

    python benchmarks/vader.py [--shared DIR]

For each set of texts: how many of its sentences have another compound score in ``vaderSentiment``,
which reads curly quotation marks and dashes as they are; how many have another one in NLTK's port,
which is given what `score_sentiment` reads; and how many the other sign there.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from nltk.sentiment.vader import SentimentIntensityAnalyzer as Port
from nltk.sentiment.vader import VaderConstants
from texts import default_folder, load
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analysis.sentiment.lexicon import prepare, score_sentiment
from analysis.text.tokens import split_sentences


def sentences(shared: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """The name and the sentences of each set of texts."""
    whole = pd.concat(
        [
            load(shared / "texts" / "large", skip=("brown", "webtext")),
            load(shared / "texts" / "wikinews"),
        ]
    )
    for part, documents in whole.groupby("part", sort=False):
        yield str(part), split_sentences(documents)
    with gzip.open(shared / "training/newsmtsc/train.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = dict.fromkeys(json.loads(line)["sentence_normalized"] for line in lines)
    yield "NewsMTSC train", pd.DataFrame({"text": list(texts)})


def main() -> None:
    """Print one row per set of texts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=default_folder().parents[1])
    published, port = SentimentIntensityAnalyzer(), Port.__new__(Port)
    port.lexicon, port.constants = published.lexicon, VaderConstants()  # its own is a download
    rows = {}
    for name, table in sentences(parser.parse_args().shared):
        texts, own = table["text"].tolist(), score_sentiment(table)["compound"].to_numpy()
        raw = [published.polarity_scores(text)["compound"] for text in texts]
        other = [port.polarity_scores(prepare(text))["compound"] for text in texts]
        rows[name] = {
            "sentences": len(texts),
            "not as published": (own != raw).sum(),
            "not as NLTK": (own != other).sum(),
            "other sign than NLTK": (own * other < 0).sum(),
        }
    print(pd.DataFrame(rows).T.to_string())


if __name__ == "__main__":
    main()
