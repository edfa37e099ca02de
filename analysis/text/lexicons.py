"""The word lists of the measures, as tables to look at and to change."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pandas as pd

from analysis.tables import InputError, require_choice, require_columns

_LISTS = {
    "sentiment": ("analysis.sentiment.lexicon", "read_valences"),
    "reporting": ("analysis.voices.lexicon", "read_reporting_verbs"),
    "naming": ("analysis.discourse.naming", "read_naming_forms"),
    "stance": ("analysis.discourse.stance", "read_stance_lexicon"),
    "explanation": ("analysis.discourse.explanations", "read_explanation_markers"),
}


def read_lexicon(name: str, path: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Read one of the package's word lists, or your own list of its kind.

    Parameters
    ----------
    name : {"sentiment", "reporting", "naming", "stance", "explanation"}
        VADER's valences (`score_sentiment`, ``lexicon=``), verbs of saying (`find_quotes`,
        ``cues=``), roles and epithets (`find_namings`, ``forms=``), markers of stance
        (`find_stance`, ``lexicon=``), markers of explanation (`find_explanations`,
        ``markers=``).
    path : str or path, optional
        A CSV file with the same columns to read in its place.

    Returns
    -------
    pandas.DataFrame
        One row per entry; change it as you like and pass it to the measure.

    Raises
    ------
    InputError
        If there is no such list, or the file cannot be read or lacks a column.

    Examples
    --------
    >>> read_lexicon("sentiment").set_index("term")["valence"]["peace"]
    np.float64(2.5)
    """
    require_choice(name, _LISTS, "name")
    module, function = _LISTS[name]
    read: Callable[[], Any] = getattr(import_module(module), function)
    own: pd.DataFrame = read()
    if path is None:
        return own
    try:
        given = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"The list {os.fspath(path)} cannot be read: {error}.") from None
    require_columns(given, own.columns, f"{name} lexicon")
    numbers = [column for column in own.columns if pd.api.types.is_numeric_dtype(own[column])]
    try:
        return given.astype({column: own[column].dtype for column in numbers})
    except ValueError as error:
        raise InputError(f"{os.fspath(path)}: a number is expected ({error}).") from None
