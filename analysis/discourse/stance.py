"""Stance: modality, hedges, boosters, negation, presupposition, and us and them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.discourse.lexicons import (
    ItemHits,
    find_items,
    item_table,
    packaged_rows,
    recorded,
    require_tags,
)
from analysis.tables import (
    VOICES,
    InputError,
    Parts,
    group_rows,
    in_parts,
    measure,
    require_choice,
    require_columns,
)
from analysis.terms.counting import Hits, coded, codes_of
from analysis.terms.evidence import groups_of, in_group, layer_of
from analysis.terms.tally import Tally, count_hits, rate_table

CATEGORIES = ("modality", "hedges", "boosters", "negation", "presupposition", "pronouns")
LEVELS = ("subcategory", "category")
USES = ("predicate", "uninverted", "claim", "single", "amount")
Lexicon = pd.DataFrame | Sequence[Mapping[str, str]]


def read_stance_lexicon() -> pd.DataFrame:
    """The package's own items of stance, in the order of the files: each says more at its head."""
    rows = [
        {"category": category, **row}
        for category in CATEGORIES
        for row in packaged_rows(f"stance_{category}.csv")
    ]
    table = pd.DataFrame(rows)[["category", "subcategory", "item", "pos", "use"]]
    return table.fillna({"use": ""})


@measure("voiced", plain={"lexicon": recorded})
def find_stance(corpus: pd.DataFrame, *, lexicon: Lexicon | None = None) -> pd.DataFrame:
    """Find every word and phrase that marks stance.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its tagged tokens, ``annotate(corpus).tokens``, with or without voices.
    lexicon : pandas.DataFrame or sequence of mappings, optional
        Rows of ``read_lexicon("stance")``, or own ones with `category`, `subcategory`, `item`;
        `pos`: parts of speech of its words in turn, by Universal Dependencies, "/" between
        alternatives, * for any; `use`, where the item counts in one use only: *predicate* (not
        before its noun: "is certain", not "certain countries"), *uninverted* (not "should it
        rain"), *claim* (not "he suggested a walk"), *single* (not "every summer they would"),
        *amount* (beside a number: not "turned around", "or so he says").
        Default: all of the package's lists.

    Returns
    -------
    pandas.DataFrame
        One row per hit, in the order of the texts: `doc` (categorical), `sentence`, `position`
        (of the first token), `start`, `end` (offsets into the document's text), `text` (that
        stretch, any white space in it as spaces), `category`, `subcategory`, `item`; `voice`,
        `speech`, `voice_group` and `part` where the tokens have them.

    Raises
    ------
    InputError
        If a column is missing, the lexicon cannot be read, or a use is not known.

    Notes
    -----
    A word counts only in the part of speech of its item: "may" the modal verb and not the month,
    "can" and "will" and not the nouns, "might" and not military might. Of hits that lie within
    each other the longest counts, within one category; categories overlap on purpose ("perhaps" is
    a hedge and possibility), so do not add them up.

    The lists were compiled for this project. The categories are those of the literature: modality
    (Palmer 2001; Biber et al. 1999), hedges (Lakoff 1973; Prince, Frader & Bosk 1982; Hyland 2005),
    boosters (Hyland 2005; Quirk et al. 1985), negation (Tottie 1991), presupposition (Karttunen
    1971; Levinson 1983: what "recalled that", "continue", "again" and "explains why" take as given,
    by whoever says it), us and them (van Dijk 1998; Reisigl & Wodak 2001).
    "prediction" (will, would …) stands beside the three kinds of modality, because "will" in news
    is mostly plain future: filter it out or in knowingly.

    A word is counted, not what it does: "must" may be duty or inference, "will" a plan or a
    conviction, "we" the speaker's nation or the speaker's family, "they" the enemy or two treaties.
    Read the passages.

    Examples
    --------
    >>> from analysis.annotation.annotator import annotate
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["In May we must not leave the US."]})
    >>> find_stance(annotate(texts).tokens)[["text", "category", "subcategory"]]
       text  category   subcategory
    0    we  pronouns            us
    1  must  modality    obligation
    2   not  negation  not-negation
    """
    source, table, found = _look(corpus, lexicon)
    require_columns(source, ("sentence", "position", "start", "end", "word"), "tokens")
    last = found.rows + found.lengths - 1
    columns: dict[str, Any] = {"doc": source["doc"].take(found.rows).array}
    for name in ("sentence", "position", "start"):
        columns[name] = source[name].to_numpy()[found.rows]
    columns["end"] = source["end"].to_numpy()[last]
    columns["text"] = _written(source, found)
    for name in ("category", "subcategory", "item"):
        columns[name] = pd.Series(table[name].to_numpy(dtype=object)[found.items], dtype="str")
    columns |= {n: source[n].take(found.rows).array for n in VOICES if n in source}
    return pd.DataFrame(columns)


