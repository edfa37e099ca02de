"""Few voices out of many: the writer, the headline, the speakers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.counting.hits import word_list
from analysis.tables import InputError, require_columns, stamp

SPEAKERS = "speakers"
UNRESOLVED = "(unresolved)"
OWN = ("headline", "writer")
_NO_NAMES = frozenset(
    "he she it they i we you who one him her them us his hers its their theirs our my your this"
    " that these those the a an some many several few another other others each both all no any"
    " such what which someone somebody anyone everyone nobody".split()
)


def is_named(speaker: object) -> bool:
    """Whether a speaker is a name: no pronoun, and no role that means somebody else elsewhere.

    Examples
    --------
    >>> [is_named(who) for who in ("Xi Jinping", "he", "The outlet", "ministry", "(unnamed)", "")]
    [True, False, False, False, False, False]
    """
    if not isinstance(speaker, str) or not speaker.strip() or speaker.startswith("("):
        return False
    first = speaker.split()[0]
    return first.lower().removesuffix("'s") not in _NO_NAMES and first != first.lower()


def resolved_voices(voices: pd.Series) -> pd.Series:
    """The voices, with one name for all speakers who are only a pronoun or a role."""
    if isinstance(voices.dtype, pd.CategoricalDtype):  # each name is looked at once
        known = resolved_voices(voices.cat.categories.to_series())
        named = np.append(known.to_numpy(dtype=object), "")  # the last one is for code -1
        return pd.Series(named[voices.cat.codes.to_numpy()], index=voices.index, dtype=object)
    plain = voices.astype(object)
    names = {v: v for v in plain.dropna().unique() if v in OWN or str(v)[:1] in "(" or is_named(v)}
    return plain.map(lambda voice: names.get(voice, UNRESOLVED) if isinstance(voice, str) else "")


def merge_voices(table: pd.DataFrame, *, keep: Sequence[str] = ()) -> pd.DataFrame:
    """Merge the many speakers into one group, beside the writer and the headline.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table with `voice`: tokens, sentences, scores, mentions, targets.
    keep : sequence of str
        Speakers who stay by their own names; the others are then called "other speakers".

    Returns
    -------
    pandas.DataFrame
        The table with `voices`, a categorical in this order: "headline", "writer", the kept
        speakers, "speakers" (or "other speakers"). Any measure groups by it: ``by="voices"``.

    Raises
    ------
    InputError
        If `voice` is missing, or a speaker to keep has no row.

    Notes
    -----
    The arc of a text split into writer and speakers is
    ``score_arc(merge_voices(scores), by="voices")`` for sentences that know their voice.

    Examples
    --------
    >>> rows = pd.DataFrame({"voice": ["writer", "Putin", "Xi", "headline"]})
    >>> merge_voices(rows, keep=["Xi"])["voices"].tolist()
    ['writer', 'other speakers', 'Xi', 'headline']
    """
    require_columns(table, ("voice",), "rows with a voice")
    kept = [name for name in word_list(keep, "keep") if name not in OWN]
    voice = table["voice"].astype(object)
    strange = sorted(set(kept) - set(voice.dropna().unique()))
    if strange:
        raise InputError(f"keep names {strange[0]!r}, whose voice is nowhere in the table.")
    rest = f"other {SPEAKERS}" if kept else SPEAKERS
    names = pd.Index([*OWN, *kept, rest], dtype=object)
    code = names.get_indexer(pd.Index(voice))
    code = np.where(code < 0, len(names) - 1, code)
    result = table.assign(voices=pd.Categorical.from_codes(code, names))
    return stamp(result, table, "merge_voices", {"keep": kept}, on="rows")


def keep_voices(table: pd.DataFrame, voices: Sequence[str]) -> pd.DataFrame:
    """Keep the rows that are in some voices, such as the writer's own words.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table with `voice`: tokens, sentences, scores, mentions, targets.
    voices : sequence of str
        "headline", "writer", names of speakers, or "speakers" for all of them.

    Returns
    -------
    pandas.DataFrame
        The rows in these voices, in their order. Unlike a filter by hand, the choice is recorded
        with the steps, so that `verify` can measure again.

    Raises
    ------
    InputError
        If `voice` is missing, or `voices` is no list of names or empty.

    Notes
    -----
    Rates among these rows are per so many words *of these voices*. A phrase that another voice
    interrupts is none (`find_hits`); the span of a collocate steps over the words left out.

    Examples
    --------
    >>> rows = pd.DataFrame({"voice": ["writer", "Putin", "Xi", "headline"]})
    >>> keep_voices(rows, ["headline", "Xi"])["voice"].tolist()
    ['Xi', 'headline']
    >>> keep_voices(rows, ["speakers"])["voice"].tolist()
    ['Putin', 'Xi']
    """
    require_columns(table, ("voice",), "rows with a voice")
    chosen = word_list(voices, "voices")
    if not chosen:
        raise InputError("voices is empty; name at least one voice, such as 'writer'.")
    kept = table["voice"].isin(chosen)
    if SPEAKERS in chosen:
        kept = kept | (table["voice"].notna() & ~table["voice"].isin(OWN))
    return stamp(table[kept], table, "keep_voices", {"voices": chosen}, on="rows")
