"""The design of a sample: how many rows of each stratum, and what must travel with the codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.files import hash_text
from analysis.tables import NONE_LABEL, InputError, is_corpus, require_columns

MACHINE = "machine"
UNKNOWN = ""  # the machine's answer where there is no machine
REST = "none"  # what is none of the machine's classes: found wrongly, or nothing of it there
RIGHT = ("yes", "no")
ENOUGH = 20  # rows that must be coded of a group, for it to be corrected
UNITS = ("row", "sentence", "paragraph", "document")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
LEAST = 5  # rows of each stratum, where it has so many


class Sample(pd.DataFrame):
    """Rows to code, which do not show what the machine said where they are printed."""

    _hidden = (MACHINE, "stratum")

    @property
    def _constructor(self) -> type[Sample]:
        return Sample

    def _shown(self) -> pd.DataFrame:
        """What is printed: once there are codes, everything."""
        hidden = self._hidden if "probability" in self and "code" not in self else ()
        return pd.DataFrame(self).drop(columns=list(hidden), errors="ignore")

    def __repr__(self) -> str:
        """The rows without what the machine said."""
        return repr(self._shown())

    def _repr_html_(self) -> str | None:
        shown: Any = self._shown()
        return shown._repr_html_()  # type: ignore[no-any-return]


_WORDS = "count_term_groups or count_terms"
INSTEAD = {  # of measures that count no rows of which each is right or wrong, which do
    "count_fates": "count_quotes",
    "score_tone_by_voice": "summarise_sentiment",
    "score_arc": "summarise_sentiment",
    "compare_sentiment": "summarise_sentiment",
    "find_sentiment_words": "summarise_sentiment",
    "count_entity_pairs": "count_entities",
    "compare_predications": "count_predications",
    "score_correspondence": _WORDS,
    "compare_collocates": _WORDS,
    "compare_presence": _WORDS,
    "compare_terms": _WORDS,
    "find_collocate_network": _WORDS,
    "find_collocates": _WORDS,
    "score_dispersion": _WORDS,
    "score_similarity": _WORDS,
    "score_tfidf": _WORDS,
    "compare_rates": f"{_WORDS}, then compare_groups",
}


class Cell(NamedTuple):
    """The rows of one group: all of them by document and machine's class, and those coded."""

    rows: np.ndarray  # (documents, classes): how many rows, or how much they hold (words)
    base: np.ndarray  # (documents,): what the value is per, such as rows or thousands of words
    doc: np.ndarray  # of every coded row
    kind: np.ndarray  # the machine's class of every coded row
    weight: np.ndarray  # of every coded row: 1 / its chance, times what it holds
    code: np.ndarray  # 0 or 1, or a number, of every coded row
    squares: np.ndarray | None = None  # (documents, classes): Σ of the squares of what rows hold
    chance: np.ndarray | None = None  # of every coded row: its probability of being drawn


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


def allocate_more(counts: np.ndarray, drawn: np.ndarray, n: int) -> np.ndarray:
    """How many further rows to draw of strata, of which some are drawn, to have n in all."""
    gap = np.maximum(allocate(counts, n) - drawn, 0)
    left = n - int(drawn.sum())  # at most the sum of the gaps: where more are drawn, they stay
    share = gap * (left / max(int(gap.sum()), 1))
    more = np.floor(share + 1e-9).astype(np.int64)
    first = np.argsort(more - share, kind="stable")[: left - int(more.sum())]
    more[first] += 1
    return more


def sizes_of(design: Mapping[str, Any]) -> list[Any]:
    """How many rows were drawn at first, and each time that the sample was enlarged."""
    before = design.get("enlarged")
    return [*(before if isinstance(before, list) else ()), design.get("drawn")]


def require_correctable(table: pd.DataFrame) -> None:
    """Refuse a table of a measure that cannot be corrected, naming one that can."""
    for step in table.attrs.get("steps") or []:
        if step["call"] in INSTEAD:
            raise InputError(
                f"What {step['call']} returns counts no rows of which each is right or wrong, so"
                f" nothing of it can be coded; draw from and correct {INSTEAD[step['call']]}."
            )


def folded(code: str) -> str:
    """What a code is told from others by: not by case, spaces or how a number is written."""
    text = unicodedata.normalize("NFC", " ".join(code.split()).casefold())
    number = text.replace("\N{MINUS SIGN}", "-").replace(",", ".")
    return f"{float(number) + 0:.12g}" if _NUMBER.fullmatch(number) else text


def require_choices(choices: Iterable[Any], where: str) -> list[str]:
    """Codes without spaces around them, two or more, that nobody can take for each other."""
    listed = [" ".join(str(choice).split()) for choice in choices]
    seen: dict[str, str] = {}
    for choice in listed:
        if not choice:
            raise InputError(f"{where}: a code is empty; give each a name, as in 'yes' and 'no'.")
        other = seen.setdefault(folded(choice), choice)
        if other is not choice:
            raise InputError(
                f"{where}: {other!r} and {choice!r} would be read as one code; codes must differ in"
                " more than case and spaces."
            )
    if len(listed) < 2:
        raise InputError(f"{where} must be two or more different codes, as a list.")
    return listed


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


