"""Lists of forms by which actors and things are named, and where these forms stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.acting.items import packaged_rows
from analysis.counting.codes import codes_of
from analysis.tables import InputError, require_columns
from analysis.tokens import find_hits

FORMS = ("actor", "strategy", "form", "patterns", "unless")
LISTED = ("role", "epithet", "metonym", "variant")
Forms = pd.DataFrame | Sequence[Mapping[str, str]]

# A capital or a building after one of these is where something happens, not who acts …
_PLACE = frozenset(
    "in at near outside inside around into onto across through throughout over above toward"
    " towards within on off via beyond visit visited visiting leave leaves left"
    " reach reaches reached reaching".split()
)
# … and after these it may be either: only its part in the sentence can say.
_EITHER = frozenset("to from of".split())
_ACTING = ("nsubj", "nsubj:pass", "nmod:poss", "obl:agent")


class Spots(NamedTuple):
    """Where forms stand: rows of the tokens, lengths in tokens, rows of the list."""

    rows: np.ndarray
    lengths: np.ndarray
    forms: np.ndarray


def form_table(forms: Forms | None) -> pd.DataFrame:
    """Check a list of forms; the package's own lists where none is given."""
    if forms is None:
        rows = (*packaged_rows("naming_actors.csv"), *packaged_rows("naming_variants.csv"))
        return pd.DataFrame(rows, dtype="str")
    table = forms if isinstance(forms, pd.DataFrame) else pd.DataFrame(list(forms))
    require_columns(table, FORMS[:4], "forms")
    table = table.reindex(columns=list(FORMS)).astype(object).fillna("").astype("str")
    table = table.reset_index(drop=True)
    for number, row in enumerate(table.to_dict("records")):
        if row["strategy"] not in LISTED:
            raise InputError(
                f"Row {number} of the forms has the strategy {row['strategy']!r}; it must be one of"
                f" {', '.join(LISTED)}."
            )
        if not row["actor"] or not row["form"] or not _alternatives(row["patterns"]):
            raise InputError(f"Row {number} of the forms lacks its actor, form or patterns.")
    double = table.duplicated(["actor", "form"])
    if double.any():
        twice = table[double].iloc[0]
        raise InputError(
            f"The form {twice['form']!r} of {twice['actor']!r} stands twice; join the patterns"
            " by '|'."
        )
    return table


def _alternatives(patterns: str) -> list[str]:
    return [part.strip() for part in patterns.split("|") if part.strip()]


def find_forms(tokens: pd.DataFrame, forms: pd.DataFrame) -> Spots:
    """Find every form in the tokens, those within an exception left out.

    Of overlapping hits of one layer (variants are a layer of their own) the longest stays, then
    the first one of the list.
    """
    parts = []
    for number, row in enumerate(forms.to_dict("records")):
        rows, lengths = _hits(tokens, row["patterns"])
        inside = _inside((rows, lengths), _hits(tokens, row["unless"]))
        kept = ~inside
        if row["strategy"] == "metonym":
            kept &= acts(tokens, rows)
        parts.append((rows[kept], lengths[kept], np.full(int(kept.sum()), number)))
    spots = Spots(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    layer = (forms["strategy"] == "variant").to_numpy()[spots.forms]
    actor = pd.factorize(forms["actor"])[0][spots.forms]
    # sets of variants do not compete with each other: "Kiev" is one city and one "conflict" too
    keep = np.zeros(len(spots.rows), dtype=bool)
    for key in np.unique(np.where(layer, actor + 1, 0)):
        own = np.flatnonzero(np.where(layer, actor + 1, 0) == key)
        keep[own[_longest(spots.rows[own], spots.lengths[own], spots.forms[own])]] = True
    return Spots(*(column[keep] for column in spots))


def _hits(tokens: pd.DataFrame, patterns: str) -> tuple[np.ndarray, np.ndarray]:
    """Hits of all alternatives; those with a capital letter are looked for with case."""
    listed = _alternatives(patterns)
    found = []
    for case in (False, True):
        own = [pattern for pattern in listed if (pattern != pattern.lower()) == case]
        if own:
            found.append(find_hits(tokens, own, case=case))
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    rows, lengths = (np.concatenate(column) for column in zip(*found, strict=True))
    return rows.astype(np.int64), lengths.astype(np.int64)


def _inside(
    hits: tuple[np.ndarray, np.ndarray], others: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Mark hits that lie within one of the others (or are it)."""
    if not len(others[0]) or not len(hits[0]):
        return np.zeros(len(hits[0]), dtype=bool)
    order = np.argsort(others[0], kind="stable")
    start, end = others[0][order], np.maximum.accumulate((others[0] + others[1])[order])
    place = np.searchsorted(start, hits[0], side="right") - 1
    return (place >= 0) & (end[np.maximum(place, 0)] >= hits[0] + hits[1])


def _longest(rows: np.ndarray, lengths: np.ndarray, forms: np.ndarray) -> np.ndarray:
    """Numbers of the hits that stay where hits overlap."""
    taken: set[int] = set()
    kept = []
    for hit in np.lexsort([forms, rows, -lengths]).tolist():
        span = range(int(rows[hit]), int(rows[hit] + lengths[hit]))
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(hit)
    return np.array(sorted(kept), dtype=np.int64)


def acts(tokens: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """Mark capitals and buildings that stand for who decides there, not for the place.

    Where tokens are tagged a subject, a possessor or an agent acts; else, and for all others, the
    word before decides ("in Moscow" is a place, "with Moscow" is not; "to Moscow" is left out).
    """
    article = _word_at(tokens, rows, 1) == "the"  # "in the Kremlin"
    word = np.where(article, _word_at(tokens, rows, 2), _word_at(tokens, rows, 1))
    free = ~np.isin(word, [*_PLACE, *_EITHER])
    if "dep" not in tokens.columns:
        return free
    acting = tokens["dep"].astype(object).isin(_ACTING).to_numpy()[rows]
    return acting | free


def _word_at(tokens: pd.DataFrame, rows: np.ndarray, back: int) -> np.ndarray:
    """The term so many tokens before, "" where that is another document."""
    doc, before = codes_of(tokens, "doc"), np.maximum(rows - back, 0)
    same = (rows >= back) & (doc[before] == doc[rows])
    terms = tokens["term"].cat.categories.to_numpy(dtype=object)
    return np.where(same, terms[codes_of(tokens, "term")[before]], "") if len(rows) else rows
