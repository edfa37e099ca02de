"""Stance: modality, hedges, boosters, negation, and the pronouns of us and them."""

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
    group_codes,
    measure,
    require_choice,
    require_columns,
)
from analysis.terms.counting import Hits, coded, tally
from analysis.terms.evidence import groups_of, in_group, layer_of

CATEGORIES = ("modality", "hedges", "boosters", "negation", "pronouns")
LEVELS = ("subcategory", "category")
Lexicon = pd.DataFrame | Sequence[Mapping[str, str]]


def read_stance_lexicon() -> pd.DataFrame:
    """The package's own items of stance, in the order of the files: each says more at its head."""
    rows = [
        {"category": category, **row}
        for category in CATEGORIES
        for row in packaged_rows(f"stance_{category}.csv")
    ]
    return pd.DataFrame(rows)[["category", "subcategory", "item", "pos"]]


@measure("voiced", plain={"lexicon": recorded})
def find_stance(corpus: pd.DataFrame, *, lexicon: Lexicon | None = None) -> pd.DataFrame:
    """Find every word and phrase that marks stance.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its tagged tokens, ``annotate(corpus).tokens``, with or without voices.
    lexicon : pandas.DataFrame or sequence of mappings, optional
        Rows of ``read_lexicon("stance")``, or own ones with `category`, `subcategory`, `item` (and
        `pos`: parts of speech of its words in turn, by Universal Dependencies, "/" between
        alternatives, * for any). Default: all of the package's lists.

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
        If a column is missing or the lexicon cannot be read.

    Notes
    -----
    A word counts only in the part of speech of its item: "may" the modal verb and not the month,
    "can" and "will" and not the nouns, "might" and not military might. Of hits that lie within
    each other the longest counts, within one category; categories overlap on purpose ("perhaps" is
    a hedge and possibility), so do not add them up.

    The lists were compiled for this project. The categories are those of the literature: modality
    (Palmer 2001; Biber et al. 1999), hedges (Lakoff 1973; Prince, Frader & Bosk 1982; Hyland 2005),
    boosters (Hyland 2005; Quirk et al. 1985), negation (Tottie 1991), us and them (van Dijk
    1998; Reisigl & Wodak 2001). "prediction" (will, would …) stands beside the three kinds of
    modality, because "will" in news is mostly plain future: filter it out or in knowingly.

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
    return source, table, find_items(source, table, "category")


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


@measure("tagged", plain={"lexicon": recorded}, evidence=_of_stance)
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
    0  modality      2     8  250.0
    1    hedges      0     8    0.0
    2  boosters      0     8    0.0
    3  negation      2     8  250.0
    4  pronouns      2     8  250.0
    """
    require_choice(level, LEVELS, "level")
    source, table, found = _look(corpus, lexicon)
    names = list(LEVELS[::-1]) if level == "subcategory" else ["category"]
    keys = table[names].agg("\x1f".join, axis=1)
    codes, items = pd.factorize(keys)
    groups = group_codes(source, by, documents)
    counted = tally(
        source,
        Hits(pd.Index(items, dtype=object), found.rows, codes[found.items], found.lengths),
        groups,
        per=per,
        confidence=confidence,
        zeros=True,
    )
    return _in_order(counted, list(items), names, groups[1])


def _in_order(
    counted: pd.DataFrame, items: list[str], names: list[str], labels: pd.DataFrame
) -> pd.DataFrame:
    """Rows in the order of the lexicon, its categories in columns instead of the term."""
    if set(names) & set(labels.columns):
        twice = sorted(set(names) & set(labels.columns))[0]
        raise InputError(f"by={twice!r} is what count_stance counts; group by another column.")
    place = counted["term"].map({item: number for number, item in enumerate(items)}).to_numpy()
    group = np.arange(len(counted)) // max(len(items), 1)  # every group has a row for each item
    result = counted.iloc[np.lexsort([place, group])].reset_index(drop=True)
    parts = result.pop("term").str.split("\x1f", expand=True)
    column = list(result.columns).index("count")
    for number, name in reversed(list(enumerate(names))):
        result.insert(column, name, parts[number].astype("str"))
    return result.drop(columns="rank")
