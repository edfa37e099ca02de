"""Passages as a concordance aligned on the hit, and any table, laid out for reading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.files import hash_text
from analysis.show.html import Page, cell_text, html_table, read_asset, render
from analysis.tables import InputError, require_columns

_TEXT = ("left", "node", "right")
_ASIDE = (*_TEXT, "position", "sentence", "start", "end", "text", "group", "mark", "note")
_LONG = 40  # characters of a hit that fits on one line
_SHORT = ("published", "outlet")  # beside each line; the rest on demand
_BREAK = re.compile(r"[^\S\n\r]*[\n\r]\s*")
_SPACE = re.compile(r"[^\S ]")
_WORD = re.compile(r"[^\W_]+(?:['’.,\-–][^\W_]+)*")
_POSITION = re.compile(r"([LR])([1-9]\d?)")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SORTED = 3  # words to each side that the lines can be sorted by, each in a colour
_MARKS = {"keep": "kept", "drop": "dropped"}
_ORDERS = (
    ("listed", "as listed"),
    ("L", "words before"),
    ("node", "hit"),
    ("R", "words after"),
    ("text", "text"),
)


def show_contexts(
    contexts: pd.DataFrame, columns: Sequence[str] | None = None, *, limit: int | None = 200
) -> Page:
    """Lay out contexts as a concordance: one line a hit, the hits on one axis.

    Parameters
    ----------
    contexts : pandas.DataFrame
        What `find_contexts`, `find_passages`, `select_hits`, `order_hits` or `group_hits` returns:
        left, node, right, and columns that say where.
    columns : sequence of str, optional
        What stands beside each line; by default day and outlet, else the document. All other
        columns are in the tooltip, and below each line where "about each line" is ticked.
    limit : int, optional
        Rows to show; None for all. A note says how many there are.

    Returns
    -------
    Page
        A notebook shows it; ``save(path)`` writes a page that needs no other file. Whatever a text
        holds is shown as text: nothing in it is read as HTML.

    Raises
    ------
    InputError
        If left, node, right or one of the columns is missing.

    Notes
    -----
    Text that does not fit is clipped at its far end, until "whole lines" is ticked (it is where
    the hits are whole sentences). The end of a paragraph is shown as ¶. The words that the rows
    are sorted by have colours and strokes, in the order of the keys. The buttons sort the lines by
    the three words before or after the hit, by the hit or by the text, with no script: they work in
    saved pages and by keyboard (a screen reader reads the lines as listed). Offsets are not shown;
    in the table they lead back to the exact place in the document.

    Examples
    --------
    >>> lines = pd.DataFrame({"doc": ["a"], "left": ["the "], "node": ["<b>"], "right": [""]})
    >>> "&lt;b&gt;" in show_contexts(lines).html
    True
    """
    require_columns(contexts, (*_TEXT, *(columns or ())), "contexts")
    if contexts.columns.duplicated().any():
        raise InputError("A column stands twice in the contexts; rename one.")
    shown = (contexts if limit is None else contexts.head(limit)).reset_index(drop=True)
    note = f"First {len(shown):,} of {len(contexts):,} lines." if len(shown) < len(contexts) else ""
    lines = _lines(shown, _beside(shown, columns), _sort_keys(contexts))
    whole = bool(len(shown)) and float(shown["node"].astype(str).str.len().median()) > _LONG
    html = render(
        "show/concordance.html",
        style=read_asset("show/show.css"),
        look=read_asset("show/concordance.css"),
        title="Contexts",
        name=hash_text(repr(lines))[:12],  # of the buttons, which must not be those of another list
        note=note or ("" if len(shown) else "No lines."),
        rows=lines,
        orders=_ORDERS if len(shown) > 1 else _ORDERS[:1],
        shown=[("whole", "whole lines", whole), ("about", "about each line", False)],
    )
    return Page("Contexts", str(html), text=_plain(lines))


def one_line(text: str) -> str:
    """A stretch of text on one line: the end of a paragraph or line is a sign."""
    return _SPACE.sub(" ", _BREAK.sub(" ¶ ", text))


def _beside(table: pd.DataFrame, columns: Sequence[str] | None) -> list[str]:
    """The columns that stand beside each line."""
    if columns is not None:
        return [str(name) for name in columns if name not in _TEXT]
    short = [name for name in _SHORT if name in table.columns]
    return short or [name for name in ("doc",) if name in table.columns]


def _sort_keys(contexts: pd.DataFrame) -> list[str]:
    """The words that the table was last sorted by, at most three positions."""
    for step in reversed(contexts.attrs.get("steps") or []):
        params = step.get("params", {})
        keys = params.get("sort") if step.get("call") == "find_contexts" else params.get("by")
        if step.get("call") in ("find_contexts", "order_hits"):
            named = [keys] if isinstance(keys, str) else list(keys or ())
            plain = [str(key).removeprefix("-") for key in named]
            return [key for key in plain if _POSITION.fullmatch(key)][:_SORTED]
    return []


def _lines(table: pd.DataFrame, beside: list[str], keys: list[str]) -> list[dict[str, Any]]:
    """The lines for the template."""
    others = [
        str(name)
        for name in table.columns
        if name not in _ASIDE and not str(name).endswith(("_start", "_end"))
    ]
    text = {name: [one_line(str(value)) for value in table[name].tolist()] for name in _TEXT}
    words = {"L": [_words(t)[::-1] for t in text["left"]], "R": [_words(t) for t in text["right"]]}
    ranks = _ranks(table, text["node"], text, words)
    said = {n: [cell_text(v, n) for v in table[n].tolist()] for n in {*others, *beside}}
    groups = _headings(table)
    lines = []
    for row in range(len(table)):
        lines.append(
            {
                "where": " · ".join(said[name][row] for name in beside),
                "about": " · ".join(f"{name}: {said[name][row]}" for name in others),
                "marks": _marks(table, row),
                "node": text["node"][row],
                "left": _parts(text["left"][row], words["L"][row], "L", keys),
                "right": _parts(text["right"][row], words["R"][row], "R", keys),
                "rtl": bool(_RIGHT_TO_LEFT.search(text["node"][row])),
                "ranks": ";".join(f"--{name}:{rank[row]}" for name, rank in ranks.items()),
                "group": groups.get(row, ("", 0))[0],
                "size": groups.get(row, ("", 0))[1],
            }
        )
    return lines


def _words(text: str) -> list[tuple[int, int]]:
    """Where the words of a text are."""
    return [match.span() for match in _WORD.finditer(text)]


def _ranks(
    table: pd.DataFrame,
    nodes: list[str],
    text: Mapping[str, list[str]],
    words: Mapping[str, list[list[tuple[int, int]]]],
) -> dict[str, list[int]]:
    """The place of every line in each order that can be chosen."""
    sides = {}
    for name, side, part in (("l", "L", "left"), ("r", "R", "right")):
        sides[name] = [
            [whole[a:b].lower() for a, b in spans[:_SORTED]]
            for whole, spans in zip(text[part], words[side], strict=True)
        ]
    orders: dict[str, list[Any]] = sides | {"n": [node.lower() for node in nodes]}
    places = np.arange(len(table))
    if {"doc", "start"} <= set(table.columns):
        orders["t"] = list(zip(table["doc"].astype(str), table["start"].tolist(), strict=True))
    ranks = {}
    for name, values in orders.items():
        order = sorted(places.tolist(), key=values.__getitem__)
        rank = np.empty(len(places), dtype=np.int64)
        rank[order] = places
        ranks[name] = rank.tolist()
    return ranks


def _headings(table: pd.DataFrame) -> dict[int, tuple[str, int]]:
    """Names and sizes of groups, by the row that each begins with."""
    if "group" not in table.columns:
        return {}
    labels = table["group"].astype(str).tolist()
    begins = [row for row, label in enumerate(labels) if not row or label != labels[row - 1]]
    ends = [*begins[1:], len(labels)]
    return {row: (labels[row], end - row) for row, end in zip(begins, ends, strict=True)}


def _marks(table: pd.DataFrame, row: int) -> list[str]:
    """What a reader has said of a line."""
    found = []
    for name in ("mark", "label", "note"):
        value = table[name].iloc[row] if name in table.columns else None
        if isinstance(value, str) and value:
            found.append(_MARKS.get(value, value) if name == "mark" else value)
    return found


def _parts(
    text: str, words: list[tuple[int, int]], side: str, keys: list[str]
) -> list[tuple[str, str]]:
    """One side of a line in pieces, the words that it can be sorted by with their classes."""
    classes: dict[int, list[str]] = {}
    for place in range(1, _SORTED + 1):
        classes.setdefault(place, []).append(f"da-{side}{place}")
    for number, key in enumerate(keys, 1):
        if key[0] == side:
            classes.setdefault(int(key[1:]), []).append(f"da-by-{number}")
    spans = [
        (*words[place - 1], " ".join(names))
        for place, names in classes.items()
        if place <= len(words)
    ]
    pieces, at = [], 0
    for start, end, names in sorted(spans):
        pieces += [(text[at:start], ""), (text[start:end], names)]
        at = end
    return [piece for piece in [*pieces, (text[at:], "")] if piece[0]]


def _plain(lines: list[dict[str, Any]]) -> str:
    """The lines without markup, the hits under each other."""
    rows = []
    for line in lines:
        left, right = ("".join(text for text, _ in line[side]) for side in ("left", "right"))
        rows.append(f"{left[-60:]:>60}[{line['node']}]{right[:60]}".rstrip())
    return "\n".join(rows)


def show_table(
    table: pd.DataFrame, columns: Sequence[str] | None = None, *, limit: int | None = 20
) -> Page:
    """Lay out a table: texts whole and to the left, numbers rounded and to the right.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table. A named index becomes the first columns.
    columns : sequence of str, optional
        Columns to show, in this order; all of them by default.
    limit : int, optional
        Rows to show; None for all. A note says how many there are.

    Returns
    -------
    Page
        A notebook shows it; ``save(path)`` writes a page that needs no other file. Nothing in it is
        read as HTML.

    Raises
    ------
    InputError
        If a column is missing.

    Examples
    --------
    >>> words = pd.DataFrame({"term": ["war", "peace"], "rate": [20.0, 12.34567]})
    >>> ">12.3<" in show_table(words).html, "First row of 2." in show_table(words, limit=1).html
    (True, True)
    """
    if any(name is not None for name in table.index.names):
        table = table.reset_index()
    if table.columns.nlevels > 1:
        table = table.set_axis([" ".join(map(str, name)).strip() for name in table.columns], axis=1)
    if columns is not None:
        require_columns(table, columns, "shown")
        table = table[list(columns)]
    shown = table if limit is None else table.head(limit)
    first = "First row" if len(shown) == 1 else f"First {len(shown):,} rows"
    html = render(
        "show/tables.html",
        style=read_asset("show/show.css"),
        kind="da-contexts",
        title="Table",
        note=f"{first} of {len(table):,}." if len(shown) < len(table) else "",
        tables=[html_table(shown)],
    )
    return Page("Table", str(html))
