"""Ranked keywords of one, two or many groups as bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import rows, select, style, words
from analysis.charts.bars import Block, draw_blocks
from analysis.charts.keyness import sizes
from analysis.tables import InputError, require_columns


@style.chart
def plot_keywords(
    table: pd.DataFrame,
    *,
    targets: Sequence[str] | None = None,
    value: str = "log_ratio",
    alpha: float = 0.05,
    top: int = 10,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw ranked keywords as bars: two groups back to back, or many groups block by block.

    Parameters
    ----------
    table : pandas.DataFrame
        What `compare_terms` returns: target, reference, term, `value`, p_adjusted, and where there
        are any lrc, count and count_reference.
    targets : sequence of str, optional
        The targets drawn, in this order; all of the table, in its order, if None.
    value : str
        The effect size that gives the length of the bars; its sign says which side has more.
    alpha : float
        Terms with an adjusted p of at least this get hollow bars.
    top : int
        Terms drawn for each side.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        One target: its keywords to the right, those of the reference to the left. Two targets that
        are each other's reference: the keywords of each, back to back. More: a block for each.
        A block is ranked by the conservative log ratio (lrc) where the table has it, else by
        `value`; ties by `value`, then by name. The dark stroke in a bar is the conservative bound.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has no such target.

    Notes
    -----
    The conservative log ratio (Evert 2022) is the end of the effect's confidence interval that
    lies nearer to zero, so that rare terms do not lead the list by chance. Keywords point to
    differences to be read in context; they do not say why a group uses a term.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"target": "a", "reference": "b", "term": ["war", "end"],
    ...                       "log_ratio": [2.0, -1.0], "p_adjusted": [0.01, 0.4]})
    >>> [float(bar.get_width()) for bar in plot_keywords(table).patches]
    [2.0, -1.0]
    """
    what = "keyness"
    require_columns(table, ["target", "reference", "term", "p_adjusted"], what)
    select.numeric(table, value, what)
    style.require_rows(table, what)
    names = _targets(table, targets)
    data, blocks = _ranked(table, names, value, style.require_top(top))
    ax = style.start(ax, size=size, height=style.row_height(size, len(data) + len(blocks)))
    sure = (data["p_adjusted"] < alpha).to_numpy()
    bound = "lrc" if "lrc" in data.columns and value == "log_ratio" else None
    draw_blocks(ax, data, blocks, value=value, bound=bound, filled=sure, size=size)
    _side(ax, data, blocks, size)
    ax.set_xlabel(words.column_label(data, value))
    caption, alt, notes = _told(data, blocks, value, alpha)
    params = {"targets": names, "value": value, "alpha": alpha, "top": top}
    return style.finish(
        ax,
        data,
        call="plot_keywords",
        params=params,
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


def _targets(table: pd.DataFrame, targets: Sequence[str] | None) -> list[str]:
    """The targets drawn."""
    there = [str(name) for name in select.texts(table["target"]).unique()]
    if targets is None:
        return there
    names = [targets] if isinstance(targets, str) else [str(name) for name in targets]
    strange = [name for name in names if name not in there]
    if strange or not names:
        raise InputError(
            f"The keyness table has no target {words.listing(strange) or 'asked for'}; "
            f"choose among {words.listing(there, 12)}."
        )
    return names


def _ranked(
    table: pd.DataFrame, names: list[str], value: str, top: int
) -> tuple[pd.DataFrame, list[Block]]:
    """The rows drawn, and their blocks."""
    owner = select.texts(table["target"])
    mirrored = len(names) == 2 and _each_other(table, owner, names)
    blocks: list[tuple[Block, pd.DataFrame]] = []
    for number, name in enumerate(names):
        own = table[(owner == name).to_numpy()]
        side = -1 if mirrored and number else 1
        head = f"More in {words.label(name, 30)}"
        blocks.append((Block(head, 0, side), _best(own, value, top, 1)))
        if len(names) == 1:
            against = words.label(own["reference"].iloc[0], 30)
            blocks.append((Block(f"More in {against}", 0), _best(own, value, top, -1)))
    blocks = [(block, best) for block, best in blocks if len(best)]
    if not blocks:
        raise InputError(
            f"No row of the keyness table has a {value} other than zero; there is nothing to rank."
        )
    columns = ["target", "reference", "term", value, "lrc", "p_adjusted"]
    columns += ["count", "count_reference", "base", "base_reference"]
    data = select.columns_drawn(pd.concat([best for _, best in blocks]), columns)
    data.attrs = dict(table.attrs)
    return data, [block._replace(rows=len(best)) for block, best in blocks]


def _each_other(table: pd.DataFrame, owner: pd.Series, names: list[str]) -> bool:
    """Whether two targets are each other's reference, by name or because they are all there is."""
    first, second = (table[(owner == name).to_numpy()].iloc[0] for name in names)
    if [words.label(first["reference"]), words.label(second["reference"])] == names[::-1]:
        return True
    if not {"base", "base_reference"} <= set(table.columns):
        return False
    return bool(
        first["base"] == second["base_reference"] and second["base"] == first["base_reference"]
    )


def _best(own: pd.DataFrame, value: str, top: int, sign: int) -> pd.DataFrame:
    """The first `top` rows of one sign: by conservative bound, value, and name."""
    finite = np.isfinite(own[value].to_numpy(dtype=float))
    kept = own[finite & (own[value] * sign > 0).to_numpy()]
    bound = kept["lrc"] if "lrc" in kept.columns and value == "log_ratio" else kept[value]
    kept = kept.assign(
        _bound=bound.to_numpy(dtype=float) * sign,
        _value=kept[value].to_numpy(dtype=float) * sign,
        _name=kept["term"].astype(str),
    )
    return kept.sort_values(["_bound", "_value", "_name"], ascending=[False, False, True]).head(top)


def _side(ax: Axes, data: pd.DataFrame, blocks: Sequence[Block], size: str) -> None:
    """The counts on both sides, at the right of each row."""
    if not {"count", "count_reference"} <= set(data.columns):
        return
    pairs = rows.pairs_of(data)
    texts: list[str] = []
    for block in blocks:
        texts += ["", *pairs[: block.rows]]
        pairs = pairs[block.rows :]
    rows.side_column(ax, texts, "n : ref.", size)


def _told(
    data: pd.DataFrame, blocks: Sequence[Block], value: str, alpha: float
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    phrase = words.column_phrase(data, value)
    ranked = "ranked by conservative log ratio" if "lrc" in data.columns else "ranked by it"
    hollow = int((~(data["p_adjusted"] < alpha)).sum())
    hollow_told = f"Hollow bars: adjusted p of at least {alpha:g}." if hollow else ""
    stroke = "Dark stroke: conservative bound." if "lrc" in data.columns else ""
    heads = words.listing([block.head[:1].lower() + block.head[1:] for block in blocks])
    caption = words.sentences(
        f"Keywords ({heads}): length of a bar is the {phrase}, {ranked}.", stroke, hollow_told
    )
    names = [
        f"{words.label(t, 40)} in {words.label(g, 40)}"
        for t, g in zip(data["term"], data["target"], strict=True)
    ]
    alt = words.sentences(
        f"Bar chart of {words.plural(len(data), 'keyword')} in "
        f"{words.plural(len(blocks), 'block')}: {heads}.",
        f"Horizontal axis: {phrase}, {words.value_range(data[value])}.",
        words.top_three(names, data[value]),
    )
    method = "p adjusted after Benjamini–Hochberg."
    return caption, alt, [sizes(data), stroke, hollow_told, method]
