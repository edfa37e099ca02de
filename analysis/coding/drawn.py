"""How many rows a sample has of each group, before anything is coded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.coding.coded import Coded, groups_of_codes
from analysis.coding.design import ENOUGH, design_of
from analysis.tables import InputError, is_corpus


def count_sample(
    sample: pd.DataFrame, corpus: Any, *, by: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Count the rows that a sample has of each group, and those that there are.

    Parameters
    ----------
    sample : pandas.DataFrame
        What `sample_for_coding` gave.
    corpus : Corpus
        The corpus that it was drawn from.
    by : str or sequence of str, optional
        Columns of the documents, or of the rows if the sample was drawn with ``by=``.

    Returns
    -------
    pandas.DataFrame
        One row per group: the columns of `by`, `drawn` (rows to be coded), `base` (rows that there
        are) and `reason`, which says of fewer than 20 drawn how many to draw in all so that the
        group can be corrected; "" of the others.

    Raises
    ------
    InputError
        If a column does not exist, or the corpus is another.

    Examples
    --------
    >>> from analysis.coding.sample import sample_for_coding
    >>> from analysis.layers import Corpus
    >>> texts = pd.DataFrame({"doc": list("ab"), "side": ["east", "west"],
    ...                       "text": ["It rained. " * 40, "It rained. " * 30]})
    >>> corpus = Corpus(texts)
    >>> sample = sample_for_coding(None, corpus, n=30, unit="sentence", by="side",
    ...                            choices=["yes", "no"])
    >>> count_sample(sample, corpus, by="side")[["side", "drawn", "base"]].values.tolist()
    [['east', 16, 40], ['west', 14, 30]]
    """
    if not is_corpus(corpus):
        raise InputError("corpus= must be the Corpus that the sample was drawn from.")
    design_of(sample)
    coded = Coded(sample, corpus.every_voice().documents)
    names = [by] if isinstance(by, str) else list(by or ())
    rows = []
    for group in groups_of_codes(coded, names):
        docs, keys = coded.masks(group)
        drawn, base = int((docs[coded.doc] & keys[coded.key]).sum()), coded.rows(docs, keys)
        rows.append({**group, "drawn": drawn, "base": base, "reason": _reason(drawn, base, sample)})
    return pd.DataFrame(rows)


def _reason(drawn: int, base: int, sample: pd.DataFrame) -> str:
    """Why a group cannot be corrected, and what to do."""
    if drawn >= min(ENOUGH, base):
        return ""
    if base < ENOUGH:
        return f"fewer than {ENOUGH}: draw all {base} of them to know it"
    more = -(-len(sample) * ENOUGH // max(drawn, 1))
    return f"fewer than {ENOUGH}: draw about {more:,} in all, or name fewer groups"
