"""A table as CSV text that no spreadsheet runs and that reads back as the very same table.

The CSV alone is what a reader opens. Beside it, in the bundle's JSON, stands one short description
per column (its kind, its categories), so that `decode_table` gives back types, orders of categories
and every digit.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.files import escape_cell, unescape_cell
from analysis.tables import InputError

_NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$')
_LONG_LIST = 100  # categories; above it only those in use are described


def encode_table(table: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    """Write a table as CSV text and describe its columns."""
    if isinstance(table.columns, pd.MultiIndex):
        raise InputError(
            "A table with nested columns cannot be saved; flatten its column names first."
        )
    flat, index = flatten(table)
    names = [str(name) for name in flat.columns]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"Two columns of the table are called {twice!r}; rename one of them.")
    columns, cells = [], []
    for number, name in enumerate(names):
        described, texts = _encode_column(flat.iloc[:, number], name)
        if any("\ud800" <= max(text, default="") <= "\udfff" for text in texts):
            raise InputError(
                f"Column {name!r} holds half a character (a lone surrogate); read the text it came "
                "from as UTF-8."
            )
        columns.append({"name": name, **described})
        cells.append(texts)
    rows = [[escape_cell(name) for name in names], *zip(*cells, strict=True)]
    text = "".join(_line(row) for row in rows)
    return text, {"rows": len(flat), "columns": columns, "index": index}


def decode_table(text: str, description: dict[str, Any]) -> pd.DataFrame:
    """Read back what `encode_table` wrote."""
    header, *rows = _read_rows(text)
    columns = description["columns"]
    names = [column["name"] for column in columns]
    if [unescape_cell(cell) or "" for cell in header] != names:
        raise InputError(f"The CSV's columns are {', '.join(header)}, not {', '.join(names)}.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            raise InputError(f"Row {number} of the CSV has {len(row)} cells, not {len(names)}.")
    series = {}
    for position, column in enumerate(columns):
        texts = [row[position] for row in rows]
        try:
            series[column["name"]] = _decode_column(texts, column)
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise InputError(
                f"A cell of column {column['name']!r} is not {column['kind']}: {error}."
            ) from error
    table = pd.DataFrame(series, index=pd.RangeIndex(len(rows)))
    index = description["index"]
    return table.set_index(index) if index else table


def flatten(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """A table with its index as first columns, and their names."""
    # An unnamed index of whole numbers only counts rows and is left out.
    index = table.index
    counts = index.empty or pd.api.types.is_integer_dtype(index.dtype)
    if counts and index.nlevels == 1 and index.name is None:
        return table, []
    if index.nlevels == 1:
        names = ["index" if index.name is None else str(index.name)]
    else:
        names = [f"index_{n}" if name is None else str(name) for n, name in enumerate(index.names)]
    return table.reset_index(names=names), names


def _line(cells: Iterable[str]) -> str:
    quoted = [
        '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell
        for cell in cells
    ]
    # a lone empty cell would be an empty line, which readers skip
    return (",".join(quoted) if quoted != [""] else '""') + "\n"


def _read_rows(text: str) -> list[list[str]]:
    limit = csv.field_size_limit(max(len(text), 131_072))  # a cell may hold a whole document
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise InputError(f"The CSV cannot be read: {error}.") from error
    finally:
        csv.field_size_limit(limit)
    return rows or [[]]


def _encode_column(column: pd.Series, name: str) -> tuple[dict[str, Any], list[str]]:
    """The description of a column and its cells as text."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _encode_category(column, name)
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_integer_dtype(dtype):
        return {"kind": "number", "dtype": str(dtype)}, _texts(column, str)
    if pd.api.types.is_float_dtype(dtype):
        write: Callable[[Any], str] = str if str(dtype) == "float32" else lambda x: repr(float(x))
        return {"kind": "number", "dtype": str(dtype)}, _texts(column, write)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return {"kind": "date", "dtype": str(dtype)}, _texts(column, lambda x: x.isoformat())
    values = column.dropna() if pd.api.types.is_object_dtype(dtype) else ()
    if all(isinstance(value, str) for value in values):
        return {"kind": "text"}, _texts(column, lambda x: escape_cell(str(x)))
    try:
        return {"kind": "json"}, _texts(column, lambda x: escape_cell(_json_cell(x)), scalar=False)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Column {name!r} holds values that cannot be written ({error}); turn them into text."
        ) from error


def _texts(column: pd.Series, write: Callable[[Any], str], *, scalar: bool = True) -> list[str]:
    missing = column.isna().tolist() if scalar else [value is None for value in column]
    return ["" if gone else write(x) for x, gone in zip(column, missing, strict=True)]


def _json_cell(value: Any) -> str:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, set | frozenset):
        plain = sorted(plain)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _encode_category(column: pd.Series, name: str) -> tuple[dict[str, Any], list[str]]:
    if len(column.cat.categories) > _LONG_LIST:
        column = column.cat.remove_unused_categories()
    categories = [
        value if isinstance(value, str | int | float | bool) else str(value)
        for value in column.cat.categories.tolist()
    ]
    labels = [str(category) for category in categories]
    if len(set(labels)) < len(labels):
        raise InputError(f"Two categories of column {name!r} are written alike; rename one.")
    cells = [
        escape_cell(label) if isinstance(category, str) else label
        for label, category in zip(labels, categories, strict=True)
    ]
    cells.append("")  # code -1, a missing value, takes the last
    described = {"kind": "category", "categories": categories, "ordered": bool(column.cat.ordered)}
    return described, [cells[code] for code in column.cat.codes]


def _decode_column(texts: Sequence[str], column: dict[str, Any]) -> pd.Series:
    """The values of a column from its cells."""
    kind = column["kind"]
    values = [unescape_cell(text) for text in texts]
    if kind == "number":
        return _decode_numbers(values, column["dtype"])
    if kind == "date":
        moments = pd.to_datetime(
            pd.Series(values, dtype=object), format="ISO8601", utc="," in column["dtype"]
        )
        return moments.astype(column["dtype"])
    if kind == "category":
        codes = {str(category): code for code, category in enumerate(column["categories"])}
        return pd.Series(
            pd.Categorical.from_codes(
                [-1 if value is None else codes[value] for value in values],
                categories=column["categories"],
                ordered=column["ordered"],
            )
        )
    if kind == "json":
        parsed = [None if value is None else json.loads(value) for value in values]
        cells = np.empty(len(parsed), dtype=object)  # pandas would spread out lists of lists
        for number, value in enumerate(parsed):
            cells[number] = value
        return pd.Series(cells, dtype=object)
    if not values:
        return pd.Series([], dtype="str")
    return pd.Series(values, dtype=object if all(v is None for v in values) else None)


_TRUTH = {"True": True, "False": False}


def _decode_numbers(values: Sequence[str | None], dtype: str) -> pd.Series:
    nullable = dtype[0].isupper() or dtype == "boolean"
    numbers: list[Any]
    if dtype.startswith("bool"):
        numbers = [None if value is None else _TRUTH[value] for value in values]
    elif "int" in dtype.lower():
        numbers = [None if value is None else int(value) for value in values]
    else:
        gap = None if nullable else np.nan
        numbers = [gap if value is None else float(value) for value in values]
    if not nullable and None in numbers:
        raise ValueError("a cell is empty")
    return pd.Series(numbers, dtype=dtype)
