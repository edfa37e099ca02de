"""The design of a sample: how many rows of each stratum, and what must travel with the codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.files import hash_text
from analysis.tables import NONE_LABEL, InputError, is_corpus, require_columns

MACHINE = "machine"
UNKNOWN = ""  # the machine's answer where there is no machine
ENOUGH = 20  # rows that must be coded of a group, for it to be corrected
UNITS = ("row", "sentence", "paragraph", "document")
LEAST = 5  # rows of each stratum, where it has so many


class Cell(NamedTuple):
    """The rows of one group: all of them by document and machine's class, and those coded."""

    rows: np.ndarray  # (documents, classes): how many rows, or how much they hold (words)
    base: np.ndarray  # (documents,): what the value is per, such as rows or thousands of words
    doc: np.ndarray  # of every coded row
    kind: np.ndarray  # the machine's class of every coded row
    weight: np.ndarray  # of every coded row: 1 / its probability of being drawn
    code: np.ndarray  # 0 or 1, or a number, of every coded row
    squares: np.ndarray | None = None  # (documents, classes): Σ of the squares of what rows hold


def allocate(counts: Sequence[int] | np.ndarray, n: int) -> np.ndarray:
    """How many rows to draw of strata that have so many: by the square root of their size."""
    # Power allocation (Bankier 1988, “Power allocations: determining sample sizes for subnational
    # areas”): between as many of each, for strata that are read by themselves, and as large a part
    # of each, for their sum. Rare classes are so drawn oftener than they are.
    counts = np.asarray(counts, dtype=np.int64)
    there = counts > 0
    least = min(LEAST, n // max(int(there.sum()), 1))
    drawn = np.minimum(counts, least)
    while (left := n - int(drawn.sum())) > 0 and (free := drawn < counts).any():
        wanted = np.where(free, np.sqrt(counts), 0.0)
        share = left * wanted / wanted.sum()
        more = np.minimum(np.floor(share), counts - drawn).astype(np.int64)
        if not more.any():  # fewer rows than strata are left: to those that lose most
            first = np.argsort(-share, kind="stable")[:left]
            more[first] = np.minimum(1, (counts - drawn)[first])
        drawn = drawn + more
    return drawn


def design_of(table: pd.DataFrame) -> dict[str, Any]:
    """The design of a sample or of codes."""
    require_columns(table, ("row", "doc", "start", "end", "stratum", "probability"), "sample")
    design = table.attrs.get("coding")
    if not isinstance(design, dict):
        raise InputError(
            "The table has lost its design (attrs['coding']); take what sample_for_coding or"
            " read_codes gave."
        )
    return design


def pack(table: pd.DataFrame) -> dict[str, Any]:
    """A sample or codes in JSON's own types."""
    plain = table.astype(object).where(table.notna(), None)
    return {
        "corpus": table.attrs.get("corpus", {}),
        "coding": table.attrs["coding"],
        "columns": list(map(str, table.columns)),
        "rows": [[getattr(v, "item", lambda v=v: v)() for v in row] for row in plain.to_numpy()],
    }


def unpack(content: Any, where: str) -> pd.DataFrame:
    """A sample or codes from what `pack` gave; refused where it has another form."""
    try:
        table = pd.DataFrame(content["rows"], columns=content["columns"])
        table.attrs["corpus"], table.attrs["coding"] = (
            dict(content["corpus"]),
            dict(content["coding"]),
        )
        needed = {"name", "choices", "unit", "column", "items", "frame", "strata", "fingerprint"}
        if not needed <= set(table.attrs["coding"]):
            raise KeyError
        frame = table.attrs["coding"]["frame"]
        kinds = len(frame["values"])
        if any(len(list(map(int, line.split()))) != kinds for line in frame["rows"].values()):
            raise ValueError
        if any(len(value) != len(frame["columns"]) for value in frame["values"]):
            raise ValueError
        sum(table.attrs["coding"]["strata"].values())
        design_of(table)
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError):
        raise InputError(f"{where} is no sample or codes; write the sample again.") from None
    return table


def fingerprint_of(documents: pd.DataFrame, docs: Iterable[str]) -> str:
    """What tells the texts of some documents from others; of a missing one there is none."""
    chosen = set(docs)
    pairs = zip(documents["doc"].astype(str), documents["text"], strict=True)
    lines = sorted(f"{doc} {hash_text(text)}" for doc, text in pairs if doc in chosen)
    return hash_text("\n".join(lines))


def column_of(docs: Any, documents: pd.DataFrame, name: str) -> np.ndarray:
    """A column of the documents for some of their ids."""
    rows = pd.Index(documents["doc"].astype(object)).get_indexer(pd.Index(docs, dtype=object))
    values = documents[name].astype(object).where(documents[name].notna(), NONE_LABEL)
    return values.astype(str).to_numpy(dtype=object)[rows]


def require_same_texts(codes: pd.DataFrame, corpus: Any) -> None:
    """Refuse codes of passages that stand otherwise in the corpus now, naming the first."""
    if corpus is None:
        return
    if not is_corpus(corpus):
        raise InputError("corpus= must be a Corpus, as read_corpus gives it.")
    documents = corpus.every_voice().documents
    texts = dict(zip(documents["doc"].astype(str), documents["text"], strict=True))
    for row in codes.to_dict("records"):
        text = texts.get(str(row["doc"]))
        if text is None or text[row["start"] : row["end"]] != row["text"]:
            raise InputError(
                f"Row {row['row']} was coded in another text: {row['doc']!r} has changed or is not"
                " in the corpus; restore it, or draw a new sample. The codes are kept."
            )
    design = codes.attrs["coding"]
    if fingerprint_of(documents, design["frame"]["rows"]) != design["fingerprint"]:
        raise InputError(
            "Texts of the corpus have changed since the sample was drawn, so its probabilities do"
            " not hold; restore them, or draw a new sample. The codes are kept."
        )
