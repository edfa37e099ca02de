"""Keywords of groups as ranked bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes

from analysis import wording as words
from analysis.charts import looks, rows, select, style
from analysis.charts.keyness import OF, SIDES, correction, draws, names_of, sizes
from analysis.charts.rows import Block, draw_blocks
from analysis.tables import InputError, require_columns


@style.chart
def plot_keywords(
    table: pd.DataFrame,
    *,
    targets: Sequence[str] | None = None,
    value: str | None = None,
    alpha: float = 0.05,
    top: int = 10,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot ranked keywords as bars: two groups back to back, or a block for each of several.

    Parameters
    ----------
    table : pandas.DataFrame
        What `compare_terms` or `compare_predications` return. Needed: target, reference, term,
        p_adjusted and `value`. Used if present: actor, relation, lrc, p, units; count, base and
        group_documents of both sides.
    targets : sequence of str, optional
        The targets to plot, in this order; all of the table, in its order, if None.
    value : str, optional
        The effect size that ranks the terms and gives the length of the bars; its sign says which
        side has more. If None, the conservative log ratio (lrc) where the table has it, else
        log_ratio.
    alpha : float
        Terms with an adjusted p of at least this get hollow bars.
    top : int
        Number of terms for each side at most.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One target: its keywords to the right, those of the reference to the left. Two targets that
        are each other's reference: the keywords of each, back to back. More: a block for each.
        Blocks are ranked by `value`, ties by p, then by name. The small dot beside a bar of
        conservative log ratios is the plain log ratio. A term whose conservative log ratio is 0
        and whose adjusted p is not below `alpha` may be chance and is not drawn; a block says how
        many words pass where these are all, and where none does it names the word that comes
        nearest.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has no such target, or no row other than zero.

    Notes
    -----
    The conservative log ratio (Evert 2022) is the end of the effect's confidence interval nearer
    to zero, with documents as the draws; ranking by it keeps rare terms, and those that one text
    repeats, from topping the list by chance. Keywords point to
    differences that must be read in context; they do not say why a group uses a term.

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
    value = value or ("lrc" if "lrc" in table.columns else "log_ratio")
    select.numeric(table, value, what)
    names = _targets(table, targets)
    data, blocks = _ranked_blocks(table, names, value, alpha, top)
    drawn = data[_passes(data, value, alpha)]
    lines = len(drawn) + len(blocks) + 1.5 * bool(len(drawn))
    ax = style.new_axes(ax, size=size, height=style.row_height(size, lines))
    sure = (drawn["p_adjusted"] < alpha).to_numpy()
    named = drawn.assign(_label=names_of(drawn))
    draw_blocks(
        ax, named, blocks, value=value, bound=None, filled=sure, size=size, label="_label",
        colours=_colours(data, named, blocks),
    )  # fmt: skip
    _estimates(ax, drawn, blocks, value)
    _say_what_ends(ax, data, blocks, value, top, size)
    count_pairs(ax, drawn, blocks, size)
    if len(drawn):
        ax.set_xlabel(words.column_label(data, value))
    text = _describe_blocks(data, blocks, value, alpha)
    return style.describe(ax, data, text, targets=names, value=value)


def _colours(data: pd.DataFrame, named: pd.DataFrame, blocks: Sequence[Block]) -> list[str]:
    """The colour of each bar: that of the group which has more of the word."""
    sides = [list(dict.fromkeys(select.texts(data[name]))) for name in ("target", "reference")]
    known: dict[str, style.Look] = {}
    looks.looks_of(list(dict.fromkeys([*sides[0], *sides[1]])), known)
    found: list[str] = []
    start = 0
    for block in blocks:
        own = named[start : start + block.rows]
        side = select.texts(own["target"]).tolist()
        if block.head and len(sides[0]) == 1 and block is not blocks[0]:
            side = select.texts(own["reference"]).tolist()
        if len(sides[0]) == 1 and len(blocks) == 1 and len(own) and (own["log_ratio"] < 0).all():
            side = select.texts(own["reference"]).tolist()
        for group, word in zip(side, own["_label"], strict=True):
            found.append(style.row_looks([word], known[group], group)[0].colour)
        start += block.rows
    return found


def _passes(data: pd.DataFrame, value: str, alpha: float) -> np.ndarray:
    """Which rows are drawn: a conservative value of 0 may be chance, unless p says otherwise."""
    passes: np.ndarray = ((data[value] != 0) | (data["p_adjusted"] < alpha)).to_numpy()
    return passes


def _estimates(ax: Axes, drawn: pd.DataFrame, blocks: Sequence[Block], value: str) -> None:
    """The plain log ratio as a small dot; a thin line leads to it from a bar that is one."""
    # A bar of 0 has no line: p says that there is a difference, and nothing how large it is.
    if value != "lrc" or "log_ratio" not in drawn.columns or not len(drawn):
        return
    at: list[int] = []
    line = 0
    for block in blocks:
        at += range(line + 1, line + 1 + block.rows)
        line += 1 + block.rows
    side = np.repeat([block.side for block in blocks], [block.rows for block in blocks])
    low, ratio = (drawn[name].to_numpy(dtype=float) * side for name in ("lrc", "log_ratio"))
    known, lines = low != 0, np.array(at)
    ax.hlines(
        lines[known], low[known], ratio[known], color=style.QUIET, linewidth=0.7, zorder=3,
        gid="to estimate",
    )  # fmt: skip
    for which, gid in ((known, "estimate"), (~known, "estimate not sure")):
        ax.plot(
            ratio[which],
            lines[which],
            linestyle="none",
            marker="o",
            markersize=rcParams["lines.markersize"] * 0.6,
            color=style.QUIET if gid == "estimate" else "none",
            markeredgecolor=style.QUIET if gid == "estimate" else style.RULE,
            zorder=4,
            gid=gid,
        )
    rows.bar_limits(ax, np.concatenate([low, ratio]), mirrored=bool((side < 0).any()))


def _say_what_ends(
    ax: Axes, data: pd.DataFrame, blocks: Sequence[Block], value: str, top: int, size: str
) -> None:
    """In the row of a block's head: that no word passes, or that these are all that do."""
    line = start = 0
    for block in blocks:
        said = ""
        if block.rows < top and value == "lrc":
            said = f"the {block.rows} words that pass" if block.rows > 1 else "one word passes"
        if not block.rows:
            nearest = words.label(names_of(data[start : start + 1]).iloc[0], 16)
            said = f"no word passes; nearest: {nearest}"
        ax.annotate(
            said,
            xy=(0, line),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=max(style.FONTS[size] * 0.9, 7.0),
            color=style.QUIET,
            gid="passes",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            parse_math=False,
            annotation_clip=False,
        )
        line += 1 + block.rows
        start += max(block.rows, 1)


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


