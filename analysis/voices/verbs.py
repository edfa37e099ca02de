"""Counting quotations, the verbs that introduce them, and showing them in their contexts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.tables import (
    NONE_LABEL,
    InputError,
    group_codes,
    require_choice,
    require_columns,
    stamp,
)
from analysis.terms.counting import Hits, coded, tally, word_list
from analysis.terms.passages import metadata_columns
from analysis.terms.shares import count_shares, group_names, token_rows
from analysis.voices.spans import resolved_voices

QUOTES = ("doc", "start", "end", "kind", "speaker", "cue", "cue_class", "sentence")
KINDS = ("direct", "mixed", "indirect", "scare")
ITEMS = ("kind", "speaker", "cue", "cue_class")


def count_quotes(
    quotes: pd.DataFrame,
    *,
    tokens: pd.DataFrame,
    item: str = "kind",
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Count quotations by kind, speaker or cue, per so many words of the texts.

    Parameters
    ----------
    quotes : pandas.DataFrame
        What `find_quotes` returns, or some of its rows (such as the scare quotes).
    tokens : pandas.DataFrame
        The tokens of the same documents: their words are the base.
    item : {"kind", "speaker", "cue", "cue_class"}
        What is counted.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    per, confidence, seed
        As in `count_terms`.

    Returns
    -------
    pandas.DataFrame
        One row per group and item, also where the count is 0, ordered by group, count (descending)
        and name: the columns of `by`; the item's column ("(none)" where a quotation has none);
        `count` (quotations); `base` (words of the group); `rate` (per `per` words); `documents`;
        `rank`; `low`, `high` (of the rate); `interval`.

    Raises
    ------
    InputError
        If a column is missing, `item` is not known, or a quotation is not in the tokens.

    Notes
    -----
    rate = per · count / base; a long quotation counts as much as a word in marks (`count_voices`
    counts words). What was missed or wrongly found is in the rates: see docs/accuracy.md.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ['The "deal" is off.']}))
    >>> quotes = pd.DataFrame({"doc": ["a"], "start": [4], "end": [10], "kind": ["scare"]})
    >>> count_quotes(quotes, tokens=tokens, confidence=None)[["kind", "count", "base", "rate"]]
        kind  count  base   rate
    0  scare      1     4  250.0
    """
    require_choice(item, ITEMS, "item")
    require_columns(quotes, ("doc", "start", item), "quotes")
    tokens = coded(tokens, ("start", "end"))
    code, names = pd.factorize(_named(quotes[item]), sort=True)
    rows = token_rows(quotes, tokens, "quotation")
    result = tally(
        tokens,
        Hits(pd.Index(names, dtype=object), rows, code, np.ones(len(rows), dtype=np.int64)),
        group_codes(tokens, by, documents),
        per=per,
        confidence=confidence,
        seed=seed,
        zeros=True,
    ).rename(columns={"term": item})
    params = {"tokens": tokens, "item": item, "by": by, "documents": documents}
    numbers = {"per": per, "confidence": confidence, "seed": seed}
    return stamp(result, quotes, "count_quotes", params | numbers, on="quotes")


def _named(column: pd.Series) -> pd.Series:
    """Texts with a name for what is missing."""
    values = column.astype(object)
    return values.where(values.notna() & (values != ""), NONE_LABEL).astype(object)


