"""Who is given the word: shares of voice, the parts of a text, tone by voice.

The functions take tables that know whose voice each row is (`add_voices`): `voice` is "headline",
"writer" or a speaker, `speech` is "quoted", "reported" or "".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import InputError, group_codes, require_columns, stamp
from analysis.terms.counting import Hits, coded, codes_of, rate_of, tally, word_list, words_of
from analysis.terms.intervals import bootstrap_ratio, describe, resampling_units
from analysis.terms.passages import metadata_columns
from analysis.terms.shares import JOINT, group_names, shared, split_items, token_rows
from analysis.voices.spans import headline_end, merge_voices, resolved_voices

_HEADS = ("title", "standfirst")
PARTS = ("headline", "opening fifth", "rest")
Levels = tuple[np.ndarray, list[str]]  # codes of rows, and what they stand for


def add_parts(table: pd.DataFrame, *, documents: pd.DataFrame) -> pd.DataFrame:
    """Say of every row whether it stands in the headline, the opening fifth or the rest of a text.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table with `doc` and `start`: tokens, sentences, mentions, quotations.
    documents : pandas.DataFrame
        The documents table: `doc`, `text`, and where there are any `title` and `standfirst`.

    Returns
    -------
    pandas.DataFrame
        The table with `part`, a categorical: "headline" (within the title and standfirst that the
        text begins with, as in `add_voices`, whoever is quoted there), "opening fifth" (begins in
        the first 20 % of the characters after that), "rest".

    Raises
    ------
    InputError
        If a column is missing, or a document is not among `documents`.

    Notes
    -----
    News is written from the top down: what stands first is what the paper holds most important
    (Bell 1991, *The Language of News Media*, ch. 8; van Dijk 1988). Editors cut from the end, so
    a late speaker may be missing in another edition. A fifth of a short text is a few sentences.

    Examples
    --------
    >>> text = "War\\n\\nIt goes on. Yes."
    >>> texts = pd.DataFrame({"doc": ["a"], "title": ["War"], "text": [text]})
    >>> rows = pd.DataFrame({"doc": ["a", "a", "a"], "start": [0, 5, 16]})
    >>> add_parts(rows, documents=texts)["part"].tolist()
    ['headline', 'opening fifth', 'rest']
    """
    require_columns(table, ("doc", "start"), "rows")
    require_columns(documents, ("doc", "text"), "documents")
    place = pd.Index(documents["doc"].astype(object)).get_indexer(table["doc"].astype(object))
    if (place < 0).any():
        stranger = table["doc"].iloc[int(np.argmin(place))]
        raise InputError(f"Document {stranger!r} is not in the documents table; pass the same one.")
    known = (documents[c] if c in documents else [None] * len(documents) for c in _HEADS)
    ends = [headline_end(*parts) for parts in zip(documents["text"], *known, strict=True)]
    body = np.array(ends, dtype=np.int64)
    length = documents["text"].str.len().to_numpy() - body
    after = table["start"].to_numpy() - body[place]
    code = np.where(after < 0, 0, np.where(after < 0.2 * length[place], 1, 2))
    result = table.assign(part=pd.Categorical.from_codes(code.astype(np.int8), pd.Index(PARTS)))
    return stamp(result, table, "add_parts", {"documents": documents}, on="rows")


def count_voices(
    tokens: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    voices: Sequence[str] | None = None,
    split_speech: bool = True,
    merge_unresolved: bool = True,
    confidence: float | None = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Count how many words each voice is given, and which share of all words that is.

    Parameters
    ----------
    tokens : pandas.DataFrame
        The tokens table with `voice` and `speech`, as `add_voices` returns it.
    by : str or sequence of str, optional
        Columns of `tokens` (such as `part`, see `add_parts`) or of `documents` to group by.
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
        "(unresolved)": the same word is somebody else in another text.
    confidence : float or None
        Coverage of the intervals; None leaves them out.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row per group, voice and (if split) speech, ordered by group, count (descending) and
        name: the columns of `by`; `voice`; `speech`; `count` (words); `base` (all words of the
        group); `share` (count / base; NaN in a group without words); `documents` (of the group,
        that give this voice a word); `rank`; `low`, `high` (of the share); `interval`.

    Raises
    ------
    InputError
        If a column is missing, `by` names `voice` or `speech`, or `voices` is not a list.

    Notes
    -----
    Without `voices` the counts of a group add up to its base, and the counts of the groups to
    those of the corpus. The interval is a bootstrap over documents (over sentences in a group of
    one) and takes the attribution for right; how often it is wrong is measured in
    docs/accuracy.md. For a share among quoted words only, filter the tokens first.

    Words are space, not weight: who speaks first, last or unanswered is another question
    (`add_parts`), and a long quotation may be given in order to be refuted. On access to the news
    as power see van Dijk 1991, *Racism and the Press*, and Bell 1991, ch. 10.

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
    tokens = coded(tokens, ("voice", "speech"))
    group_names(by, ("voice", "speech"))
    chosen = None if voices is None else word_list(voices, "voices")
    voice = _levels(tokens["voice"], resolved=merge_unresolved)
    item, names = _voice_items(voice, _levels(tokens["speech"]), chosen, split_speech)
    rows = np.flatnonzero(words_of(tokens) & (item >= 0))
    result = tally(
        tokens,
        Hits(names, rows, item[rows], np.ones(len(rows), dtype=np.int64)),
        group_codes(tokens, by, documents),
        per=1,
        confidence=confidence,
        seed=seed,
        zeros=chosen is not None,
    )
    result = split_items(shared(result, "words"), ("voice", "speech")[: 1 + split_speech])
    params = {"by": by, "documents": documents, "voices": chosen, "split_speech": split_speech}
    numbers = {"merge_unresolved": merge_unresolved, "confidence": confidence, "seed": seed}
    return stamp(result, tokens, "count_voices", params | numbers)


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


def find_voice_passages(
    tokens: pd.DataFrame,
    voices: str | Iterable[str] | None = None,
    *,
    documents: pd.DataFrame,
    columns: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """List the passages behind a share of voice: every stretch of text in one voice.

    Parameters
    ----------
    tokens : pandas.DataFrame
        The tokens table with `voice` and `speech`, or some of its rows.
    voices : str or iterable of str, optional
        Whose passages; "(unresolved)" are those of pronouns and roles. Default: all.
    documents : pandas.DataFrame
        The documents the tokens were made of.
    columns : str or sequence of str, optional
        Columns of `documents` to show beside; default: outlet.

    Returns
    -------
    pandas.DataFrame
        One row per stretch of neighbouring tokens in one document, voice and speech, in the order
        of the texts: `doc`, `sentence` (of its first token), `start`, `end`, `voice`, `speech`,
        `words`, `text`, and the metadata. The words of the rows add up to the counts of
        `count_voices` on the same tokens.

    Raises
    ------
    InputError
        If a column is missing or a document is not there.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["He said: no, no war."]})
    >>> tokens = tokenize(texts).assign(voice=["writer"] * 3 + ["Putin"] * 5, speech="")
    >>> find_voice_passages(tokens, documents=texts)[["voice", "words", "text"]]
        voice  words          text
    0  writer      2      He said:
    1   Putin      3  no, no war.
    """
    table = coded(tokens, ("sentence", "position", "start", "end", "voice", "speech"))
    beside = metadata_columns(documents, columns)
    keys = [codes_of(table, "doc"), _levels(table["voice"])[0], _levels(table["speech"])[0]]
    fresh = np.diff(table["position"].to_numpy(), prepend=-2) != 1
    for key in keys:
        fresh |= np.diff(key, prepend=-1) != 0
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(table))[: len(first)] - 1
    words = np.add.reduceat(words_of(table).astype(np.int64), first) if len(first) else first
    result = table[["doc", "sentence", "start", "end", "voice", "speech"]].iloc[first]
    result = result.assign(end=table["end"].to_numpy()[last], words=words)
    result = result[result["words"] > 0].reset_index(drop=True)
    chosen = None if voices is None else [voices] if isinstance(voices, str) else list(voices)
    if chosen is not None:
        own = result["voice"].isin(chosen) | resolved_voices(result["voice"]).isin(chosen)
        result = result[own].reset_index(drop=True)
    result = _with_text(result, documents, beside)
    params = {"voices": chosen, "documents": documents, "columns": beside}
    return stamp(result, tokens, "find_voice_passages", params)


def _with_text(table: pd.DataFrame, documents: pd.DataFrame, beside: list[str]) -> pd.DataFrame:
    """The table with the text of each passage and what is known of its document."""
    rows = pd.Index(documents["doc"].astype(object)).get_indexer(table["doc"].astype(object))
    if (rows < 0).any():
        stranger = table["doc"].iloc[int(np.argmin(rows))]
        raise InputError(f"Document {stranger!r} is not in the documents table; pass the same one.")
    texts = documents["text"].tolist()
    spans = zip(rows, table["start"], table["end"], strict=True)
    table = table.assign(text=pd.Series([texts[r][a:b] for r, a, b in spans], dtype="str"))
    more = {name: documents[name].array.take(rows) for name in beside if name not in table}
    return table.assign(**more)


ALL = "all voices"


def score_tone_by_voice(
    words: pd.DataFrame,
    *,
    tokens: pd.DataFrame,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 100,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Set the tone of the writer's own words beside that of all words, by group.

    Parameters
    ----------
    words : pandas.DataFrame
        What `find_sentiment_words` gives: `doc`, `start`, `contribution`.
    tokens : pandas.DataFrame
        The tokens of the same texts with `voice`, as `add_voices` returns them.
    by : str or sequence of str, optional
        Columns of `tokens` or `documents` to group by, such as the outlet.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    per : float
        Tone is given per so many words.
    confidence, seed
        Coverage of the intervals, and the seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        Per group, rows for "all voices", "writer", "headline" and "speakers" in `voices`, each with
        `tone` (per · total / base; NaN without words), `total` (sum of the words' contributions
        to the compound scores of their sentences), `count` (words with a contribution), `base`
        (words in this voice), `part` (of the absolute contributions of the group: how much of its
        tone, good or bad, comes from this voice), `documents` (with words in this voice), `low`,
        `high` (of tone), `interval`. No row for a headline where no text has one.

    Raises
    ------
    InputError
        If a column is missing, or a word is not in the tokens.

    Notes
    -----
    `total`, `count`, `base` and `part` of the voices add up to those of "all voices": a sentence
    that is partly quoted is divided word by word. A difference between "all voices" and "writer" is
    tone that was somebody's quotation. It is not yet distance: whom a paper lets speak harshly is
    its choice, too. Contributions are VADER's (Hutto & Gilbert 2014), the tone of words, not
    stance; see `score_sentiment`.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ["Good talks, bad war."]}))
    >>> tokens = tokens.assign(voice=["writer"] * 3 + ["Xi"] * 3, speech="")
    >>> words = pd.DataFrame({"doc": ["a"] * 3, "start": [0, 12, 16],
    ...                       "contribution": [0.4, -0.3, -0.3]})
    >>> score_tone_by_voice(words, tokens=tokens)[["voices", "tone", "total", "base", "part"]]
           voices  tone  total  base  part
    0  all voices  -5.0   -0.2     4   1.0
    1      writer  20.0    0.4     2   0.4
    2    speakers -30.0   -0.6     2   0.6
    """
    require_columns(words, ("doc", "start", "contribution"), "sentiment words")
    tokens = coded(tokens, ("start", "end", "voice"))
    voice = merge_voices(tokens)["voices"].astype(str).to_numpy()
    group, labels = group_codes(tokens, by, documents)
    sentence = tokens["sentence"].to_numpy() if "sentence" in tokens.columns else None
    unit, owner, method = resampling_units(codes_of(tokens, "doc"), sentence, group, len(labels))
    rows = token_rows(words, tokens, "sentiment word")
    value = words["contribution"].to_numpy(dtype=np.float64)
    strength = np.bincount(group[rows], np.abs(value), minlength=len(labels))
    parts = []
    for name in (ALL, *(name for name in ("writer", "headline", "speakers") if name in voice)):
        own = np.ones(len(tokens), dtype=bool) if name == ALL else voice == name
        columns = _sums(tokens, group, own, rows, value, len(labels))
        columns["part"] = rate_of(columns.pop("absolute"), strength)
        base = np.bincount(unit[own & words_of(tokens)], minlength=len(owner))
        total = np.bincount(unit[rows[own[rows]]], value[own[rows]], minlength=len(owner))
        low, high = bootstrap_ratio(
            total[:, None], base, owner, n_groups=len(labels), confidence=confidence, seed=seed
        )
        columns |= {"low": low[:, 0] * per, "high": high[:, 0] * per}
        columns["interval"] = [describe(text, confidence, seed=seed) for text in method]
        parts.append(labels.assign(voices=name, **columns))
    result = pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
    tone = rate_of(result["total"].to_numpy(), result["base"].to_numpy(), per)
    result.insert(len(labels.columns) + 1, "tone", tone)
    params = {"tokens": tokens, "by": by, "documents": documents, "per": per}
    numbers = {"confidence": confidence, "seed": seed}
    return stamp(result, words, "score_tone_by_voice", params | numbers, on="sentiment words")


def _sums(
    tokens: pd.DataFrame,
    group: np.ndarray,
    own: np.ndarray,
    rows: np.ndarray,
    value: np.ndarray,
    n_groups: int,
) -> dict[str, Any]:
    """What each group has in one voice: the words' contributions, words, documents."""
    rows, value = rows[own[rows]], value[own[rows]]
    spoken = own & words_of(tokens)
    size = len(tokens["doc"].cat.categories)
    seen = np.unique(group[spoken].astype(np.int64) * size + codes_of(tokens, "doc")[spoken])
    return {
        "total": np.bincount(group[rows], value, minlength=n_groups),
        "count": np.bincount(group[rows], minlength=n_groups),
        "base": np.bincount(group[spoken], minlength=n_groups),
        "absolute": np.bincount(group[rows], np.abs(value), minlength=n_groups),
        "documents": np.bincount(seen // max(size, 1), minlength=n_groups),
    }