def _ranked_blocks(
    table: pd.DataFrame, names: list[str], value: str, alpha: float, top: int
) -> tuple[pd.DataFrame, list[Block]]:
    """The rows drawn, and their blocks."""
    owner = select.texts(table["target"])
    mirrored = len(names) == 2 and _each_other(table, owner, names)
    blocks: list[tuple[Block, pd.DataFrame]] = []
    for number, name in enumerate(names):
        own = table[(owner == name).to_numpy()]
        side = -1 if mirrored and number else 1
        head = f"More in {words.label(name, 30)}"
        blocks.append((Block(head, 0, side), _best(own, value, alpha, top, 1)))
        if len(names) == 1:
            against = words.label(own["reference"].iloc[0], 30)
            blocks.append((Block(f"More in {against}", 0), _best(own, value, alpha, top, -1)))
    blocks = [(block, best) for block, best in blocks if len(best)]
    if not blocks:
        raise InputError(
            f"No row of the keyness table has a {value} other than zero; there is nothing to rank."
        )
    columns = ["target", "reference", *OF, "term", value, "log_ratio", "lrc", "p", "p_adjusted"]
    data = select.columns_drawn(
        pd.concat([best for _, best in blocks]), [*columns, *SIDES, "units"]
    )
    data.attrs = dict(table.attrs)
    drawn = [int(_passes(best, value, alpha).sum()) for _, best in blocks]
    return data, [block._replace(rows=n) for (block, _), n in zip(blocks, drawn, strict=True)]


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


