"""The tables every room of the package speaks, and the checks at its doors."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import numpy as np
import pandas as pd

# onnxruntime's wheel reports its use to its maker and keeps a device id in the home folder, unless
# this stands in the environment before it is imported
NO_TELEMETRY = {"ORT_DISABLE_TELEMETRY": "1"}
DOCUMENTS = (
    "doc",
    "title",
    "outlet",
    "country",
    "side",
    "genre",
    "published",
    "url",
    "language",
    "licence",
    "version",
    "sha256",
    "text",
)
SENTENCES = ("doc", "sentence", "paragraph", "start", "end", "text")
TOKENS = ("doc", "sentence", "position", "start", "end", "word", "term", "is_word")
MENTIONS = ("doc", "sentence", "start", "end", "text", "label", "entity", "score")

NONE_LABEL = "(none)"
_SILENT: ContextVar[bool] = ContextVar("silent", default=False)

T = TypeVar("T")


class InputError(ValueError):
    """Something given by the user cannot be used; the message says in one sentence what to do.

    A message is one line, whatever was quoted in it, and the middle of an endless one is left out.
    """

    def __init__(self, message: object = "") -> None:
        text = " ".join(str(message).splitlines())
        super().__init__(text if len(text) <= 2000 else f"{text[:1200]} … {text[-700:]}")


def require_columns(table: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Refuse a table that lacks columns a function reads.

    Examples
    --------
    >>> require_columns(pd.DataFrame({"doc": []}), ["doc"], "documents")
    """
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            f"A {what} table (a pandas DataFrame) is expected here, not {type(table).__name__}."
        )
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise InputError(
            f"The {what} table lacks {_listing(missing)}; it has {_listing(table.columns)}."
        )


def require_choice(value: T, choices: Iterable[T], what: str) -> T:
    """Return `value` if it is one of `choices`, else refuse it naming all of them.

    Examples
    --------
    >>> require_choice("mi", ("mi", "log_dice"), "measure")
    'mi'
    """
    options = list(choices)
    if value not in options:
        raise InputError(f"{what}={value!r} is not known; choose one of {_listing(options)}.")
    return value


def _listing(values: Iterable[object]) -> str:
    return ", ".join(repr(value) for value in values) or "nothing"


def group_codes(
    table: pd.DataFrame,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None = None,
) -> tuple[np.ndarray, pd.DataFrame]:
    """Give every row of a table the integer code of the group it belongs to."""
    names = [by] if isinstance(by, str) else list(by or ())
    if not names:
        return np.zeros(len(table), dtype=np.int64), pd.DataFrame(index=range(1))
    codes = np.zeros(len(table), dtype=np.int64)
    present: np.ndarray | None = None
    levels: list[pd.Index] = []
    for name in names:
        column_codes, level = _column_codes(table, name, documents)
        codes = codes * len(level) + column_codes
        levels.append(level)
    size = int(np.prod([len(level) for level in levels]))
    if len(names) > 1:  # keep the combinations that occur: a full product may be mostly empty
        present = np.unique(np.concatenate([codes, _document_codes(names, documents, levels)]))
        codes = np.searchsorted(present, codes)
    product = np.arange(size) if present is None else present
    labels: dict[str, Any] = {}
    for name, level in zip(reversed(names), reversed(levels), strict=True):
        product, remainder = np.divmod(product, max(len(level), 1))
        labels[name] = level.take(remainder)
    return codes, pd.DataFrame({name: labels[name] for name in names})


def _column_codes(
    table: pd.DataFrame, name: str, documents: pd.DataFrame | None
) -> tuple[np.ndarray, pd.Index]:
    """Codes of one grouping column and its sorted levels."""
    if name in table.columns:
        return _factorize(table[name])
    if documents is None or name not in documents.columns:
        known = table.columns if documents is None else table.columns.union(documents.columns)
        hint = "pass documents= to group by their columns" if documents is None else "name one of"
        raise InputError(f"There is no column {name!r} to group by; {hint} ({_listing(known)}).")
    codes, levels = _factorize(documents[name])
    rows = pd.Index(documents["doc"].astype(object))
    if isinstance(table["doc"].dtype, pd.CategoricalDtype):
        category_rows = rows.get_indexer(table["doc"].cat.categories.astype(object))
        row = category_rows[table["doc"].cat.codes.to_numpy()]
    else:
        row = rows.get_indexer(table["doc"].astype(object))
    if (row < 0).any():
        stranger = table["doc"].iloc[int(np.flatnonzero(row < 0)[0])]
        raise InputError(
            f"Document {stranger!r} is not in the documents table; pass the one it was read from."
        )
    return codes[row], levels


