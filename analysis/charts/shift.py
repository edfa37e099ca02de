"""Which words shift sentiment between two groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import wording as words
from analysis.charts import rows, select, style
from analysis.charts.keyness import one_target
from analysis.charts.keywords import count_pairs
from analysis.charts.rows import Block
from analysis.charts.tags import tag
from analysis.tables import require_columns

_COUNTS = ["count", "count_reference", "base", "base_reference"]
_MEANS = ["mean", "mean_reference", "difference"]


@style.chart
def plot_word_shift(
    table: pd.DataFrame, *, top: int = 20, size: str = "page", ax: Axes | None = None
) -> Axes:
    """Plot which words make the sentiment of one group differ from that of another.

    Parameters
    ----------
    table : pandas.DataFrame
        What `compare_sentiment` returns. Needed: target, reference, term, contribution, valence,
        valence_reference. Used if present: frequency_part, counts, bases and means.
    top : int
        Number of words to plot: those with the largest contribution in either direction, ties by
        name.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        Bars to the right raise the mean score of the target above that of the reference, bars to
        the left lower it. Plain bars are words that score positive, hatched bars words that score
        negative. The stroke marks the part that comes from how often a word is used; the rest comes
        from how it is used (negated, intensified).

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or compares more than one target.

    Notes
    -----
    A generalised word shift (Gallagher et al. 2021). It explains a score, not an attitude: a bar
    shows that a word of the lexicon moved the mean, whoever used it and whatever it was about.

    Examples
    --------
    >>> import pandas as pd
    >>> shift = pd.DataFrame({"target": "a", "reference": "b", "term": ["war", "hope"],
    ...     "contribution": [-0.2, 0.1], "valence": [-0.6, 0.4], "valence_reference": [-0.6, 0.4]})
    >>> [float(bar.get_width()) for bar in plot_word_shift(shift).patches]
    [-0.2, 0.1]
    """
    what = "word shift"
    require_columns(table, ["target", "reference", "term", "valence", "valence_reference"], what)
    select.numeric(table, "contribution", what)
    one_target(table, None)
    data = _largest(table, top)
    ax = style.new_axes(ax, size=size, height=style.row_height(size, len(data)))
    length = data["contribution"].to_numpy(dtype=float)
    at, terms = np.arange(len(data), dtype=float), list(select.texts(data["term"]))
    for row, second in enumerate(_negative(data)):
        look = style.row_looks([terms[row]], style.Look(style.COLOURS[int(second)], int(second)))[0]
        bar = rows.draw_bar(ax, at[row], float(length[row]), bool(second), colour=look.colour)
        tag(bar, row)
    if "frequency_part" in data.columns:
        rows.strokes(ax, at, data["frequency_part"].to_numpy(dtype=float))
    rows.label_rows(ax, terms, size)
    ax.grid(visible=False)
    rows.zero_line(ax)
    drawn = data[[c for c in ("contribution", "frequency_part") if c in data.columns]]
    rows.bar_limits(ax, drawn.to_numpy(dtype=float).ravel(), mirrored=False)
    target = words.label(data["target"].iloc[0], 16)
    ax.set_xlabel(f"Part of the difference in mean tone: {target} lower ← → higher")
    rows.key(ax, [rows.patch("positive words", 0), rows.patch("negative words", 1)], size)
    count_pairs(ax, data, [Block("", len(data))], size)
    return style.describe(ax, data, _describe_shift(table, data))


def _largest(table: pd.DataFrame, top: int) -> pd.DataFrame:
    """The rows drawn: the largest contributions in either direction."""
    work = table[table["contribution"].notna()]
    style.require_rows(work, "word shift")
    far = work["contribution"].abs().round(12)  # equal but for the last digits is equal
    work = work.assign(_far=far, _name=select.texts(work["term"]))
    work = work.sort_values(["_far", "_name"], ascending=[False, True]).head(top)
    columns = ["target", "reference", "term", "contribution", "frequency_part", "valence_part"]
    columns += ["valence", "valence_reference", *_COUNTS, *_MEANS]
    return select.columns_drawn(work, columns)


def _negative(data: pd.DataFrame) -> np.ndarray:
    """Which words score negative, in the target or, where they do not occur there, elsewhere."""
    valence = data["valence"].where(data["valence"].notna(), data["valence_reference"])
    return (valence < 0).to_numpy()


def _describe_shift(table: pd.DataFrame, data: pd.DataFrame) -> style.Description:
    """Caption, alt text and notes."""
    first = data.iloc[0]
    target, against = words.label(first["target"]), words.label(first["reference"])
    means = ""
    if set(_MEANS) <= set(data.columns):
        means = (
            f"Mean compound score: {target} {words.number(first['mean'])}, {against} "
            f"{words.number(first['mean_reference'])}, difference "
            f"{words.number(first['difference'])}."
        )
    stroke = ""
    if "frequency_part" in data.columns:
        stroke = "Stroke: the part that comes from how often the word is used."
    number = words.plural(len(data), "word")
    caption = words.sentences(
        f"The {number} that contribute most to the difference in "
        f"sentiment between {target} and {against}. Bars to the right raise the score of {target}.",
        means,
        stroke,
    )
    alt = words.alt_text(
        f"Bar chart of {number}, the largest contribution on top.",
        {"Horizontal": "contribution to the difference of mean compound scores"},
        data["term"],
        data["contribution"],
    )
    n = ""
    if {"base", "base_reference"} <= set(data.columns):
        n = (
            f"n = {words.plural(first['base'], 'sentence')} in {target}, "
            f"{int(first['base_reference']):,} in {against}."
        )
    shown = select.totals(data, len(data), len(table))
    right = f"Right: raises the score of {target}."
    subtitle = f"What makes the mean tone of {target} differ from that of {against}"
    return style.Description(caption, alt, [n, means, shown, stroke, right], subtitle=subtitle)