def count_cues(
    quotes: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = "speaker",
    item: str = "cue_class",
    documents: pd.DataFrame | None = None,
    min_count: int = 1,
    confidence: float | None = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Profile the verbs of saying: which class of verb introduces whom, or is used by whom.

    Parameters
    ----------
    quotes : pandas.DataFrame
        What `find_quotes` returns, or some of its rows; those with no cue are left out.
    by : str or sequence of str, optional
        Columns of `quotes` or `documents` to group by: "speaker" asks who gets the doubting verbs,
        "outlet" who uses them. None takes all as one group. Speakers who are only a pronoun or a
        role are "(unresolved)".
    item : {"cue_class", "cue"}
        What is counted: the class of the verb, or the verb itself.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    min_count : int
        Leave out groups with fewer quotations that have a cue.
    confidence : float or None
        Coverage of the intervals; None leaves them out.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row per group and class, also where the count is 0, ordered by group, count
        (descending) and name: the columns of `by`; `cue_class` or `cue`; `count` (quotations);
        `base` (quotations of the group with a cue); `share`; `documents`; `rank`; `low`, `high`
        (of the share), `interval`; `cues` (the verbs behind the row with their counts).

    Raises
    ------
    InputError
        If a column is missing, `item` or `min_count` is not usable.

    Notes
    -----
    The counts of a group add up to its base. Verbs of saying are an outlet's comment on what it
    relays (Caldas-Coulthard 1994, "On reporting reporting"; Bell 1991, ch. 10): "said" leaves it
    open, "claimed" casts doubt, "pointed out" vouches. The classes take a verb out of its sentence:
    "warned" may warn or threaten, and house style or a translator's habit chooses verbs as well.
    Rows of `quotes` are the passages (`find_quote_contexts`).

    Examples
    --------
    >>> quotes = pd.DataFrame({"doc": ["a", "a", "b"], "speaker": ["Xi", "Xi", "Putin"],
    ...     "cue": ["said", "claimed", "said"], "cue_class": ["neutral", "doubting", "neutral"]})
    >>> count_cues(quotes, confidence=None)[["speaker", "cue_class", "share", "cues"]]
      speaker cue_class  share       cues
    0   Putin   neutral    1.0     said 1
    1   Putin  doubting    0.0
    2      Xi  doubting    0.5  claimed 1
    3      Xi   neutral    0.5     said 1
    """
    require_choice(item, ("cue_class", "cue"), "item")
    require_columns(quotes, ("doc", "cue", item), "quotes")
    if not min_count >= 1:
        raise InputError(f"min_count={min_count!r} must be 1 or more.")
    with_cue = quotes[quotes["cue"].notna() & (quotes["cue"].astype(object) != "")]
    with_cue = with_cue.assign(
        cue=with_cue["cue"].astype("str").str.lower().str.split().str.join(" ")
    )
    if item == "cue_class":
        with_cue = with_cue.assign(cue_class=_named(with_cue["cue_class"]))
    names = group_names(by, (item,))
    own = [name for name in names if name in with_cue.columns and name != "doc"]
    with_cue = with_cue.assign(**{name: _named(with_cue[name]) for name in own})
    if "speaker" in own:
        with_cue = with_cue.assign(speaker=resolved_voices(with_cue["speaker"]))
    known = sorted(set(with_cue[item].astype(object)))
    with_cue, groups = _large_groups(with_cue, group_codes(with_cue, by, documents), min_count)
    result = count_shares(
        with_cue,
        with_cue[item],
        groups,
        unit="quotations",
        confidence=confidence,
        seed=seed,
        known=known,
    ).rename(columns={"term": item})
    result = result[result["base"] >= min_count].reset_index(drop=True)
    result["cues"] = _count_verbs(result, with_cue.assign(_group=groups[0]), groups[1], item)
    params = {"by": by, "item": item, "documents": documents, "min_count": min_count}
    return stamp(
        result, quotes, "count_cues", params | {"confidence": confidence, "seed": seed}, on="quotes"
    )


def _large_groups(
    with_cue: pd.DataFrame, groups: tuple[np.ndarray, pd.DataFrame], min_count: int
) -> tuple[pd.DataFrame, tuple[np.ndarray, pd.DataFrame]]:
    """Drop the groups that are too small before they cost an interval; all stay if all are."""
    code, labels = groups
    enough = np.bincount(code, minlength=len(labels)) >= min_count
    if enough.all() or not enough.any():
        return with_cue, groups
    place = np.cumsum(enough) - 1
    kept = enough[code]
    return with_cue[kept], (place[code[kept]], labels[enough].reset_index(drop=True))


def _count_verbs(
    result: pd.DataFrame, with_cue: pd.DataFrame, labels: pd.DataFrame, item: str
) -> list[str]:
    """The verbs of each row with their counts: "said 3, told 1"."""
    with_cue = with_cue.assign(_item=with_cue[item])  # which may be the verb itself
    counts = (
        with_cue.groupby(["_group", "_item", "cue"], observed=True).size().reset_index(name="n")
    )
    counts = counts.sort_values(["n", "cue"], ascending=[False, True])
    listed: dict[tuple[object, ...], list[str]] = {}
    names = [tuple(row) for row in labels.itertuples(index=False)]
    for row in counts.itertuples(index=False):
        key = (*names[row[0]], row[1])
        listed.setdefault(key, []).append(f"{row[2]} {row[3]}")
    keys = result[[*labels.columns, item]].itertuples(index=False)
    return [", ".join(listed.get(tuple(key), [])) for key in keys]


def find_quote_contexts(
    quotes: pd.DataFrame,
    *,
    documents: pd.DataFrame,
    kinds: Sequence[str] | None = None,
    window: int = 80,
    columns: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """List quotations with the text around them, as a concordance: all, or scare quotes only.

    Parameters
    ----------
    quotes : pandas.DataFrame
        What `find_quotes` returns, or some of its rows.
    documents : pandas.DataFrame
        The documents they were found in.
    kinds : sequence of {"direct", "mixed", "indirect", "scare"}, optional
        Kinds to list; default: all. ``["scare"]`` lists words the writer keeps at arm's length.
    window : int
        Characters to the left and right at most; whole words only.
    columns : str or sequence of str, optional
        Columns of `documents` to show beside; default: outlet.

    Returns
    -------
    pandas.DataFrame
        One row per quotation, ordered by the metadata columns, then as in `quotes`: `doc`,
        `sentence`, `start`, `end`, `left`, `node` (the quotation), `right`, `kind`, `speaker`,
        `cue`, `cue_class` where there, and the metadata. `show_contexts` lays it out.

    Raises
    ------
    InputError
        If a column is missing, a kind is not known, or a document is not there.

    Notes
    -----
    Marks around a word can doubt it, name a term, or quote an unnamed source; which of these,
    only the reader can say (on "scare quotes" as distancing: Bell 1991; Weizman 1984).

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a"], "outlet": ["RT"], "text": ['The "deal" is off.']})
    >>> quotes = pd.DataFrame({"doc": ["a"], "start": [4], "end": [10], "kind": ["scare"]})
    >>> find_quote_contexts(quotes, documents=texts)[["left", "node", "right", "outlet"]]
       left    node     right outlet
    0  The   "deal"   is off.     RT
    """
    require_columns(quotes, ("doc", "start", "end", "kind"), "quotes")
    beside = metadata_columns(documents, columns)
    chosen = None
    if kinds is not None:
        chosen = [require_choice(kind, KINDS, "kinds") for kind in word_list(kinds, "kinds")]
        quotes = quotes[quotes["kind"].isin(chosen)]
    if isinstance(window, bool) or int(window) != window or window < 0:
        raise InputError(f"window={window!r} is not a number of characters; 80 is usual.")
    rows = pd.Index(documents["doc"].astype(object)).get_indexer(quotes["doc"].astype(object))
    if (rows < 0).any():
        stranger = quotes["doc"].iloc[int(np.argmin(rows))]
        raise InputError(f"Document {stranger!r} is not in the documents table; pass the same one.")
    texts = documents["text"].tolist()
    spans = list(zip(rows.tolist(), quotes["start"], quotes["end"], strict=True))
    result = quotes[[c for c in ("doc", "sentence", "start", "end") if c in quotes.columns]].assign(
        left=pd.array([_before(texts[r], a, window) for r, a, _ in spans], dtype="str"),
        node=pd.array([texts[r][a:b] for r, a, b in spans], dtype="str"),
        right=pd.array([_after(texts[r], b, window) for r, _, b in spans], dtype="str"),
        **{c: quotes[c] for c in ("kind", "speaker", "cue", "cue_class") if c in quotes.columns},
    )
    more = {name: documents[name].array.take(rows) for name in beside if name not in result}
    result = result.assign(**more)
    if more:
        result = result.sort_values(list(more), kind="stable")
    params = {"documents": documents, "kinds": chosen, "window": window, "columns": beside}
    result = result.reset_index(drop=True)
    return stamp(result, quotes, "find_quote_contexts", params, on="quotes")


def _before(text: str, start: int, window: int) -> str:
    """At most so many characters before a place, from the beginning of a word."""
    first = max(start - window, 0)
    if first and not text[first - 1].isspace():
        while first < start and not text[first].isspace():
            first += 1
    return text[first:start]


def _after(text: str, end: int, window: int) -> str:
    """At most so many characters after a place, to the end of a word."""
    last = min(end + window, len(text))
    if last < len(text) and not text[last].isspace():
        while last > end and not text[last - 1].isspace():
            last -= 1
    return text[end:last]
