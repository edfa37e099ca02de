"""Few voices out of many: the writer, the headline, the speakers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.counting.hits import word_list
from analysis.tables import InputError, require_columns, stamp

SPEAKERS = "speakers"
OWN = ("headline", "writer")


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
