"""Keywords: effect size against evidence, and ranked lists of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from analysis.charts import place, rows, select, style, words
from analysis.tables import InputError, require_columns

EVIDENCE = ("g2_four_term", "g2_two_term")


@style.chart
def plot_keyness(
    table: pd.DataFrame,
    *,
    target: str | None = None,
    effect: str = "log_ratio",
    evidence: str | None = None,
    alpha: float = 0.05,
    top: int | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw each term's effect size against the evidence for it.

    Parameters
    ----------
    table : pandas.DataFrame
        What `compare_terms` returns: target, reference, term, `effect`, `evidence`, p_adjusted.
    target : str, optional
        The target drawn; needed where the table has several.
    effect : str
        Column of the horizontal axis: how large the difference is.
    evidence : str, optional
        Column of the vertical axis: how surprising it would be without a difference; the table's
        G² if None.
    alpha : float
        Terms with an adjusted p of at least this are drawn hollow and without a name.
    top : int, optional
        Names written at most: those with the most evidence, half of them on each side. If None as
        many as the size has room for, 14 or (in a column) 8.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        Circles for terms more frequent in the target, squares for the reference. G² is drawn
        on a square-root scale (its root grows with the evidence as a z-score does).

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has several targets and none is named.

    Notes
    -----
    Evidence grows with the size of the corpus, effect does not: a frequent word may have much
    evidence for a trifling difference (Gabrielatos 2018). G² takes words as independent; a term
    that one text repeats gets more evidence than it should.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"target": "a", "reference": "b", "term": ["war", "end"],
    ...     "log_ratio": [2.0, -1.0], "g2_four_term": [9.0, 1.0], "p_adjusted": [0.01, 0.4]})
    >>> [text.get_text() for text in plot_keyness(table).texts if text.get_gid() == "point label"]
    ['war']
    """
    what = "keyness"
    evidence = evidence or next((c for c in EVIDENCE if c in table.columns), EVIDENCE[0])
    require_columns(table, ["target", "reference", "term", "p_adjusted"], what)
    select.numeric(table, effect, what)
    select.numeric(table, evidence, what)
    style.require_rows(table, what)
    target = one_target(table, target)
    top = style.require_top((8 if size == "column" else 14) if top is None else top)
    data = _points(table, target, effect, evidence)
    against = words.label(data["reference"].iloc[0])
    ax = style.start(ax, size=size)
    _scatter(ax, data, effect, evidence, alpha)
    _axes(ax, data, effect, evidence)
    sides = ("the target", "the reference") if style.is_panel(ax) else (target, against)
    rows.key(ax, _handles(*sides, alpha), size)
    named = _named(data, effect, evidence, alpha, top)
    around = data[[effect, evidence]].to_numpy(dtype=float)
    mover = place.point_labels(ax, named, size, avoid=around)
    caption, alt, notes = _told_points(data, effect, evidence, alpha)
    params = {"target": target, "effect": effect, "evidence": evidence, "alpha": alpha, "top": top}
    return style.finish(
        ax,
        data,
        call="plot_keyness",
        params=params,
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
        place=mover,
    )


def one_target(table: pd.DataFrame, target: str | None) -> str:
    """The target to draw: the one named, or the only one there is."""
    there = list(select.texts(table["target"]).unique())
    if target is None and len(there) == 1:
        return str(there[0])
    if target is None or str(target) not in there:
        given = "several targets" if target is None else f"no target {target!r}"
        raise InputError(
            f"The keyness table has {given}; choose one with target= "
            f"(there are {words.listing(there, 12)}), or use plot_small_multiples with by='target'."
        )
    return str(target)


def _points(table: pd.DataFrame, target: str, effect: str, evidence: str) -> pd.DataFrame:
    """The rows of the target that have a place, those with the most evidence first."""
    work = table[(select.texts(table["target"]) == target).to_numpy()]
    finite = np.isfinite(work[[effect, evidence]].to_numpy(dtype=float)).all(axis=1)
    work = work[finite]
    style.require_rows(work, "keyness")
    work = work.assign(_name=work["term"].astype(str))
    work = work.sort_values([evidence, "_name"], ascending=[False, True])
    columns = ["target", "reference", "term", effect, evidence, "p_adjusted"]
    return select.columns_drawn(
        work, [*columns, "count", "count_reference", "base", "base_reference"]
    )


