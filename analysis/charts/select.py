"""Which rows and columns of a measure's table a chart draws: items, groups, the top few."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from analysis import wording as words
from analysis.charts import looks, style
from analysis.tables import NONE_LABEL, InputError, require_columns

ITEMS = ("term", "ngram", "entity", "collocate", "word", "code")
# by which measures tell what they count apart, where it is no term, or beside the entity
PARTS = tuple(
    "category subcategory kind cue_class cue actor strategy form role voice speech"
    " evaluator target".split()
)
VALUES = ("rate", "share", "compound")  # of a measure, each with the interval in low and high
_OWNERS = ("rate", "log_ratio", "dp", "share", "compound", "value", "tf_idf")
_RANKED = ("documents", "count", "base", "rank", "coded", "gain", "least_width")  # have no interval

# Columns that measures compute; any other column of a table is one it was grouped by.
MEASURED = frozenset(
    """
    term ngram entity collocate word node label count base rate documents group_documents rank
    low high interval
    tf idf tf_idf period bin from_percent to_percent percent doc_count
    negative neutral positive compound sentences words score
    measure value too_short
    range dp dp_norm juilland_d carroll_d2 arf parts
    coded precision precision_low precision_high recall recall_low recall_high gain least_width
    share_machine rate_machine value_machine compound_machine reason
    favourable critical neither judging_documents negated supposed cues
    """.split()
)


def item_columns(table: pd.DataFrame, item: str | Sequence[str] | None, by: object) -> list[str]:
    """The columns that name what is measured: those asked for, the table's own, or its groups."""
    if item is not None:
        asked = [item] if isinstance(item, str) else list(item)
        require_columns(table, asked, "terms")
        return asked
    stated = looks.stated_groups(table)
    groups = {*([by] if isinstance(by, str) else list(by or stated))}  # type: ignore[call-overload]
    known = [name for name in ITEMS if name in table.columns]
    known = ([name for name in known if name not in groups] or known)[:1]
    parts = [name for name in PARTS if name in table.columns and name not in groups]
    if known and known[0] != "entity":
        return known
    parts = [name for name in parts if len(table[name].drop_duplicates()) > 1] or (
        [] if known else parts[-1:]
    )
    if "strategy" in parts and not table.duplicated([*groups, "form"]).any():
        parts = ["form"]  # which says more than what kind of naming it is
    if not (known or parts or stated):
        require_columns(table, ["term"], "terms")
    return [*known, *parts] or stated


def value_of(table: pd.DataFrame, value: str | None) -> str:
    """The column to draw: the one asked for, or what the measure is of."""
    known = [name for name in VALUES if name in table.columns]
    return value or (known or VALUES)[0]


def with_own_interval(table: pd.DataFrame, value: str) -> pd.DataFrame:
    """The table with the interval of a column in low and high; without any where it has none."""
    if f"{value}_low" in table.columns and f"{value}_high" in table.columns:
        others = table.drop(columns=["low", "high"], errors="ignore")
        result = others.rename(columns={f"{value}_low": "low", f"{value}_high": "high"})
        if value.endswith(("precision", "recall")):  # another interval than that of the share
            result = result.drop(columns="interval", errors="ignore")
    elif {"low", "high"} & set(table.columns) and not _owns(table, value):
        plain = table.drop(columns=["low", "high", "interval"], errors="ignore")
        plain.attrs = dict(table.attrs)
        return plain
    else:
        return table
    result.attrs = {**table.attrs, "ends_of": value}  # so that the bundle calls them as they are
    return result


def numbers_of(table: pd.DataFrame, value: str) -> set[str]:
    """The columns of numbers that go with corrected values, which are no groups."""
    # of a table that `correct` gave
    if f"{value}_machine" not in table.columns:
        return set()
    return {str(name) for name in table.columns if pd.api.types.is_float_dtype(table[name])}


def _owns(table: pd.DataFrame, value: str) -> bool:
    """Whether low and high are the interval of a column."""
    owner = next((name for name in _OWNERS if name in table.columns), None)
    return value == owner if owner else value not in _RANKED


def machine_columns(table: pd.DataFrame, value: str) -> list[str]:
    """What the machine said and how many rows were coded, where a value is corrected."""
    known = f"{value}_machine" in table.columns
    return [name for name in (f"{value}_machine", "coded") if known and name in table.columns]


def names_of(table: pd.DataFrame, items: Sequence[str]) -> pd.Series:
    """What each row is called, of one column or several: "Russia · agent"."""
    names = item_names(table, items[0])
    for item in items[1:]:
        names = names + " · " + texts(table[item], 60)
    return names


def item_names(table: pd.DataFrame, item: str) -> pd.Series:
    """What each row is called: its item, with the label where an entity has several labels."""
    names = texts(table[item])
    if item != "entity" or "label" not in table.columns:
        return names
    pairs = pd.DataFrame({"name": names, "label": texts(table["label"])}).drop_duplicates()
    double = names.isin(pairs.loc[pairs["name"].duplicated(), "name"])
    return names.where(~double, names + " (" + texts(table["label"]) + ")")