def _look(
    tokens: pd.DataFrame, lexicon: Lexicon | None
) -> tuple[pd.DataFrame, pd.DataFrame, ItemHits]:
    """The tokens with codes, the checked lexicon, and where its items stand."""
    source = coded(require_tags(tokens, ("pos",)))
    rows = read_stance_lexicon() if lexicon is None else lexicon
    table = item_table(rows, ("category", "subcategory"), "stance lexicon")
    given = pd.DataFrame(rows) if not isinstance(rows, pd.DataFrame) else rows
    table["use"] = ""
    if "use" in given.columns:
        table["use"] = given["use"].fillna("").astype(str).to_numpy()
        for use in set(table["use"]) - {""}:
            require_choice(use, USES, "use")
    found = find_items(source, table, "category")
    if {"head", "dep"} <= set(source.columns):
        kept = in_use(source, table["use"].to_numpy(dtype=object), found)
        found = ItemHits(found.rows[kept], found.lengths[kept], found.items[kept])
    return source, table, found


def in_use(tokens: pd.DataFrame, uses: np.ndarray, found: ItemHits) -> np.ndarray:
    """Which hits stand in the use in which their item counts."""
    kept = np.ones(len(found.rows), dtype=bool)
    wanted = uses[found.items]
    limited = np.flatnonzero(wanted != "")
    if not len(limited):
        return kept
    reader = _Beside(tokens)
    for hit in limited.tolist():
        kept[hit] = getattr(reader, f"is_{wanted[hit]}")(int(found.rows[hit]))
    return kept


_AMOUNTS = frozenset(
    "half dozen dozens hundred hundreds thousand thousands million millions billion quarter third"
    " twice noon midnight $ £ €".split()
)


class _Beside:
    """The words on which a word depends, and those that depend on it, in its sentence."""

    def __init__(self, tokens: pd.DataFrame) -> None:
        self.dep = tokens["dep"].astype(object).to_numpy()
        self.pos = tokens["pos"].astype(object).to_numpy()
        self.term = tokens["term"].astype(object).to_numpy()
        self.position = tokens["position"].to_numpy()
        self.head = tokens["head"].to_numpy()
        sentence = tokens["sentence"].to_numpy()
        doc = codes_of(tokens, "doc")
        new = np.flatnonzero((np.diff(sentence) != 0) | (np.diff(doc) != 0)) + 1
        self.starts = np.concatenate([[0], new])
        self.ends = np.append(new, len(sentence))

    def _sentence(self, row: int) -> range:
        number = int(np.searchsorted(self.starts, row, side="right")) - 1
        return range(int(self.starts[number]), int(self.ends[number]))

    def _below(self, row: int, *deps: str) -> list[int]:
        place = self.position[row]
        return [r for r in self._sentence(row) if self.head[r] == place and self.dep[r] in deps]

    def _verb(self, row: int) -> int:
        """The verb of an auxiliary, else the word itself."""
        if self.dep[row] not in ("aux", "aux:pass", "cop"):
            return row
        up = [r for r in self._sentence(row) if self.position[r] == self.head[row]]
        return up[0] if up else row

    def is_predicate(self, row: int) -> bool:
        """Not before its noun: "is certain", not "certain countries" or "likely voters"."""
        if self.dep[row] in ("amod", "det", "compound", "nmod:desc"):
            return False
        noun = row + 1 in self._sentence(row) and self.pos[row + 1] == "NOUN"
        return not noun or bool(self._below(row, "cop"))

    def is_uninverted(self, row: int) -> bool:
        """Not before its subject: "should it rain" is a condition; a question is none."""
        subjects = self._below(self._verb(row), "nsubj", "nsubj:pass", "expl", "csubj")
        whole = self._sentence(row)
        asked = "?" in self.term[whole[0] : whole[-1] + 1]
        return asked or not subjects or min(subjects) < row

    def is_claim(self, row: int) -> bool:
        """Of a claim or of evidence: not "he suggested a walk", "Norway suggests adding Peru"."""
        if self._below(row, "ccomp", "mark"):
            return True
        subjects = self._below(row, "nsubj")
        who = any(self.pos[r] in ("PROPN", "PRON") for r in subjects)
        proposed = self._below(row, "obj", "xcomp")
        return not (proposed and (who or not subjects))

    def is_amount(self, row: int) -> bool:
        """Beside a number: "about 300", "a dozen or so"; not "turned around", "or so he says"."""
        whole = self._sentence(row)
        if self.term[row] == "or":
            after = [self.pos[r] for r in (row + 2,) if r in whole]
            return row - 1 in whole and self.pos[row - 1] in ("NUM", "NOUN") and after != ["DET"]
        near = [r for r in (row + 1, row + 2) if r in whole]
        return any(self.pos[r] == "NUM" or self.term[r] in _AMOUNTS for r in near)

    def is_single(self, row: int) -> bool:
        """Not of a habit: "every summer they would swim", "he would often call"."""
        verb = self._verb(row)
        often = ("often", "always", "usually", "sometimes", "regularly")
        if any(self.term[r] in often for r in self._below(verb, "advmod")):
            return False
        times = self._below(verb, "obl", "obl:unmarked", "obl:tmod", "advmod")
        words = [self.term[word] for time in times for word in self._below(time, "det")]
        return "every" not in words and "each" not in words