def _scatter(ax: Axes, data: pd.DataFrame, effect: str, evidence: str, alpha: float) -> None:
    """Filled marks for what is significant, hollow ones for the rest; a mark for each side."""
    sure = (data["p_adjusted"] < alpha).to_numpy()
    more = (data[effect] > 0).to_numpy()
    for side, marker, colour in ((more, "o", style.COLOURS[0]), (~more, "s", style.COLOURS[4])):
        for filled in (False, True):
            own = data[side & (sure == filled)]
            ax.plot(
                own[effect].to_numpy(dtype=float),
                own[evidence].to_numpy(dtype=float),
                linestyle="none",
                marker=marker,
                markersize=rcParams["lines.markersize"] * (0.95 if filled else 0.75),
                color=colour if filled else "none",
                markeredgecolor="white" if filled else "#9a9a9a",
                markeredgewidth=0.4,
                zorder=3 if filled else 2,
                gid=f"{'target' if side is more else 'reference'}{'' if filled else ' not sure'}",
            )
    rows.zero_line(ax)


def _axes(ax: Axes, data: pd.DataFrame, effect: str, evidence: str) -> None:
    """Scales and labels."""
    reach = float(data[effect].abs().max()) or 1.0
    ax.set_xlim(-reach * 1.18, reach * 1.18)  # room for the names of the outermost terms
    ax.set_xlabel(words.column_label(data, effect))
    ax.set_ylabel(words.column_label(data, evidence))
    highest = float(data[evidence].max())
    if not evidence.startswith("g2") or highest <= 0:
        return
    ax.set_yscale("function", functions=(_root, _square))
    ax.set_ylim(0, highest * 1.2)
    step = np.sqrt(highest) / 5
    ticks = [0.0]
    for tick in (float(f"{(number * step) ** 2:.1g}") for number in range(1, 6)):
        if np.sqrt(tick) - np.sqrt(ticks[-1]) > 0.6 * step:  # rounding may bring two together
            ticks.append(tick)
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: words.number(y)))


def _root(values: np.ndarray) -> np.ndarray:
    return np.sqrt(np.clip(values, 0, None))


def _square(values: np.ndarray) -> np.ndarray:
    return np.square(np.clip(values, 0, None))


def _handles(target: str, against: str, alpha: float) -> list[Line2D]:
    """The key: which side a mark belongs to, and what hollow means."""
    parts = (
        ("o", style.COLOURS[0], "white", f"more in {words.label(target, 20)}"),
        ("s", style.COLOURS[4], "white", f"more in {words.label(against, 20)}"),
        ("o", "none", "#9a9a9a", f"adjusted p ≥ {alpha:g}"),
    )
    return [
        Line2D([], [], linestyle="none", marker=m, color=c, markeredgecolor=e, label=text)
        for m, c, e, text in parts
    ]


def _named(
    data: pd.DataFrame, effect: str, evidence: str, alpha: float, top: int
) -> list[tuple[float, float, str]]:
    """What is named: of the terms with an adjusted p below alpha, half on each side if possible."""
    sure = data[(data["p_adjusted"] < alpha) & (data[effect] != 0)]
    more, less = sure[sure[effect] > 0], sure[sure[effect] < 0]
    half = top // 2
    right = max(top - half, top - len(less))
    chosen = pd.concat([more.head(right), less.head(max(top - min(len(more), right), 0))])
    chosen = chosen.sort_values(evidence, ascending=False, kind="stable")
    return [
        (float(x), float(y), words.label(term, 10_000))
        for x, y, term in zip(chosen[effect], chosen[evidence], chosen["term"], strict=True)
    ]


def _told_points(
    data: pd.DataFrame, effect: str, evidence: str, alpha: float
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    target = words.label(data["target"].iloc[0])
    against = words.label(data["reference"].iloc[0])
    across, up = words.column_phrase(data, effect), words.column_phrase(data, evidence)
    sure = int((data["p_adjusted"] < alpha).sum())
    caption = (
        f"Effect ({across}) and evidence ({up}) for {words.plural(len(data), 'term')} "
        f"in {target} compared with {against}; adjusted p below {alpha:g}: {sure:,}."
    )
    alt = words.sentences(
        f"Scatter plot of {words.plural(len(data), 'term')}.",
        f"Horizontal axis: {across}, {words.value_range(data[effect])}.",
        f"Vertical axis: {up}, {words.value_range(data[evidence])}.",
        words.top_three(data["term"], data[evidence]),
    )
    return caption, alt, [sizes(data), "p adjusted after Benjamini–Hochberg."]


def sizes(data: pd.DataFrame) -> str:
    """How many words each side of a comparison has."""
    if not {"base", "base_reference"} <= set(data.columns):
        return ""
    first = data.drop_duplicates(["target", "reference"])
    columns = zip(
        first["target"], first["reference"], first["base"], first["base_reference"], strict=True
    )
    pairs = [
        f"{int(n):,} words in {words.label(a, 24)}, {int(m):,} in {words.label(b, 24)}"
        for a, b, n, m in columns
    ]
    if len(pairs) == 1:
        return f"n = {pairs[0]}."
    owners = first["target"]
    own = [f"{words.label(a, 24)} {int(n):,}" for a, n in zip(owners, first["base"], strict=True)]
    return f"n (words): {words.listing(own)}."
