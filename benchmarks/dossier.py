"""How often what a dossier says of a text is right: whose words a clause is, what is presupposed.

    python benchmarks/dossier.py [--shared DIR] [--part dev]

*Own words*: of the clauses that are told in the text's own words, how many have their verb outside
of every attribution that a reader of PolNeAR marked (Newell, Margolin, Ruths 2018), by whether
their sentence attributes something. *Presupposition*: the rows of
``training/data/presupposition.tsv``, read one by one.
"""

from __future__ import annotations

import argparse
import os
import tarfile
import tempfile
from pathlib import Path

import pandas as pd
from attribution import load, shown

import analysis as da
from analysis.report.dossier_parts import OWN, Article

LABELS = Path(__file__).parent.parent / "training" / "data" / "presupposition.tsv"


def own_words(shared: Path, part: str) -> None:
    """Print how many clauses in the text's own words are in no attribution."""
    check = load(shared / "checks" / "polnear.py")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(shared / "training" / "polnear.tar.gz") as archive:
            archive.extractall(folder, filter="data")
        data = check.read(next(Path(folder).rglob(part)), None, 0)
    texts = pd.DataFrame({"doc": [d for d, _, _ in data], "text": [t for _, t, _ in data]})
    corpus = da.Corpus(texts)
    counts = {True: [0, 0], False: [0, 0]}
    for doc, _, gold in data:
        article = Article(corpus, doc)
        rows = article.clauses.drop_duplicates(["verb_start", "verb_end"])
        rows = rows[~rows["saying"] & (rows["form"] != "nominalisation")]
        rows = rows[rows["voice"].isin(OWN) & (rows["modality"] == "asserted")]
        spans = [span for one in gold for span in one["content"]]
        for row in rows.itertuples():
            inside = any(low <= row.verb_start < high for low, high in spans)
            own = counts[row.sentence in article.attributing]
            own[0] += not inside
            own[1] += 1
    print(f"PolNeAR {part}: asserted clauses in the text's own words, attributed by no reader")
    print("  in sentences that attribute nothing:", shown(*counts[False]))
    print("  in sentences that attribute something:", shown(*counts[True]))


def presupposition() -> None:
    """Print how many words of each kind take something as given."""
    rows = pd.read_csv(LABELS, sep="\t")
    print("words that take something as given, of those read")
    for kind, own in rows.groupby("kind", sort=True):
        print(f"  {kind}:", shown(int(own["right"].sum()), len(own)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("DISCOURSE_SHARED", "../shared")
    parser.add_argument("--shared", type=Path, default=Path(default))
    parser.add_argument("--part", choices=["train", "dev"], default="dev")
    options = parser.parse_args()
    presupposition()
    own_words(options.shared, options.part)
