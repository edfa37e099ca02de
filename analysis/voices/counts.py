"""Who speaks: shares of voice, quotations by kind and speaker, and reporting verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import (
    NONE_LABEL,
    InputError,
    group_codes,
    measure,
    passed,
    require_choice,
    require_columns,
    say_empty,
)
from analysis.terms.counting import Hits, coded, codes_of, word_list, words_of
from analysis.terms.evidence import agreeing, groups_of, in_group, layer_of
from analysis.terms.shares import JOINT, count_shares, group_names, split_items, token_rows
from analysis.terms.tally import tally
from analysis.voices.spans import resolved_voices

ITEMS = ("kind", "speaker", "cue", "cue_class")
Levels = tuple[np.ndarray, list[str]]  # codes of rows, and what they stand for


def voice_stretches(tokens: pd.DataFrame) -> pd.DataFrame:
    """Every stretch of neighbouring tokens in one document, voice and speech, with its words."""
    table = coded(tokens, ("sentence", "position", "start", "end", "voice", "speech"))
    keys = [codes_of(table, "doc"), _levels(table["voice"])[0], _levels(table["speech"])[0]]
    fresh = np.diff(table["position"].to_numpy(), prepend=-2) != 1
    for key in keys:
        fresh |= np.diff(key, prepend=-1) != 0
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(table))[: len(first)] - 1
    words = np.add.reduceat(words_of(table).astype(np.int64), first) if len(first) else first
    result = table[["doc", "sentence", "start", "end", "voice", "speech"]].iloc[first]
    result = result.assign(end=table["end"].to_numpy()[last], words=words)
    return result[result["words"] > 0].reset_index(drop=True)


def _of_voice(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The stretches of text in the row's voice; their words add up to its count."""
    names = groups_of(step, row)
    tokens = coded(layer_of(corpus, step, names), ("voice", "speech"))
    own = in_group(tokens, names, row, corpus.documents)
    resolved = step["params"].get("merge_unresolved", True)
    voice = resolved_voices(tokens["voice"]) if resolved else tokens["voice"].astype(object)
    own &= (voice == row["voice"]).to_numpy()
    if "speech" in row and "speech" not in names:
        own &= (tokens["speech"].astype(str) == row["speech"]).to_numpy()
    return voice_stretches(tokens[own])


