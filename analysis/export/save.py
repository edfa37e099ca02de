"""Saving a figure or a table as one bundle of files that can be checked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.export.csv import encode_table
from analysis.export.pictures import (
    FIGURE_FORMATS,
    figure_facts,
    figure_of,
    plotted,
    render_figure,
    step_record,
    words_file,
)
from analysis.export.record import SCHEMA, bundle_stem, json_ready, versions, write_bundle
from analysis.export.typeset import TABLE_FORMATS, render_table
from analysis.tables import InputError, require_choice
from analysis.wording import corpus_sentence

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def save_figure(
    ax: Axes | Figure | Sequence[Axes] | np.ndarray,
    path: str | os.PathLike[str],
    *,
    data: pd.DataFrame | None = None,
    caption: str | None = None,
    alt: str | None = None,
    formats: Sequence[str] = FIGURE_FORMATS,
    overwrite: bool = False,
) -> Path:
    """Save a figure with the data plotted and a record of how it was made.

    Parameters
    ----------
    ax : matplotlib Axes, Figure, or several Axes of one figure
        What a ``plot_`` function returned, or a figure of your own.
    path : path
        Folder and name, as in ``"figures/terms-by-side"``; the folder is created.
    data : pandas.DataFrame, optional
        The plotted rows. Required for a figure of your own; a chart of this package has its data.
    caption, alt : str, optional
        Caption, and alternative text for readers who cannot see the figure. Required for a figure
        of your own; for a chart of this package they replace the chart's own.
    formats : sequence of str
        Some of "png" (300 dpi), "svg" (text as text, with title and description) and "pdf".
    overwrite : bool
        Also replace files that were edited by hand or are not this package's. Without it, only a
        bundle that is as it was saved is replaced.

    Returns
    -------
    pathlib.Path
        The bundle's JSON; the pictures, the CSV and a text file with caption, alternative text,
        note and method lie beside it. `verify` checks them.

    Raises
    ------
    InputError
        If data, caption or alternative text are missing, or a file would be lost.

    Notes
    -----
    The same input gives the same bytes with the same versions: no dates, no random names. The JSON
    holds caption, alternative text, the plot call with its settings, the steps of the measure, the
    corpus with its fingerprint, versions, and the SHA-256 of each file. All files are replaced
    together or none. In the CSV, text that a spreadsheet would run as a formula has an apostrophe
    before it (`read_bundle` removes it). A bundle shows how a number was made, not that it is
    right.

    Examples
    --------
    >>> import tempfile
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> bars = ax.barh(["peace"], [3])
    >>> rows = pd.DataFrame({"term": ["peace"], "count": [3]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = save_figure(
    ...         ax, folder + "/peace", data=rows, caption="One term.", alt="A bar: peace, 3."
    ...     )
    ...     [path.name for path in sorted(saved.parent.iterdir())]
    ['peace.csv', 'peace.json', 'peace.pdf', 'peace.png', 'peace.svg', 'peace.txt']
    """
    stem = bundle_stem(path)
    if isinstance(formats, str) or not formats:
        raise InputError(f"formats={formats!r} is not a list; choose some of {FIGURE_FORMATS}.")
    for name in formats:
        require_choice(name, FIGURE_FORMATS, "formats")
    figure = figure_of(ax)
    from analysis.charts.style import chart_record

    chart = chart_record(figure)
    if chart is None:
        chart = _own_chart(data, caption, alt)
    elif data is not None:
        raise InputError("This chart carries the data it was drawn from; leave data= out.")
    caption = _sentence(caption, chart["caption"])
    alt = _sentence(alt, chart["alt"])
    drawn, made = plotted(chart)
    text, described = encode_table(drawn)
    files = render_figure(figure, caption, alt, formats=formats, own_style=bool(chart["call"]))
    files[".csv"] = text.encode()
    files[".txt"] = words_file(caption, alt, chart)
    note = str(chart.get("note", ""))
    record = _record("figure", stem.name, (caption, alt, note), made, described, drawn.attrs)
    for part in ("title", "subtitle", "method"):
        record[part] = str(chart.get(part) or "")
    record["figure"] = figure_facts(figure)
    return write_bundle(stem, files, record, overwrite=overwrite)


def save_table(
    table: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    caption: str,
    formats: Sequence[str] = TABLE_FORMATS,
    digits: int = 3,
    overwrite: bool = False,
) -> Path:
    """Save a table as CSV, LaTeX and HTML with a record of how it was made.

    Parameters
    ----------
    table : pandas.DataFrame
        Flat columns; a named index is kept as first columns.
    path : path
        Folder and name, as in ``"figures/keywords"``; the folder is created.
    caption : str
        A sentence to stand above the table.
    formats : sequence of str
        Some of "tex" (booktabs; emoji and non-Latin scripts need XeLaTeX or LuaLaTeX) and "html"
        (a page that stands alone).
    digits : int
        Significant digits, from 1 to 15, of each column's largest number in LaTeX and HTML. A
        number too small for that is given as "< 0.001". The CSV is not rounded.
    overwrite : bool
        Also replace files that were edited by hand or are not this package's.

    Returns
    -------
    pathlib.Path
        The bundle's JSON.

    Raises
    ------
    InputError
        If the table cannot be written, or a file would be lost.

    Notes
    -----
    See `save_figure` for what the bundle holds and when files are replaced. Rounding is for
    reading: compute with the CSV.

    Examples
    --------
    >>> import tempfile
    >>> rows = pd.DataFrame({"term": ["peace"], "count": [3]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = save_table(rows, folder + "/terms", caption="One term.")
    ...     [path.name for path in sorted(saved.parent.iterdir())]
    ['terms.csv', 'terms.html', 'terms.json', 'terms.tex']
    """
    stem = bundle_stem(path)
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"A pandas DataFrame is expected here, not {type(table).__name__}.")
    if isinstance(formats, str):
        raise InputError(f"formats={formats!r} is not a list; choose some of {TABLE_FORMATS}.")
    for name in formats:
        require_choice(name, TABLE_FORMATS, "formats")
    require_choice(digits, range(1, 16), "digits")
    caption = _sentence(caption, "")
    if not caption:
        raise InputError("A table needs caption=, one sentence that says what it shows.")
    text, described = encode_table(table)
    note = corpus_sentence(table.attrs)
    files = render_table(table, caption, note, formats=formats, digits=digits)
    files[".csv"] = text.encode()
    made = [step_record("save_table", {"digits": digits}, table.attrs)]
    record = _record("table", stem.name, (caption, "", note), made, described, table.attrs)
    return write_bundle(stem, files, record, overwrite=overwrite)


def _own_chart(data: Any, caption: str | None, alt: str | None) -> dict[str, Any]:
    """The record of a figure that no function of this package drew."""
    given = {"data": isinstance(data, pd.DataFrame), "caption": caption, "alt": alt}
    missing = [f"{name}=" for name, value in given.items() if not value]
    if missing:
        raise InputError(
            f"This figure was not drawn by a plot_ function of this package, so pass "
            f"{' and '.join(missing)} (data is the DataFrame that was plotted)."
        )
    return {
        "call": "",
        "params": {},
        "data": data,
        "caption": caption,
        "alt": alt,
        "attrs": data.attrs,
    }


def _sentence(given: str | None, usual: str) -> str:
    text = usual if given is None else str(given)
    return " ".join(text.split())


def _record(
    kind: str,
    name: str,
    words: tuple[str, str, str],
    made: list[dict[str, Any]],
    described: dict[str, Any],
    attrs: dict[Any, Any],
) -> dict[str, Any]:
    """What a bundle's JSON says, without the hashes."""
    caption, alt, note = words
    return {
        "schema": SCHEMA,
        "kind": kind,
        "name": name,
        "caption": caption,
        "alt": alt,
        "note": note,
        "made": json_ready(made),
        "data": described,
        "corpus": json_ready(attrs.get("corpus") or {}),
        "attrs": json_ready({k: v for k, v in attrs.items() if k not in ("corpus", "steps")}),
        "versions": versions(),
    }
