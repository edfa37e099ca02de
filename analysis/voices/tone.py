"""The tone of the writer's own words beside that of quoted speakers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.sentiment.lexicon import find_sentiment_words
from analysis.tables import InputError, group_codes, measure, passed, require_columns
from analysis.terms.counting import coded, codes_of, rate_of, words_of
from analysis.terms.estimate import interval_columns, sums_of, units_of
from analysis.terms.evidence import groups_of, in_group
from analysis.terms.shares import token_rows
from analysis.voices.quotes import add_voices
from analysis.voices.spans import group_of

ALL = "all voices"


def _words_of(corpus: Any) -> pd.DataFrame:
    """The sentiment words in the chosen voices, word by word."""
    whole = corpus.every_voice()
    words = add_voices(find_sentiment_words(whole), whole.quotes, documents=whole.documents)
    found: pd.DataFrame = corpus.in_voices(words)
    return found


def _of_tone(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The sentiment words of the row's group in its voices."""
    words = _words_of(corpus)
    own = in_group(words, groups_of(step, row), row, corpus.documents)
    if row["voice_group"] != ALL:
        own &= (words["voice_group"].astype(str) == row["voice_group"]).to_numpy()
    return words[own]


@measure("sentences", make=_words_of, evidence=_of_tone)
def score_tone_by_voice(
    corpus: pd.DataFrame,
    *,
    voiced: pd.DataFrame | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    per: float = 100,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Set the tone of the writer's own words beside that of all words, by group.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus; or what `find_sentiment_words` gives: `doc`, `start`, `contribution`.
    voiced : pandas.DataFrame
        The tokens of the same texts with `voice`, as `add_voices` returns them.
    by : str or sequence of str, optional
        Columns of the tokens or of `documents` to group by, such as the outlet.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    per : float
        Tone is given per so many words.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        Per group, rows for "all voices", "writer", "headline" and "speakers" in `voice_group`, each
        with `tone` (per · total / base; NaN without words), `total` (sum of the words'
        contributions to the compound scores of their sentences), `count` (words with a
        contribution), `base` (words in this voice), `tone_share` (of the absolute contributions of
        the group: how much of its tone, good or bad, comes from this voice), `documents` (with
        words in this voice), `low`, `high` (of tone), `interval`. No row for a headline where no
        text has one.

    Raises
    ------
    InputError
        If a column is missing, or a word is not in the tokens.

    Notes
    -----
    `total`, `count`, `base` and `tone_share` of the voices add up to those of "all voices": a
    sentence that is partly quoted is divided word by word. A difference between "all voices" and
    "writer" is tone that was somebody's quotation. It is not yet distance: whom a paper lets speak
    harshly is its choice, too. The interval is tone ± t · cluster-robust standard error over the
    documents with words in this voice (over sentences in a group of one document; none with fewer
    than three of these). Contributions are VADER's (Hutto & Gilbert 2014), the tone of words,
    not stance; see `score_sentiment`.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ["Good talks, bad war."]}))
    >>> tokens = tokens.assign(voice=["writer"] * 3 + ["Xi"] * 3, speech="")
    >>> words = pd.DataFrame({"doc": ["a"] * 3, "start": [0, 12, 16],
    ...                       "contribution": [0.4, -0.3, -0.3]})
    >>> score_tone_by_voice(words, voiced=tokens)[
    ...     ["voice_group", "tone", "total", "base", "tone_share"]
    ... ]
      voice_group  tone  total  base  tone_share
    0  all voices  -5.0   -0.2     4         1.0
    1      writer  20.0    0.4     2         0.4
    2    speakers -30.0   -0.6     2         0.6
    """
    words = require_columns(corpus, ("doc", "start", "contribution"), "sentiment words")
    tokens = coded(passed(voiced, "voiced"), ("start", "end", "voice"))
    voice = np.asarray(group_of(tokens["voice"]).astype(str))
    if "voice_group" in ([by] if isinstance(by, str) else by or ()):
        raise InputError("by= cannot be 'voice_group' here: the rows are voice groups already.")
    group, labels = group_codes(tokens, by, documents)
    sentence = tokens["sentence"].to_numpy() if "sentence" in tokens.columns else None
    units = units_of(codes_of(tokens, "doc"), sentence, group, len(labels))
    rows = token_rows(words, tokens, "sentiment word")
    value = words["contribution"].to_numpy(dtype=np.float64)
    strength = np.bincount(group[rows], np.abs(value), minlength=len(labels))
    parts = []
    for name in (ALL, *(name for name in ("writer", "headline", "speakers") if name in voice)):
        own = np.ones(len(tokens), dtype=bool) if name == ALL else voice == name
        columns = _sums(tokens, group, own, rows, value, len(labels))
        columns["tone_share"] = rate_of(columns.pop("absolute"), strength)
        size = len(units.owner)
        base = np.bincount(units.code[own & words_of(tokens)], minlength=size)
        total = np.bincount(units.code[rows[own[rows]]], value[own[rows]], minlength=size)
        sums = sums_of(total[:, None], base, units.owner, len(labels)).take((slice(None), 0))
        if confidence is not None:
            columns |= interval_columns(sums, units.over, confidence)
            columns |= {"low": columns["low"] * per, "high": columns["high"] * per}
        parts.append(labels.assign(voice_group=name, **columns))
    result = pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
    tone = rate_of(result["total"].to_numpy(), result["base"].to_numpy(), per)
    result.insert(len(labels.columns) + 1, "tone", tone)
    return result


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