@measure("voiced", evidence=_of_voice)
def count_voices(
    corpus: pd.DataFrame,
    *,
    voices: Sequence[str] | None = None,
    split_speech: bool = True,
    merge_unresolved: bool = True,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count how many words each voice is given, and which share of all words that is.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, whose tokens with their voices are taken; or tokens with `voice` and `speech`, as
        `add_voices` returns them.
    by : str or sequence of str, optional
        Columns of the tokens (such as `part`, see `add_voices`) or of `documents` to group by.
        Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    voices : sequence of str, optional
        Voices to keep in the rows; one that a group does not give a word to gets a row with 0.
        Default: every voice that a group has.
    split_speech : bool
        Count quoted and reported words of a voice apart.
    merge_unresolved : bool
        Count speakers who are only a pronoun or a role there ("he", "the ministry") as
        "(unresolved)": the same word is somebody else in another text. Whom nobody names
        ("officials", "a source", "the report") is "(unnamed)", as is speech without a speaker.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group, voice and (if split) speech, ordered by group, count (descending) and
        name: the columns of `by`; `voice`; `speech`; `count` (words); `base` (all words of the
        group); `share` (count / base; NaN in a group without words); `documents` (of the group,
        that give this voice a word); `group_documents` (all of the group); `rank`; `low`, `high`
        (of the share); `interval`.

    Raises
    ------
    InputError
        If a column is missing, `by` names `voice` or `speech`, or `voices` is not a list.

    Notes
    -----
    Without `voices` the counts of a group add up to its base, and the counts of the groups to
    those of the corpus. The interval is Korn–Graubard's over documents (over sentences in a group
    of one document; none with fewer than three of these) and takes the attribution for right; how
    often it is wrong is measured in docs/accuracy.md. A voice that has much to say in few of the
    texts comes in bursts: the interval is too short there, and says so. For a share among quoted
    words only, filter the tokens first.

    Words are space, not weight: who speaks first, last or unanswered is another question
    (`part` of `add_voices`), and a long quotation may be given in order to be refuted. On access
    to the news as power see van Dijk 1991, *Racism and the Press*, and Bell 1991, ch. 10.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ["He said: no, no war."]}))
    >>> tokens = tokens.assign(voice=["writer"] * 3 + ["Putin"] * 5,
    ...                        speech=[""] * 3 + ["quoted"] * 5)
    >>> count_voices(tokens, confidence=None)[["voice", "speech", "count", "base", "share"]]
        voice  speech  count  base  share
    0   Putin  quoted      3     5    0.6
    1  writer              2     5    0.4
    """
    tokens = coded(corpus, ("voice", "speech"))
    group_names(by, ("voice", "speech"))
    chosen = None if voices is None else word_list(voices, "voices")
    voice = _levels(tokens["voice"], resolved=merge_unresolved)
    item, names = _voice_items(voice, _levels(tokens["speech"]), chosen, split_speech)
    rows = np.flatnonzero(words_of(tokens) & (item >= 0))
    absent = [] if chosen is None else [name for name in chosen if name not in voice[1]]
    if absent:
        say_empty(f"no words of {', '.join(map(repr, absent))}; write a voice as in the column")
    result = tally(
        tokens,
        Hits(names, rows, item[rows], np.ones(len(rows), dtype=np.int64)),
        group_codes(tokens, by, documents),
        per=1,
        confidence=confidence,
        zeros=chosen is not None,
    )
    return split_items(
        result.rename(columns={"rate": "share"}), ("voice", "speech")[: 1 + split_speech]
    )


def _voice_items(
    voice_levels: Levels, speech_levels: Levels, chosen: list[str] | None, split: bool
) -> tuple[np.ndarray, pd.Index]:
    """Number of the voice (and its speech) of every row, -1 where it is not asked for."""
    (voice, voices), (speech, speeches) = voice_levels, speech_levels
    if not split:
        pair, names = voice, voices
    else:
        pair = voice * max(len(speeches), 1) + speech
        names = [one + JOINT + other for one in voices for other in speeches]
    used = np.bincount(pair, minlength=len(names)) > 0
    if chosen is not None:
        used &= [name.split(JOINT)[0] in chosen for name in names]
        missing = sorted(set(chosen) - set(voices))
        names, used = (
            [*names, *(n + JOINT * split for n in missing)],
            np.append(used, np.ones(len(missing), dtype=bool)),
        )
    place = np.where(used, np.cumsum(used) - 1, -1)
    return place[pair], pd.Index([n for n, u in zip(names, used, strict=True) if u], dtype=object)


def _levels(column: pd.Series, *, resolved: bool = False) -> Levels:
    """Integer codes of a text column and the texts they stand for; a missing value is ""."""
    rows = None
    if isinstance(column.dtype, pd.CategoricalDtype):  # each text that occurs is looked at once
        every: Any = column.array
        rows = every.codes
        used = np.bincount(rows + 1, minlength=len(every.categories) + 1) > 0
        place = np.cumsum(used) - 1
        rows = place[rows + 1]
        column = pd.Series([None, *every.categories], dtype=object)[used]
    texts = resolved_voices(column) if resolved else column.astype(object).fillna("")
    codes, levels = pd.factorize(texts, sort=True)
    codes = codes.astype(np.int64)
    return codes if rows is None else codes[rows], [str(level) for level in levels]


def _with_cue(quotes: pd.DataFrame, item: str) -> pd.DataFrame:
    """The quotations with a cue, which is written in small letters on one line."""
    kept = quotes[quotes["cue"].notna() & (quotes["cue"].astype(object) != "")]
    plain = kept["cue"].astype("str").str.lower().str.split().str.join(" ")
    kept = kept.assign(cue=plain)
    return kept.assign(cue_class=_named(kept["cue_class"])) if item == "cue_class" else kept


def _of_quotes(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The quotations of the row's kind, speaker or cue in its group."""
    names, item = groups_of(step, row), step["params"].get("item", "kind")

    def make() -> pd.DataFrame:
        quotes = layer_of(corpus, step, names)
        return quotes.assign(**{item: _named(quotes[item])})

    return agreeing(corpus, step, row, names, [item], make)


