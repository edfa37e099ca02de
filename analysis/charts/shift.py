"""Word shift: which words make the difference between two mean scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from analysis.charts import bars, rows, select, style, words
from analysis.charts.keyness import one_target
from analysis.tables import require_columns

_COUNTS = ["count", "count_reference", "base", "base_reference"]
_MEANS = ["mean", "mean_reference", "difference"]


@style.chart
def plot_word_shift(
    table: pd.DataFrame,
    *,
    top: int = 20,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw which words make the sentiment of one group differ from another's.

    Parameters
    ----------
    table : pandas.DataFrame
        What `compare_sentiment` returns: target, reference, term, contribution, valence,
        valence_reference, and where there are any frequency_part, counts, bases and means.
    top : int
        Words drawn: those with the largest contribution in either direction, ties by name.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        Bars to the right raise the target's mean score above the reference's, bars to the left
        lower it. Plain bars are words that score positive, hatched bars words that score negative.
        The stroke ends the part that comes from how often a word is used; the rest comes from how
        it is used (negated, intensified).

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or compares more than one target.

    Notes
    -----
    A generalised word shift (Gallagher et al. 2021). It explains a score, not the world: a bar says
    which words of the lexicon moved the mean, whoever spoke them and whatever they were about.

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
    style.require_rows(table, what)
    one_target(table, None)
    data = _largest(table, style.require_top(top))
    ax = style.start(ax, size=size, height=style.row_height(size, len(data)))
    length = data["contribution"].to_numpy(dtype=float)
    at = np.arange(len(data), dtype=float)
    for row, second in enumerate(_negative(data)):
        bars.draw_bar(ax, float(at[row]), float(length[row]), bool(second))
    if "frequency_part" in data.columns:
        bars.strokes(ax, at, data["frequency_part"].to_numpy(dtype=float))
    rows.label_rows(ax, list(data["term"]), size)
    ax.grid(visible=False)
    rows.zero_line(ax)
    drawn = data[[c for c in ("contribution", "frequency_part") if c in data.columns]]
    bars.limits(ax, drawn.to_numpy(dtype=float).ravel(), mirrored=False)
    ax.set_xlabel("Contribution to the difference of mean compound scores")
    rows.key(ax, _handles(), size)
    if {"count", "count_reference"} <= set(data.columns):
        rows.side_column(ax, rows.pairs_of(data), "n : ref.", size)
    caption, alt, notes = _told(table, data)
    return style.finish(
        ax,
        data,
        call="plot_word_shift",
        params={"top": top},
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


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


def _handles() -> list[Patch]:
    """The key of the two kinds of words."""
    edge = style.text_colour(style.COLOURS[1])
    return [
        Patch(facecolor=style.COLOURS[0], label="positive words"),
        Patch(
            facecolor=style.COLOURS[1],
            edgecolor=edge,
            hatch=style.HATCHES[1],
            label="negative words",
        ),
    ]


def _told(table: pd.DataFrame, data: pd.DataFrame) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
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
    caption = words.sentences(
        f"The {words.plural(len(data), 'word')} that contribute most to the difference in "
        f"sentiment between {target} and {against}. Bars to the right raise the score of {target}.",
        means,
        stroke,
    )
    alt = words.sentences(
        f"Bar chart of {words.plural(len(data), 'word')}, the largest contribution on top.",
        "Horizontal axis: contribution to the difference of mean compound scores, "
        f"{words.value_range(data['contribution'])}.",
        words.top_three(data["term"], data["contribution"]),
    )
    n = ""
    if {"base", "base_reference"} <= set(data.columns):
        n = (
            f"n = {words.plural(first['base'], 'sentence')} in {target}, "
            f"{int(first['base_reference']):,} in {against}."
        )
    shown = select.totals(data, len(data), len(table))
    return caption, alt, [n, means, shown, stroke, f"Right: raises the score of {target}."]