def _written(tokens: pd.DataFrame, found: ItemHits) -> pd.Series:
    """The words of every hit, as far from each other as in the text."""
    words: Any = tokens["word"].array
    names = words.categories.to_numpy(dtype=object)
    start, end = tokens["start"].to_numpy(), tokens["end"].to_numpy()
    text = names[words.codes[found.rows]]
    for offset in range(1, int(found.lengths.max(initial=1))):
        more = np.flatnonzero(found.lengths > offset)
        row = found.rows[more] + offset
        gaps = [" " * gap for gap in (start[row] - end[row - 1]).tolist()]
        text[more] += np.array(gaps, dtype=object) + names[words.codes[row]]
    return pd.Series(text, dtype="str")


def _of_stance(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The hits of the row's category in its group."""
    names = groups_of(step, row)
    hits = find_stance(layer_of(corpus, step, names), lexicon=step["params"].get("lexicon"))
    own = in_group(hits, names, row, corpus.documents)
    for name in ("category", "subcategory"):
        if name in row:
            own &= (hits[name] == row[name]).to_numpy()
    return hits[own]


def _stance_of_part(tokens: pd.DataFrame, *, documents: pd.DataFrame | None, asked: Any) -> Tally:
    """Count the words of stance of a part, by the categories of the lexicon in its order."""
    require_choice(asked.level, LEVELS, "level")
    source, table, found = _look(tokens, asked.lexicon)
    codes, items = pd.factorize(table[_levels(asked.level)].agg("\x1f".join, axis=1))
    hits = Hits(pd.Index(items, dtype=object), found.rows, codes[found.items], found.lengths)
    groups = group_rows(source, asked.by, documents)
    return count_hits(source, hits, groups, confidence=asked.confidence)


def _stance_rates(
    parts: Sequence[Tally], *, level: str, per: float, confidence: float | None
) -> pd.DataFrame:
    """The rates of stance of all parts."""
    counted = rate_table(parts, per=per, confidence=confidence, zeros=True)
    by = parts[0].groups.names
    return _in_order(counted, parts[0].names.tolist(), _levels(level), by)


def _levels(level: str) -> list[str]:
    """The columns of the lexicon that a row stands for."""
    return list(LEVELS[::-1]) if level == "subcategory" else ["category"]


_STANCE = Parts(_stance_of_part, _stance_rates)


@measure("tagged", plain={"lexicon": recorded}, evidence=_of_stance, parts=_STANCE)
def count_stance(
    corpus: pd.DataFrame,
    *,
    lexicon: Lexicon | None = None,
    level: str = "subcategory",
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count the words of stance in the corpus or in groups: outlets, sides, voices.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        As in `find_stance`.
    lexicon : pandas.DataFrame or sequence of mappings, optional
        As in `find_stance`.
    level : {"subcategory", "category"}
        What gets a row.
    by : str or sequence of str, optional
        Columns of the tokens or of `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    per : float
        A rate is given per so many words.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group and category, also where the count is 0, in the order of the lexicon: the
        columns of `by`; `category`; `subcategory` (with that level); `count` (hits); `base` (words
        of the group); `rate` (per `per` words); `documents` (of the group, that have one);
        `group_documents` (all of the group); `low`, `high` (of the rate), `interval`.

    Raises
    ------
    InputError
        If a column is missing, the lexicon cannot be read, or a number is out of its range.

    Notes
    -----
    rate = per · count / base; a phrase counts once. The interval is Korn–Graubard's over documents
    (over sentences in a group of one document; none with fewer than three of these), as in
    `count_terms`; it takes the tagger and the lists for right. With ``by="voice"`` a rate says how
    a speaker is quoted by these outlets, which is how they chose to quote, not how the speaker
    speaks. See `find_stance` for what a hit may mean.

    Examples
    --------
    >>> from analysis.annotation.annotator import annotate
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["We will not go, and they must not."]})
    >>> counts = count_stance(annotate(texts).tokens, level="category", confidence=None)
    >>> counts[["category", "count", "base", "rate"]]
             category  count  base   rate
    0        modality      2     8  250.0
    1          hedges      0     8    0.0
    2        boosters      0     8    0.0
    3        negation      2     8  250.0
    4  presupposition      0     8    0.0
    5        pronouns      2     8  250.0
    """
    in_parts()


def _in_order(
    counted: pd.DataFrame, items: list[str], names: list[str], by: list[str]
) -> pd.DataFrame:
    """Rows in the order of the lexicon, its categories in columns instead of the term."""
    if set(names) & set(by):
        twice = sorted(set(names) & set(by))[0]
        raise InputError(f"by={twice!r} is what count_stance counts; group by another column.")
    place = counted["term"].map({item: number for number, item in enumerate(items)}).to_numpy()
    group = np.arange(len(counted)) // max(len(items), 1)  # every group has a row for each item
    result = counted.iloc[np.lexsort([place, group])].reset_index(drop=True)
    parts = result.pop("term").str.split("\x1f", expand=True)
    column = list(result.columns).index("count")
    for number, name in reversed(list(enumerate(names))):
        result.insert(column, name, parts[number].astype("str"))
    return result.drop(columns="rank")
