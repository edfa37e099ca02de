"""Namings from three sources, and what stays where they overlap."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.counting.codes import codes_of
from analysis.saying.forms import Spots
from analysis.saying.tallies import token_rows

COLUMNS = ("doc", "start", "end", "actor", "strategy", "form", "source")
PRONOUNS = frozenset(
    "he she it they him her them his hers its their theirs i we me us my our ours mine"
    " himself herself itself themselves myself ourselves who".split()
)
_TITLES = frozenset(
    "president chairman chairwoman chancellor premier prime minister pm secretary general king"
    " queen prince pope cardinal patriarch ambassador spokesman spokeswoman spokesperson leader"
    " chief senator governor mayor mr mr. mrs mrs. ms ms. dr dr. sir lord comrade".split()
)


def from_list(tokens: pd.DataFrame, spots: Spots, forms: pd.DataFrame) -> pd.DataFrame:
    """Namings by roles, epithets, metonyms and variants."""
    last = spots.rows + spots.lengths - 1
    end = tokens["end"].to_numpy().astype(np.int64)[last]
    word = tokens["word"].astype(object).to_numpy()[last]
    cut = [len(w) - len(_bare(w)) if isinstance(w, str) else 0 for w in word]
    return pd.DataFrame(
        {
            "doc": tokens["doc"].astype(object).to_numpy()[spots.rows],
            "start": tokens["start"].to_numpy().astype(np.int64)[spots.rows],
            "end": end - np.array(cut, dtype=np.int64),
            **{c: forms[c].to_numpy()[spots.forms] for c in ("actor", "strategy", "form")},
            "source": "list",
        },
        columns=list(COLUMNS),
    )


def outside_names(listed: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """The same without metonyms and variants within a longer name ("Kyiv Independent")."""
    names: dict[object, list[tuple[int, int]]] = {}
    columns = [mentions[c] for c in ("doc", "start", "end", "label")]
    for doc, start, end, label in zip(*columns, strict=True):
        if label in ("PERSON", "ORG", "PLACE"):
            names.setdefault(doc, []).append((start, end))
    rows = zip(*(listed[c] for c in ("doc", "start", "end", "strategy")), strict=True)
    kept = [
        strategy not in ("metonym", "variant")
        or not any(a <= start and end <= b and b - a > end - start for a, b in names.get(doc, ()))
        for doc, start, end, strategy in rows
    ]
    return listed[np.array(kept, dtype=bool)].reset_index(drop=True)


def _bare(word: str) -> str:
    """A word without its genitive."""
    for ending in ("'s", "’s"):
        if word.lower().endswith(ending):
            return word[: -len(ending)]
    return word


def from_mentions(
    mentions: pd.DataFrame, tokens: pd.DataFrame, listed: pd.DataFrame
) -> pd.DataFrame:
    """Namings by a name, with the role before it (of the list, or a title), or by a pronoun."""
    own = pd.DataFrame(
        {
            "doc": mentions["doc"].astype(object).to_numpy(),
            "start": mentions["start"].to_numpy().astype(np.int64),
            "end": mentions["end"].to_numpy().astype(np.int64),
            "actor": mentions["entity"].astype(object).to_numpy(),
            "strategy": "name",
            "form": "",
            "source": "mention",
        },
        columns=list(COLUMNS),
    )
    if not len(own):
        return own
    plain = mentions["text"].astype(object).str.lower() if "text" in mentions else own["form"]
    pronoun = plain.isin(PRONOUNS).to_numpy(dtype=bool)
    first = token_rows(own, tokens, "mention")
    begin = _titled(tokens, first, (mentions["label"] == "PERSON").to_numpy())
    begin = _with_roles(tokens, first, begin, own, listed)
    earlier = begin < first
    own["start"] = np.where(earlier, tokens["start"].to_numpy()[begin], own["start"])
    own["strategy"] = np.where(earlier, "name with role", "name")
    own.loc[pronoun, "strategy"] = "pronoun"
    own.loc[pronoun, "form"] = plain[pronoun].to_numpy()
    return own


def _titled(tokens: pd.DataFrame, first: np.ndarray, persons: np.ndarray) -> np.ndarray:
    """Row where each mention begins if the titles before it belong to it ("President Putin")."""
    doc, word = codes_of(tokens, "doc"), tokens["word"].astype(object).to_numpy()
    begin = first.copy()
    for number in np.flatnonzero(persons).tolist():
        row = int(first[number])
        while row > 0 and doc[row - 1] == doc[row] and _is_title(word[row - 1]):
            row -= 1
        begin[number] = row
    return begin


def _is_title(word: object) -> bool:
    """A title written with a capital letter, as before a name."""
    return isinstance(word, str) and word[:1].isupper() and word.lower() in _TITLES


def _with_roles(
    tokens: pd.DataFrame,
    first: np.ndarray,
    begin: np.ndarray,
    own: pd.DataFrame,
    listed: pd.DataFrame,
) -> np.ndarray:
    """The same for roles of the list that stand right before the name of the same actor."""
    roles = listed[listed["strategy"].isin(["role", "epithet"])]
    if not len(roles):
        return begin
    doc, starts = codes_of(tokens, "doc"), token_rows(roles, tokens, "role")
    ends = tokens["end"].to_numpy()
    after: dict[tuple[int, int, str], int] = {}
    for row, end, actor in zip(starts.tolist(), roles["end"], roles["actor"], strict=True):
        last = row
        while last + 1 < len(ends) and doc[last + 1] == doc[row] and ends[last] < end:
            last += 1
        after[int(doc[row]), last + 1, actor] = row
    begin = begin.copy()
    for number, actor in enumerate(own["actor"]):
        for at in {int(first[number]), int(begin[number])}:
            row = after.get((int(doc[at]), at, actor))
            if row is not None:
                begin[number] = min(row, int(begin[number]))
    return begin


def from_quotes(quotes: pd.DataFrame, texts: Mapping[object, str]) -> pd.DataFrame:
    """Namings by pronouns and roles that were resolved where somebody speaks."""
    rows = []
    columns = ("doc", "speaker", "speaker_start", "speaker_end")
    for doc, speaker, start, end in zip(*(quotes[c] for c in columns), strict=True):
        if not isinstance(speaker, str) or not speaker or start < 0:
            continue
        text = " ".join(texts[doc][start:end].split())
        pronoun = text.lower() in PRONOUNS
        if text and text != speaker:
            strategy = "pronoun" if pronoun else "role"
            form = text.lower() if pronoun else text.removeprefix("the ").removeprefix("The ")
            rows.append((doc, int(start), int(end), speaker, strategy, form, "quotation"))
    return pd.DataFrame(rows, columns=list(COLUMNS)).drop_duplicates(["doc", "start", "end"])


def resolve(found: pd.DataFrame, tokens: pd.DataFrame, texts: Mapping[object, str]) -> pd.DataFrame:
    """Keep one naming for a place: the longest, then list before mention before quotation.

    A mention takes a quotation's speaker in that overlaps it at all. Variants are beside.
    """
    order = {"list": 0, "mention": 1, "quotation": 2}
    rank = np.array([order[source] for source in found["source"]], dtype=np.int64) * 1_000_000
    rank = rank - (found["end"] - found["start"]).to_numpy(dtype=np.int64)
    # a name with its role covers the role; a role, epithet or metonym covers the name inside it
    rank = np.where(found["strategy"] == "name with role", -1_000_000_000, rank)
    found = found.assign(_rank=rank).sort_values(["_rank", "start"], kind="stable")
    taken: dict[object, list[tuple[int, int]]] = {}
    kept = []
    columns = (found["doc"], found["start"], found["end"], found["strategy"])
    for row, (doc, start, end, strategy) in enumerate(zip(*columns, strict=True)):
        if strategy != "variant":
            spans = taken.setdefault(doc, [])
            if any(start < stop and begin < end for begin, stop in spans):
                continue
            spans.append((start, end))
        kept.append(row)
    found = found.iloc[kept].drop(columns="_rank")
    text = [
        texts[d][a:b] for d, a, b in zip(found["doc"], found["start"], found["end"], strict=True)
    ]
    shown = pd.Series([" ".join(t.replace("’", "'").split()) for t in text], index=found.index)
    found = found.assign(text=text, form=found["form"].where(found["form"] != "", shown))
    at = token_rows(found, tokens, "naming") if len(found) else np.empty(0, dtype=np.int64)
    beside = [c for c in ("sentence", "voice", "speech") if c in tokens.columns]
    found = found.assign(**{c: tokens[c].astype(object).to_numpy()[at] for c in beside})
    place = tokens["doc"].cat.categories.get_indexer(pd.Index(found["doc"]))
    found = found.assign(_doc=place).sort_values(["_doc", "start", "end", "strategy"])
    names = ["doc", "sentence", "start", "end", "text", "actor", "strategy", "form", "source"]
    result = found[[c for c in [*names, "voice", "speech"] if c in found.columns]]
    result = result.reset_index(drop=True)
    result["doc"] = pd.Categorical(result["doc"], categories=tokens["doc"].cat.categories)
    if "sentence" in result.columns:
        result["sentence"] = result["sentence"].astype(np.int32)
    return result.astype(dict.fromkeys(("text", "actor", "strategy", "form", "source"), "str"))
