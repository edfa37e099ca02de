"""Measure how whole names stay, and how many attributed words have a speaker who is nobody.

    python benchmarks/actors.py [--shared DIR]

Names: 60 invented and public names of six forms in plain sentences, and abbreviated months. Share
of attributed words: of the Wikinews texts and of PolNeAR's dev part, how many have a speaker who is
a pronoun or a role that was not resolved ("(unresolved)"), or whom nobody names ("(unnamed)").
"""

from __future__ import annotations

import argparse
import os
import tarfile
from pathlib import Path

import pandas as pd

import analysis as da

NAMES = {
    "given name": "Jean-Luc Morel|Marie-Agnes Weber|Karl-Heinz Brandt|Ann-Kathrin Berg"
    "|Jean-Yves Le Drian|Anna-Maria Lund|Hans-Jürgen Papier|Mary-Kate Olson|Abdel-Karim Saad"
    "|Pierre-Yves Dermagne",
    "surname": "Anna Berg-Holm|Helen Price-Jones|Olena Kovalenko-Hrytsak|Jacob Rees-Mogg"
    "|Tom Carter-Ruck|Ines Ayala-Sender|Nadia Murad-Basee|Bill Cash-Miller|Eva Kaili-Meyer"
    "|Rosa Diaz-Balart",
    "Korean, Chinese": "Moon Jae-in|Tsai Ing-wen|Lai Ching-te|Lee Jae-myung|Chung Eui-yong"
    "|Han Duck-soo|Kim Yo-jong|Cho Tae-yul|Yoon Suk-yeol|Park Geun-hye",
    "place": "Guinea-Bissau|Ivano-Frankivsk|Timor-Leste|Nagorno-Karabakh|Baden-Baden"
    "|Stratford-upon-Avon|Rostov-on-Don|Schleswig-Holstein|Kabardino-Balkaria|Bosnia-Herzegovina",
}
PERSON = (
    "{} said on Monday that the talks would go on.|The minister met {} in Brussels."
    "|Reporters asked {} about the vote.|According to {}, the plan failed."
    "|The party of {} lost the election.|A letter by {} was published on Friday."
)
PLACE = (
    "The talks in {} ended on Monday.|He was born in {} in 1961.|Police in {} arrested two men."
    "|Flights to {} were cancelled.|{} was quiet on Sunday.|The road from {} to the sea is closed."
)
MONTHS = "Jan.|Feb.|Mar.|Apr.|Aug.|Sept.|Oct.|Nov.|Dec."
DATES = "The court ruled on {} 3 against the firm.|He resigned on {} 8, 2016.|It passed {} 30."


def names() -> None:
    """Print how many names of each form are found whole, and how many months are names."""
    for form, line in NAMES.items():
        sentences = (PLACE if form == "place" else PERSON).split("|")
        rows = [
            (one, text.index("{"), text.format(one))
            for one in line.split("|")
            for text in sentences
        ]
        documents = pd.DataFrame({"doc": map(str, range(len(rows))), "text": [r[2] for r in rows]})
        found = da.find_entities(documents)
        spans = set(zip(found["doc"].astype(int), found["start"], found["end"], strict=True))
        whole = sum((row, at, at + len(one)) in spans for row, (one, at, _) in enumerate(rows))
        print(f"{form:16} {whole} of {len(rows)} whole")
    dates = [text.format(month) for month in MONTHS.split("|") for text in DATES.split("|")]
    documents = pd.DataFrame({"doc": map(str, range(len(dates))), "text": dates})
    found = da.find_entities(documents)
    print(f"months           {len(found)} names in {len(dates)} sentences without any")


def speakers(name: str, texts: dict[str, str]) -> None:
    """Print the shares of the attributed words of some texts."""
    documents = pd.DataFrame({"doc": list(texts), "text": list(texts.values())})
    tagged = da.annotate(documents).tokens
    quotes = da.find_quotes(documents, tagged=tagged, mentions=da.find_entities(documents))
    voiced = da.add_voices(tagged, quotes, documents=documents)
    counts = da.count_voices(voiced, split_speech=False, confidence=None).set_index("voice")[
        "count"
    ]
    said = counts.drop([voice for voice in ("writer", "headline") if voice in counts])
    unresolved, unnamed = (said.get(one, 0) / said.sum() for one in ("(unresolved)", "(unnamed)"))
    print(f"{name:16} {said.sum()} words, unresolved {unresolved:.3f}, unnamed {unnamed:.3f}")


def main() -> None:
    """Read the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("DISCOURSE_SHARED", Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--shared", type=Path, default=Path(default))
    options = parser.parse_args()
    names()
    files = sorted((options.shared / "texts" / "wikinews").glob("*.txt"))
    speakers("Wikinews", {file.stem: file.read_text(encoding="utf-8") for file in files})
    texts = {}
    with tarfile.open(options.shared / "training" / "polnear.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if "/dev/text/" in f"/{member.name}" else None
            if file is not None:
                texts[Path(member.name).stem] = file.read().decode("utf-8")
    speakers("PolNeAR dev", texts)


if __name__ == "__main__":
    main()