def identity_of(table: pd.DataFrame) -> str:
    """What every code file carries: the name of the sample and the fingerprint of its rows."""
    design = design_of(table)
    lines = [" ".join(map(str, row)) for row in table[["row", "doc", "start", "end"]].to_numpy()]
    mark = hash_text("\n".join([design["fingerprint"], *lines]))[:10]
    return f"{design['name']} {mark}"


def identities_of(table: pd.DataFrame) -> list[str]:
    """What files of a sample carry: its identity; before it, of what it was enlarged of."""
    before = sizes_of(design_of(table))[:-1]
    return [*(identity_of(table.iloc[:size]) for size in before), identity_of(table)]


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
        frame, choices = table.attrs["coding"]["frame"], table.attrs["coding"]["choices"]
        if not isinstance(choices, list) or not all(isinstance(one, str) for one in choices):
            raise ValueError
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


def marks_of(documents: pd.DataFrame) -> dict[str, str]:
    """What tells each text from what it was: the beginning of its fingerprint."""
    pairs = zip(documents["doc"].astype(str), documents["text"], strict=True)
    return {doc: hash_text(text)[:12] for doc, text in pairs}


def column_of(docs: Any, documents: pd.DataFrame, name: str) -> np.ndarray:
    """A column of the documents for some of their ids."""
    rows = pd.Index(documents["doc"].astype(object)).get_indexer(pd.Index(docs, dtype=object))
    if (rows < 0).any():
        raise InputError(
            "Rows of the sample are in documents that the corpus lacks; pass the corpus it is of."
        )
    values = documents[name].astype(object).where(documents[name].notna(), NONE_LABEL)
    return values.astype(str).to_numpy(dtype=object)[rows]


def require_codes(codes: pd.DataFrame) -> None:
    """Refuse codes that are none of the choices, naming the first."""
    choices = codes.attrs["coding"]["choices"]
    strange = codes[~codes["code"].isin(choices)]
    if len(strange):
        row = strange.iloc[0]
        said = "none" if pd.isna(row["code"]) else repr(row["code"])
        raise InputError(
            f"Row {row['row']}: its code is {said}; choose one of {', '.join(map(repr, choices))},"
            " or leave the row out."
        )


def require_same_texts(codes: pd.DataFrame, corpus: Any) -> None:
    """Refuse codes of passages that stand otherwise in the corpus now, naming the first."""
    if corpus is None:
        return
    if not is_corpus(corpus):
        raise InputError("corpus= must be a Corpus, as read_corpus gives it.")
    documents = corpus.every_voice().documents
    require_texts(codes, documents)
    require_same_documents(codes.attrs["coding"], documents)


def require_texts(codes: pd.DataFrame, documents: pd.DataFrame) -> None:
    """Refuse codes whose passages stand otherwise in the documents now, naming the first."""
    if "text" not in codes.columns:  # of a record, which keeps no text
        return
    texts = dict(zip(documents["doc"].astype(str), documents["text"], strict=True))
    for row in codes.to_dict("records"):
        text = texts.get(str(row["doc"]))
        if text is None or not _stands(text, row):
            raise InputError(
                f"Row {row['row']} was coded in another text: {row['doc']!r} has changed or is not"
                " in the corpus; restore it, or draw a new sample. The codes are kept."
            )


def _stands(text: str, row: dict[Any, Any]) -> bool:
    """Whether a coded passage stands in a text where it was."""
    start, end = row["start"], row["end"]
    if not isinstance(start, int | np.integer) or not isinstance(end, int | np.integer):
        return False
    return bool(0 <= start <= end and text[start:end] == row["text"])


def require_same_documents(design: dict[str, Any], documents: pd.DataFrame) -> None:
    """Refuse documents that are not just those a sample was drawn from, with the same texts."""
    drawn, now = set(design["frame"]["rows"]), set(documents["doc"].astype(str))
    for docs, said in ((now - drawn, "came since"), (drawn - now, "are not in it")):
        if docs:
            number = f"{len(docs):,} document{'s' * (len(docs) > 1)} of {len(now | drawn):,}"
            raise InputError(
                f"The corpus is another than the sample was drawn from: {number}"
                f" {said if len(docs) > 1 else said.replace('are', 'is')}, as {min(docs)!r}. Pass"
                " the corpus that it was drawn from, or draw a new sample. The codes are kept."
            )
    if fingerprint_of(documents, drawn) != design["fingerprint"]:
        kept, now_is = design.get("texts", {}), marks_of(documents)
        other = sorted(doc for doc, mark in kept.items() if now_is.get(doc) != mark)
        named = f" ({', '.join(map(repr, other[:3]))}{', …' * (len(other) > 3)})" if other else ""
        raise InputError(
            f"Texts of the corpus{named} have changed since the sample was drawn, so its"
            " probabilities do not hold; restore them, or draw a new sample. The codes are kept."
        )