def _best(own: pd.DataFrame, value: str, alpha: float, top: int, sign: int) -> pd.DataFrame:
    """The first `top` rows of one sign by value, p, and name; where none passes, the nearest."""
    kept = own[np.isfinite(own[value].to_numpy(dtype=float))]
    by_bound = value == "lrc" and "log_ratio" in kept.columns
    kept = kept[kept["log_ratio" if by_bound else value] * sign > 0]
    kept = kept.assign(
        _value=kept[value].to_numpy(dtype=float) * sign,
        _p=kept["p"].to_numpy(dtype=float) if "p" in kept.columns else 0.0,
        _name=names_of(kept),
    ).sort_values(["_value", "_p", "_name"], ascending=[False, True, True])
    passes = _passes(kept, value, alpha)
    return kept[passes].head(top) if passes.any() else kept.head(1)


def _counted(data: pd.DataFrame) -> bool:
    """Whether the table has the counts of both sides."""
    return {"count", "count_reference"} <= set(data.columns)


def _pair(row: pd.Series) -> str:
    """The counts on both sides: "37 : 2"."""
    return f"{int(row['count']):,} : {int(row['count_reference']):,}"


def count_pairs(ax: Axes, data: pd.DataFrame, blocks: Sequence[Block], size: str) -> None:
    """The counts on both sides, "37 : 2", at the right of each row and not of the heads."""
    if not _counted(data) or not len(data):
        return
    pairs = [_pair(row) for _, row in data.iterrows()]
    texts: list[str] = []
    for block in blocks:
        texts += [*([""] if block.head else []), *pairs[: block.rows]]
        pairs = pairs[block.rows :]
    rows.side_column(ax, texts, _pair_head(data), size)


def _pair_head(data: pd.DataFrame) -> str:
    """Whose counts stand at the right: "russia : the rest", or "group : the rest"."""
    own, other = (select.texts(data[name]).unique() for name in ("target", "reference"))
    head = f"{own[0] if len(own) == 1 else 'group'} : {other[0] if len(other) == 1 else 'other'}"
    return head if words.cells(head) <= 20 else "own : other"


def _owners(data: pd.DataFrame) -> pd.Series:
    """The group that has more of each word."""
    sign = data["log_ratio"] if "log_ratio" in data.columns else data["lrc"]
    return data["target"].astype(object).where(sign.to_numpy() >= 0, data["reference"])


def _describe_blocks(
    data: pd.DataFrame, blocks: Sequence[Block], value: str, alpha: float
) -> style.Description:
    """Caption, alt text and notes."""
    phrase = words.column_phrase(data, value)
    drawn = data[_passes(data, value, alpha)]
    tested = drawn["p_adjusted"].notna()
    hollow = "" if tested.any() or not len(drawn) else "All bars are hollow: no p."
    if tested.any() and not (drawn["p_adjusted"] < alpha).all():
        without = "" if tested.all() else ", or none"
        hollow = f"Hollow bars: adjusted p of at least {alpha:g}{without}."
    heads = words.listing([block.head[:1].lower() + block.head[1:] for block in blocks])
    empty = [block.head.removeprefix("More in ") for block in blocks if not block.rows]
    passes = f"No word passes in {words.listing(empty)}." if empty else ""
    caption = words.sentences(
        f"Keywords ({heads}): length of a bar is the {phrase}, which ranks them.",
        "Small dots: the plain log ratio." if value == "lrc" and len(drawn) else "",
        "Where there is no bar, p tells that there is a difference, and nothing how large it is."
        if value == "lrc" and (drawn[value] == 0).any()
        else "",
        passes,
        hollow,
    )
    shape = (
        f"{words.plural(len(drawn), 'keyword')} in {words.plural(len(blocks), 'block')}: {heads}"
    )
    names = words.pairs(names_of(drawn), _owners(drawn))
    alt = words.alt_text(f"Bar chart of {shape}.", {"Horizontal": phrase}, names, drawn[value])
    if not len(drawn):
        nearest = words.listing(words.pairs(names_of(data), _owners(data)), width=80)
        alt = f"Chart of keywords without a bar ({heads}): no word passes. Nearest: {nearest}."
    notes = [sizes(data), draws(data), hollow, correction(data)]
    label = words.column_label(data, value)
    return style.Description(caption, alt, notes, subtitle=label, unit="x")