def group_columns(
    table: pd.DataFrame,
    by: str | Sequence[str] | None,
    *,
    key: Sequence[str],
    what: str,
    known: Iterable[str] = MEASURED,
) -> list[str]:
    """The columns that distinguish groups, so that each group has one row per `key`."""
    # Where `by` is None they are found: no column if `key` alone tells the rows apart, else those
    # that the measure was told to group by, else all that no measure computes and that vary.
    if by is not None:
        names = [by] if isinstance(by, str) else list(by)
        require_columns(table, names, what)
    else:
        names = []
        if table.duplicated(list(key)).any():
            names = free_columns(table, {*known, *key})
        else:  # no item is in two groups, which are groups all the same
            names = looks.stated_groups(table)
            names = names if not {*known, *key} & set(names) else []
        names = [c for c in names if len(table[c].drop_duplicates()) > 1]
    doubled = table.duplicated([*key, *names])
    if doubled.any():
        row = table[doubled].iloc[0]
        at = ", ".join(f"{name} {words.label(row[name])!r}" for name in [*names, *key])
        free = [c for c in table.columns if c not in {*MEASURED, *key, *names}]
        others = [str(c) for c in free if not pd.api.types.is_float_dtype(table[c])]
        hint = (
            "name what tells them apart with by=, or draw one panel each with plot_small_multiples"
            f" (there is {words.listing(others, 12)})"
        )
        raise InputError(
            f"The {what} table has several rows for {at}; {hint if others else 'keep one of them'}."
        )
    return names


def texts(column: pd.Series, width: int = 10_000) -> pd.Series:
    """Every value as the text that names it; a missing or empty one as "(none)"."""
    plain = column.astype(object)
    values = list(plain.dropna().unique())
    written = looks.as_words(column, [words.plain(v, width) or NONE_LABEL for v in values])
    known = dict(zip(values, written, strict=True))
    return plain.map(known).astype(object).where(plain.notna(), NONE_LABEL)


def free_columns(table: pd.DataFrame, known: Iterable[str]) -> list[str]:
    """Columns of groups: those the last step grouped by, else all that are not known ones."""
    own, stated = set(known), looks.stated_groups(table)
    if stated and not own & set(stated):
        return [*stated, *(c for c in ITEMS if c in table.columns and c not in own)]
    return [str(c) for c in table.columns if c not in own]


def series_of(table: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """One text per row that names its group; groups by several columns join with " · "."""
    if not names:
        return pd.Series("", index=table.index, dtype=object)
    columns = [texts(table[name], 60) for name in names]
    joined = columns[0]
    for column in columns[1:]:
        joined = joined + " · " + column
    origin = looks.current().origin  # a name has the colour that it has in its own columns
    kinds = tuple(looks.TERM if name in ITEMS else name for name in names)
    for name in joined.unique():
        origin.setdefault(str(name), kinds)
    return joined


def series_order(table: pd.DataFrame, names: Sequence[str], what: str) -> list[str]:
    """The groups as asked for, else as categories order them, else as they first appear."""
    # Refused beyond the number of groups that have a colour and a marker of their own.
    order = in_order(table, names)
    if len(order) > style.LIMIT:
        raise InputError(
            f"The {what} table has {len(order)} groups ({words.listing(order, 4)}), more than the "
            f"{style.LIMIT} that can be told apart in one panel; choose some of them, or draw "
            "them side by side with plot_small_multiples."
        )
    return order


def in_order(table: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """The groups as asked for, else as their categories, else as they first appear."""
    found = table.assign(_series=series_of(table, names)).drop_duplicates("_series")
    if names and all(isinstance(table[n].dtype, pd.CategoricalDtype) for n in names):
        found = found.sort_values(list(names), kind="stable", na_position="last")
    if names and not set(names) & set(ITEMS):
        looks.current().groups.update(str(name) for name in found["_series"])
    return looks.in_order(str(name) for name in found["_series"])


def columns_drawn(table: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The named columns that are there, each once, in this order; attrs kept."""
    wanted = [name for name in dict.fromkeys(names) if name in table.columns]
    data = table.loc[:, wanted].reset_index(drop=True)  # numbers that `tag` can tell
    for name in wanted:  # the order is in the rows; a vocabulary of categories need not travel
        if isinstance(data[name].dtype, pd.CategoricalDtype):
            data[name] = data[name].astype(object)
    data.attrs = dict(table.attrs)
    return data


def refuse_mixed(table: pd.DataFrame, plot: str) -> None:
    """Refuse several measures on one axis."""
    kinds = list(texts(table["measure"]).unique()) if "measure" in table.columns else []
    if len(kinds) > 1:
        raise InputError(
            f"The {plot} table has values of {words.listing(kinds)}, which have no common scale;"
            f' draw one, as in table[table["measure"] == {kinds[0]!r}], or a panel each with'
            f' plot_small_multiples(table, "plot_{plot}", by="measure", shared=False).'
        )


def numeric(table: pd.DataFrame, column: str, what: str) -> None:
    """Refuse a value column that holds no numbers."""
    require_columns(table, [column], what)
    if not pd.api.types.is_numeric_dtype(table[column]):
        choices = [str(c) for c in table.columns if pd.api.types.is_numeric_dtype(table[c])]
        raise InputError(
            f"Column {column!r} of the {what} table holds no numbers; "
            f"draw one of {words.listing(choices, 20)}."
        )


def of_how_many(data: pd.DataFrame, available: int) -> int:
    """How many there were to draw; kept with the data, for when the chart is drawn again."""
    kept = int(data.attrs.get("chart", {}).get("available", available))
    data.attrs["chart"] = {**data.attrs.get("chart", {}), "available": kept}
    return kept


def totals(data: pd.DataFrame, shown: int, available: int) -> str:
    """The sentence "20 of 812 shown." where not all is drawn; kept for drawing again."""
    available = of_how_many(data, available)
    return f"{shown:,} of {available:,} shown." if available > shown else ""
