"""Merging the variants of a name: the analyst's decision, kept in a file and applied to a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.tables import InputError, measure, require_choice, require_columns

LABELS = ("PERSON", "ORG", "PLACE", "NORP", "MISC")
Aliases = pd.DataFrame | Mapping[str, str] | Sequence[Mapping[str, str]]


def recorded_aliases(aliases: Aliases | None) -> list[dict[str, str]] | None:
    """The aliases as rows, for the record of a call."""
    return None if aliases is None else alias_rows(aliases)


@measure("mentions", plain={"aliases": recorded_aliases})
def apply_aliases(corpus: pd.DataFrame, aliases: Aliases) -> pd.DataFrame:
    """Merge the variants of a name into one entity, keeping what it was before.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, whose mentions are taken; or what `find_entities` gives.
    aliases : pandas.DataFrame, mapping, or sequence of mappings
        A table with `variant` and `entity` (`corpus/aliases.csv`, read by `read_aliases`), or
        ``{"Kiev": "Kyiv"}``. An optional `label` limits a row to mentions with that label.

    Returns
    -------
    pandas.DataFrame
        A new mentions table: `entity` is merged, `entity_before` is the entity as it was first
        found, so that counts before the merge are ``entity_before`` and after it ``entity``.

    Raises
    ------
    InputError
        If a column is missing, a variant stands for two entities, a label is not known, or aliases
        lead in a circle.

    Notes
    -----
    A variant is compared with the whole entity, in the case it is written in. Chains are
    followed: with Kiew → Kiev and Kiev → Kyiv, Kiew is Kyiv. Merging is a decision of the
    analyst: who merges "Moscow" and "Russia" counts a claim about their meaning, and should
    report both counts.

    Examples
    --------
    >>> mentions = pd.DataFrame({"entity": ["Kiev", "Kyiv"], "label": ["PLACE", "PLACE"]})
    >>> apply_aliases(mentions, {"Kiev": "Kyiv"})[["entity", "entity_before"]]
      entity entity_before
    0   Kyiv          Kiev
    1   Kyiv          Kyiv
    """
    mentions = require_columns(corpus, ("entity", "label"), "mentions")
    return merge_aliases(mentions, alias_rows(aliases))


def alias_rows(aliases: Aliases | None) -> list[dict[str, str]]:
    """Aliases of any accepted kind as checked rows of variant, entity and, where given, label."""
    if aliases is None:
        return []
    records: Sequence[Any]
    if isinstance(aliases, pd.DataFrame):
        require_columns(aliases, ("variant", "entity"), "aliases")
        records = aliases.to_dict("records")
    elif isinstance(aliases, Mapping):
        records = [{"variant": key, "entity": value} for key, value in aliases.items()]
    elif isinstance(aliases, Sequence) and all(isinstance(one, Mapping) for one in aliases):
        records = aliases
    else:
        raise InputError(
            f"aliases={aliases!r} is no table, mapping or list of mappings; read a file of them"
            " with read_aliases."
        )
    rows: list[dict[str, str]] = []
    seen: dict[tuple[str, str], str] = {}
    for number, record in enumerate(records):
        row = {k: str(v).strip() for k, v in record.items() if isinstance(v, str) and v.strip()}
        if not {"variant", "entity"} <= set(row):
            raise InputError(f"Row {number} of the aliases lacks a variant or an entity: {record}.")
        if "label" in row:
            require_choice(row["label"], LABELS, f"label in row {number} of the aliases")
        key = row["variant"], row.get("label", "")
        if seen.setdefault(key, row["entity"]) != row["entity"]:
            raise InputError(
                f"The aliases give {row['variant']!r} two entities, {seen[key]!r} and"
                f" {row['entity']!r}; keep one of them."
            )
        rows.append({name: row[name] for name in ("variant", "entity", "label") if name in row})
    return rows


def merge_aliases(mentions: pd.DataFrame, rows: list[dict[str, str]]) -> pd.DataFrame:
    """Mentions with merged entities."""
    entity = mentions["entity"].astype("str")
    before = mentions.get("entity_before", entity)
    for label in LABELS:
        table = {r["variant"]: r["entity"] for r in rows if r.get("label", label) == label}
        final = {variant: _follow(variant, table) for variant in table}
        here = mentions["label"] == label
        entity = entity.mask(here, entity.replace(final) if final else entity)
    return mentions.assign(entity=entity, entity_before=before)


def _follow(variant: str, table: dict[str, str]) -> str:
    """The end of a chain of aliases."""
    path = [variant]
    while path[-1] in table and table[path[-1]] != path[-1]:
        path.append(table[path[-1]])
        if path[-1] in path[:-1]:
            raise InputError(
                f"The aliases lead in a circle: {' → '.join(path)}; remove one of them."
            )
    return path[-1]