def _factorize(column: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Sorted integer codes of a column, with missing values as a level of their own."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = column.cat.categories
        codes = column.cat.codes.to_numpy().astype(np.int64)
        if not (codes < 0).any():
            return codes, levels
    codes, levels = pd.factorize(column, sort=True)
    if (codes < 0).any():
        codes = np.where(codes < 0, len(levels), codes)
        levels = levels.astype(object).append(pd.Index([NONE_LABEL], dtype=object))
    return codes.astype(np.int64), levels


def _document_codes(
    names: list[str], documents: pd.DataFrame | None, levels: list[pd.Index]
) -> np.ndarray:
    """Codes of the combinations among the documents, if all columns are theirs."""
    if documents is None or not set(names) <= set(documents.columns):
        return np.empty(0, dtype=np.int64)
    codes = np.zeros(len(documents), dtype=np.int64)
    for name, level in zip(names, levels, strict=True):
        own = documents[name].astype(object).where(documents[name].notna(), NONE_LABEL)
        position = level.astype(object).get_indexer(pd.Index(own))
        codes = np.where((position < 0) | (codes < 0), -1, codes * len(level) + position)
    return codes[codes >= 0]


def stamp(
    result: pd.DataFrame,
    source: pd.DataFrame,
    call: str,
    params: dict[str, Any],
    on: str = "tokens",
) -> pd.DataFrame:
    """Write into a result how it was made, so that it can be made again."""
    step = {"call": call, "on": on, "params": _plain(params)}
    chosen = _chosen_documents(source)
    if chosen is not None:
        step["docs"] = chosen
    result.attrs = {
        **{key: value for key, value in source.attrs.items() if key != "steps"},
        "steps": [*source.attrs.get("steps", []), step],
    }
    return result


def _chosen_documents(source: pd.DataFrame) -> list[str] | None:
    """Ids of the documents in a table if they are not the whole corpus (nor very many)."""
    total = source.attrs.get("corpus", {}).get("documents")
    if total is None or "doc" not in source.columns:
        return None
    column = source["doc"]
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        known = np.arange(len(column.cat.categories), dtype=codes.dtype)
        if (codes[1:] >= codes[:-1]).all():  # the documents' order: far faster than counting
            there = np.searchsorted(codes, known, "right") > np.searchsorted(codes, known, "left")
        else:
            there = np.bincount(codes[codes >= 0], minlength=len(known)) > 0
        present = column.cat.categories[there].tolist()
    else:
        present = column.unique().tolist()
    return [str(doc) for doc in present] if len(present) < min(total, 1000) else None


# tables that follow from the documents alone: the name of the parameter says which they are
_PLAIN_TABLES = ("read_corpus", "split_sentences", "tokenize")


def _plain(value: Any) -> Any:
    """The value in JSON's own types: sets sorted, tables named, numpy numbers made plain."""
    if isinstance(value, pd.DataFrame):
        chosen = _chosen_documents(value)
        steps = value.attrs.get("steps", [])
        if steps and steps[-1]["call"] not in _PLAIN_TABLES:  # its own record goes with it
            return {"steps": steps} if chosen is None else {"steps": steps, "docs": chosen}
        return True if chosen is None else {"docs": chosen}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, list | tuple | pd.Index | pd.Series | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


@contextmanager
def silent() -> Iterator[None]:
    """Keep `progress` quiet, for who shows the progress elsewhere.

    Examples
    --------
    >>> with silent():
    ...     list(progress(range(3)))
    [0, 1, 2]
    """
    token = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(token)


def progress(iterable: Iterable[T], *, total: int | None = None, desc: str = "") -> Iterator[T]:
    """Show a progress bar while long work runs; silent when short, in CI and in pipes."""
    from tqdm import tqdm  # tqdm.auto warns wherever ipywidgets are not installed

    quiet: bool | None = None  # tqdm looks for a terminal itself …
    if type(sys.stderr).__module__.startswith("ipykernel"):
        quiet = False  # … and does not know that Jupyter is one
    if _SILENT.get() or os.environ.get("CI") or os.environ.get("TQDM_DISABLE"):
        yield from iterable  # a bar that shows nothing still takes a lock shared by processes
        return
    yield from tqdm(iterable, total=total, desc=desc, delay=1.0, disable=quiet, leave=False)