def _of_cue(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The quotations that the row's cue, or one of its class, introduces in its group."""
    names, item = groups_of(step, row), step["params"].get("item", "cue_class")

    def make() -> pd.DataFrame:
        quotes = _with_cue(layer_of(corpus, step, names), item)
        if "speaker" in names:
            quotes = quotes.assign(speaker=resolved_voices(_named(quotes["speaker"])))
        return quotes

    return agreeing(corpus, step, row, names, [item], make)


@measure("quotes", evidence=_of_quotes)
def count_quotes(
    corpus: pd.DataFrame,
    *,
    tokens: pd.DataFrame | None = None,
    item: str = "kind",
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 1000,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count quotations by kind, speaker or cue, per so many words of the texts.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, whose quotations are counted; or what `find_quotes` returns, or some of its rows
        (such as the direct ones).
    tokens : pandas.DataFrame
        The tokens of the same documents: their words are the base.
    item : {"kind", "speaker", "cue", "cue_class"}
        What is counted.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    per, confidence
        As in `count_terms`.

    Returns
    -------
    pandas.DataFrame
        One row per group and item, also where the count is 0, ordered by group, count (descending)
        and name: the columns of `by`; the item's column ("(none)" where a quotation has none);
        `count` (quotations); `base` (words of the group); `rate` (per `per` words); `documents`
        (of the group, that have one); `group_documents` (all of the group); `rank`; `low`, `high`
        (of the rate); `interval`, as in `count_terms`.

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
    >>> quotes = pd.DataFrame({"doc": ["a"], "start": [4], "end": [10], "kind": ["mixed"]})
    >>> count_quotes(quotes, tokens=tokens, confidence=None)[["kind", "count", "base", "rate"]]
        kind  count  base   rate
    0  mixed      1     4  250.0
    """
    require_choice(item, ITEMS, "item")
    quotes = require_columns(corpus, ("doc", "start", "end", item), "quotes")
    tokens = coded(passed(tokens, "tokens"), ("start", "end"))
    return rate_rows(
        quotes, tokens, item, group_codes(tokens, by, documents), per=per, confidence=confidence
    )


def rate_rows(
    rows: pd.DataFrame, tokens: pd.DataFrame, item: str, groups: Any, **options: Any
) -> pd.DataFrame:
    """How many rows of a table of places have each value of a column, per words of the groups."""
    code, names = pd.factorize(_named(rows[item]), sort=True)
    place = token_rows(rows, tokens, "quotation")
    hits = Hits(pd.Index(names, dtype=object), place, code, np.ones(len(place), dtype=np.int64))
    return tally(tokens, hits, groups, zeros=True, **options).rename(columns={"term": item})


def _named(column: pd.Series) -> pd.Series:
    """Texts with a name for what is missing."""
    values = column.astype(object)
    return values.where(values.notna() & (values != ""), NONE_LABEL).astype(object)


@measure("quotes", evidence=_of_cue)
def count_cues(
    corpus: pd.DataFrame,
    *,
    item: str = "cue_class",
    min_count: int = 1,
    by: str | Sequence[str] | None = "speaker",
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Profile the verbs of saying: which class of verb introduces whom, or is used by whom.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, whose quotations are taken; or what `find_quotes` returns, or some of its rows.
        Those with no cue are left out.
    by : str or sequence of str, optional
        Columns of `quotes` or `documents` to group by: "speaker" asks who gets the doubting verbs,
        "outlet" who uses them. None takes all as one group. Speakers who are only a pronoun or a
        role are "(unresolved)", those whom nobody names ("officials", "a source") "(unnamed)".
    item : {"cue_class", "cue"}
        What is counted: the class of the verb, or the verb itself.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    min_count : int
        Leave out groups with fewer quotations that have a cue.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group and class, also where the count is 0, ordered by group, count
        (descending) and name: the columns of `by`; `cue_class` or `cue`; `count` (quotations);
        `base` (quotations of the group with a cue); `share`; `documents` (with such a quotation);
        `group_documents` (with any quotation of the group that has a cue); `rank`; `low`, `high`
        (of the share), `interval`; `cues` (the verbs behind the row with their counts).

    Raises
    ------
    InputError
        If a column is missing, `item` or `min_count` is not usable.

    Notes
    -----
    The counts of a group add up to its base. The interval is Korn–Graubard's over the documents
    that quote in the group (over sentences where that is one; none with fewer than three of these):
    a speaker whom two texts quote has none. Verbs of saying are an outlet's comment on what it
    relays (Caldas-Coulthard 1994, "On reporting reporting"; Bell 1991, ch. 10): "said" leaves it
    open, "claimed" casts doubt, "pointed out" vouches. The classes take a verb out of its sentence:
    "warned" may warn or threaten, and house style or a translator's habit chooses verbs as well.

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
    quotes = require_columns(corpus, ("doc", "cue", item), "quotes")
    if not min_count >= 1:
        raise InputError(f"min_count={min_count!r} must be 1 or more.")
    with_cue = _with_cue(quotes, item)
    names = group_names(by, (item,))
    own = [name for name in names if name in with_cue.columns and name != "doc"]
    with_cue = with_cue.assign(**{name: _named(with_cue[name]) for name in own})
    if "speaker" in own:
        with_cue = with_cue.assign(speaker=resolved_voices(with_cue["speaker"]))
    known = sorted(set(with_cue[item].astype(object)))
    with_cue, groups = _large_groups(with_cue, group_codes(with_cue, by, documents), min_count)
    result = count_shares(
        with_cue, with_cue[item], groups, unit="quotations", confidence=confidence, known=known
    ).rename(columns={"term": item})
    result = result[result["base"] >= min_count].reset_index(drop=True)
    result["cues"] = _count_verbs(result, with_cue.assign(_group=groups[0]), groups[1], item)
    return result


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
